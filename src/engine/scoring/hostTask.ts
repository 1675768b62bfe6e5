/**
 * The host's half of all-query ranking: which planes a task needs, and the few numbers that a factor change sends to the
 * device. Legend: q query, g gallery item, i and j their components; nI, nJ how many.
 */
import { InputError } from '../../base/errors.ts';
import { splitDirection, type Direction, type Modality } from '../../base/modality.ts';
import { offsetsOf } from '../../math/answers.ts';
import { checkComponents, gatherColumns, gatherComponents, type Components } from '../../math/components.ts';
import type { RetrievalTask } from '../../world/types.ts';

/** A task with the components of its queries and its gallery, checked. */
export interface HostTask {
  direction: Direction;
  task: RetrievalTask;
  queries: Components;
  gallery: Components;
  /** [nQueries + 1]: answers of query q are offsets[q] .. offsets[q + 1] - 1, in all lists of answers. */
  offsets: Uint32Array;
  /** [nAnswers] the query of each right answer, and its position in the gallery. */
  answerQueries: Uint32Array;
  answerItems: Uint32Array;
}

/** Coefficient vectors [nComponents, nItems] of all items of each modality. */
export type CoefficientsByModality = Partial<Record<Modality, Float32Array>>;

/** Gathers a task's components; their arrays must not change afterwards. @throws InputError where task and components do not fit. */
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
  const offsets = offsetsOf(task.relevant);
  const nAnswers = offsets[task.relevant.length]!;
  const answerQueries = new Uint32Array(nAnswers);
  const answerItems = new Uint32Array(nAnswers);
  task.relevant.forEach((right, q) => {
    answerItems.set(right, offsets[q]);
    answerQueries.fill(q, offsets[q], offsets[q + 1]);
  });
  return { direction, task, queries, gallery, offsets, answerQueries, answerItems };
}

/** @throws InputError where a modality's components are cut or hold NaN. */
export function checkAllComponents(components: Partial<Record<Modality, Components>>): void {
  for (const [modality, set] of Object.entries(components)) checkComponents(set, `The ${modality} items`);
}

/** Above every score: the threshold that nothing passes. A literal infinity is no WGSL constant. */
export const NEVER = 3e38;

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

/**
 * The order in which a score's terms are summed in float32: over j inside i (planes as they are, or contracted over the
 * gallery's side), or over i inside j (contracted over the queries' side).
 */
export type SumOrder = 'gallery first' | 'queries first';

/** The coefficients of a task's own items: w [nI, nQueries] and v [nJ, nGallery]. */
export interface Weights {
  queries: Float32Array;
  gallery: Float32Array;
}

/** A task's coefficients at one setting, and the scores that its right answers then have. */
export interface HostSetting extends Weights {
  /** s [nAnswers] of every right answer, query by query. */
  scores: Float32Array;
}

/** Gathers the coefficients of a task's items from those of all items; `nItems` counts all items of a modality. */
export function weightsOf(
  { task: { queryModality, galleryModality, queries, gallery } }: HostTask,
  byModality: CoefficientsByModality,
  nItems: (modality: Modality) => number,
): Weights {
  return {
    queries: gatherColumns(byModality[queryModality]!, nItems(queryModality), queries),
    gallery: gatherColumns(byModality[galleryModality]!, nItems(galleryModality), gallery),
  };
}

/**
 * Scores of a task's right answers, in float32 and in the kernel's order, so that equal items tie exactly.
 * `planesAtAnswers` are the planes' values there, one [nAnswers] a plane in the order i * nJ + j.
 */
