import { expect, test } from 'vitest';
import { offsetsOf, type AnswerRanks } from '../../math/answers.ts';
import { RECIPES } from '../../recipe/embedded.ts';
import { gridOf, slidersOf } from '../../recipe/sliders.ts';
import type { Half, TaskInfo } from '../../world/types.ts';
import type { Grid } from '../types.ts';
import {
  bestFound,
  bestPerQuery,
  changeOf,
  chanceOfTask,
  effectsOf,
  effectSize,
  figureOf,
  metricName,
  nearestSetting,
  positionsOf,
  tradeoffOf,
  valuesOf,
} from './figures.ts';

/** Six queries in three groups, halves by group; one right answer each. */
const info: TaskInfo = {
  id: 'audio>text',
  queryModality: 'audio',
  galleryModality: 'text',
  queries: Uint32Array.of(10, 11, 12, 13, 14, 15),
  relevant: Array.from({ length: 6 }, () => Uint32Array.of(0)),
  nGallery: 30,
  groups: ['a', 'a', 'b', 'b', 'c', 'c'],
  halves: ['validation', 'validation', 'test', 'test', 'test', 'test'] satisfies Half[],
};
const other: TaskInfo = { ...info, id: 'audio>image', galleryModality: 'image' };

function answersOf(rows: number[][]): AnswerRanks {
  return {
    nSettings: rows.length,
    nGallery: 30,
    offsets: offsetsOf(rows[0]!.map((rank) => [rank])),
    ranks: Uint32Array.from(rows.flat()),
  };
}

const recipe = RECIPES[0]!;
const [y, x] = slidersOf(recipe) as [Grid['y'], Grid['x']];
const xs = [0, 0.5, 1];
const ys = [0, 1];
// Settings (x, y): (0,0) (.5,0) (1,0) (0,1) (.5,1) (1,1)
const ranks = answersOf([
  [9, 2, 3, 3, 3, 3],
  [1, 1, 1, 3, 3, 3],
  [1, 1, 1, 1, 1, 3],
  [1, 5, 1, 1, 1, 1],
  [5, 5, 5, 5, 5, 5],
  [1, 1, 9, 9, 9, 9],
]);
const otherRanks = answersOf([
  [1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 2, 2],
  [2, 2, 1, 2, 2, 2],
  [2, 2, 2, 2, 2, 2],
  [2, 2, 1, 2, 2, 2],
  [9, 9, 9, 9, 9, 9],
]);
const grid: Grid = {
  recipeId: recipe.id,
  x,
  y,
  xs,
  ys,
  settings: gridOf({}, x, y, xs, ys),
  result: { 'audio>text': ranks, 'audio>image': otherRanks },
};
const base = { answers: ranks, setting: 0 };

test('figures and chance are of the queries of one half', () => {
  expect([...positionsOf(info, 'test')]).toEqual([2, 3, 4, 5]);
  expect(figureOf(info, ranks, 3, 'R1', 'test')).toBe(1);
  expect(figureOf(info, ranks, 3, 'R1', 'validation')).toBe(0.5);
  expect(figureOf(info, ranks, 2, 'R1', 'all')).toBeCloseTo(5 / 6, 12);
  expect(chanceOfTask(info, ranks, 'R1', 'test')).toBeCloseTo(1 / 30, 12);
  expect([...valuesOf(grid, info, 'R1', 'validation')!]).toEqual([0, 1, 1, 0.5, 0, 1]);
  expect(valuesOf(grid, { ...info, id: 'text>audio' }, 'R1', 'all')).toBeUndefined();
});

test('the best is chosen on validation, the nearest to the base of equal ones, and reported on test', () => {
  const best = bestFound(grid, info, base, 'R1')!;
  // Settings 1, 2 and 5 tie on validation; 1 is nearest to the base though 2 and 3 are better on test.
  expect(best.setting).toBe(1);
  expect(best.factors).toEqual({ 'c-foley': { text: 0, audio: 0.5 } });
  expect([best.chosen, best.reported]).toEqual([1, 0.25]);
  expect(best.change!.mean).toBe(0.25);
  // A lower median rank is better.
  expect(bestFound(grid, info, base, 'MedR')).toMatchObject({ setting: 1, chosen: 1, reported: 3 });
});

test('a change is paired, over groups, and the same each time', () => {
  const change = changeOf(info, { answers: ranks, setting: 2 }, base, 'R1', 'test')!;
  expect(change.mean).toBe(0.75);
  // Two groups: both queries of b gain, one of c.
  expect([change.low, change.high]).toEqual([0.5, 1]);
  expect(changeOf(info, { answers: ranks, setting: 2 }, base, 'R1', 'test')).toEqual(change);
  expect(changeOf(info, base, base, 'MedR', 'all')).toEqual({ mean: 0, low: 0, high: 0 });
  expect(changeOf({ ...info, halves: info.halves.map(() => 'test') }, base, base, 'R1', 'validation')).toBe(
    undefined,
  );
});

test('the trade-off of two tasks and its front', () => {
  const { points, front } = tradeoffOf(grid, info, other, 'R1', 'test')!;
  expect(points.map(({ a, b }) => [a, b])).toEqual([
    [0, 1],
    [0.25, 0.5],
    [0.75, 0.25],
    [1, 0],
    [0, 0.25],
    [0, 0],
  ]);
  expect(front).toEqual([0, 1, 2, 3]);
  // Median ranks: lower is better in both.
  expect(tradeoffOf(grid, info, other, 'MedR', 'test')!.front).toEqual([0, 2]);
});

test('what a setting does to each query, and where each stands best', () => {
  const effects = effectsOf(info, base, { answers: ranks, setting: 3 }, 'all');
  expect(effects[0]).toEqual({ position: 0, index: 10, before: 9, after: 1 });
  expect(effects.map(effectSize).map(Math.sign)).toEqual([1, -1, 1, 1, 1, 1]);
  expect([...bestPerQuery(grid, info, 'all')!]).toEqual([1, 1, 1, 2, 2, 3]);
  expect(nearestSetting(grid, { 'c-foley': { audio: 0.8, text: 0.4 } })).toBe(2);
});

test('on classes R@1 is called top-1', () => {
  expect(metricName('audio>class', 'R1', 'R@1')).toBe('top-1');
  expect(metricName('audio>class', 'MRR', 'MRR')).toBe('MRR');
  expect(metricName('audio>text', 'R5', 'R@5')).toBe('R@5');
});
