import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { groupBootstrap } from './bootstrap.ts';

test('the interval holds the mean, and narrows as 1 / sqrt(groups)', () => {
  const random = createRandom(1);
  const width = (nGroups: number) => {
    const values = Float64Array.from({ length: nGroups }, () => random.normal());
    const groups = [...values].map((_, i) => `g${i}`);
    const { mean, low, high } = groupBootstrap(values, groups, random);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    return high - low;
  };
  // 2 * 1.96 / sqrt(n), up to the noise of a draw
  expect(width(100)).toBeCloseTo(0.392, 1);
  expect(width(1600)).toBeCloseTo(0.098, 1);
});

test('copies within a group add no certainty', () => {
  const once = groupBootstrap([0, 1, 0, 1], ['a', 'b', 'c', 'd'], createRandom(2));
  const values = Array.from({ length: 40 }, (_, i) => i % 2);
  const copied = groupBootstrap(
    values,
    values.map((_, i) => 'abcd'[i % 4]!),
    createRandom(2),
  );
  expect(copied).toEqual(once);
});

test('nothing to draw from is refused', () => {
  expect(() => groupBootstrap([], [], createRandom(1))).toThrow(InputError);
  expect(() => groupBootstrap([1], [], createRandom(1))).toThrow(InputError);
});
