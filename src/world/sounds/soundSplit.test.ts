import { expect, test } from 'vitest';
import { describeClip, describeTestClip } from './captions.ts';
import { renderClip } from './clip.ts';
import { conceptOf, CONCEPTS } from './concepts.ts';
import {
  FOLEY_CONCEPTS,
  FOLEY_LEFT_OUT_CONCEPTS,
  HELD_OUT_CONCEPTS,
  testClips,
  TONE_CONCEPTS,
  trainClips,
  TRAIN_CONCEPTS,
} from './soundSplit.ts';

const trained = trainClips(TRAIN_CONCEPTS, 48);

test('no test clip and no test sentence was trained on, and held-out concepts are never trained on', () => {
  const clips = new Set(trained.map((clip) => JSON.stringify(clip)));
  const sentences = new Set(
    trained.flatMap((clip) => [0, 1, 2, 3, 4, 5, 6, 7].map((variant) => describeClip(clip, variant))),
  );
  const tested = testClips(6);
  expect(tested.length).toBe(CONCEPTS.length * 6);
  for (const clip of tested) {
    expect(clips.has(JSON.stringify(clip))).toBe(false);
    expect(sentences.has(describeTestClip(clip))).toBe(false);
  }
  expect(HELD_OUT_CONCEPTS.size / CONCEPTS.length).toBeGreaterThan(0.09);
  expect(trained.some(({ concept }) => HELD_OUT_CONCEPTS.has(concept))).toBe(false);
});

test('Tone hears sounds of a pitch alone, none that is held out, and some that Foley never hears', () => {
  const tone = new Set(TONE_CONCEPTS);
  expect(TONE_CONCEPTS.filter((id) => HELD_OUT_CONCEPTS.has(id))).toEqual([]);
  for (const id of TRAIN_CONCEPTS) {
    const { attributes, category } = conceptOf(id);
    const tonal = attributes.includes('pitch') || ['alarms & bells', 'instruments'].includes(category);
    expect([id, tone.has(id)]).toEqual([id, tonal]);
  }
  expect(tone.has('church-bell') || HELD_OUT_CONCEPTS.has('church-bell')).toBe(true);
  expect(tone.has('rain')).toBe(false);
  // The experts overlap, and each hears what the other does not.
  expect(TONE_CONCEPTS.filter((id) => FOLEY_LEFT_OUT_CONCEPTS.has(id)).length).toBeGreaterThan(5);
  expect(TONE_CONCEPTS.filter((id) => FOLEY_CONCEPTS.includes(id)).length).toBeGreaterThan(15);
  expect(FOLEY_CONCEPTS.filter((id) => !tone.has(id)).length).toBeGreaterThan(10);
});

test('every concept sounds: finite, not silent, 2 to 3 s at 16 kHz, the same each time', () => {
  const one = testClips(1);
  expect(one.length).toBe(CONCEPTS.length);
  for (const clip of one) {
    const samples = renderClip(clip);
    expect(samples.length).toBeGreaterThanOrEqual(32_000);
    expect(samples.length).toBeLessThanOrEqual(48_000);
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(peak).toBeGreaterThan(1e-3);
    expect(peak).toBeLessThanOrEqual(1);
  }
  expect(renderClip(one[3]!)).toEqual(renderClip(one[3]!));
});
