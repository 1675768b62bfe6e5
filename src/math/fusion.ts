/**
 * Fusion of unit vectors and scores in closed form. Legend: q query, g gallery item, i and j their components.
 */
import { InputError } from '../base/errors.ts';

/**
 * Dot product of row `a` of x and row `b` of y, both [n, dim]; summed in float64. Four sums at a time: one alone would wait
 * for each addition.
 */
export function dotRows(x: Float32Array, a: number, y: Float32Array, b: number, dim: number): number {
  const p = a * dim;
  const q = b * dim;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let d = 0;
  for (; d + 3 < dim; d += 4) {
    s0 += x[p + d]! * y[q + d]!;
    s1 += x[p + d + 1]! * y[q + d + 1]!;
    s2 += x[p + d + 2]! * y[q + d + 2]!;
    s3 += x[p + d + 3]! * y[q + d + 3]!;
  }
  for (; d < dim; d++) s0 += x[p + d]! * y[q + d]!;
  return s0 + s1 + (s2 + s3);
}

function checkFactor(factor: number): void {
  if (!(factor >= 0 && factor <= 1)) throw new InputError(`A factor lies in [0, 1]; this is ${factor}.`);
}

/**
 * fuse(f; a, b) = normalise(f a + (1 - f) b) row by row (FreeBind, arXiv 2405.04883, eq. 8), written out: the plain
 * truth that the closed form is tested against. a, b and the result are [nItems, dim] with unit rows.
 * @throws InputError on a factor outside [0, 1] or shapes that differ.
 */
export function fuse(factor: number, a: Float32Array, b: Float32Array, dim: number): Float32Array {
  checkFactor(factor);
  if (a.length !== b.length || a.length % dim !== 0) {
    throw new InputError(`Cannot fuse ${a.length} with ${b.length} numbers in rows of ${dim}.`);
  }
  const out = new Float32Array(a.length);
  const row = new Float64Array(dim);
  for (let start = 0; start < a.length; start += dim) {
    let squares = 0;
    for (let d = 0; d < dim; d++) {
      row[d] = factor * a[start + d]! + (1 - factor) * b[start + d]!;
      squares += row[d]! * row[d]!;
    }
    // Opposite vectors at 1/2 cancel: the fused vector is then zero, and scores nothing.
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < dim; d++) out[start + d] = row[d]! * scale;
  }
  return out;
}

/**
 * Coefficients on (base, expert) of a single fuse, per item: [1 - f, f] / sqrt((1-f)^2 + f^2 + 2 f (1-f) G), with
 * G = expert . base, `gram` [nItems]. Returns [2, nItems], the base's row first.
 */
export function fuseCoefficients(factor: number, gram: Float32Array): Float32Array {
  checkFactor(factor);
  const n = gram.length;
  const out = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const squares = (1 - factor) ** 2 + factor ** 2 + 2 * factor * (1 - factor) * gram[i]!;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    out[i] = (1 - factor) * scale;
    out[n + i] = factor * scale;
  }
  return out;
}

/** P[q, g] = x_q . y_g, [nQueries, nGallery], of unit rows x [nQueries, dim] and y [nGallery, dim]. */
export function plane(x: Float32Array, y: Float32Array, dim: number): Float32Array {
  const nQueries = x.length / dim;
  const nGallery = y.length / dim;
  const out = new Float32Array(nQueries * nGallery);
  for (let q = 0; q < nQueries; q++) {
    for (let g = 0; g < nGallery; g++) out[q * nGallery + g] = dotRows(x, q, y, g, dim);
  }
  return out;
}

/**
 * score(q, g) = sum_ij w_i(q) v_j(g) P_ij[q, g]. w [nComponentsQ, nQueries], v [nComponentsG, nGallery], planes in the
 * order i * nComponentsG + j, each [nQueries, nGallery]. Returns [nQueries, nGallery].
 * @throws InputError when the planes do not fit the coefficients.
 */
export function scoresFromPlanes(
  planes: readonly Float32Array[],
  w: Float32Array,
  v: Float32Array,
  nQueries: number,
  nGallery: number,
): Float32Array {
  const nI = nQueries > 0 ? w.length / nQueries : 0;
  const nJ = nGallery > 0 ? v.length / nGallery : 0;
  if (nQueries > 0 && nGallery > 0 && planes.length !== nI * nJ) {
    throw new InputError(`${nI} x ${nJ} components need ${nI * nJ} planes; there are ${planes.length}.`);
  }
  const out = new Float32Array(nQueries * nGallery);
  for (let q = 0; q < nQueries; q++) {
    for (let g = 0; g < nGallery; g++) {
      let sum = 0;
      for (let i = 0; i < nI; i++) {
        for (let j = 0; j < nJ; j++) {
          sum += w[i * nQueries + q]! * v[j * nGallery + g]! * planes[i * nJ + j]![q * nGallery + g]!;
        }
      }
      out[q * nGallery + g] = sum;
    }
  }
  return out;
}
