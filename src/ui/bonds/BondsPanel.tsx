import { Button, Group } from '@mantine/core';
import { memo, useMemo, useState } from 'react';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { draftOf, reachOf, type BondReach } from '../../recipe/build.ts';
import { slidersOf, valueAt, type Slider } from '../../recipe/sliders.ts';
import type { Bond, Factors, Recipe, Space } from '../../recipe/types.ts';
import { factorsOf, recipeOf } from '../../state/selectors.ts';
import {
  beforeBond,
  expertWords,
  inList,
  modalityWords,
  nameIn,
  termOf,
} from '../../state/workshop/recipesWords.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { FactorSlider } from './FactorSlider.tsx';
import { MemberSwitches } from './MemberSwitches.tsx';
import { RecipeDrawing } from './RecipeDrawing.tsx';
import styles from './BondsPanel.module.css';

/** With more sliders than this the drawings are small: the sliders carry their names. */
const N_ROOMY = 3;
/** With more members than this in all, the switches are folded. */
const N_MEMBERS_SHOWN = 7;

function sameFactors(recipe: Recipe, a: Factors, b: Factors): boolean {
  return slidersOf(recipe).every((slider) => Math.abs(valueAt(a, slider) - valueAt(b, slider)) < 0.005);
}

/** One drawing of a bond and the sliders under it: those of one factor key. */
interface Weighing {
  key: string;
  expert: string;
  sliders: Slider[];
}

/** A bond as the panel shows it. */
interface BondLook {
  bond: Bond;
  term: string;
  /** What stands before it: the base end of its sliders. */
  before: string;
  reach: BondReach;
  /** Modalities of the drawing's marks. */
  served: Modality[];
  weighings: Weighing[];
}

function looksOf(recipe: Recipe, spaces: readonly Space[], recipes: readonly Recipe[]): BondLook[] {
  const draft = draftOf(recipe);
  const sliders = slidersOf(recipe);
  return recipe.bonds.map((bond, i) => {
    const reach = reachOf(draft, i, spaces);
    const own = sliders.filter(({ bondId }) => bondId === bond.id);
    const keys = [...new Set(own.map(({ key }) => key))];
    const known = [...reach.fused, ...reach.alone, ...reach.untouched];
    return {
      bond,
      term: termOf(bond, spaces),
      before: beforeBond(recipe, i, spaces, recipes),
      reach,
      served: MODALITIES.filter((modality) => known.includes(modality)),
      weighings: keys.map((key) => {
        const of = own.filter((slider) => slider.key === key);
        const expert = inList(of[0]!.experts.map((id) => nameIn(spaces, id)));
        return { key, expert, sliders: of };
      }),
    };
  });
}

/** The recipe drawn bond by bond, a slider for each of its factors, the presets, and the mixtures' members. */
export function BondsPanel() {
  const spaces = useLab((s) => s.spaces);
  const recipe = useLab(recipeOf);
  const recipes = useLab((s) => s.recipes);
  const factors = useLab(factorsOf);
  const looks = useMemo(() => looksOf(recipe, spaces, recipes), [recipe, spaces, recipes]);
  const [chosen, setChosen] = useState<{ recipeId: string; bondId: string }>();
  const shownId = chosen?.recipeId === recipe.id ? chosen.bondId : looks.findLast(hasSliders)?.bond.id;
  const nSliders = looks.reduce(
    (sum, { weighings }) => sum + weighings.flatMap((one) => one.sliders).length,
    0,
  );
  const nMembers = recipe.bonds.reduce((sum, { members }) => sum + members.length, 0);
  const several = looks.length > 1;
  if (looks.length === 0) return <NoBond name={recipe.name} />;
  return (
    <section className={styles.panel} aria-label="Bonds" data-several={several || undefined}>
      {looks.filter(hasSliders).length > 1 && (
        <div className={styles.chooser} role="group" aria-label="Bond whose sliders are shown">
          {looks.filter(hasSliders).map(({ bond, term }) => (
            <button
              key={bond.id}
              type="button"
              aria-pressed={bond.id === shownId}
              onClick={() => setChosen({ recipeId: recipe.id, bondId: bond.id })}
            >
              {term}
            </button>
          ))}
        </div>
      )}
      {looks.map((look, i) => (
        <BondSliders
          key={look.bond.id}
          look={look}
          number={several ? i + 1 : undefined}
          factors={factors}
          home={recipe.presets[0]?.factors ?? {}}
          compact={nSliders > N_ROOMY}
          shown={look.bond.id === shownId}
        />
      ))}
      <Presets
        recipe={recipe}
        active={recipe.presets.find((preset) => sameFactors(recipe, preset.factors, factors))?.name}
      />
      {recipe.bonds.map((bond) => (
        <MemberSwitches
          key={bond.id}
          bond={bond}
          named={nMembers > bond.members.length || bond.ensembles.length > 1}
          folded={nMembers > N_MEMBERS_SHOWN}
        />
      ))}
    </section>
  );
}

