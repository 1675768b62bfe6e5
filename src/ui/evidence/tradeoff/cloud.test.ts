import { expect, test } from 'vitest';
import { beatenBy, domainOf, frontWords, nearestPoint, standingWords } from './cloud.ts';

const points = [
  { setting: 0, a: 0.1, b: 0.9 },
  { setting: 1, a: 0.5, b: 0.5 },
  { setting: 2, a: 0.4, b: 0.4 },
  { setting: 3, a: 0.5, b: 0.5 },
];

test('beaten is at least as good in both and better in one; equals do not beat each other', () => {
  expect(points.map((point) => beatenBy(points, point, 'R1'))).toEqual([0, 0, 2, 0]);
  expect(beatenBy(points, { a: 0.45, b: 0.45 }, 'MedR')).toBe(1);
});

test('a range has room on both sides, even of one value', () => {
  expect(domainOf([0.2, NaN, 0.4], 0.1)).toEqual([expect.closeTo(0.18), expect.closeTo(0.42)]);
  const [low, high] = domainOf([0.3]);
  expect(low).toBeLessThan(0.3);
  expect(high).toBeGreaterThan(0.3);
});

test('the pointer takes the nearest point within reach', () => {
  const places = [
    [0, 0],
    [10, 0],
    [10, 0],
  ] as const;
  expect(nearestPoint(places, 8, 1, 20)).toBe(1);
  expect(nearestPoint(places, 50, 50, 20)).toBeUndefined();
});

test('the front says where it was chosen and where it is shown, and of a setting of it that it is beaten there', () => {
  const tradeoff = { points, chosen: points, front: [1], onFront: new Set([1, 2]) };
  expect(frontWords(tradeoff, 'test')).toMatch(
    /^Chosen on the validation half.* 2 of 4 are on it, at 1 place/,
  );
  expect(frontWords(tradeoff, 'test')).toContain(
    'on the test half, which had no say: there a chosen setting can be',
  );
  expect(frontWords(tradeoff, 'validation')).toContain('report the test half');
  expect(frontWords({ ...tradeoff, front: [], onFront: new Set() }, 'test')).toMatch(/no front is chosen/);
  expect(standingWords(tradeoff, 1, 'R1', 'test')).toBe('on the front');
  expect(standingWords(tradeoff, 2, 'R1', 'test')).toBe('on the front; 2 of 4 beat it on the test half');
  expect(standingWords(tradeoff, 0, 'R1', 'all')).toBe('0 of 4 beat it on all queries');
});
