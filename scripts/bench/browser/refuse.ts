/**
 * The rival of the closed form: at every step fuse all vectors again, multiply them again and rank, in plain JavaScript.
 * It is written to be fast (flat arrays, four accumulators), so that the ratio is fair.
 */
import type { Modality } from '../../../src/base/modality.ts';
import { fuse } from '../../../src/math/fusion.ts';
import { ranks } from '../../../src/math/ranks.ts';
import type { Factors } from '../../../src/recipe/types.ts';
import type { RetrievalTask } from '../../../src/world/types.ts';
import type { BenchWorld } from './world.ts';

/** The fused vectors of every modality of Unified++. */
export function refuse({ components }: Pick<BenchWorld, 'components'>, factors: Factors) {
  const fused = (modality: Modality) => {
    const { data, dim } = components[modality];
    const [base, expert] = data as [Float32Array, Float32Array?];
    return expert ? fuse(factors['c-foley']?.[modality] ?? 0, expert, base, dim) : base;
  };
  return { text: fused('text'), image: fused('image'), audio: fused('audio') };
}

/** Dot product of two rows, dim a multiple of four. */
export function dot(x: Float32Array, a: number, y: Float32Array, b: number, dim: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let d = 0; d < dim; d += 4) {
    s0 += x[a + d]! * y[b + d]!;
    s1 += x[a + d + 1]! * y[b + d + 1]!;
    s2 += x[a + d + 2]! * y[b + d + 2]!;
    s3 += x[a + d + 3]! * y[b + d + 3]!;
  }
  return s0 + s1 + (s2 + s3);
}

/** Ranks of a task from fused vectors of all items. */
export function remultiply(vectors: Record<Modality, Float32Array>, task: RetrievalTask, dim: number) {
  const { queries, gallery } = task;
  const x = vectors[task.queryModality];
  const y = vectors[task.galleryModality];
  const scores = new Float32Array(queries.length * gallery.length);
  for (let q = 0; q < queries.length; q++) {
    for (let g = 0; g < gallery.length; g++) {
      scores[q * gallery.length + g] = dot(x, queries[q]! * dim, y, gallery[g]! * dim, dim);
    }
  }
  return ranks(scores, gallery.length, task.relevant);
}
