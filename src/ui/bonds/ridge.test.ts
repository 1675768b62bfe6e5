import { expect, test } from 'vitest';
import { bestPlace, heightAt, ridgeOf, ridgePaths } from './ridge.ts';

const PLACES = [0, 0.5, 1];

test('the best of the metric fills the room, the worst stands at the foot', () => {
  const ridge = ridgeOf(PLACES, [0.2, 0.6, 0.4], 'R1')!;
  expect(ridge.heights).toEqual([0.15, 1, expect.closeTo(0.575, 10)]);
  expect([ridge.worst, ridge.best]).toEqual([0.2, 0.6]);
});

test('a median rank is better, and higher, where it is lower', () => {
  const ridge = ridgeOf(PLACES, [40, 10, 20], 'MedR')!;
  expect(ridge.heights[0]).toBeCloseTo(0.15, 10);
  expect(ridge.heights[1]).toBe(1);
  expect([ridge.worst, ridge.best]).toEqual([40, 10]);
});

test('a change too small to speak of is drawn small', () => {
  const { heights } = ridgeOf(PLACES, [0.4, 0.405, 0.4], 'R1')!;
  expect(heights[1]! - heights[0]!).toBeCloseTo(0.085, 10);
});

test('nothing counted, nothing drawn', () => {
  expect(ridgeOf(PLACES, [NaN, NaN, NaN], 'R1')).toBeUndefined();
  expect(ridgeOf([0], [0.4], 'R1')).toBeUndefined();
});

test('between two points the height lies between theirs', () => {
  const ridge = { values: PLACES, heights: [0, 1, 0.5] };
  expect([0, 0.25, 0.5, 0.75, 1].map((value) => heightAt(ridge, value))).toEqual([0, 0.5, 1, 0.75, 0.5]);
});

test('the area goes down to the foot at both ends', () => {
  expect(ridgePaths({ values: [0, 1], heights: [0.25, 1] })).toEqual({
    line: 'M0.00 75.00L100.00 0.00',
    area: 'M0.00 75.00L100.00 0.00V100H0Z',
  });
});

test('of equally good places the nearest to the base is taken', () => {
  expect(bestPlace(PLACES, [0.1, 0.5, 0.5], 'R1')).toBe(0.5);
  expect(bestPlace(PLACES, [9, 9, 3], 'MedR')).toBe(1);
  expect(bestPlace(PLACES, [NaN, NaN, NaN], 'R1')).toBeUndefined();
});
