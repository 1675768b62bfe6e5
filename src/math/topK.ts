/** The best of one row of scores, ties to the lower index. */

/** True where item a stands before item b: the higher score, the lower index on a tie. */
function before(scores: Float32Array, a: number, b: number): boolean {
  return scores[a]! > scores[b]! || (scores[a] === scores[b] && a < b);
}

/** Indices of the k highest scores [nItems], best first; all of them, sorted, when k >= nItems. */
export function topK(scores: Float32Array, k: number): Uint32Array {
  const size = Math.max(0, Math.min(k, scores.length));
  const best = new Uint32Array(size);
  let count = 0;
  for (let i = 0; i < scores.length && size > 0; i++) {
    if (count === size && !before(scores, i, best[size - 1]!)) continue;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(scores, i, best[middle]!)) high = middle;
      else low = middle + 1;
    }
    best.copyWithin(low + 1, low, size - 1);
    best[low] = i;
    if (count < size) count++;
  }
  return best;
}

/** Rank of one item among scores [nItems], from 1: 1 + #(s > s_i) + #(s = s_i, index < i). */
export function rankOf(scores: Float32Array, item: number): number {
  let rank = 1;
  for (let i = 0; i < scores.length; i++) if (before(scores, i, item)) rank++;
  return rank;
}
