import { expect, test } from 'vitest';
import { indexPoints, nextInDirection } from './pick.ts';

//  2 . .
//  0 1 4     3 is not seen, though it is nearest to 0
const positions = Float32Array.of(0, 0, 1, 0, 0, 1, 0.5, 0, 2, 0.1);
const opacity = Float32Array.of(1, 1, 1, 0, 1);

test('arrow keys go to the nearest seen item ahead', () => {
  expect(nextInDirection(positions, opacity, 0, 'right')).toBe(1);
  expect(nextInDirection(positions, opacity, 1, 'right')).toBe(4);
  expect(nextInDirection(positions, opacity, 0, 'up')).toBe(2);
  expect(nextInDirection(positions, opacity, 2, 'down')).toBe(0);
  expect(nextInDirection(positions, opacity, 4, 'left')).toBe(1);
  expect(nextInDirection(positions, opacity, 0, 'left')).toBeUndefined();
});

test('the pointer finds seen items within reach', () => {
  const index = indexPoints(positions, opacity);
  expect(index.find(0.55, 0, 0.6)).toBe(1);
  expect(index.find(0.45, 0, 0.3)).toBeUndefined();
});
