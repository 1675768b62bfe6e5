import { expect, test } from 'vitest';
import { buildRecipe } from '../../recipe/build.ts';
import { ENSEMBLES, RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Recipe } from '../../recipe/types.ts';
import { baseName, beforeBond, inList, termOf } from './recipesWords.ts';

const named = (id: string) => RECIPES.find((recipe) => recipe.id === id)!;
const beforeEach = (recipe: Recipe, recipes = RECIPES) =>
  recipe.bonds.map((_, i) => beforeBond(recipe, i, SPACES, recipes));

test('what stands before each bond has a name', () => {
  expect(beforeEach(named('unified-pp'))).toEqual(['Unified']);
  expect(beforeEach(named('pictext-upp'))).toEqual(['Unified', 'PicText_U so far']);
  expect(beforeEach(named('pictext-u-dagger-pp'))).toEqual(['Unified†', 'PicText_U† so far']);
  expect(beforeEach(named('pictext-upp'), [])).toEqual(['Unified', 'Unified + d(PicText)']);
  expect(beforeEach(named('c-mcr'))).toEqual(['C-MCR', 'PicText, projected']);
  const sequence = buildRecipe(
    {
      name: 'Mine',
      base: 'unified',
      bonds: ['tone', 'foley', 'tags'].map((expert) => ({ kind: 'combination' as const, experts: [expert] })),
    },
    'r',
    { spaces: SPACES, ensembles: ENSEMBLES },
  );
  expect(beforeEach(sequence)).toEqual(['Unified', 'Unified + c(Tone)', 'Unified + c(Tone) + c(Foley)']);
});

test('every slider at its base has a name', () => {
  expect(RECIPES.map((recipe) => [recipe.id, baseName(recipe, SPACES)])).toEqual([
    ['unified-pp', 'Unified'],
    ['pictext-u', 'Unified, projected'],
    ['unified-pp-two', 'Unified'],
    ['pictext-upp', 'Unified, projected'],
    ['pictext-u-dagger', 'Unified†, projected'],
    ['pictext-u-dagger-pp', 'Unified†, projected'],
    ['c-mcr', 'PicText, projected, with Foley’s sounds'],
    ['ex-mcr', 'PicText with Foley’s sounds'],
    ['unified-tags', 'Unified'],
  ]);
});

test('terms and lists as the formula and a sentence have them', () => {
  expect(named('pictext-upp').bonds.map((bond) => termOf(bond, SPACES))).toEqual([
    'd(PicText)',
    'c(Foley, Tone)',
  ]);
  expect(termOf({ ...named('unified-pp-two').bonds[0]!, parallel: 'weighed' }, SPACES)).toBe(
    'c(Foley | Tone)',
  );
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(inList)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
