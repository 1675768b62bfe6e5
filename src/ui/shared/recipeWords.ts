/** How a recipe's ends and its place between them are called on screen. */
import type { Recipe } from '../../recipe/types.ts';
import { factorsOf, meanFactor, recipeOf, spaceName } from '../../state/selectors.ts';
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

/** True where not every slider shows the same number, so that one number for all can only be their mean. */
export function slidersDiffer(state: LabState): boolean {
  const shown = Object.values(factorsOf(state)).flatMap((byModality) =>
    Object.values(byModality).map(toFixed2),
  );
  return new Set(shown).size > 1;
}

/** "factor 0.35", or "mean factor 0.35" when the sliders differ. */
export function factorWords(state: LabState): string {
  return `${slidersDiffer(state) ? 'mean factor' : 'factor'} ${toFixed2(meanFactor(state))}`;
}
