import { expect, test } from 'vitest';
import type { AnswerRanks } from '../../math/answers.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import { gridOf, slidersOf } from '../../recipe/sliders.ts';
import type { TaskInfo } from '../../world/types.ts';
import type { Ends, Grid } from '../types.ts';
import {
  chanceAt,
  endColumns,
  expertFactors,
  figureAt,
  keptBestFound,
  keptChangeOf,
  linesOfMetric,
  linesOfTask,
  scaleOf,
  slidersOfTask,
  verdictOf,
} from './taskFigures.ts';
import { baseName } from '../workshop/recipesWords.ts';
import { answersOf, fourQueries } from './task.testing.ts';

const [COMBINED, DISPLACED] = RECIPES as [(typeof RECIPES)[number], (typeof RECIPES)[number]];
const info = fourQueries('validation', 'validation', 'test', 'test');

test('lines: every task under a metric, every metric of a task', () => {
  expect(linesOfMetric('R5').map(({ task }) => task)).toContain('image>class');
  expect(linesOfMetric('R5')).toHaveLength(8);
  expect(linesOfTask('audio>text').map(({ metric }) => metric)).toEqual([
    'R1',
    'R5',
    'R10',
    'MedR',
    'MRR',
    'mAP',
    'nDCG10',
  ]);
});

test('a combination has the base once, a displacement in its own space and projected', () => {
  const columns = endColumns(COMBINED, SPACES);
  expect(columns.map(({ name, how }) => `${name}, ${how}`)).toEqual([
    'Unified, own space',
    'Foley, own space',
    'Foley, projected',
  ]);
  expect(endColumns(DISPLACED, SPACES).map(({ name, how }) => `${name}, ${how}`)).toEqual([
    'Unified, own space',
    'Unified, projected',
    'PicText, own space',
    'PicText, every slider',
  ]);
  expect([baseName(COMBINED, SPACES), baseName(DISPLACED, SPACES)]).toEqual([
    'Unified',
    'Unified, projected',
  ]);
  expect(expertFactors(COMBINED)).toEqual({ 'c-foley': { text: 1, audio: 1 } });
});

test('end columns read the ranks of their own end; what a space cannot do has none', () => {
  const at = (rank: number) => answersOf([rank, rank, rank, rank]);
  const ends: Ends = {
    recipeId: COMBINED.id,
    base: { 'audio>text': at(1), 'audio>image': at(1) },
    expert: { 'audio>text': at(2), 'audio>image': at(2) },
    spaces: { unified: { 'audio>text': at(3), 'audio>image': at(3) }, foley: { 'audio>text': at(4) } },
  };
  const medians = (task: 'audio>text' | 'audio>image') =>
    endColumns(COMBINED, SPACES).map(({ answers }) => figureAt(info, answers(ends, task), 'MedR', 'all'));
  expect(medians('audio>text')).toEqual([3, 4, 2]);
  expect(medians('audio>image')).toEqual([3, undefined, 2]);
  expect(chanceAt(info, ends, 'R1', 'all')).toBeCloseTo(1 / 20, 12);
  expect(chanceAt(info, undefined, 'R1', 'all')).toBeUndefined();
});

test('the verdict turns round where lower is better, and is open where the interval holds 0', () => {
  expect(verdictOf('R1', { mean: 0.2, low: 0.1, high: 0.3 })).toBe('better');
  expect(verdictOf('R1', { mean: -0.2, low: -0.3, high: -0.1 })).toBe('worse');
  expect(verdictOf('MedR', { mean: -2, low: -3, high: -1 })).toBe('better');
  expect(verdictOf('MedR', { mean: 2, low: 1, high: 3 })).toBe('worse');
  expect(verdictOf('R1', { mean: 0.2, low: 0, high: 0.4 })).toBe('open');
  expect(verdictOf('MedR', { mean: 0, low: 0, high: 0 })).toBe('open');
});

test('a change is counted once for the same ranks, and anew against others', () => {
  const [base, after, other] = [answersOf([9, 9, 9, 9]), answersOf([1, 1, 1, 9]), answersOf([1, 9, 9, 9])];
  const change = (before: AnswerRanks) =>
    keptChangeOf(info, { answers: after, setting: 0 }, { answers: before, setting: 0 }, 'R1', 'all');
  expect(change(base)!.mean).toBeCloseTo(0.75, 12);
  expect(change(base)).toBe(change(base));
  expect(change(other)!.mean).toBeCloseTo(0.5, 12);
});

test('the best found is counted once for the same ranks; none while the grid lacks the task', () => {
  const [y, x] = slidersOf(COMBINED) as [Grid['y'], Grid['x']];
  const grid: Grid = {
    recipeId: COMBINED.id,
    x,
    y,
    xs: [0, 1],
    ys: [0],
    settings: gridOf({}, x, y, [0, 1], [0]),
    result: { 'audio>text': answersOf([9, 9, 9, 9], [1, 1, 1, 9]) },
  };
  const base = { answers: answersOf([9, 9, 9, 9]), setting: 0 };
  const found = keptBestFound(grid, info, base, 'R1')!;
  expect([found.setting, found.chosen, found.reported]).toEqual([1, 1, 0.5]);
  expect(keptBestFound(grid, info, base, 'R1')).toBe(found);
  expect(keptBestFound({ ...grid, result: {} }, info, base, 'R1')).toBeUndefined();
});

test('a task is moved by the sliders of its two modalities; the names of classes are texts', () => {
  const ids = (recipe: typeof COMBINED, of: TaskInfo) => slidersOfTask(recipe, of).map(({ id }) => id);
  expect(ids(COMBINED, info)).toEqual(['c-foley.text', 'c-foley.audio']);
  expect(ids(COMBINED, { ...info, galleryModality: 'image' })).toEqual(['c-foley.audio']);
  expect(ids(DISPLACED, { ...info, galleryModality: undefined })).toEqual(['d-pictext.text']);
});

test('a scale holds every interval and 0 on round ends, and is never finer than asked', () => {
  expect(scaleOf([{ mean: 0.1, low: 0.03, high: 0.28 }], 0.02)).toEqual([-0.02, 0.3]);
  expect(scaleOf([{ mean: -0.1, low: -0.21, high: 0.02 }], 0.02)).toEqual([-0.3, 0.1]);
  expect(scaleOf([], 0.02)).toEqual([-0.02, 0.02]);
});
