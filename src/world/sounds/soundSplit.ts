import type { ClipSpec } from '../types.ts';
import { drawClip } from './clip.ts';
import { conceptOf, CONCEPTS, ESC10_CONCEPTS } from './concepts.ts';
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

/** What the Foley expert hears. */
export const FOLEY_CONCEPTS: readonly string[] = TRAIN_CONCEPTS.filter(
  (id) => !FOLEY_LEFT_OUT_CONCEPTS.has(id),
);

/**
 * What the Tone expert hears: sounds that can be high or low, bells, alarms and instruments. Some of them Foley never
 * hears, and Tone hears nothing without a tone.
 */
export const TONE_CONCEPTS: readonly string[] = TRAIN_CONCEPTS.filter((id) => {
  const { attributes, category } = conceptOf(id);
  return attributes.includes('pitch') || category === 'alarms & bells' || category === 'instruments';
});

export function trainClips(concepts: readonly string[], perConcept: number): ClipSpec[] {
  return concepts.flatMap((concept) => Array.from({ length: perConcept }, (_, i) => drawClip(concept, i)));
}

export function testClips(perConcept: number): ClipSpec[] {
  return CONCEPTS.flatMap(({ id }) =>
    Array.from({ length: perConcept }, (_, i) => drawClip(id, FIRST_TEST_SEED + i)),
  );
}
