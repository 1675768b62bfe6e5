import { expect, test } from 'vitest';
import { placeAmong } from './placement.ts';

const x = Float32Array.of(1, 0, 0, 1, -1, 0);
const points = Float32Array.of(1, 1, 3, 5, -9, -9);

test('lies among its nearest items, weighed by closeness', () => {
  const w = Math.exp(-1 / 0.5); // cosines 1 and 0 at temperature 1/2
  const [px, py] = placeAmong(Float32Array.of(1, 0), x, points, 2, { k: 2, temperature: 0.5 })!;
  expect(px).toBeCloseTo((1 + w * 3) / (1 + w), 12);
  expect(py).toBeCloseTo((1 + w * 5) / (1 + w), 12);
});

test('items without a place do not count', () => {
  const holes = Float32Array.of(NaN, NaN, 3, 5, -9, -9);
  expect(placeAmong(Float32Array.of(1, 0), x, holes, 2, { k: 1 })).toEqual([3, 5]);
  expect(placeAmong(Float32Array.of(1, 0), x, new Float32Array(6).fill(NaN), 2)).toBeUndefined();
  expect(placeAmong(Float32Array.of(1, 0), new Float32Array(), new Float32Array(), 2)).toBeUndefined();
});
