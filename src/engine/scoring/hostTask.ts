/**
 * The host's half of all-query ranking: which planes a task needs, and the few numbers that a factor change sends to the
 * device. Legend: q query, g gallery item, i and j their components; nI, nJ how many.
 */
import { InputError } from '../../base/errors.ts';
import { splitDirection, type Direction, type Modality } from '../../base/modality.ts';
import { checkComponents, gatherColumns, gatherComponents, type Components } from '../../math/components.ts';
import type { RetrievalTask } from '../../world/types.ts';

/** A task with the components of its queries and its gallery, checked. */
export interface HostTask {
  direction: Direction;
  task: RetrievalTask;
  queries: Components;
  gallery: Components;
}

/** Coefficient vectors [nComponents, nItems] of all items of each modality. */
export type CoefficientsByModality = Partial<Record<Modality, Float32Array>>;

/** Above every score: the threshold that nothing passes. */
const NEVER = 3e38;

/** Gathers a task's components. @throws InputError where task and components do not fit. */
export function createHostTask(
  direction: Direction,
  task: RetrievalTask,
  components: Partial<Record<Modality, Components>>,
): HostTask {
  const [queryModality, galleryModality] = splitDirection(direction);
  if (task.queryModality !== queryModality || task.galleryModality !== galleryModality) {
    throw new InputError(
      `The task of ${direction} goes from ${task.queryModality} to ${task.galleryModality}.`,
    );
  }
  const take = (modality: Modality, indices: Uint32Array): Components => {
    const all = components[modality];
    if (!all) throw new InputError(`${direction} needs ${modality} components; there are none.`);
    const outside = indices.find((index) => index >= all.nItems);
    if (outside !== undefined) {
      throw new InputError(`${direction} names ${modality} ${outside}; there are ${all.nItems}.`);
    }
    return gatherComponents(all, indices);
  };
  const queries = take(queryModality, task.queries);
  const gallery = take(galleryModality, task.gallery);
  if (queries.dim !== gallery.dim) {
    throw new InputError(
      `${direction}: ${queryModality} has ${queries.dim} dimensions, ${galleryModality} ${gallery.dim}.`,
    );
  }
  if (task.relevant.length !== task.queries.length) {
    throw new InputError(
      `${direction} has ${task.queries.length} queries and right answers for ${task.relevant.length}.`,
    );
  }
  task.relevant.forEach((right, q) => {
    if (right.length === 0 || right.some((g) => g >= task.gallery.length)) {
      throw new InputError(
        `${direction}: query ${q} needs right answers within the gallery of ${task.gallery.length}.`,
      );
    }
  });
  return { direction, task, queries, gallery };
}

/** @throws InputError where a modality's components are cut or hold NaN. */
export function checkAllComponents(components: Partial<Record<Modality, Components>>): void {
  for (const [modality, set] of Object.entries(components)) checkComponents(set, `The ${modality} items`);
}

/** x [nRows, n] with columns of zeros up to nPadded. */
export function padColumns(x: Float32Array, n: number, nPadded: number): Float32Array {
  const nRows = n > 0 ? x.length / n : 0;
  const out = new Float32Array(nRows * nPadded);
  for (let r = 0; r < nRows; r++) out.set(x.subarray(r * n, (r + 1) * n), r * nPadded);
  return out;
}

/** A float32 and its bits, for nextBelow: an array a query would keep the garbage collector busy. */
const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** The largest float32 below a finite one. */
function nextBelow(x: number): number {
  // Subnormal numbers are flushed on some GPUs: the step below zero is the smallest normal number.
  if (x === 0) return -1.1754944e-38;
  FLOAT[0] = x;
  BITS[0]! += x > 0 ? -1 : 1;
  return FLOAT[0];
}

/** A packed factor setting of one task: `queries` [nI + 3, nQueriesPadded], `gallery` [nJ, nGalleryPadded]. */
export interface PackedSetting {
  queries: Float32Array;
  gallery: Float32Array;
  /** s* [nQueries], the score of each query's best right answer. */
  best: Float32Array;
}

/**
 * Packs w (rows 0..nI-1), the threshold for items after the best right answer i* (row nI: s*), for items before it (row
 * nI + 1: the next float32 below s*, so that a tie with them counts) and i* itself (row nI + 2). `planesAtAnswers`
 * [nI * nJ, nAnswers] are the planes' values at the right answers, query by query. s* is summed in float32 in
 * the kernel's order (over i, then over j), so that equal items tie exactly.
 */
export function packSetting(
  { task }: HostTask,
  byModality: CoefficientsByModality,
  nItems: (modality: Modality) => number,
  planesAtAnswers: Float32Array,
  nQueriesPadded: number,
  nGalleryPadded: number,
): PackedSetting {
  const { queryModality, galleryModality, relevant } = task;
  const nQueries = task.queries.length;
  const nGallery = task.gallery.length;
  const w = gatherColumns(byModality[queryModality]!, nItems(queryModality), task.queries);
  const v = gatherColumns(byModality[galleryModality]!, nItems(galleryModality), task.gallery);
  const nI = w.length / nQueries;
  const nJ = v.length / nGallery;
  const nAnswers = planesAtAnswers.length / (nI * nJ);
  const round = Math.fround;
  const best = new Float32Array(nQueries);
  const queries = new Float32Array((nI + 3) * nQueriesPadded);
  const [starRow, belowRow, indexRow] = [nI, nI + 1, nI + 2].map((row) => row * nQueriesPadded) as [
    number,
    number,
    number,
  ];
  queries.fill(NEVER, starRow, indexRow);
  let answer = 0;
  for (let q = 0; q < nQueries; q++) {
    let top = -Infinity;
    let index = 0;
    for (const g of relevant[q]!) {
      let score = 0;
      for (let j = 0; j < nJ; j++) {
        let sum = 0;
        for (let i = 0; i < nI; i++) {
          sum = round(sum + round(w[i * nQueries + q]! * planesAtAnswers[(i * nJ + j) * nAnswers + answer]!));
        }
        score = round(score + round(sum * v[j * nGallery + g]!));
      }
      if (score > top) {
        top = score;
        index = g;
      }
      answer++;
    }
    best[q] = top;
    queries[starRow + q] = top;
    queries[belowRow + q] = nextBelow(top);
    queries[indexRow + q] = index;
  }
  queries.set(padColumns(w, nQueries, nQueriesPadded));
  return { queries, gallery: padColumns(v, nGallery, nGalleryPadded), best };
}
