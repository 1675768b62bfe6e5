/** R@1 of every direction, and modality gaps, of a collection in one space: from its rows alone. Pure. */
import { InputError } from '../../base/errors.ts';
import { splitDirection, type Direction } from '../../base/modality.ts';
import { dotBlock, widened } from '../../math/rowDots.ts';
import { modalityGap } from '../../math/sphere.ts';
import type { Steps } from '../../math/steps.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Vectors } from '../vectors.ts';
import type { SpaceQuality } from './types.ts';

export interface QualityRequest {
  spaceId: string;
  dim: number;
  /** Unit rows by modality. */
  vectors: Vectors;
  /** Directions with at least one query. */
  tasks: readonly { direction: Direction; task: RetrievalTask }[];
}

/** Products of numbers that are taken in a reasonable time: about two minutes. */
const MAX_PRODUCTS = 4e11;
/** Queries multiplied at a time. */
const N_QUERIES = 16;

/** Whether a count would take too long. @throws InputError */
export function checkQuality({ dim, tasks }: QualityRequest): void {
  const products = tasks.reduce((sum, { task }) => sum + task.queries.length * task.gallery.length * dim, 0);
  if (products > MAX_PRODUCTS)
    throw new InputError(
      `All queries against all items are ${(products / 1e12).toFixed(1)} million million products here: open the collection and let the lab sample queries.`,
    );
}

/**
 * R@1: the share of queries whose best match is a right answer, the item listed first on a tie (as math/ranks.ts). Gaps are those of
 * modalityGap. Yields the share of the work that is done.
 */
export function* qualitySteps({ spaceId, dim, vectors, tasks }: QualityRequest): Steps<SpaceQuality> {
  const quality: SpaceQuality = { spaceId, R1: {}, gap: {} };
  const weights = tasks.map(({ task }) => task.queries.length * task.gallery.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  for (const [t, { direction, task }] of tasks.entries()) {
    const [query, gallery] = splitDirection(direction);
    const x = vectors[query];
    const y = vectors[gallery];
    if (!x || !y || task.queries.length === 0) continue;
    const galleryRows = widened(chosen(y, task.gallery, dim));
    const nGallery = task.gallery.length;
    const scores = new Float64Array(N_QUERIES * nGallery);
    let hits = 0;
    for (let from = 0; from < task.queries.length; from += N_QUERIES) {
      const queries = task.queries.subarray(from, from + N_QUERIES);
      dotBlock(widened(chosen(x, queries, dim)), 0, queries.length, galleryRows, dim, scores);
      for (let q = 0; q < queries.length; q++) {
        const best = bestOf(scores.subarray(q * nGallery, (q + 1) * nGallery));
        if (task.relevant[from + q]!.includes(best)) hits++;
      }
      yield (before + (weights[t]! * (from + queries.length)) / task.queries.length) / total;
    }
    before += weights[t]!;
    quality.R1[direction] = hits / task.queries.length;
    const pair = [query, gallery].sort().join('-');
    quality.gap[pair] ??= modalityGap(x, y, dim);
  }
  return quality;
}

function bestOf(scores: Float64Array): number {
  let best = 0;
  for (let g = 1; g < scores.length; g++) if (scores[g]! > scores[best]!) best = g;
  return best;
}

function chosen(rows: Float32Array, indices: Uint32Array, dim: number): Float32Array {
  const out = new Float32Array(indices.length * dim);
  indices.forEach((index, i) => out.set(rows.subarray(index * dim, (index + 1) * dim), i * dim));
  return out;
}
