import { expect, test } from 'vitest';
import { linePath, nearestStep, niceTicks, spreadLabels } from './chart.ts';

test.each([
  [5.3, 5, [0, 2, 4, 6]],
  [900, 6, [0, 200, 400, 600, 800, 1000]],
  [0.25, 5, [0, 0.05, 0.1, 0.15, 0.2, 0.25]],
  [1, 10, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
])('ticks up to %d are round and reach it', (max, nTicks, ticks) => {
  expect(niceTicks(max, nTicks)).toEqual(ticks);
});

test('nothing to show has one tick', () => {
  expect(niceTicks(0, 5)).toEqual([0]);
  expect(niceTicks(NaN, 5)).toEqual([0]);
});

test('labels keep their order and their distance', () => {
  expect(spreadLabels([50, 52, 20], 18, 0, 200)).toEqual([50, 68, 20]);
});

test('labels at the edges are pushed back inside', () => {
  expect(spreadLabels([195, 198], 18, 0, 200)).toEqual([182, 200]);
  expect(spreadLabels([-5, 3], 18, 0, 200)).toEqual([0, 18]);
});

test('the nearest step is found at both ends and in a tie', () => {
  const curve = [10, 20, 30].map((step) => ({ step, loss: 1, learningRate: 0, seconds: 0 }));
  expect([-50, 14, 15, 16, 99].map((step) => nearestStep(curve, step))).toEqual([0, 0, 0, 1, 2]);
  expect(nearestStep([], 5)).toBe(-1);
});

test('a path goes through its points', () => {
  expect(
    linePath([
      [0, 1],
      [2.25, 3],
    ]),
  ).toBe('M0.0 1.0L2.3 3.0');
});
