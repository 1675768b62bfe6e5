import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Recipe } from '../../recipe/types.ts';
import type { Explanation, Rival } from '../../state/rankingModel.ts';
import { barScale, cascade, componentWords, rivalsOf, roundToSum } from './why.ts';

test('components are called by their spaces', () => {
  const nameOf = (id: string) => SPACES.find((space) => space.id === id)?.name ?? id;
  const [combined, displaced] = RECIPES as [Recipe, Recipe];
  expect(componentWords(combined, 'unified', nameOf)).toBe('Unified');
  expect(componentWords(combined, 'c-foley.foley', nameOf)).toBe('Foley');
  expect(componentWords(displaced, 'd-pictext.unified', nameOf)).toBe('Unified, projected');
  expect(componentWords(displaced, 'pictext', nameOf)).toBe('PicText');
  const pooled = RECIPES.find(({ id }) => id === 'unified-pp-two')!;
  expect(componentWords(pooled, 'c-foley-tone.foley+tone', nameOf)).toBe('Foley and Tone');
});

test('rounded parts sum to the rounded total, and none moves by a last digit', () => {
  const parts = fc.array(fc.double({ min: -0.5, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(parts, fc.constantFrom(2, 3), (values, digits) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      const rounded = roundToSum(values, total, digits);
      const shown = rounded.reduce((sum, value) => sum + Math.round(value * 10 ** digits), 0);
      expect(shown + 0).toBe(Math.round(total * 10 ** digits) + 0);
      rounded.forEach((value, k) =>
        expect(Math.abs(value - values[k]!)).toBeLessThan(1.0001 * 10 ** -digits),
      );
    }),
    { seed: 8 },
  );
  expect(roundToSum([0.1114, 0.0224, 0.1174], 0.2512, 3)).toEqual([0.112, 0.022, 0.117]);
});

test('bars start at 0, end at the score, and lie on a scale of whole steps', () => {
  const steps = cascade([0.3, -0.1, 0.05]);
  expect(steps[0]!.from).toBe(0);
  expect(steps.map(({ from }) => from).slice(1)).toEqual(steps.map(({ to }) => to).slice(0, -1));
  expect(steps.at(-1)!.to).toBeCloseTo(0.25, 12);
  expect(barScale([0.1])).toEqual({ low: 0, high: 0.4 });
  expect(barScale([0.61, -0.02]).high).toBeCloseTo(0.8, 12);
  expect(barScale([0.61, -0.02]).low).toBeCloseTo(-0.1, 12);
});

test('an item is set against the one above and the first; the first against the one below', () => {
  const rival = (rank: number) => ({ rank }) as Rival;
  const at = (above?: Rival, below?: Rival, top?: Rival) =>
    rivalsOf({ above, below, top } as Explanation).map(({ rank }) => rank);
  expect(at(undefined, rival(2))).toEqual([2]);
  expect(at(rival(1), rival(3), rival(1))).toEqual([1]);
  expect(at(rival(4), rival(6), rival(1))).toEqual([4, 1]);
  expect(at()).toEqual([]);
});
