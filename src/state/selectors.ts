import type { Factors, Recipe } from '../recipe/types.ts';
import type { LabState } from './types.ts';

export function recipeOf(state: LabState): Recipe {
  return state.engine.recipes.find(({ id }) => id === state.recipeId)!;
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

/** The name of a space on screen. */
export function spaceName(state: LabState, id: string): string {
  return state.engine.spaces.find((space) => space.id === id)?.name ?? id;
}
