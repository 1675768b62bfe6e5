import type { ClipSpec } from '../types.ts';
import { drawClip } from './clip.ts';
import { CONCEPTS, ESC10_CONCEPTS } from './concepts.ts';
import { Random } from './dspCore.ts';

/** Test clips have seeds from here on, training clips below. */
const FIRST_TEST_SEED = 1_000_000;

const recorded = new Set(Object.values(ESC10_CONCEPTS));
const free = new Random('split', 7).shuffled(CONCEPTS.map(({ id }) => id).filter((id) => !recorded.has(id)));
const nHeldOut = Math.round(CONCEPTS.length * 0.1);

/** A tenth of the concepts: neither their sounds nor their pictures nor their names are in any training set. */
export const HELD_OUT_CONCEPTS: ReadonlySet<string> = new Set(free.slice(0, nHeldOut));

/** A quarter of the concepts, which the Foley expert never hears: experts are narrow. */
export const FOLEY_LEFT_OUT_CONCEPTS: ReadonlySet<string> = new Set(
  free.slice(nHeldOut, nHeldOut + Math.round(CONCEPTS.length * 0.25)),
);

/** Concepts that some space trains on. */
export const TRAIN_CONCEPTS: readonly string[] = CONCEPTS.map(({ id }) => id).filter(
  (id) => !HELD_OUT_CONCEPTS.has(id),
);

export function trainClips(concepts: readonly string[], perConcept: number): ClipSpec[] {
  return concepts.flatMap((concept) => Array.from({ length: perConcept }, (_, i) => drawClip(concept, i)));
}

export function testClips(perConcept: number): ClipSpec[] {
  return CONCEPTS.flatMap(({ id }) =>
    Array.from({ length: perConcept }, (_, i) => drawClip(id, FIRST_TEST_SEED + i)),
  );
}
