/** How a recipe's ends and its place between them are called on screen. */
import type { Factors, Recipe } from '../../recipe/types.ts';
import { factorsOf, meanOf, recipeOf, spaceName } from '../../state/selectors.ts';
import type { LabState } from '../../state/types.ts';
import { toFixed2 } from './mix.ts';

/** True where the base is not used as it is: a displacement projects it into the expert's space. */
export function baseIsProjected(recipe: Recipe): boolean {
  return recipe.bonds.some(({ kind }) => kind === 'displacement');
}

/** What factor 0 is: "Unified", or "Unified, projected" under a displacement. */
export function baseWords(state: LabState): string {
  const recipe = recipeOf(state);
  const name = spaceName(state, recipe.base);
  return baseIsProjected(recipe) ? `${name}, projected` : name;
}

/** "0.35", or "mean 0.35" where not every slider shows the same number. */
export function meanWords(factors: Factors): string {
  const shown = Object.values(factors).flatMap((byModality) => Object.values(byModality).map(toFixed2));
  return `${new Set(shown).size > 1 ? 'mean ' : ''}${toFixed2(meanOf(factors))}`;
}

/** "factor 0.35", or "mean factor 0.35" when the sliders differ. */
export function factorWords(state: LabState): string {
  return meanWords(factorsOf(state)).replace(/^(mean )?/, '$1factor ');
}
