/** Ranks and the retrieval metrics that follow from them. */
import { InputError } from '../base/errors.ts';

/**
 * rank(q) = 1 + #(s > s*) + #(s = s*, index < i*), with s*, i* the best relevant item (the lower index on a tie).
 * scores [nQueries, nGallery]; relevant[q] are positions in the gallery, ascending. Returns [nQueries], from 1.
 * @throws InputError when a query has no right answer or a score is not a number.
 */
export function ranks(scores: Float32Array, nGallery: number, relevant: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(relevant, (right, q) => {
    if (right.length === 0) throw new InputError(`Query ${q} has no right answer in the gallery.`);
    const row = scores.subarray(q * nGallery, (q + 1) * nGallery);
    let best = right[0]!;
    for (const g of right) if (row[g]! > row[best]!) best = g;
    let rank = 1;
    for (let g = 0; g < nGallery; g++) {
      if (Number.isNaN(row[g]!))
        throw new InputError(`The score of query ${q} and item ${g} is not a number.`);
      if (row[g]! > row[best]! || (row[g] === row[best] && g < best)) rank++;
    }
    return rank;
  });
}

/** Share of ranks within the first k, in [0, 1]; NaN of an empty list. */
export function recallAt(k: number, of: Uint32Array): number {
  return of.filter((rank) => rank <= k).length / of.length;
}

/** Lower median; NaN of an empty list. */
export function medianRank(of: Uint32Array): number {
  return of.slice().sort()[(of.length - 1) >> 1] ?? NaN;
}

/** Mean reciprocal rank, in (0, 1]; NaN of an empty list. */
export function meanReciprocalRank(of: Uint32Array): number {
  return of.reduce((sum, rank) => sum + 1 / rank, 0) / of.length;
}

/**
 * R@k of a random order for a query with nRelevant right answers among nGallery: 1 - C(N - r, k) / C(N, k).
 */
export function chanceRecallAt(k: number, nRelevant: number, nGallery: number): number {
  let miss = 1;
  for (let i = 0; i < Math.min(k, nGallery); i++)
    miss *= Math.max(0, nGallery - nRelevant - i) / (nGallery - i);
  return 1 - miss;
}
