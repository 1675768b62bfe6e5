import { memo, useMemo } from 'react';
import { MODALITIES } from '../../base/modality.ts';
import { slidersOf, valueAt, type Slider } from '../../recipe/sliders.ts';
import type { Bond, Factors, Recipe } from '../../recipe/types.ts';
import { factorsOf, recipeOf } from '../../state/selectors.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { FactorSlider } from './FactorSlider.tsx';
import { MemberSwitches } from './MemberSwitches.tsx';
import { RecipeDrawing } from './RecipeDrawing.tsx';
import styles from './BondsPanel.module.css';

function sameFactors(recipe: Recipe, a: Factors, b: Factors): boolean {
  return slidersOf(recipe).every((slider) => Math.abs(valueAt(a, slider) - valueAt(b, slider)) < 0.005);
}

/** One drawing of a bond and the sliders under it: those of one factor key. */
interface Weighing {
  bond: Bond;
  key: string;
  sliders: Slider[];
}

function weighingsOf(recipe: Recipe): Weighing[] {
  const byKey = new Map<string, Weighing>();
  for (const slider of slidersOf(recipe)) {
    const bond = recipe.bonds.find(({ id }) => id === slider.bondId)!;
    const weighing = byKey.get(slider.key) ?? { bond, key: slider.key, sliders: [] };
    weighing.sliders.push(slider);
    byKey.set(slider.key, weighing);
  }
  return [...byKey.values()];
}

/** The recipe drawn, a slider for each of its factors, the presets, and the mixtures' members. */
export function BondsPanel() {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const factors = useLab(factorsOf);
  const weighings = useMemo(() => weighingsOf(recipe), [recipe]);
  const name = (id: string) => engine.spaces.find((space) => space.id === id)!.name;
  const base = name(recipe.base);
  const served = MODALITIES.filter((modality) =>
    engine.spaces.find(({ id }) => id === recipe.base)!.modalities.includes(modality),
  );
  const home = recipe.presets[0]?.factors ?? {};
  return (
    <section className={styles.panel} aria-label="Bonds">
      {weighings.map(({ bond, key, sliders }) => {
        const expert = sliders[0]!.experts.map(name).join(' and ');
        return (
          <div key={key} className={styles.bond}>
            <RecipeDrawing
              bond={bond}
              base={base}
              expert={expert}
              served={served}
              factors={factors[key] ?? {}}
            />
            <div className={styles.sliders}>
              {sliders.map((slider) => {
                const factor = valueAt(factors, slider);
                return (
                  <FactorSlider
                    key={slider.id}
                    slider={slider}
                    base={base}
                    expert={expert}
                    factor={factor}
                    home={valueAt(home, slider)}
                    paperFactor={bond.kind === 'displacement' ? 1 - factor : undefined}
                  />
                );
              })}
            </div>
          </div>
        );
      })}
      <Presets
        recipe={recipe}
        active={recipe.presets.find((preset) => sameFactors(recipe, preset.factors, factors))?.name}
      />
      {recipe.bonds.map((bond) => (
        <MemberSwitches
          key={bond.id}
          bond={bond}
          of={recipe.bonds.length > 1 ? bond.experts.map(name).join(' and ') : undefined}
        />
      ))}
    </section>
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
