/** Ranks of every right answer, a query a step. */
import { offsetsOf, type AnswerRanks } from './answers.ts';
import { dotRows } from './fusion.ts';
import type { Steps } from './steps.ts';

/** Unit rows of queries and gallery in one space, and which of them belong together. */
export interface RowTask {
  /** [nRows, dim], and the rows that ask. */
  x: Float32Array;
  queries: ArrayLike<number>;
  /** [nGallery, dim] */
  y: Float32Array;
  dim: number;
  /** Right answers of each query as rows of y, ascending. */
  relevant: readonly ArrayLike<number>[];
}

/**
 * rank = 1 + #(s > s_a) + #(s = s_a, index < a) of every right answer a, with s = x_q . y_g in float32, of one setting. Each
 * step is one query: nGallery dim products. Equal to taskAnswerRanks of the fused vectors, its plain twin, but for rounding.
 */
export function* answerRanksSteps({ x, queries, y, dim, relevant }: RowTask): Steps<AnswerRanks> {
  const nGallery = y.length / dim;
  const offsets = offsetsOf(relevant);
  const ranks = new Uint32Array(offsets[relevant.length]!);
  const scores = new Float32Array(nGallery);
  for (let q = 0; q < relevant.length; q++) {
    for (let g = 0; g < nGallery; g++) scores[g] = dotRows(x, queries[q]!, y, g, dim);
    for (let a = 0; a < relevant[q]!.length; a++) {
      const answer = relevant[q]![a]!;
      const own = scores[answer]!;
      let rank = 1;
      for (let g = 0; g < answer; g++) rank += Number(scores[g]! >= own);
      for (let g = answer + 1; g < nGallery; g++) rank += Number(scores[g]! > own);
      ranks[offsets[q]! + a] = rank;
    }
    yield (q + 1) / relevant.length;
  }
  return { nSettings: 1, nGallery, offsets, ranks };
}
