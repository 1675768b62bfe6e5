/** The best of one row of scores, ties to the lower index. Scores are numbers: NaN is refused where components enter. */

/** True where item a stands before item b: the higher score, the lower index on a tie. */
function before(scores: Float32Array, a: number, b: number): boolean {
  return scores[a]! > scores[b]! || (scores[a] === scores[b] && a < b);
}

/** Moves heap[at] down to its place among the first `size`: every parent stands behind its children. */
function sink(heap: Uint32Array, size: number, at: number, scores: Float32Array): void {
  const item = heap[at]!;
  let place = at;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && before(scores, heap[child]!, heap[child + 1]!)) child++;
    if (before(scores, heap[child]!, item)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = item;
}

/** The first index from `from` on with a score above the threshold; the length where there is none. */
function indexAbove(scores: Float32Array, from: number, threshold: number): number {
  const n = scores.length;
  for (let i = from; i < n; i++) if (scores[i]! > threshold) return i;
  return n;
}

/**
 * Indices of the k highest scores [nItems], best first; all of them, sorted, when k >= nItems. One pass over the scores that
 * keeps the best so far in a heap with the worst of them on top: N comparisons and, whatever the order, at most
 * O(N log k) steps.
 */
export function topK(scores: Float32Array, k: number): Uint32Array {
  const size = Math.max(0, Math.min(k, scores.length));
  const best = Uint32Array.from({ length: size }, (_, i) => i);
  if (size === 0) return best;
  let next = size;
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(best, size, at, scores);
  for (;;) {
    // On a tie the later item stands behind.
    next = indexAbove(scores, next, scores[best[0]!]!);
    if (next === scores.length) break;
    best[0] = next++;
    sink(best, size, 0, scores);
  }
  for (let last = size - 1; last > 0; last--) {
    const item = best[0]!;
    best[0] = best[last]!;
    sink(best, last, 0, scores);
    best[last] = item;
  }
  return best;
}

/** Rank of one item among scores [nItems], from 1: 1 + #(s > s_i) + #(s = s_i, index < i). */
export function rankOf(scores: Float32Array, item: number): number {
  const score = scores[item]!;
  const n = scores.length;
  let rank = 1;
  // Added as numbers: half of the branches would be mispredicted.
  for (let i = 0; i < item; i++) rank += Number(scores[i]! >= score);
  for (let i = item + 1; i < n; i++) rank += Number(scores[i]! > score);
  return rank;
}
