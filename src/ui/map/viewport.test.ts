import { expect, test } from 'vitest';
import { toCanvas, toPicture, viewportOf } from './viewport.ts';

const SIZE = { widthPx: 428, heightPx: 600 };

test('the frame [-1, 1] fits the narrower side, y pointing up', () => {
  const whole = viewportOf(SIZE, 2, { k: 1, x: 0, y: 0 });
  expect(toCanvas(0, 0, whole)).toEqual([214, 300]);
  expect(toCanvas(-1, 1, whole)).toEqual([14, 100]);
});

test('there and back under a zoom', () => {
  const zoomed = viewportOf(SIZE, 2, { k: 3, x: -120, y: 40 });
  const [x, y] = toPicture(...toCanvas(0.25, -0.5, zoomed), zoomed);
  expect(x).toBeCloseTo(0.25, 12);
  expect(y).toBeCloseTo(-0.5, 12);
  // d3-zoom keeps p' = k p + t for points of the canvas at rest.
  const [px, py] = toCanvas(0.25, -0.5, viewportOf(SIZE, 2, { k: 1, x: 0, y: 0 }));
  expect(toCanvas(0.25, -0.5, zoomed)).toEqual([3 * px - 120, 3 * py + 40]);
});
