import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { plane } from './fusion.ts';
import { largestInto, nearestInPlane, nearestPoints, planeOf, selfPlane } from './neighbours.ts';

/** [n, dim] seeded unit rows; every third row repeats the one before, for ties. */
function unitRows(n: number, dim: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const x = new Float32Array(n * dim);
  for (let i = 0; i < n; i++) {
    if (i % 3 === 2) {
      x.copyWithin(i * dim, (i - 1) * dim, i * dim);
      continue;
    }
    const row = Array.from({ length: dim }, () => random.normal());
    const length = Math.hypot(...row);
    x.set(
      row.map((value) => value / length),
      i * dim,
    );
  }
  return x;
}

test.each([0, 1, 2, 3, 4, 5, 8, 13, 17])(
  'the fast plane of %i rows equals the plain one bit for bit',
  (n) => {
    const x = unitRows(n, 7, n);
    expect(selfPlane(x, 7)).toEqual(plane(x, x, 7));
  },
);

test.each([0, 1, 2, 13, 32])('neighbours of %i rows equal a plain sort, the lower index on a tie', (n) => {
  const x = unitRows(n, 5, n + 100);
  const p = selfPlane(x, 5);
  const k = Math.max(0, Math.min(6, n - 1));
  const expected = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_unused, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => p[i * n + b]! - p[i * n + a]! || a - b)
      .slice(0, k),
  ).flat();
  expect([...nearestInPlane(p, n, 6)]).toEqual(expected);
});

test('nearest points in a picture', () => {
  const points = Float32Array.of(0, 0, 1, 0, 0, 1, 5, 5);
  // From the corner both others are one away: the lower index comes first.
  expect([...nearestPoints(points, 2)]).toEqual([1, 2, 0, 2, 0, 1, 1, 2]);
});

test('the plane of some of the items', () => {
  expect([...planeOf([2, 0], Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8), 3)]).toEqual([8, 6, 2, 0]);
});

test('largest values, ties to the lower index', () => {
  const out = new Uint32Array(4);
  largestInto([1, 3, 2, 3, -Infinity, 2], out);
  expect([...out]).toEqual([1, 3, 2, 5]);
});

test('refuses numbers that are no rows', () => {
  expect(() => selfPlane(new Float32Array(5), 2)).toThrow(InputError);
  expect(() => selfPlane(new Float32Array(0), 0)).toThrow(InputError);
});
