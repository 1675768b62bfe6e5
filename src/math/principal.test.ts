import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { principalCoordinates } from './principal.ts';

test('finds the axes of a stretched cloud, largest variance first', () => {
  const random = createRandom(5);
  const rows = Array.from({ length: 200 }, () => [random.normal(), 3 * random.normal(), 9 * random.normal()]);
  const points = principalCoordinates(Float32Array.from(rows.flat()), 3);
  const correlation = (column: number, axis: number) => {
    const a = rows.map((row) => row[axis]!);
    const b = rows.map((_, i) => points[2 * i + column]!);
    const mean = a.reduce((sum, value) => sum + value / a.length, 0);
    const dot = a.reduce((sum, value, i) => sum + (value - mean) * b[i]!, 0);
    return dot / Math.hypot(...a.map((value) => value - mean)) / Math.hypot(...b);
  };
  // 200 samples tilt the axes by a few per cent.
  expect(correlation(0, 2)).toBeGreaterThan(0.99);
  expect(correlation(1, 1)).toBeGreaterThan(0.99);
});

test('equal rows, one row and no rows have no axes', () => {
  expect([...principalCoordinates(Float32Array.of(1, 2, 1, 2, 1, 2), 2)]).toEqual([0, 0, 0, 0, 0, 0]);
  expect([...principalCoordinates(Float32Array.of(1, 2), 2)]).toEqual([0, 0]);
  expect(principalCoordinates(new Float32Array(), 2).length).toBe(0);
});

test('refuses numbers that are no rows', () => {
  expect(() => principalCoordinates(new Float32Array(3), 2)).toThrow(InputError);
});
