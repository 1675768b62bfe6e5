/** Paired bootstrap intervals over independent groups (Efron and Tibshirani, An Introduction to the Bootstrap, ch. 13). */
import { InputError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';

export interface Interval {
  /** Mean over all items. */
  mean: number;
  low: number;
  high: number;
}

/**
 * Percentile interval of the mean of `values` [n] at the given level, drawing whole groups with replacement: items of one
 * group (a concept, a source clip) are not independent. For a paired comparison pass the items' differences.
 * @throws InputError on an empty list or lists of different lengths.
 */
export function groupBootstrap(
  values: ArrayLike<number>,
  groups: readonly string[],
  random: Random,
  { nDraws = 2000, level = 0.95 } = {},
): Interval {
  const n = values.length;
  if (n === 0 || groups.length !== n) {
    throw new InputError(`A bootstrap needs values with a group each; there are ${n} and ${groups.length}.`);
  }
  const byGroup = new Map<string, { sum: number; count: number }>();
  let total = 0;
  for (let i = 0; i < n; i++) {
    const group = byGroup.get(groups[i]!) ?? { sum: 0, count: 0 };
    group.sum += values[i]!;
    group.count++;
    byGroup.set(groups[i]!, group);
    total += values[i]!;
  }
  const list = [...byGroup.values()];
  const means = Float64Array.from({ length: nDraws }, () => {
    let sum = 0;
    let count = 0;
    for (let g = 0; g < list.length; g++) {
      const drawn = list[random.int(list.length)]!;
      sum += drawn.sum;
      count += drawn.count;
    }
    return sum / count;
  }).sort();
  const at = (share: number) => means[Math.min(nDraws - 1, Math.floor(share * nDraws))]!;
  return { mean: total / n, low: at((1 - level) / 2), high: at((1 + level) / 2) };
}
