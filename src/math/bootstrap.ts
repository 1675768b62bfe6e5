/** Paired bootstrap intervals over independent groups (Efron and Tibshirani, An Introduction to the Bootstrap, ch. 13). */
import { InputError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';

export interface Interval {
  /** The statistic of all items. */
  mean: number;
  low: number;
  high: number;
}

export interface BootstrapOptions {
  nDraws?: number;
  /** Share of draws inside the interval. */
  level?: number;
}

/** Draws of whole groups with replacement, made once and used for many statistics of the same items. */
export interface GroupDraws {
  /** Percentile interval of the mean of `values` [n]. For a paired comparison pass the items' differences. */
  mean(values: ArrayLike<number>): Interval;
  /** Percentile interval of lowerMedian(after) - lowerMedian(before), both [n]. */
  medianChange(after: ArrayLike<number>, before: ArrayLike<number>): Interval;
}

/**
 * Draws whole groups with replacement: items of one group (a concept, a source clip) are not independent.
 * `groups` [n] names each item's group.
 * @throws InputError on an empty list; the methods throw it on lists of another length.
 */
export function drawGroups(
  groups: readonly string[],
  random: Random,
  { nDraws = 2000, level = 0.95 }: BootstrapOptions = {},
): GroupDraws {
  const n = groups.length;
  if (n === 0) throw new InputError('A bootstrap needs at least one item.');
  const numbers = new Map<string, number>();
  const groupOf = Uint32Array.from(groups, (name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  });
  const nGroups = numbers.size;
  const sizes = new Float64Array(nGroups);
  for (const g of groupOf) sizes[g]!++;
  // How often each draw has each group, [nDraws, nGroups].
  const times = new Uint16Array(nDraws * nGroups);
  for (let d = 0; d < nDraws; d++) {
    for (let k = 0; k < nGroups; k++) times[d * nGroups + random.int(nGroups)]!++;
  }
  const check = (values: ArrayLike<number>) => {
    if (values.length !== n) {
      throw new InputError(
        `A bootstrap needs a value for each item; there are ${values.length} values for ${n}.`,
      );
    }
  };
  const interval = (mean: number, drawn: Float64Array): Interval => {
    drawn.sort();
    const at = (share: number) => drawn[Math.min(nDraws - 1, Math.floor(share * nDraws))]!;
    return { mean, low: at((1 - level) / 2), high: at((1 + level) / 2) };
  };
  /** Lower medians of every draw, then of all items. */
  const medians = (values: ArrayLike<number>) => {
    const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
    const medianOf = (weightOf: (group: number) => number): number => {
      let total = 0;
      for (let g = 0; g < nGroups; g++) total += weightOf(g) * sizes[g]!;
      const half = Math.ceil(total / 2);
      let count = 0;
      for (const i of order) if ((count += weightOf(groupOf[i]!)) >= half) return values[i]!;
      return NaN;
    };
    const drawn = Float64Array.from({ length: nDraws }, (_, d) => medianOf((g) => times[d * nGroups + g]!));
    return { all: medianOf(() => 1), drawn };
  };
  return {
    mean(values) {
      check(values);
      const sums = new Float64Array(nGroups);
      let total = 0;
      for (let i = 0; i < n; i++) {
        sums[groupOf[i]!]! += values[i]!;
        total += values[i]!;
      }
      const drawn = Float64Array.from({ length: nDraws }, (_, d) => {
        let sum = 0;
        let count = 0;
        for (let g = 0; g < nGroups; g++) {
          const weight = times[d * nGroups + g]!;
          sum += weight * sums[g]!;
          count += weight * sizes[g]!;
        }
        return sum / count;
      });
      return interval(total / n, drawn);
    },
    medianChange(after, before) {
      check(after);
      check(before);
      const [a, b] = [medians(after), medians(before)];
      return interval(
        a.all - b.all,
        a.drawn.map((median, d) => median - b.drawn[d]!),
      );
    },
  };
}

/**
 * Percentile interval of the mean of `values` [n] at the given level, drawing whole groups with replacement (drawGroups).
 * @throws InputError on an empty list or lists of different lengths.
 */
export function groupBootstrap(
  values: ArrayLike<number>,
  groups: readonly string[],
  random: Random,
  options: BootstrapOptions = {},
): Interval {
  return drawGroups(groups, random, options).mean(values);
}
