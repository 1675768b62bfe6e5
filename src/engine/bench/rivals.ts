/**
 * What the closed form is held against: at every step the vectors are fused again and multiplied again, in plain JavaScript.
 * Written to be fast (flat arrays that are kept from step to step, several accumulators, products in blocks) wherever the
 * rival does not say otherwise, so that ratios are fair.
 */
import type { Modality } from '../../base/modality.ts';
import { dotRows } from '../../math/fusion.ts';
import { ranks } from '../../math/ranks.ts';
import type { Components } from '../../math/components.ts';
import type { RetrievalTask } from '../../world/types.ts';

/**
 * Both components of one side, base first, fused as math/fusion.ts does it, into `out` [nItems, dim]: the caller's, so that
 * no step waits for new memory. Returns it.
 */
export function refuseInto(out: Float32Array, { data, dim }: Components, factor: number): Float32Array {
  const [base, expert] = data as [Float32Array, Float32Array];
  const [a, b] = [1 - factor, factor];
  for (let start = 0; start < out.length; start += dim) {
    const end = start + dim;
    let [squares0, squares1, d] = [0, 0, start];
    for (; d + 1 < end; d += 2) {
      const first = a * base[d]! + b * expert[d]!;
      const second = a * base[d + 1]! + b * expert[d + 1]!;
      squares0 += first * first;
      squares1 += second * second;
      out[d] = first;
      out[d + 1] = second;
    }
    for (; d < end; d++) {
      const last = a * base[d]! + b * expert[d]!;
      squares0 += last * last;
      out[d] = last;
    }
    const squares = squares0 + squares1;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (d = start; d < end; d++) out[d]! *= scale;
  }
  return out;
}

/** refuseInto() with memory of its own. */
export function createRefuser(side: Components): (factor: number) => Float32Array {
  const fused = new Float32Array(side.nItems * side.dim);
  return (factor) => refuseInto(fused, side, factor);
}

/** Ranks of a task from the fused vectors of all items of each modality, two queries at a time. */
export function remultiply(
  vectors: Partial<Record<Modality, Float32Array>>,
  { queries, gallery, relevant, queryModality, galleryModality }: RetrievalTask,
  dim: number,
): Uint32Array {
  const x = vectors[queryModality]!;
  const y = vectors[galleryModality]!;
  const out = new Uint32Array(queries.length);
  const nGallery = gallery.length;
  const scores = new Float32Array(2 * nGallery);
  for (let q = 0; q < queries.length; q += 2) {
    const pair = q + 1 < queries.length;
    let g = 0;
    for (; pair && g + 1 < nGallery; g += 2) {
      const [at0, at1] = [queries[q]! * dim, queries[q + 1]! * dim];
      multiplyBlock(scores, g, nGallery, x, at0, at1, y, gallery[g]! * dim, gallery[g + 1]! * dim, dim);
    }
    for (; g < nGallery; g++) {
      scores[g] = dotRows(x, queries[q]!, y, gallery[g]!, dim);
      if (pair) scores[nGallery + g] = dotRows(x, queries[q + 1]!, y, gallery[g]!, dim);
    }
    out.set(ranks(scores, nGallery, relevant.slice(q, q + 2)), q);
  }
  return out;
}

/** Two queries by two items: each number that is read serves two products. Rows are given by their first index. */
function multiplyBlock(
  scores: Float32Array,
  g: number,
  nGallery: number,
  x: Float32Array,
  x0: number,
  x1: number,
  y: Float32Array,
  y0: number,
  y1: number,
  dim: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  for (let d = 0; d < dim; d++) {
    const p0 = x[x0 + d]!;
    const p1 = x[x1 + d]!;
    const q0 = y[y0 + d]!;
    const q1 = y[y1 + d]!;
    s00 += p0 * q0;
    s01 += p0 * q1;
    s10 += p1 * q0;
    s11 += p1 * q1;
  }
  scores[g] = s00;
  scores[g + 1] = s01;
  scores[nGallery + g] = s10;
  scores[nGallery + g + 1] = s11;
}

/** Writes the scores of one query, by both sides' factors. */
export type ScoreInto = (out: Float32Array, queryFactor: number, galleryFactor: number) => void;

/** All gallery vectors fused again, then multiplied. */
export function createFuseThenMultiply(query: Components, gallery: Components): ScoreInto {
  const [fuseQuery, fuseGallery] = [createRefuser(query), createRefuser(gallery)];
  return (out, queryFactor, galleryFactor) => {
    const x = fuseQuery(queryFactor);
    const y = fuseGallery(galleryFactor);
    for (let g = 0; g < out.length; g++) out[g] = dotRows(x, 0, y, g, gallery.dim);
  };
}

/**
 * The same in one pass that stores no fused vector: the best that a rival without planes can do in plain JavaScript. Takes
 * an even dim.
 */
export function createFuseWhileMultiplying(query: Components, gallery: Components): ScoreInto {
  const fuseQuery = createRefuser(query);
  const { dim, data } = gallery;
  const [base, expert] = data as [Float32Array, Float32Array];
  return (out, queryFactor, galleryFactor) => {
    const x = fuseQuery(queryFactor);
    const [a, b] = [1 - galleryFactor, galleryFactor];
    for (let g = 0; g < out.length; g++) {
      const start = g * dim;
      let [squares0, squares1, sum0, sum1] = [0, 0, 0, 0];
      for (let d = 0; d < dim; d += 2) {
        const first = a * base[start + d]! + b * expert[start + d]!;
        const second = a * base[start + d + 1]! + b * expert[start + d + 1]!;
        squares0 += first * first;
        squares1 += second * second;
        sum0 += first * x[d]!;
        sum1 += second * x[d + 1]!;
      }
      const squares = squares0 + squares1;
      out[g] = squares > 0 ? (sum0 + sum1) / Math.sqrt(squares) : 0;
    }
  };
}

/** A ranking by objects that are sorted, as web examples of semantic search do it; the first k. */
export function copyAndSort(scores: Float32Array, k: number): { index: number; score: number }[] {
  return Array.from(scores, (score, index) => ({ index, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
}
