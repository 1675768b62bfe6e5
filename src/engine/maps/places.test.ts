import { expect, test } from 'vitest';
import { framed, frameOf, type Places } from './places.ts';

const places = (positions: [number, number][]): Places => ({
  items: Uint32Array.from(positions, (_, i) => i),
  positions,
});
/** 1,000 points on a circle of radius 10. */
const circle = Array.from({ length: 1000 }, (_, i): [number, number] => [
  10 * Math.cos((2 * Math.PI * i) / 1000),
  10 * Math.sin((2 * Math.PI * i) / 1000),
]);

test('two strays neither shrink the others nor leave the frame', () => {
  const strays: [number, number][] = [
    [500, 0],
    [0, -500],
  ];
  const frame = frameOf([places([...circle, ...strays])]);
  const others = circle.map((point) => framed(point, frame));
  expect(Math.max(...others.flat())).toBeGreaterThan(0.9);
  expect(
    strays.map((point) => framed(point, frame)).map(([x, y]) => Math.max(Math.abs(x), Math.abs(y))),
  ).toEqual([1, 1]);
});

test('one point stands in the centre, and of nothing there is a frame too', () => {
  const frame = frameOf([places([[3, 4]])]);
  expect(framed([3, 4], frame)).toEqual([0, 0]);
  expect(frameOf([])).toEqual({ centerX: 0, centerY: 0, unitsPerFrame: 1 });
});
