import { expect, test } from 'vitest';
import { selfPlane } from './neighbours.ts';
import { alignment, modalityGap, normaliseRows, uniformity } from './sphere.ts';

test('modality gap, by hand', () => {
  const x = Float32Array.of(1, 0, 0, 1);
  const y = Float32Array.of(-1, 0, 0, -1);
  // centroids (1/2, 1/2) and (-1/2, -1/2)
  expect(modalityGap(x, y, 2)).toBeCloseTo(Math.SQRT2, 12);
  expect(modalityGap(x, Float32Array.of(1, 0), 2)).toBeCloseTo(Math.SQRT1_2, 12);
  expect(modalityGap(x, x, 2)).toBe(0);
  expect(modalityGap(x, new Float32Array(), 2)).toBeNaN();
});

test('alignment, by hand', () => {
  const x = Float32Array.of(1, 0, 0, 1, -1, 0);
  expect(alignment(x, 2, Uint32Array.of(0, 1))).toBe(2);
  expect(alignment(x, 2, Uint32Array.of(0, 2, 1, 1))).toBe(2); // (4 + 0) / 2
  expect(alignment(x, 2, new Uint32Array())).toBeNaN();
});

test('uniformity, by hand', () => {
  const x = Float32Array.of(1, 0, 0, 1, -1, 0);
  // squared distances 2, 4, 2
  const expected = Math.log((2 * Math.exp(-4) + Math.exp(-8)) / 3);
  expect(uniformity(selfPlane(x, 2), 3)).toBeCloseTo(expected, 12);
  expect(uniformity(selfPlane(Float32Array.of(1, 0, 1, 0), 2), 2)).toBe(0);
  expect(uniformity(Float32Array.of(1), 1)).toBeNaN();
});

test('rows are brought to unit length, and a row of zeros stays', () => {
  expect([...normaliseRows(Float32Array.of(3, 4, 0, 0, 0, -2), 2)].map((x) => Number(x.toFixed(6)))).toEqual([
    0.6, 0.8, 0, 0, 0, -1,
  ]);
});
