import { Button, Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { targetSpace } from '../../../recipe/coefficients.ts';
import type { Parts, RecipeDraft } from '../../../recipe/build.ts';
import type { Recipe } from '../../../recipe/types.ts';
import { lookOf, tidy } from '../../../state/workshop/recipesDraft.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { AddBond } from './AddBond.tsx';
import { BondCard } from './BondCard.tsx';
import { NestDrawing } from './NestDrawing.tsx';
import { pictureOf } from './nestPicture.ts';
import { spaceOptions } from './words.ts';
import { styles } from './styles.ts';

/** Spaces and ensembles at hand: one object as long as both are the same. */
export function useParts(): Parts {
  const spaces = useLab((s) => s.spaces);
  const ensembles = useLab((s) => s.ensembles);
  return useMemo(() => ({ spaces, ensembles }), [spaces, ensembles]);
}

/** A recipe built by hand: base, bonds in sequence, experts side by side; its drawing and formula follow at once. */
export function Builder() {
  const draft = useLab((s) => s.workshop.draft);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const parts = useParts();
  const look = useMemo(() => lookOf(draft, parts), [draft, parts]);
  const picture = useMemo(() => pictureOf(draft, look.bonds, parts.spaces), [draft, look, parts]);
  const change = (next: RecipeDraft) => setWorkshop({ draft: tidy(next, parts) });
  return (
    <div className={styles.builder}>
      <div className={styles.form}>
        <Select
          label="Base"
          description="What everything is joined to. It stays as it was trained."
          allowDeselect={false}
          data={spaceOptions(parts.spaces)}
          value={draft.base}
          onChange={(base) => base !== null && change({ ...draft, base })}
        />
        {look.bonds.length > 0 && (
          <ol className={styles.bonds} aria-label="Bonds, in sequence">
            {look.bonds.map((bond, i) => (
              <BondCard key={i} draft={draft} look={bond} place={i} parts={parts} onChange={change} />
            ))}
          </ol>
        )}
        <AddBond draft={draft} parts={parts} onChange={change} />
      </div>
      <div className={styles.result}>
        <p className={styles.formula} aria-live="polite">
          <code>{look.formula}</code>
        </p>
        <NestDrawing picture={picture} />
        <Legend />
        <Facts look={look} />
        <Create missing={look.missing} />
      </div>
    </div>
  );
}

/** What the drawing's signs mean. */
function Legend() {
  return (
    <p className={styles.note}>
      Each line is a modality on its way from the base to what is ranked; a dot on it is a fuse, with a slider
      of its own. An arrow down is a projected expert, “×7” the projectors that carry it; “own” is an expert
      in its own space.
    </p>
  );
}

function Facts({ look }: { look: ReturnType<typeof lookOf> }) {
  const { nProjectors, bonds } = look;
  const nSliders = bonds.reduce((sum, { bond, reach }) => {
    const nExperts = bond.parallel === 'weighed' ? bond.experts.length : 1;
    return sum + (reach?.fused.length ?? 0) * nExperts;
  }, 0);
  if (bonds.length === 0) return null;
  return (
    <dl className={styles.facts}>
      <div>
        <dt>Projectors</dt>
        <dd>{nProjectors}</dd>
      </div>
      <div>
        <dt>Sliders</dt>
        <dd>{nSliders}</dd>
      </div>
      <div>
        <dt>Experts</dt>
        <dd>{bonds.reduce((sum, { bond }) => sum + bond.experts.length, 0)}</dd>
      </div>
    </dl>
  );
}

/** The name, the button that makes it, and the way to the lab. */
function Create({ missing }: { missing: string | undefined }) {
  const draft = useLab((s) => s.workshop.draft);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const library = useLab((s) => s.engine.library);
  const attempt = useLab((s) => s.attempt);
  const recipes = useLab((s) => s.recipes);
  const spaces = useLab((s) => s.spaces);
  const [madeId, setMadeId] = useState<string>();
  const made = recipes.find(({ id }) => id === madeId);
  const create = () => {
    void attempt(() => library.create(draft)).then((recipe) => {
      if (recipe) setMadeId(recipe.id);
    });
  };
  return (
    <>
      <form
        className={styles.create}
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === undefined) create();
        }}
      >
        <TextInput
          label="Name"
          value={draft.name}
          maxLength={60}
          onChange={(event) => setWorkshop({ draft: { ...draft, name: event.currentTarget.value } })}
        />
        <Hint text={missing ?? 'Keeps it in this browser, beside the recipes that ship with the lab.'}>
          <Button
            type="submit"
            // Not disabled: the reason stays in reach of the keyboard.
            {...(missing !== undefined && {
              'aria-disabled': true,
              'data-disabled': true,
              'aria-describedby': 'recipe-missing',
            })}
          >
            Create
          </Button>
        </Hint>
        {missing !== undefined && (
          <span id="recipe-missing" className={styles.note}>
            {missing}
          </span>
        )}
      </form>
      {made && (
        <div className={styles.made} role="status">
          <span>
            <b>{made.name}</b> is made: {made.formula}, in {nameIn(spaces, targetSpace(made))}’s space.
          </span>
          <OpenInLab recipe={made} />
        </div>
      )}
    </>
  );
}

/** Goes to the lab with a recipe. */
export function OpenInLab({ recipe, compact = false }: { recipe: Recipe; compact?: boolean }) {
  const chooseRecipe = useLab((s) => s.chooseRecipe);
  const show = useLab((s) => s.show);
  return (
    <Button
      size={compact ? 'compact-sm' : 'sm'}
      variant={compact ? 'default' : 'filled'}
      aria-label={`Open ${recipe.name} in the lab`}
      onClick={() => {
        show('lab');
        void chooseRecipe(recipe.id);
      }}
    >
      {compact ? 'Open' : 'Open in the lab'}
    </Button>
  );
}
