/** Keeps what the page shows of recipes, ensembles and runs in step with the engine. */
import type { StoreApi } from 'zustand';
import type { LabEngine } from '../../engine/types.ts';
import type { TrainRequest } from '../../engine/training/types.ts';
import { presetFactors } from '../../recipe/coefficients.ts';
import { MEMBERS } from '../../recipe/embedded.ts';
import type { Factors } from '../../recipe/types.ts';
import type { LabState, Workshop } from '../types.ts';
import { whyNotBond, withEnds } from './trainForm.ts';

/** Where the sliders of every recipe stand at first. */
export function defaultFactorsOf({ recipes }: Pick<LabEngine, 'recipes'>): Record<string, Factors> {
  return Object.fromEntries(
    recipes.map((recipe) => {
      const [first] = recipe.presets;
      return [recipe.id, first ? presetFactors(recipe, first.name) : {}];
    }),
  );
}

/** The engine's lists of this moment. */
export function libraryOf({
  recipes,
  spaces,
  ensembles,
  library,
}: LabEngine): Pick<LabState, 'recipes' | 'spaces' | 'ensembles' | 'ownRecipes'> {
  return { recipes, spaces, ensembles, ownRecipes: library.own() };
}

/** The workshop as it opens: the runs there are, and forms that begin with what the embedded world was made of. */
export function workshopOf({ training, spaces, embedded }: LabEngine): Workshop {
  // Of an own collection, the first space that knows more than one modality, and another beside it.
  const several = spaces.filter(({ modalities }) => modalities.length > 1);
  const base = embedded ? 'unified' : (several[0] ?? spaces[0]!).id;
  const fits = (id: string) => whyNotBond({ kind: 'combination', base, expert: id }, spaces) === undefined;
  const expert = embedded ? 'foley' : (spaces.find(({ id }) => fits(id))?.id ?? base);
  const form: TrainRequest = {
    kind: 'combination',
    base,
    expert,
    members: [...MEMBERS],
    settings: training.defaults,
    mining: { kind: 'top-1' },
    pool: embedded ? 'embedded' : 'collection',
  };
  return {
    ...runsOf(training),
    runId: undefined,
    // Members of kinds that neither space knows are left out.
    form: withEnds(form, {}, spaces),
    draft: { name: 'My recipe', base, bonds: [] },
    importing: { status: 'idle' },
  };
}

function runsOf(training: LabEngine['training']): Pick<Workshop, 'runs' | 'progress' | 'experiments'> {
  return { runs: training.runs(), progress: training.progress(), experiments: training.experiments() };
}

export interface LibraryFollower {
  /** Recipes that are another now, or gone. */
  changed: (recipeIds: readonly string[]) => void;
  /** Kept settings may belong to recipes that came or went. */
  snapshots: () => void;
}

/**
 * Takes over every change of the engine's lists. A recipe that is gone is left for the first one; new ones get their first
 * preset.
 */
export function followLibrary(engine: LabEngine, store: StoreApi<LabState>, follower: LibraryFollower): void {
  engine.onLibrary(() => {
    const { recipes: before, factors, masks, recipeId } = store.getState();
    const now = libraryOf(engine);
    const differs = before.filter((recipe) => now.recipes.find(({ id }) => id === recipe.id) !== recipe);
    const fitting = now.recipes.flatMap(({ bonds }) => bonds);
    store.setState({
      ...now,
      recipeId: now.recipes.some(({ id }) => id === recipeId) ? recipeId : now.recipes[0]!.id,
      factors: { ...defaultFactorsOf(now), ...factors },
      // A mask of other members says nothing about those of now.
      masks: Object.fromEntries(
        Object.entries(masks).filter(([id, mask]) =>
          fitting.every((bond) => bond.id !== id || bond.members.length === mask.length),
        ),
      ),
    });
    const moved = store.getState().recipeId === recipeId ? [] : [store.getState().recipeId];
    const ids = [...differs.map(({ id }) => id), ...moved];
    if (ids.length > 0) follower.changed(ids);
    if (now.recipes.length !== before.length || moved.length > 0) follower.snapshots();
  });
  engine.training.onChange(() => {
    store.setState({ workshop: { ...store.getState().workshop, ...runsOf(engine.training) } });
  });
}
