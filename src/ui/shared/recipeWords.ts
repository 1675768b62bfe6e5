/** How a recipe's ends and its place between them are called on screen. */
import type { Factors } from '../../recipe/types.ts';
import { factorsOf, meanOf, recipeOf } from '../../state/selectors.ts';
import type { LabState } from '../../state/types.ts';
import { baseName } from '../../state/workshop/recipesWords.ts';
import { toFixed2 } from './mix.ts';

/** What factor 0 is: "Unified", "Unified, projected" under a displacement, "PicText with Foley’s sounds". */
export function baseWords(state: LabState): string {
  return baseName(recipeOf(state), state.spaces);
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