/** A space as it is: nothing is weighed yet. */
function NoBond({ name }: { name: string }) {
  const showBench = useLab((s) => s.showBench);
  return (
    <section className={styles.panel} aria-label="Bonds">
      <p className={styles.aside}>
        {name} as it is: no expert is bound to it, so there is nothing to weigh. Train or import a bond, then
        build a recipe of it.
      </p>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => showBench('train')}>
          Train a bond
        </Button>
        <Button size="xs" variant="default" onClick={() => showBench('recipes')}>
          Build a recipe
        </Button>
      </Group>
    </section>
  );
}

const hasSliders = ({ weighings }: BondLook): boolean => weighings.length > 0;

interface BondSlidersProps {
  look: BondLook;
  /** Its place in the sequence, where there are several. */
  number: number | undefined;
  factors: Factors;
  home: Factors;
  compact: boolean;
  /** On a narrow screen, the sliders of one bond are shown. */
  shown: boolean;
}

/** One bond: its drawing with the sliders under it, or why it has none. */
function BondSliders({ look, number, factors, home, compact, shown }: BondSlidersProps) {
  const spaces = useLab((s) => s.spaces);
  const { bond, term, before, reach, served, weighings } = look;
  const nWeighed = bond.parallel === 'weighed' ? bond.experts.length : 1;
  const alone = reach.alone.length > 0 && modalityWords(reach.alone);
  return (
    <div className={styles.bond} data-shown={shown || undefined}>
      {number !== undefined && (
        <p className={styles.term}>
          <span>{number}</span> <code>{term}</code>
          {weighings.length === 0 && <> brings its {alone}, projected, and has no slider</>}
          {weighings.length > 0 && alone && <small>its {alone} stand alone</small>}
        </p>
      )}
      {number === undefined && alone && (
        <p className={styles.aside}>
          {expertWords(bond, spaces)}’s {alone} stand alone: nothing before the bond knows them.
        </p>
      )}
      {weighings.map(({ key, expert, sliders }) => (
        <div key={key} className={styles.weighing}>
          <RecipeDrawing
            kind={bond.kind}
            base={before}
            expert={expert}
            first={number === undefined || number === 1}
            served={served}
            alone={reach.alone}
            factors={factors[key] ?? {}}
            compact={compact}
          />
          <div className={styles.sliders}>
            {sliders.map((slider) => {
              const factor = valueAt(factors, slider);
              return (
                <FactorSlider
                  key={slider.id}
                  slider={slider}
                  base={before}
                  expert={expert}
                  factor={factor}
                  home={valueAt(home, slider)}
                  nWeighed={nWeighed}
                  paperFactor={bond.kind === 'displacement' ? 1 - factor : undefined}
                />
              );
            })}
          </div>
        </div>
      ))}
    </div>
  );
}

/** The presets of a recipe; `active` is where the sliders stand now. */
const Presets = memo(function Presets({ recipe, active }: { recipe: Recipe; active: string | undefined }) {
  const choosePreset = useLab((s) => s.choosePreset);
  return (
    <div className={styles.presets} role="group" aria-label="Presets">
      {recipe.presets.map((preset) => (
        <Hint key={preset.name} text={preset.about}>
          <button
            type="button"
            className={styles.preset}
            aria-pressed={preset.name === active}
            onClick={() => choosePreset(preset.name)}
          >
            {preset.name}
          </button>
        </Hint>
      ))}
    </div>
  );
});
