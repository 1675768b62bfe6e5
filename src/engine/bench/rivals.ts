/**
 * What the closed form is held against: at every step the vectors are fused again and multiplied again, in plain JavaScript.
 * Written to be fast (flat arrays, four accumulators) wherever the rival does not say otherwise, so that ratios are fair.
 */
import type { Modality } from '../../base/modality.ts';
import { dotRows, fuse } from '../../math/fusion.ts';
import { ranks } from '../../math/ranks.ts';
import type { Components } from '../../math/components.ts';
import type { RetrievalTask } from '../../world/types.ts';

/** Both components of one side, base first. */
export function refuse({ data, dim }: Components, factor: number): Float32Array {
  return fuse(factor, data[1]!, data[0]!, dim);
}

/** Ranks of a task from the fused vectors of all items of each modality. */
export function remultiply(
  vectors: Partial<Record<Modality, Float32Array>>,
  task: RetrievalTask,
  dim: number,
): Uint32Array {
  const { queries, gallery } = task;
  const x = vectors[task.queryModality]!;
  const y = vectors[task.galleryModality]!;
  const scores = new Float32Array(queries.length * gallery.length);
  for (let q = 0; q < queries.length; q++) {
    for (let g = 0; g < gallery.length; g++) {
      scores[q * gallery.length + g] = dotRows(x, queries[q]!, y, gallery[g]!, dim);
    }
  }
  return ranks(scores, gallery.length, task.relevant);
}

/** Scores of one query: all gallery vectors fused again, then multiplied. */
export function fuseAndMultiplyInto(
  out: Float32Array,
  query: Components,
  gallery: Components,
  queryFactor: number,
  galleryFactor: number,
): void {
  const { dim } = gallery;
  const x = refuse(query, queryFactor);
  const y = refuse(gallery, galleryFactor);
  for (let g = 0; g < out.length; g++) out[g] = dotRows(x, 0, y, g, dim);
}

/** The same in one pass that stores no fused vector: the best that a rival without planes can do in plain JavaScript. */
export function fuseWhileMultiplyingInto(
  out: Float32Array,
  query: Components,
  gallery: Components,
  queryFactor: number,
  galleryFactor: number,
): void {
  const { dim, data } = gallery;
  const [base, expert] = data as [Float32Array, Float32Array];
  const x = refuse(query, queryFactor);
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
}

/** A ranking by objects that are sorted, as web examples of semantic search do it; the first k. */
export function copyAndSort(scores: Float32Array, k: number): { index: number; score: number }[] {
  return Array.from(scores, (score, index) => ({ index, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
}
