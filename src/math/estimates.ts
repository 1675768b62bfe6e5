/**
 * Statistics with the influence of each item on them, so that one set of drawn groups gives an interval of any of them.
 * Drawn anew, a smooth statistic T changes to first order by the mean influence of the items drawn (infinitesimal jackknife:
 * Efron and Tibshirani, An Introduction to the Bootstrap, section 21.3 and chapter 22): T* = T + mean*(influence).
 */
import type { GroupDraws, Interval } from './bootstrap.ts';

export interface Estimate {
  value: number;
  /** Of each item, [n]; its mean is 0. */
  influence: Float64Array;
}

/** Sum over the numbers / how many. */
function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Mean of rows x [n, dim], [dim]. */
function columnMeans(x: Float32Array, dim: number): Float64Array {
  const sums = new Float64Array(dim);
  x.forEach((one, at) => (sums[at % dim]! += one));
  return sums.map((sum) => sum / (x.length / dim));
}

/** A mean: the influence of item i is value_i - mean. */
export function meanEstimate(values: ArrayLike<number>): Estimate {
  const value = meanOf(values);
  return { value, influence: Float64Array.from(values, (one) => one - value) };
}

/**
 * Uniformity log U, U = mean_i p_i (Wang and Isola, arXiv 2005.10242, eq. 2) from the potentials of surroundingsSteps.
 * U is a mean over pairs, in which an item stands twice: its influence on log U is 2 (p_i - U) / U.
 */
export function uniformityEstimate(potential: Float64Array): Estimate {
  const mean = meanOf(potential);
  return { value: Math.log(mean), influence: potential.map((one) => (2 * (one - mean)) / mean) };
}

/**
 * Modality gap |mean x - mean y| (Liang et al., arXiv 2203.02053, section 4.2) of unit rows x [nX, dim] and y [nY, dim].
 * Along e = (mean x - mean y) / gap it is the mean of e . x_i less that of e . y_j: an item of x has the influence
 * (n / nX) (e . x_i - mean), one of y the opposite with nY. The influence is of all n = nX + nY items, those of x first.
 */
export function gapEstimate(x: Float32Array, y: Float32Array, dim: number): Estimate {
  const [nX, nY] = [x.length / dim, y.length / dim];
  const centroid = columnMeans(x, dim);
  const other = columnMeans(y, dim);
  const direction = centroid.map((one, d) => one - other[d]!);
  const value = Math.sqrt(direction.reduce((sum, one) => sum + one * one, 0));
  const along = (rows: Float32Array, n: number) =>
    Float64Array.from({ length: n }, (_, i) => {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += direction[d]! * rows[i * dim + d]!;
      return value > 0 ? dot / value : 0;
    });
  const [ofX, ofY] = [meanEstimate(along(x, nX)), meanEstimate(along(y, nY))];
  const influence = new Float64Array(nX + nY);
  influence.set(ofX.influence.map((one) => (one * (nX + nY)) / nX));
  influence.set(
    ofY.influence.map((one) => (-one * (nX + nY)) / nY),
    nX,
  );
  return { value, influence };
}

/**
 * Alignment mean |x_a - y_b|^2 over right pairs (Wang and Isola, arXiv 2005.10242, eq. 1 with alpha = 2), unit rows x
 * [nX, dim] and y [nY, dim], pairs [nPairs, 2] of (row of x, row of y). The influence is of each pair.
 */
export function alignmentEstimate(
  x: Float32Array,
  y: Float32Array,
  dim: number,
  pairs: Uint32Array,
): Estimate {
  return meanEstimate(
    Float64Array.from({ length: pairs.length / 2 }, (_, p) => {
      const [a, b] = [pairs[2 * p]! * dim, pairs[2 * p + 1]! * dim];
      let squares = 0;
      for (let d = 0; d < dim; d++) squares += (x[a + d]! - y[b + d]!) ** 2;
      return squares;
    }),
  );
}

/** Where a statistic can lie; the ends of an interval are kept inside. */
export interface Bounds {
  low: number;
  high: number;
}

const UNBOUNDED: Bounds = { low: -Infinity, high: Infinity };

/** The interval of a statistic. @throws InputError where the draws are of other items. */
export function intervalOf(
  { value, influence }: Estimate,
  draws: Pick<GroupDraws, 'mean'>,
  { low, high }: Bounds = UNBOUNDED,
): Interval {
  const moved = draws.mean(influence);
  return { mean: value, low: Math.max(low, value + moved.low), high: Math.min(high, value + moved.high) };
}

/** The interval of after - before, drawn item by item together. @throws InputError where they are of other items. */
export function changeOf(after: Estimate, before: Estimate, draws: Pick<GroupDraws, 'mean'>): Interval {
  return intervalOf(
    {
      value: after.value - before.value,
      influence: after.influence.map((one, i) => one - before.influence[i]!),
    },
    draws,
  );
}
