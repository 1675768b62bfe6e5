/** What becomes of neighbourhoods between two spaces, and between a space and its picture. */

/**
 * Share of neighbours kept: mean over the items of |A_i and B_i| / k, with A_i and B_i the k nearest neighbours of item i
 * in two spaces. a and b are [n, k] indices of the same items. In [0, 1]; NaN without items or neighbours.
 */
export function neighboursKept(a: Uint32Array, b: Uint32Array, k: number): number {
  let shared = 0;
  for (let start = 0; start < a.length; start += k) {
    for (let s = start; s < start + k; s++) {
      for (let t = start; t < start + k; t++) if (a[s] === b[t]) shared++;
    }
  }
  return shared / a.length;
}

/**
 * Trustworthiness of a picture (Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001,
 * eq. 1): T = 1 - (2 / G) sum_i sum_{j in U_i} (r(i, j) - k). U_i are the items among the k nearest of i in the picture
 * but not among the vectors; r(i, j) is the rank of j among the vectors' neighbours of i, from 1. G scales the worst
 * picture to 0: n k (2n - 3k - 1) for k < n / 2, else n (n - k)(n - k - 1).
 * `plane` [n, n] holds the cosines of the vectors, `picture` [n, k] the neighbours in the picture.
 * In [0, 1], 1 when no neighbour in the picture is a stranger; NaN where every item is a neighbour (k >= n - 1) or k = 0.
 */
export function trustworthiness(plane: Float32Array, n: number, picture: Uint32Array, k: number): number {
  if (k < 1 || k >= n - 1) return NaN;
  let excess = 0;
  for (let i = 0; i < n; i++) {
    const row = plane.subarray(i * n, (i + 1) * n);
    for (let s = i * k; s < (i + 1) * k; s++) {
      const j = picture[s]!;
      const closeness = row[j]!;
      // Items before j stand before it on a tie; the item itself is none of its neighbours.
      let rank = i < j ? (row[i]! >= closeness ? 0 : 1) : row[i]! > closeness ? 0 : 1;
      for (let l = 0; l < j; l++) if (row[l]! >= closeness) rank++;
      for (let l = j + 1; l < n; l++) if (row[l]! > closeness) rank++;
      if (rank > k) excess += rank - k;
    }
  }
  const worst = 2 * k < n ? n * k * (2 * n - 3 * k - 1) : n * (n - k) * (n - k - 1);
  return 1 - (2 * excess) / worst;
}
