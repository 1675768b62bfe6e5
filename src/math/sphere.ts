/** How unit vectors lie on their sphere. All sums in float64. */

/** Brings rows x [n, dim] to unit length, in place, as after storage in half precision; a row of zeros stays. Returns x. */
export function normaliseRows(x: Float32Array, dim: number): Float32Array {
  for (let start = 0; start < x.length; start += dim) {
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += x[start + d]! ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < dim; d++) x[start + d]! *= scale;
  }
  return x;
}

/**
 * Modality gap: the distance between the centroids of two sets of unit vectors, |mean x - mean y| (Liang et al., "Mind the
 * gap", arXiv 2203.02053, section 4.2). x [nX, dim], y [nY, dim]. In [0, 2]; NaN when a set is empty.
 */
export function modalityGap(x: Float32Array, y: Float32Array, dim: number): number {
  let squares = 0;
  for (let d = 0; d < dim; d++) squares += (columnMean(x, d, dim) - columnMean(y, d, dim)) ** 2;
  return Math.sqrt(squares);
}

function columnMean(x: Float32Array, d: number, dim: number): number {
  let sum = 0;
  for (let at = d; at < x.length; at += dim) sum += x[at]!;
  return sum / (x.length / dim);
}

/**
 * Alignment: mean |x_i - x_j|^2 over right pairs (Wang and Isola, "Understanding contrastive representation learning
 * through alignment and uniformity on the hypersphere", arXiv 2005.10242, eq. 1 with alpha = 2). x [n, dim] unit rows,
 * pairs [nPairs, 2]. In [0, 4], lower is closer; NaN without pairs.
 */
export function alignment(x: Float32Array, dim: number, pairs: Uint32Array): number {
  let sum = 0;
  for (let p = 0; p < pairs.length; p += 2) {
    const a = pairs[p]! * dim;
    const b = pairs[p + 1]! * dim;
    for (let d = 0; d < dim; d++) sum += (x[a + d]! - x[b + d]!) ** 2;
  }
  return sum / (pairs.length / 2);
}

/**
 * Uniformity: log mean exp(-t |x_i - x_j|^2) over the pairs i < j (Wang and Isola, arXiv 2005.10242, eq. 2), from the
 * plane [n, n] of cosines, as |x_i - x_j|^2 = 2 - 2 cos. At most 0, lower is more evenly spread; NaN below two items.
 * @param t sharpness; 2 as in the paper.
 */
export function uniformity(plane: Float32Array, n: number, t = 2): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) sum += Math.exp(-2 * t * (1 - plane[i * n + j]!));
  }
  return Math.log(sum / ((n * (n - 1)) / 2));
}
