import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { centredCosine, topTenOverlap } from './agreement.ts';

test('what all items share does not hide their differences', () => {
  // Around (10, 0): one item keeps its side, the other changes it.
  const exact = Float32Array.of(10, 1, 10, -1);
  expect(centredCosine(exact, exact, 2)).toBeCloseTo(1, 12);
  expect(centredCosine(exact, Float32Array.of(10, 1, 10, 1), 2)).toBeCloseTo(0, 12);
});

test('of ten neighbours nine stay when one item moves past the tenth', () => {
  const angle = (degrees: number) => [
    Math.cos((degrees * Math.PI) / 180),
    Math.sin((degrees * Math.PI) / 180),
  ];
  // Item 0 at 0 degrees, ten at 1 .. 10 degrees, one at -10.5: next after them until item 0 turns by -1 degree.
  const others = [...Array.from({ length: 10 }, (_, i) => angle(i + 1)), angle(-10.5)].flat();
  const exact = Float32Array.from([...angle(0), ...others]);
  const rounded = Float32Array.from([...angle(-1), ...others]);
  expect(topTenOverlap(exact, exact, 2)).toBe(1);
  expect(topTenOverlap(exact, rounded, 2)).toBeCloseTo((11 + 0.9) / 12, 12);
});

test('fewer than eleven items: all others are neighbours', () => {
  const random = createRandom(1);
  const rows = Float32Array.from({ length: 4 * 3 }, () => random.normal());
  expect(
    topTenOverlap(
      rows,
      rows.map((value) => -value),
      3,
    ),
  ).toBe(1);
});
