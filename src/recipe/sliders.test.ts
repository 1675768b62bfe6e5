import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { RECIPES } from './embedded.ts';
import { evenly, gridOf, sliderOf, slidersOf, valueAt, withValue } from './sliders.ts';
import type { Recipe } from './types.ts';

const unified = RECIPES[0]!;

test('a recipe has a slider for each bond and modality; experts weighed apart have one each', () => {
  expect(slidersOf(unified).map(({ id }) => id)).toEqual(['c-foley.text', 'c-foley.audio']);
  const bond = { ...unified.bonds[0]!, id: 'c', experts: ['g', 'm'], parallel: 'weighed' as const };
  const weighed: Recipe = { ...unified, bonds: [bond] };
  expect(slidersOf(weighed).map(({ id, experts }) => [id, experts])).toEqual([
    ['c.g.text', ['g']],
    ['c.g.audio', ['g']],
    ['c.m.text', ['m']],
    ['c.m.audio', ['m']],
  ]);
  const averaged: Recipe = { ...unified, bonds: [{ ...bond, parallel: 'averaged' }] };
  expect(slidersOf(averaged).map(({ id, experts }) => [id, experts])).toEqual([
    ['c.text', ['g', 'm']],
    ['c.audio', ['g', 'm']],
  ]);
  expect(() => sliderOf(unified, 'c-foley.image')).toThrow(InputError);
});

test('a grid moves two sliders and leaves the rest where they stand', () => {
  const [text, audio] = slidersOf(unified) as [never, never];
  const settings = gridOf({ 'c-foley': { text: 0.3 } }, audio, text, evenly(3), evenly(2));
  expect(settings.length).toBe(6);
  expect(settings.map((at) => [valueAt(at, audio), valueAt(at, text)])).toEqual([
    [0, 0],
    [0.5, 0],
    [1, 0],
    [0, 1],
    [0.5, 1],
    [1, 1],
  ]);
  expect(withValue({ other: { text: 0.2 } }, audio, 0.4)).toEqual({
    other: { text: 0.2 },
    'c-foley': { audio: 0.4 },
  });
  expect(evenly(21)[20]).toBe(1);
  expect(evenly(1)).toEqual([0]);
});
