import { expect, test } from 'vitest';
import { createRandom } from '../base/random.ts';
import { neighboursKept, trustworthiness } from './neighbourhoods.ts';
import { nearestInPlane } from './neighbours.ts';

test('neighbours kept, by hand', () => {
  const a = Uint32Array.of(1, 2, 0, 2, 0, 1, 0, 1);
  const b = Uint32Array.of(2, 1, 2, 3, 1, 3, 3, 2);
  // shared: {1,2}, {2}, {1}, {} of two each
  expect(neighboursKept(a, b, 2)).toBe(4 / 8);
  expect(neighboursKept(a, a, 2)).toBe(1);
  expect(neighboursKept(new Uint32Array(), new Uint32Array(), 0)).toBeNaN();
});

/** Cosines of four items whose order of neighbours is 0: 1 2 3, 1: 0 2 3, 2: 3 1 0, 3: 2 1 0. */
const FOUR = Float32Array.of(1, 0.9, 0.5, 0.1, 0.9, 1, 0.6, 0.2, 0.5, 0.6, 1, 0.8, 0.1, 0.2, 0.8, 1);

test('trustworthiness, by hand', () => {
  expect(trustworthiness(FOUR, 4, nearestInPlane(FOUR, 4, 1), 1)).toBe(1);
  // 0 shows 3 (rank 3, two too far), the others are right: 1 - 2 / (4 * 1 * (8 - 3 - 1)) * 2
  expect(trustworthiness(FOUR, 4, Uint32Array.of(3, 0, 3, 2), 1)).toBe(0.75);
  // k = n / 2 takes the other scale, n (n - k)(n - k - 1) = 8: 0 shows 3 for 1 (rank 3, one too far)
  expect(trustworthiness(FOUR, 4, Uint32Array.of(3, 2, 0, 2, 3, 1, 2, 1), 2)).toBe(0.75);
  expect(trustworthiness(FOUR, 4, Uint32Array.of(1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2), 3)).toBeNaN();
});

test('trustworthiness of the worst picture is 0: every neighbour is the farthest', () => {
  expect(trustworthiness(FOUR, 4, Uint32Array.of(3, 3, 0, 0), 1)).toBe(0);
});

test('a tie of cosines counts the lower index first', () => {
  const flat = new Float32Array(16).fill(0.5);
  // Neighbours by index: 0: 1, 1: 0, 2: 0, 3: 0. Item 3 shows 2 (rank 3) and item 2 shows 3 (rank 3).
  expect(trustworthiness(flat, 4, Uint32Array.of(1, 0, 3, 2), 1)).toBe(1 - (2 * 4) / 16);
});

test('a random picture is far less trustworthy than the vectors themselves', () => {
  const random = createRandom(3);
  const n = 61;
  const plane = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) plane[i * n + j] = plane[j * n + i] = i === j ? 1 : random.float();
  }
  const shuffled = Uint32Array.from({ length: n * 5 }, (_, s) => {
    const i = Math.floor(s / 5);
    return (i + 1 + random.int(n - 1)) % n;
  });
  expect(trustworthiness(plane, n, nearestInPlane(plane, n, 5), 5)).toBe(1);
  expect(trustworthiness(plane, n, shuffled, 5)).toBeLessThan(0.65);
});
