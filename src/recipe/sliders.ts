/** The sliders of a recipe, one a factor, and grids of their settings. */
import { InputError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import { factorKeys } from './coefficients.ts';
import type { Factors, Recipe } from './types.ts';

/** One factor that a person moves. */
export interface Slider {
  /** "<factor key>.<modality>": "c-foley.audio" */
  id: string;
  bondId: string;
  /** Key in Factors (factorKeys). */
  key: string;
  modality: Modality;
  /** Id of the space at its expert end; several are averaged in one. */
  experts: readonly string[];
}

/** Every slider of a recipe, bond by bond, in the order of the page. */
export function slidersOf(recipe: Recipe): Slider[] {
  return recipe.bonds.flatMap((bond) =>
    factorKeys(bond).flatMap((key, i) =>
      bond.modalities.map((modality) => ({
        id: `${key}.${modality}`,
        bondId: bond.id,
        key,
        modality,
        experts: bond.parallel === 'weighed' ? [bond.experts[i]!] : bond.experts,
      })),
    ),
  );
}

/** @throws InputError when the recipe has no such slider. */
export function sliderOf(recipe: Recipe, id: string): Slider {
  const sliders = slidersOf(recipe);
  const found = sliders.find((slider) => slider.id === id);
  if (!found) {
    const names = sliders.map((slider) => slider.id).join(', ');
    throw new InputError(`${recipe.name} has no slider "${id}"; it has ${names || 'none'}.`);
  }
  return found;
}

/** Where a slider stands. */
export function valueAt(factors: Factors, { key, modality }: Slider): number {
  return factors[key]?.[modality] ?? 0;
}

/** The factors with one slider elsewhere. */
export function withValue(factors: Factors, { key, modality }: Slider, value: number): Factors {
  return { ...factors, [key]: { ...factors[key], [modality]: value } };
}

/** n values from 0 to 1, both included. */
export function evenly(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (n === 1 ? 0 : Number((i / (n - 1)).toFixed(6))));
}

/** Every pair of values of two sliders, the rest as in `factors`: setting iy * xs.length + ix. */
export function gridOf(
  factors: Factors,
  x: Slider,
  y: Slider,
  xs: readonly number[],
  ys: readonly number[],
): Factors[] {
  return ys.flatMap((valueY) => xs.map((valueX) => withValue(withValue(factors, y, valueY), x, valueX)));
}
