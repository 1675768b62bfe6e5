import { expect, test } from 'vitest';
import { RECIPES } from '../../recipe/embedded.ts';
import { slidersOf } from '../../recipe/sliders.ts';
import { CONDITIONS } from '../../world/conditions.ts';
import type { TaskInfo } from '../../world/types.ts';
import type { ShiftLine } from '../types.ts';
import {
  bestOfLine,
  conditionsOfTask,
  costAt,
  lineFits,
  linesTogether,
  nearestValue,
  readPlace,
} from './shiftFigures.ts';
import { answersOf, fourQueries } from './task.testing.ts';

const info = fourQueries('validation', 'validation', 'test', 'test');
const [text, audio] = slidersOf(RECIPES[0]!) as [ShiftLine['slider'], ShiftLine['slider']];

function lineOf(conditionId: string, ...rows: number[][]): ShiftLine {
  const answers = answersOf(...rows);
  return {
    conditionId,
    slider: audio,
    values: [0, 0.5, 1],
    factors: { 'c-foley': { text: 0.1, audio: 0.5 } },
    result: { 'audio>text': answers },
  };
}
const clean = lineOf('clean', [9, 9, 9, 9], [1, 1, 1, 9], [1, 1, 9, 9]);
const noisy = lineOf('snr-10', [9, 9, 9, 9], [9, 9, 9, 9], [9, 1, 9, 1]);

test('a task has the clean condition and those that change its queries or gallery', () => {
  const ids = (of: TaskInfo) => conditionsOfTask(CONDITIONS, of).map(({ id }) => id);
  expect(ids(info)[0]).toBe('clean');
  expect(ids(info)).not.toContain('seen-style');
  expect(ids({ ...info, galleryModality: 'image' })).toEqual(CONDITIONS.map(({ id }) => id));
  expect(ids({ ...info, queryModality: 'image' })).toEqual(['clean', 'seen-style']);
});

test('a line fits whatever its own slider shows, but not where another slider moved', () => {
  expect(lineFits(clean, audio, { 'c-foley': { text: 0.1, audio: 1 } })).toBe(true);
  expect(lineFits(clean, audio, { 'c-foley': { text: 0.2, audio: 0.5 } })).toBe(false);
  expect(lineFits(clean, text, { 'c-foley': { text: 0.1, audio: 0.5 } })).toBe(false);
  expect(nearestValue(clean, { 'c-foley': { text: 0.1, audio: 0.7 } })).toBe(1);
  expect(nearestValue(clean, { 'c-foley': { text: 0.1, audio: 0.8 } })).toBe(2);
});

test('a line is read at the value it was counted at, and says where the slider is not right there', () => {
  expect(readPlace(clean, { 'c-foley': { text: 0.1, audio: 0.62 } })).toEqual({ value: 0.5, exact: false });
  expect(readPlace(clean, { 'c-foley': { text: 0.1, audio: 0.5 } })).toEqual({ value: 0.5, exact: true });
});

test('lines of other sliders’ old places stand alone as stale ones, and never beside those of now', () => {
  const now = { 'c-foley': { text: 0.8, audio: 0.5 } };
  const fresh = { ...clean, factors: now };
  expect(linesTogether([fresh, noisy, undefined], audio, now)).toEqual({
    lines: [fresh, undefined, undefined],
    stale: false,
  });
  expect(linesTogether([clean, noisy], audio, now)).toEqual({ lines: [clean, noisy], stale: true });
  const older = { ...noisy, factors: { 'c-foley': { text: 0.3, audio: 0.5 } } };
  expect(linesTogether([clean, older], audio, now)).toEqual({ lines: [clean, undefined], stale: true });
  expect(linesTogether([clean], text, now)).toEqual({ lines: [undefined], stale: false });
});

test('each condition has its own best factor, chosen on validation and reported on test', () => {
  expect(bestOfLine(clean, info, 'R1')).toEqual({ setting: 1, value: 0.5, reported: 0.5 });
  expect(bestOfLine(noisy, info, 'R1')).toEqual({ setting: 2, value: 1, reported: 0.5 });
  expect(bestOfLine(clean, { ...info, id: 'text>audio' }, 'R1')).toBeUndefined();
});

test('the cost is against the clean collection at the same factor', () => {
  expect(costAt(noisy, clean, info, 1, 'R1', 'all')!.mean).toBeCloseTo(-0.75, 12);
  expect(costAt(noisy, clean, info, 0, 'R1', 'all')).toMatchObject({ mean: 0, low: 0, high: 0 });
  expect(costAt(noisy, { ...clean, result: {} }, info, 1, 'R1', 'all')).toBeUndefined();
});
