import { dotRows } from './fusion.ts';
import { largestInto } from './neighbours.ts';

export interface PlaceOptions {
  /** Nearest items whose places are averaged. */
  k?: number;
  /** Temperature of the weights, in cosine: an item this much less similar than the nearest weighs 1/e of it. */
  temperature?: number;
}

/**
 * Where a new vector would lie in a picture: sum_j w_j p_j / sum_j w_j over its k exact nearest items that have a place,
 * w_j = exp((s_j - s_1) / temperature), s_j their cosines and s_1 the largest. So a vector equal to an item lies close to
 * it, and far items hardly count. vector [dim] unit, x [nItems, dim] unit rows, points [nItems, 2], NaN without a place.
 * Returns [x, y], or undefined where no item has a place.
 */
export function placeAmong(
  vector: Float32Array,
  x: Float32Array,
  points: Float32Array,
  dim: number,
  { k = 5, temperature = 0.03 }: PlaceOptions = {},
): readonly [number, number] | undefined {
  const placed = [...Array(points.length / 2).keys()].filter((i) => !Number.isNaN(points[2 * i]!));
  if (placed.length === 0) return undefined;
  const closeness = placed.map((i) => dotRows(vector, 0, x, i, dim));
  const nearest = new Uint32Array(Math.min(k, placed.length));
  largestInto(closeness, nearest);
  let sum = 0;
  let px = 0;
  let py = 0;
  for (const at of nearest) {
    // The largest is taken off, so that the first weight is 1 and none overflows.
    const weight = Math.exp((closeness[at]! - closeness[nearest[0]!]!) / temperature);
    sum += weight;
    px += weight * points[2 * placed[at]!]!;
    py += weight * points[2 * placed[at]! + 1]!;
  }
  return [px / sum, py / sum];
}
