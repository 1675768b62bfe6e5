import { expect, test } from 'vitest';
import { gatherRows, nearestRows } from './pseudoPairs.ts';

test('finds the most similar row, the lower index on a tie', () => {
  const x = Float32Array.of(1, 0, 0, 1, Math.SQRT1_2, Math.SQRT1_2);
  const y = Float32Array.of(0, 1, 1, 0);
  expect([...nearestRows(x, y, 2)]).toEqual([1, 0, 0]);
  expect(nearestRows(new Float32Array(), y, 2).length).toBe(0);
  expect([...gatherRows(y, [1, 1, 0], 2)]).toEqual([1, 0, 1, 0, 0, 1]);
});
