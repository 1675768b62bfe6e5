/** Exact neighbours. Legend: n items, k neighbours each; i and j items. A tie goes to the lower index everywhere. */
import { InputError } from '../base/errors.ts';

/**
 * P[i, j] = x_i . x_j, [n, n], of unit rows x [n, dim]: the same numbers, bit for bit, as `plane(x, x, dim)`, its plain
 * twin, in about a seventh of the time (each pair once, sixteen sums at a time; every sum runs over the dimensions in
 * the same order in float64).
 * @throws InputError when x is not made of rows of `dim`.
 */
export function selfPlane(x: Float32Array, dim: number): Float32Array {
  if (!(dim >= 1) || x.length % dim !== 0) {
    throw new InputError(`Cannot cut ${x.length} numbers into rows of ${dim}.`);
  }
  const n = x.length / dim;
  const out = new Float32Array(n * n);
  const wide = Float64Array.from(x); // converts each number once instead of once a product
  const tiled = n - (n % 4);
  for (let i = 0; i < tiled; i += 4) {
    for (let j = i; j < tiled; j += 4) tile(wide, i, j, dim, out, n);
  }
  for (let i = tiled; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += wide[i * dim + d]! * wide[j * dim + d]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
  return out;
}

/** The 4 x 4 products of rows i.. and j.., written on both sides of the diagonal. */
function tile(x: Float64Array, i: number, j: number, dim: number, out: Float32Array, n: number): void {
  const a = i * dim;
  const b = j * dim;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0; // prettier-ignore
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0; // prettier-ignore
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0; // prettier-ignore
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0; // prettier-ignore
  for (let d = 0; d < dim; d++) {
    const a0 = x[a + d]!;
    const a1 = x[a + dim + d]!;
    const a2 = x[a + 2 * dim + d]!;
    const a3 = x[a + 3 * dim + d]!;
    const b0 = x[b + d]!;
    const b1 = x[b + dim + d]!;
    const b2 = x[b + 2 * dim + d]!;
    const b3 = x[b + 3 * dim + d]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3; // prettier-ignore
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3; // prettier-ignore
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3; // prettier-ignore
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3; // prettier-ignore
  }
  const sums = [s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33];
  for (let t = 0; t < 16; t++) {
    const row = i + (t >> 2);
    const column = j + (t & 3);
    out[row * n + column] = sums[t]!;
    out[column * n + row] = sums[t]!;
  }
}

/** The plane of some of the items: P[items, items], [m, m], of a plane [n, n]. */
export function planeOf(items: ArrayLike<number>, plane: Float32Array, n: number): Float32Array {
  const m = items.length;
  const out = new Float32Array(m * m);
  for (let i = 0; i < m; i++) {
    const row = items[i]! * n;
    for (let j = 0; j < m; j++) out[i * m + j] = plane[row + items[j]!]!;
  }
  return out;
}

/**
 * The nearest items of each item among vectors, itself left out, from their plane [n, n] of dot products (cosines of
 * unit rows). Returns [n, min(k, n - 1)] indices, nearest first.
 */
export function nearestInPlane(plane: Float32Array, n: number, k: number): Uint32Array {
  return nearestBy(n, k, (i, row) => row.set(plane.subarray(i * n, (i + 1) * n)));
}

/**
 * The nearest points of each point in a picture (Euclidean), itself left out. points [n, 2].
 * Returns [n, min(k, n - 1)] indices, nearest first.
 */
export function nearestPoints(points: Float32Array, k: number): Uint32Array {
  const n = points.length / 2;
  return nearestBy(n, k, (i, row) => {
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    for (let j = 0; j < n; j++) row[j] = -((points[2 * j]! - x) ** 2) - (points[2 * j + 1]! - y) ** 2;
  });
}

function nearestBy(n: number, k: number, closenessInto: (i: number, row: Float64Array) => void): Uint32Array {
  const kept = Math.max(0, Math.min(k, n - 1));
  const out = new Uint32Array(n * kept);
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    closenessInto(i, row);
    row[i] = -Infinity;
    largestInto(row, out.subarray(i * kept, (i + 1) * kept));
  }
  return out;
}

/**
 * Writes the indices of the largest values, largest first, the lower index first on a tie; `out` is no longer than
 * `values`. By insertion: the list is short, and most values fall below its end at one comparison.
 */
export function largestInto(values: ArrayLike<number>, out: Uint32Array): void {
  const k = out.length;
  if (k === 0) return;
  let filled = 0;
  let floor = -Infinity;
  for (let j = 0; j < values.length; j++) {
    const value = values[j]!;
    if (filled === k && value <= floor) continue;
    let at = filled < k ? filled++ : k - 1;
    while (at > 0 && values[out[at - 1]!]! < value) {
      out[at] = out[at - 1]!;
      at--;
    }
    out[at] = j;
    floor = values[out[filled - 1]!]!;
  }
}