export function scoreAnswers(
  { task, answerQueries, answerItems }: HostTask,
  { queries: w, gallery: v }: Weights,
  planesAtAnswers: readonly Float32Array[],
  order: SumOrder = 'gallery first',
): HostSetting {
  const nQueries = task.queries.length;
  const nGallery = task.gallery.length;
  const nI = w.length / nQueries;
  const nJ = v.length / nGallery;
  const round = Math.fround;
  const scores = new Float32Array(answerItems.length);
  const galleryFirst = order === 'gallery first';
  const [nOuter, nInner] = galleryFirst ? [nI, nJ] : [nJ, nI];
  for (let a = 0; a < scores.length; a++) {
    const q = answerQueries[a]!;
    const g = answerItems[a]!;
    let score = 0;
    for (let outer = 0; outer < nOuter; outer++) {
      let sum = 0;
      for (let inner = 0; inner < nInner; inner++) {
        const k = galleryFirst ? outer * nJ + inner : inner * nJ + outer;
        const weight = galleryFirst ? v[inner * nGallery + g]! : w[inner * nQueries + q]!;
        const term = round(weight * planesAtAnswers[k]![a]!);
        sum = inner === 0 ? term : round(sum + term);
      }
      const weight = galleryFirst ? w[outer * nQueries + q]! : v[outer * nGallery + g]!;
      const term = round(weight * sum);
      score = outer === 0 ? term : round(score + term);
    }
    scores[a] = score;
  }
  return { queries: w, gallery: v, scores };
}

/** The best right answer of each query (the lower index on a tie), [nQueries], numbered among all answers. */
export function bestAnswers({ offsets, task }: HostTask, { scores }: HostSetting): Int32Array {
  const best = new Int32Array(task.queries.length);
  for (let q = 0; q < best.length; q++) {
    let top = offsets[q]!;
    for (let a = top + 1; a < offsets[q + 1]!; a++) if (scores[a]! > scores[top]!) top = a;
    best[q] = top;
  }
  return best;
}

/** The right answer number `slot` of each query, [nQueries], numbered among all answers; -1 where a query has fewer. */
export function answersAt({ offsets, task }: HostTask, slot: number): Int32Array {
  const answers = new Int32Array(task.queries.length);
  for (let q = 0; q < answers.length; q++) {
    answers[q] = offsets[q]! + slot < offsets[q + 1]! ? offsets[q]! + slot : -1;
  }
  return answers;
}

/** What one row of a batch counts for: a setting, and one right answer of each query (-1: none). */
export interface BatchEntry {
  setting: HostSetting;
  answers: Int32Array;
}

/** The queries start .. start + nRows - 1, of which those that the task has are packed. */
export interface RowRange {
  start: number;
  nRows: number;
}

/**
 * What a kernel reads of a tile's queries, [nI + 3, B, nRows]: w (rows 0..nI-1; left out where `withWeights` is false), the
 * threshold for items after the chosen answer a (s_a), for items before it (the next float32 below s_a, so that a tie with
 * them counts) and a's position in the gallery. Nothing passes where no answer is chosen, in the padding, and in entries
 * beyond those given.
 */
export function packQueries(
  { task, answerItems }: HostTask,
  entries: readonly BatchEntry[],
  batch: number,
  { start, nRows }: RowRange,
  withWeights = true,
): Float32Array {
  const nQueries = task.queries.length;
  const nI = withWeights ? entries[0]!.setting.queries.length / nQueries : 0;
  const end = Math.min(nQueries, start + nRows);
  const packed = new Float32Array((nI + 3) * batch * nRows);
  packed.fill(NEVER, nI * batch * nRows, (nI + 2) * batch * nRows);
  entries.forEach(({ setting: { queries: w, scores }, answers }, b) => {
    for (let i = 0; i < nI; i++) {
      packed.set(w.subarray(i * nQueries + start, i * nQueries + end), (i * batch + b) * nRows);
    }
    const [star, below, index] = [nI, nI + 1, nI + 2].map((row) => (row * batch + b) * nRows - start);
    for (let q = start; q < end; q++) {
      const answer = answers[q]!;
      if (answer < 0) continue;
      packed[star! + q] = scores[answer]!;
      packed[below! + q] = nextBelow(scores[answer]!);
      packed[index! + q] = answerItems[answer]!;
    }
  });
  return packed;
}

/** x [nRows, n] with columns of zeros up to nPadded. */
export function padColumns(x: Float32Array, n: number, nPadded: number): Float32Array {
  const nRows = n > 0 ? x.length / n : 0;
  const out = new Float32Array(nRows * nPadded);
  for (let r = 0; r < nRows; r++) out.set(x.subarray(r * n, (r + 1) * n), r * nPadded);
  return out;
}

/**
 * Rank of an answer from the number of items that passed its thresholds. Padding scores exactly 0 and stands after every
 * answer: it was counted where the answer's score is below 0.
 */
export function rankFrom(count: number, score: number, nPadding: number): number {
  return 1 + count - (score < 0 ? nPadding : 0);
}
