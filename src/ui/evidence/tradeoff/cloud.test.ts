import { expect, test } from 'vitest';
import { evenly, gridOf, type Slider } from '../../../recipe/sliders.ts';
import type { Grid } from '../../../state/types.ts';
import { beatenBy, domainOf, nearestPoint, onFront, versusOf } from './cloud.ts';

const slider = (modality: 'audio' | 'text'): Slider => ({
  id: `c.${modality}`,
  bondId: 'c',
  key: 'c',
  modality,
  experts: ['foley'],
});
const xs = evenly(2);
const grid: Grid = {
  recipeId: 'r',
  x: slider('audio'),
  y: slider('text'),
  xs,
  ys: xs,
  settings: gridOf({ c: { audio: 0, text: 0 } }, slider('audio'), slider('text'), xs, xs),
  result: {},
};
const points = [
  { setting: 0, a: 0.1, b: 0.9 },
  { setting: 1, a: 0.5, b: 0.5 },
  { setting: 2, a: 0.4, b: 0.4 },
  { setting: 3, a: 0.5, b: 0.5 },
];

test('a task is not set against itself', () => {
  expect(versusOf('audio>text', 'audio>image')).toBe('audio>image');
  expect(versusOf('audio>text', 'audio>text')).toBe('text>audio');
});

test('settings that reach a pair of the front are on it, the base’s neighbours first', () => {
  expect([...onFront({ points, front: [0, 3] }, grid)]).toEqual([0, 1, 3]);
});

test('beaten is at least as good in both and better in one; equals do not beat each other', () => {
  expect(points.map((point) => beatenBy(points, point, 'R1'))).toEqual([0, 0, 2, 0]);
  expect(beatenBy(points, { a: 0.45, b: 0.45 }, 'MedR')).toBe(1);
});

test('a range has room on both sides, even of one value', () => {
  expect(domainOf([0.2, NaN, 0.4], 0.1)).toEqual([expect.closeTo(0.18), expect.closeTo(0.42)]);
  const [low, high] = domainOf([0.3]);
  expect(low).toBeLessThan(0.3);
  expect(high).toBeGreaterThan(0.3);
});

test('the pointer takes the nearest point within reach', () => {
  const places = [
    [0, 0],
    [10, 0],
    [10, 0],
  ] as const;
  expect(nearestPoint(places, 8, 1, 20)).toBe(1);
  expect(nearestPoint(places, 50, 50, 20)).toBeUndefined();
});
