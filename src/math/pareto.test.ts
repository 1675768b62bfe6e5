import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paretoFront } from './pareto.ts';

test('the front of a few points, by ascending first value', () => {
  expect(paretoFront([1, 2, 3, 2, 0], [3, 2, 1, 2, 9])).toEqual([4, 0, 1, 2]);
  expect(paretoFront([NaN, 1], [5, 1])).toEqual([1]);
  expect(paretoFront([], [])).toEqual([]);
});

test('a point is on the front just where no other beats it; of equal ones the first', () => {
  const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })));
  fc.assert(
    fc.property(values, (points) => {
      const a = points.map(([x]) => x);
      const b = points.map(([, y]) => y);
      const beaten = points.map(([x, y], i) =>
        points.some(([u, v], j) => (u >= x && v >= y && (u > x || v > y)) || (u === x && v === y && j < i)),
      );
      const expected = points.flatMap((_, i) => (beaten[i] ? [] : [i]));
      const front = paretoFront(a, b);
      expect([...front].sort((i, j) => i - j)).toEqual(expected);
      expect(front.map((i) => a[i])).toEqual(front.map((i) => a[i]!).sort((x, y) => x - y));
    }),
  );
});
