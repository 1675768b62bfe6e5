import { expect, test } from 'vitest';
import { offsetsOf, type AnswerRanks } from '../../math/answers.ts';
import { RECIPES } from '../../recipe/embedded.ts';
import { gridOf, slidersOf } from '../../recipe/sliders.ts';
import type { Grid } from '../types.ts';
import type { QueryEffect } from './figures.ts';
import { crossedCounts, mostMoved, movedCounts, oracleOf, ownBestOf } from './queryFigures.ts';
import { fourQueries } from './task.testing.ts';

const effect = (position: number, before: number, after: number): QueryEffect => ({
  position,
  index: position,
  before,
  after,
});
const effects = [effect(0, 20, 10), effect(1, 2, 1), effect(2, 5, 5), effect(3, 1, 6), effect(4, 8, 2)];

test('moves are counted by any place, and across the first k', () => {
  expect(movedCounts(effects)).toEqual({ helped: 3, hurt: 1, same: 1 });
  expect(crossedCounts(effects, 1)).toEqual({ helped: 1, hurt: 1, same: 3 });
  expect(crossedCounts(effects, 5)).toEqual({ helped: 1, hurt: 1, same: 3 });
  expect(crossedCounts(effects, 10)).toEqual({ helped: 1, hurt: 0, same: 4 });
});

test('the most moved come first by ratio, an equal ratio in the order of the queries', () => {
  expect(mostMoved(effects, 'helped').map(({ position }) => position)).toEqual([4, 0, 1]);
  expect(mostMoved(effects, 'hurt').map(({ position }) => position)).toEqual([3]);
});

const info = fourQueries('test', 'test', 'test', 'validation');
const [y, x] = slidersOf(RECIPES[0]!) as [Grid['y'], Grid['x']];
const answers: AnswerRanks = {
  nSettings: 3,
  nGallery: 20,
  offsets: offsetsOf([[0], [0], [0], [0]]),
  // At x = 0, 0.5, 1.
  ranks: Uint32Array.from(
    [
      [3, 4, 9, 1],
      [3, 2, 1, 1],
      [3, 9, 1, 1],
    ].flat(),
  ),
};
const grid: Grid = {
  recipeId: 'unified-pp',
  x,
  y,
  xs: [0, 0.5, 1],
  ys: [0],
  settings: gridOf({}, x, y, [0, 0.5, 1], [0]),
  result: { 'audio>text': answers },
};

test('each query’s own best is the nearest to the base of equal ones', () => {
  expect(ownBestOf(grid, info, 'test')).toEqual({
    places: [
      { x: 0, y: 0, count: 1 },
      { x: 0.5, y: 0, count: 2 },
    ],
    atBase: 1,
    total: 3,
    median: { x: 0.5, y: 0 },
  });
  expect(ownBestOf({ ...grid, result: {} }, info, 'test')).toBeUndefined();
});

test('the oracle takes each query’s best value, the lowest of a median rank', () => {
  expect(oracleOf(grid, info, 'R1', 'test')).toBeCloseTo(1 / 3, 12);
  expect(oracleOf(grid, info, 'MRR', 'test')).toBeCloseTo((1 / 3 + 1 / 2 + 1) / 3, 12);
  expect(oracleOf(grid, info, 'MedR', 'test')).toBe(2);
  expect(oracleOf(grid, { ...info, id: 'text>audio' }, 'R1', 'test')).toBeUndefined();
});
