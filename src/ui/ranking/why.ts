/** A score's split in words and in numbers that add up on screen. */
import { componentSource } from '../../recipe/coefficients.ts';
import type { Recipe } from '../../recipe/types.ts';
import type { Explanation, Rival } from '../../state/rankingModel.ts';

/**
 * A component as the page calls it: "Unified", "Foley" (a combination's expert, projected into the base's space), "Unified,
 * projected" (a displacement's base), "CLAP_g and CLAP_m" (a pooled mixture).
 */
export function componentWords(
  recipe: Recipe,
  component: string,
  nameOf: (spaceId: string) => string,
): string {
  const source = componentSource(recipe, component);
  if ('space' in source) return nameOf(source.space);
  const name = source.parts.map(({ space }) => nameOf(space)).join(' and ');
  return source.bond.kind === 'displacement' ? `${name}, projected` : name;
}

/**
 * Numbers rounded so that they sum to the rounded total: each is rounded down, then those with the largest remainders go up
 * by one last digit. None is moved by a whole digit.
 */
export function roundToSum(values: readonly number[], total: number, digits: number): number[] {
  const scale = 10 ** digits;
  const floors = values.map((value) => Math.floor(value * scale));
  const missing = Math.round(total * scale) - floors.reduce((sum, value) => sum + value, 0);
  const byRemainder = values
    .map((value, k) => ({ k, rest: value * scale - floors[k]! }))
    .sort((a, b) => b.rest - a.rest || a.k - b.k);
  byRemainder.slice(0, Math.max(0, missing)).forEach(({ k }) => floors[k]!++);
  return floors.map((value) => value / scale);
}

/** The scale that bars of parts are drawn on: it moves in steps, so that a drag seldom moves it. */
export function barScale(sums: readonly number[]): { low: number; high: number } {
  const steps = (value: number, step: number) => Math.ceil(value / step - 1e-9) * step;
  const low = -steps(Math.max(0, ...sums.map((sum) => -sum)), 0.1);
  return { low: low === 0 ? 0 : low, high: Math.max(0.4, steps(Math.max(...sums), 0.2)) };
}

/** Where each part begins and ends when they are laid end to end from 0; the last one ends at the score. */
export function cascade(values: readonly number[]): { from: number; to: number }[] {
  let at = 0;
  return values.map((value) => {
    const from = at;
    at += value;
    return { from, to: at };
  });
}

/** Whom an item is set against: the one above and the first, or the one below where it is the first itself. */
export function rivalsOf({ above, below, top }: Explanation): Rival[] {
  if (!above) return below ? [below] : [];
  return top && top.rank !== above.rank ? [above, top] : [above];
}
