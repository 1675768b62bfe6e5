/** Dot products of many rows at once, for searches over whole pools. Legend: q query, g gallery item. */

/** Rows of one side that are multiplied at a time: 64 rows of 128 float64 stay in the processor's cache. */
const BLOCK = 64;

/** Rows x [n, dim] as float64: converted once instead of once a product. */
export function widened(x: Float32Array): Float64Array {
  return Float64Array.from(x);
}

/**
 * Cosines of the unit rows from .. to - 1 of x with every row of y, into out [to - from, nGallery]; x and y widened, [n, dim].
 * Every sum runs over the dimensions in order, in float64: equal rows give equal cosines.
 */
export function dotBlock(
  x: Float64Array,
  from: number,
  to: number,
  y: Float64Array,
  dim: number,
  out: Float64Array,
): void {
  const n = y.length / dim;
  const tiledQ = from + ((to - from) & ~3);
  const tiledG = n & ~3;
  for (let block = 0; block < tiledG; block += BLOCK) {
    const end = Math.min(tiledG, block + BLOCK);
    for (let q = from; q < tiledQ; q += 4) {
      for (let g = block; g < end; g += 4) tile(x, q * dim, y, g * dim, dim, out, (q - from) * n + g, n);
    }
  }
  for (let q = from; q < to; q++) {
    for (let g = q < tiledQ ? tiledG : 0; g < n; g++) {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += x[q * dim + d]! * y[g * dim + d]!;
      out[(q - from) * n + g] = sum;
    }
  }
}

/** The 4 x 4 products of the rows at a.. of x and b.. of y, written from `at` in rows of n. */
function tile(
  x: Float64Array,
  a: number,
  y: Float64Array,
  b: number,
  dim: number,
  out: Float64Array,
  at: number,
  n: number,
): void {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0; // prettier-ignore
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0; // prettier-ignore
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0; // prettier-ignore
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0; // prettier-ignore
  const [a1, a2, a3] = [a + dim, a + 2 * dim, a + 3 * dim];
  const [b1, b2, b3] = [b + dim, b + 2 * dim, b + 3 * dim];
  for (let d = 0; d < dim; d++) {
    const x0 = x[a + d]!, x1 = x[a1 + d]!, x2 = x[a2 + d]!, x3 = x[a3 + d]!; // prettier-ignore
    const y0 = y[b + d]!, y1 = y[b1 + d]!, y2 = y[b2 + d]!, y3 = y[b3 + d]!; // prettier-ignore
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3; // prettier-ignore
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3; // prettier-ignore
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3; // prettier-ignore
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3; // prettier-ignore
  }
  out[at] = s00;
  out[at + 1] = s01;
  out[at + 2] = s02;
  out[at + 3] = s03; // prettier-ignore
  at += n;
  out[at] = s10;
  out[at + 1] = s11;
  out[at + 2] = s12;
  out[at + 3] = s13; // prettier-ignore
  at += n;
  out[at] = s20;
  out[at + 1] = s21;
  out[at + 2] = s22;
  out[at + 3] = s23; // prettier-ignore
  at += n;
  out[at] = s30;
  out[at + 1] = s31;
  out[at + 2] = s32;
  out[at + 3] = s33; // prettier-ignore
}

/** Calls back with the cosines of BLOCK rows of x at a time: block [rows, nGallery], the first row's number. */
export function forEachBlock(
  x: Float32Array,
  y: Float32Array,
  dim: number,
  visit: (block: Float64Array, from: number, nRows: number) => void,
): void {
  const nX = x.length / dim;
  const nY = y.length / dim;
  const wideX = widened(x);
  const wideY = widened(y);
  const block = new Float64Array(Math.min(nX, BLOCK) * nY);
  for (let from = 0; from < nX; from += BLOCK) {
    const to = Math.min(nX, from + BLOCK);
    dotBlock(wideX, from, to, wideY, dim, block);
    visit(block, from, to - from);
  }
}

/** The nearest row of the other side, and its cosine: [n] each. */
export interface Nearest {
  index: Uint32Array;
  similarity: Float32Array;
}

/**
 * For each unit row of x [nX, dim] the nearest of y [nY, dim], and for each of y the nearest of x, from one pass over their
 * cosines. A tie goes to the lower index; with nothing on the other side, index 0 at -Infinity.
 */
export function nearestBothWays(
  x: Float32Array,
  y: Float32Array,
  dim: number,
): { ofX: Nearest; ofY: Nearest } {
  const nY = y.length / dim;
  const none = (n: number) => new Float64Array(n).fill(-Infinity);
  const indexX = new Uint32Array(x.length / dim);
  const indexY = new Uint32Array(nY);
  const topX = none(indexX.length);
  const topY = none(nY);
  forEachBlock(x, y, dim, (block, from, nRows) => {
    for (let r = 0; r < nRows; r++) {
      let best = 0;
      let top = -Infinity;
      for (let g = 0; g < nY; g++) {
        const cosine = block[r * nY + g]!;
        if (cosine > top) {
          top = cosine;
          best = g;
        }
        if (cosine > topY[g]!) {
          topY[g] = cosine;
          indexY[g] = from + r;
        }
      }
      indexX[from + r] = best;
      topX[from + r] = top;
    }
  });
  return {
    ofX: { index: indexX, similarity: Float32Array.from(topX) },
    ofY: { index: indexY, similarity: Float32Array.from(topY) },
  };
}

/** Rows of weights with fewer others than 0 are summed one by one. */
const MIN_DENSE = 0.2;

/**
 * Sums of the rows y [n, dim], weighted: a function of weights [nRows, n], of which many may be 0, that gives
 * sum_g w[r, g] y_g, [nRows, dim]. The array that it returns is used again by the next call.
 */
export function weightedSums(
  y: Float32Array,
  dim: number,
): (weights: Float64Array, nRows: number) => Float64Array {
  const n = y.length / dim;
  const columns = new Float64Array(y.length);
  for (let g = 0; g < n; g++) for (let d = 0; d < dim; d++) columns[d * n + g] = y[g * dim + d]!;
  let sums = new Float64Array();
  return (weights, nRows) => {
    if (sums.length !== nRows * dim) sums = new Float64Array(nRows * dim);
    let nUsed = 0;
    for (let at = 0; at < nRows * n; at++) if (weights[at] !== 0) nUsed++;
    if (nUsed > MIN_DENSE * nRows * n) {
      dotBlock(weights, 0, nRows, columns, n, sums);
      return sums;
    }
    sums.fill(0);
    for (let r = 0; r < nRows; r++) {
      for (let g = 0; g < n; g++) {
        const weight = weights[r * n + g]!;
        if (weight === 0) continue;
        for (let d = 0; d < dim; d++) sums[r * dim + d]! += weight * y[g * dim + d]!;
      }
    }
    return sums;
  };
}
