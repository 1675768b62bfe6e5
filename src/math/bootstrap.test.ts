import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { drawGroups, groupBootstrap } from './bootstrap.ts';

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

test('a change of medians is drawn pair by pair, and agrees with sorting every draw', () => {
  const groups = ['a', 'a', 'b', 'c', 'c', 'd'];
  const before = [9, 4, 7, 3, 8, 2];
  const after = [5, 1, 7, 3, 2, 2];
  const draws = drawGroups(groups, createRandom(3), { nDraws: 500 });
  const { mean, low, high } = draws.medianChange(after, before);
  const median = (values: number[]) => values.sort((x, y) => x - y)[(values.length - 1) >> 1]!;
  expect(mean).toBe(median([...after]) - median([...before]));
  // The same draws by hand: whole groups, with replacement.
  const random = createRandom(3);
  const names = ['a', 'b', 'c', 'd'];
  const changes = Array.from({ length: 500 }, () => {
    const drawn = names.flatMap(() => {
      const name = names[random.int(names.length)]!;
      return groups.flatMap((group, i) => (group === name ? [i] : []));
    });
    return median(drawn.map((i) => after[i]!)) - median(drawn.map((i) => before[i]!));
  }).sort((x, y) => x - y);
  expect(low).toBe(changes[Math.floor(0.025 * 500)]);
  expect(high).toBe(changes[Math.floor(0.975 * 500)]);
  expect(() => draws.medianChange([1], before)).toThrow(InputError);
});
