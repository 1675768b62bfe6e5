import { expect, test } from 'vitest';
import { RECIPES } from '../../recipe/embedded.ts';
import { slidersOf } from '../../recipe/sliders.ts';
import { heightOf, movedSlider, tracePath } from './trace.ts';

test('the first rank is at the top, the last at the foot, and doublings are equal steps', () => {
  expect(heightOf(1, 600)).toBe(0);
  expect(heightOf(600, 600)).toBe(1);
  expect(heightOf(8, 64) - heightOf(4, 64)).toBeCloseTo(heightOf(2, 64), 12);
  expect(heightOf(1, 1)).toBe(0);
});

test('a path has one point a value over the whole width', () => {
  expect(tracePath([1, 10, 100], 100, { widthPx: 40, heightPx: 20 })).toBe('M0.0 0.0L20.0 10.0L40.0 20.0');
  expect(tracePath([5], 25, { widthPx: 40, heightPx: 20 })).toBe('M0.0 10.0');
});

test('the slider that moved last is found, also when several move', () => {
  const sliders = slidersOf(RECIPES[0]!);
  const [text, audio] = sliders;
  const at = (t: number, a: number) => ({ 'c-foley': { text: t, audio: a } });
  expect(movedSlider(sliders, at(0, 0), at(0, 0.1), text)).toBe(audio);
  expect(movedSlider(sliders, at(0, 0), at(0.1, 0.1), audio)).toBe(audio);
  expect(movedSlider(sliders, at(0, 0), at(0.1, 0.1), undefined)).toBe(text);
  expect(movedSlider(sliders, at(0, 0), at(0, 0), text)).toBeUndefined();
});
