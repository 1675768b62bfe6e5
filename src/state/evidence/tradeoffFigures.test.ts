import { expect, test } from 'vitest';
import { offsetsOf } from '../../math/answers.ts';
import { evenly, gridOf, type Slider } from '../../recipe/sliders.ts';
import type { TaskInfo } from '../../world/types.ts';
import type { Grid } from '../types.ts';
import { onFront, tradeoffFigures, versusOf } from './tradeoffFigures.ts';

const slider = (modality: 'audio' | 'text'): Slider => ({
  id: `c.${modality}`,
  bondId: 'c',
  key: 'c',
  modality,
  experts: ['foley'],
});
const xs = evenly(2);
/** Ranks of two queries, the first on validation and the second on test, at each of four settings. */
const ranks = (...rows: [validation: number, test: number][]) => ({
  nSettings: 4,
  nGallery: 20,
  offsets: offsetsOf([[1], [1]]),
  ranks: Uint32Array.from(rows.flat()),
});
const grid: Grid = {
  recipeId: 'r',
  x: slider('audio'),
  y: slider('text'),
  xs,
  ys: xs,
  settings: gridOf({ c: { audio: 0, text: 0 } }, slider('audio'), slider('text'), xs, xs),
  result: {
    'audio>text': ranks([1, 2], [2, 9], [4, 1], [2, 3]),
    'text>audio': ranks([4, 1], [2, 8], [4, 1], [2, 1]),
  },
};
const infoOf = (id: 'audio>text' | 'text>audio', halves: TaskInfo['halves']): TaskInfo => ({
  id,
  queryModality: 'audio',
  galleryModality: 'text',
  queries: Uint32Array.of(0, 1),
  relevant: [Uint32Array.of(0), Uint32Array.of(1)],
  nGallery: 20,
  groups: ['a', 'b'],
  halves,
});
const BOTH: TaskInfo['halves'] = ['validation', 'test'];
const of = (half: 'validation' | 'test', halves = BOTH) =>
  tradeoffFigures(grid, infoOf('audio>text', halves), infoOf('text>audio', halves), 'MRR', half)!;

test('a task is not set against itself', () => {
  expect(versusOf('audio>text', 'audio>image')).toBe('audio>image');
  expect(versusOf('audio>text', 'audio>text')).toBe('text>audio');
});

test('settings that reach a pair of the front are on it, the base’s neighbours first', () => {
  const points = [
    { setting: 0, a: 0.1, b: 0.9 },
    { setting: 1, a: 0.5, b: 0.5 },
    { setting: 2, a: 0.4, b: 0.4 },
    { setting: 3, a: 0.5, b: 0.5 },
  ];
  expect([...onFront({ points, front: [0, 3] }, grid)]).toEqual([0, 1, 3]);
});

test('the front is chosen on validation, whatever half is reported, and may be beaten there', () => {
  const found = of('test');
  // On test setting 2 beats every other: it has no say.
  expect(found.front).toEqual([1, 0]);
  expect([...found.onFront]).toEqual([0, 1, 3]);
  expect(found.points[0]).toEqual({ setting: 0, a: 1 / 2, b: 1 });
  expect(found.chosen[0]).toEqual({ setting: 0, a: 1, b: 1 / 4 });
  expect(of('validation').points).toEqual(found.chosen);
  expect(of('validation').front).toEqual(found.front);
});

test('without a query on validation nothing is chosen; what is not counted is not there', () => {
  expect(of('test', ['test', 'test']).front).toEqual([]);
  const bare = { ...grid, result: {} };
  expect(
    tradeoffFigures(bare, infoOf('audio>text', BOTH), infoOf('text>audio', BOTH), 'R1', 'test'),
  ).toBeUndefined();
});
