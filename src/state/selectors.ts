import type { Modality } from '../base/modality.ts';
import { shownEnds } from '../recipe/coefficients.ts';
import type { Factors, Recipe, Space } from '../recipe/types.ts';
import type { LabState } from './types.ts';

export function recipeOf(state: LabState): Recipe {
  return state.recipes.find(({ id }) => id === state.recipeId)!;
}

/** The factors of the recipe in use. */
export function factorsOf(state: LabState): Factors {
  return state.factors[state.recipeId]!;
}

/** Names the recipe's factors and members: equal settings give equal vectors. */
export function settingOf(state: LabState): string {
  const masks = recipeOf(state).bonds.map(({ id, members }) => state.masks[id] ?? members.map(() => true));
  return JSON.stringify([factorsOf(state), masks]);
}

/** Mean of all sliders: one number, in [0, 1], for the colour of what lies between base and expert. */
export function meanOf(factors: Factors): number {
  const values = Object.values(factors).flatMap((byModality) => Object.values(byModality));
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

/** Mean of the sliders of the recipe in use. */
export function meanFactor(state: LabState): number {
  return meanOf(factorsOf(state));
}

/** Ids of the two spaces that the recipe in use is shown between. */
export function endsOf(state: LabState): { base: string; expert: string } {
  return shownEnds(recipeOf(state), state.spaces);
}

/**
 * Id of the expert that is shown beside a ranking or a task: the first that knows its modalities; where none does, the one that
 * the recipe is shown with (shownEnds).
 */
export function expertFor(
  recipe: Recipe,
  spaces: readonly Space[],
  modalities: readonly (Modality | undefined)[],
): string {
  const shown = shownEnds(recipe, spaces).expert;
  const knows = (id: string) => {
    const space = spaces.find((one) => one.id === id);
    return modalities.every((modality) => modality === undefined || space?.modalities.includes(modality));
  };
  return [shown, ...recipe.bonds.flatMap(({ experts }) => experts)].find(knows) ?? shown;
}

/** The same for the query that is asked and the gallery that is ranked. */
export function rankedExpert(state: LabState): string {
  return expertFor(recipeOf(state), state.spaces, [state.query.modality, state.gallery]);
}

/** The name of a space on screen. */
export function spaceName(state: LabState, id: string): string {
  return state.spaces.find((space) => space.id === id)?.name ?? id;
}
