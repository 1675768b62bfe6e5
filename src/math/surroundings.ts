/** What lies around each item of a set, in one pass over all pairs. */
import { dotRows } from './fusion.ts';
import { largestInto } from './neighbours.ts';
import type { Steps } from './steps.ts';

export interface Surroundings {
  /** Neighbours of each item: min(k, n - 1). */
  k: number;
  /** [n, k] indices, nearest first, ties to the lower index: as nearestInPlane gives them. */
  neighbours: Uint32Array;
  /** p_i = mean_{j != i} exp(-2 |x_i - x_j|^2), [n]: the crowd around an item; log mean_i p_i is the uniformity. */
  potential: Float64Array;
}

/** Cosines of item i with all items of unit rows x [n, dim], written to `row` [n] in float32 as in a plane. */
export function cosinesInto(row: Float32Array, x: Float32Array, i: number, dim: number): void {
  for (let j = 0; j < row.length; j++) row[j] = dotRows(x, i, x, j, dim);
}

/** Surroundings of every item of unit rows x [n, dim], without holding the n x n plane: n^2 dim products, a row a step. */
export function* surroundingsSteps(x: Float32Array, dim: number, k: number): Steps<Surroundings> {
  const n = x.length / dim;
  const kept = Math.max(0, Math.min(k, n - 1));
  const neighbours = new Uint32Array(n * kept);
  const potential = new Float64Array(n);
  const row = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    cosinesInto(row, x, i, dim);
    row[i] = -Infinity; // no neighbour of its own, and exp(-Infinity) adds nothing
    largestInto(row, neighbours.subarray(i * kept, (i + 1) * kept));
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.exp(-4 * (1 - row[j]!));
    potential[i] = sum / (n - 1);
    yield (i + 1) / n;
  }
  return { k: kept, neighbours, potential };
}

/** Share of each item's k neighbours in a that are also its neighbours in b, [n]; a and b [n, k]. Its mean is neighboursKept. */
export function keptByItem(a: Uint32Array, b: Uint32Array, k: number): Float64Array {
  return Float64Array.from({ length: k > 0 ? a.length / k : 0 }, (_, i) => {
    const [from, to] = [i * k, (i + 1) * k];
    let shared = 0;
    for (let s = from; s < to; s++) {
      for (let t = from; t < to; t++) if (a[s] === b[t]) shared++;
    }
    return shared / k;
  });
}
