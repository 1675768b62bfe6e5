import { expect, test } from 'vitest';
import { ENSEMBLES, RECIPES, SPACES } from '../../recipe/embedded.ts';
import { presetFactors } from '../../recipe/coefficients.ts';
import {
  besideOf,
  besides,
  conflictPair,
  lookedOf,
  parallelRecipe,
  recipeKey,
  settingsOf,
  type LookState,
} from './microscopeLook.ts';
import { OPEN_MICROSCOPE, type MicroscopeLook } from './microscopeTypes.ts';

const factors = Object.fromEntries(
  RECIPES.map((recipe) => [recipe.id, presetFactors(recipe, recipe.presets[0]!.name)]),
);
const stateOf = (recipeId: string, look: Partial<MicroscopeLook> = {}): LookState => ({
  recipes: RECIPES,
  recipeId,
  factors,
  spaces: SPACES,
  ensembles: ENSEMBLES,
  look: { ...OPEN_MICROSCOPE.look, ...look },
});

test('the recipe in use and its first bond, where nothing else is chosen', () => {
  expect(lookedOf(stateOf('pictext-upp'))).toMatchObject({
    recipe: { id: 'pictext-upp' },
    bond: { id: 'd-pictext' },
    setting: { id: 'projected' },
  });
  const chosen = stateOf('unified-pp', { recipeId: 'pictext-upp', bondId: 'c-foley-tone-pictext' });
  expect(lookedOf(chosen)?.bond.id).toBe('c-foley-tone-pictext');
  // A recipe that is gone, a bond of another, a preset it has not.
  const gone = stateOf('unified-pp', { recipeId: 'r-1', bondId: 'd-pictext', setting: 'preset Paper' });
  expect(lookedOf(gone)).toMatchObject({
    recipe: { id: 'unified-pp' },
    bond: { id: 'c-foley' },
    setting: { id: 'projected' },
  });
});

test('the projection stands alone at a combination’s expert and at a displacement’s base; other bonds stay', () => {
  const of = (recipeId: string, bondId: string) => lookedOf(stateOf(recipeId, { bondId }))!.setting.factors;
  expect(of('unified-pp', 'c-foley')).toEqual({ 'c-foley': { text: 1, audio: 1 } });
  expect(of('pictext-u', 'd-pictext')).toEqual({ 'd-pictext': { text: 0, image: 0 } });
  expect(of('pictext-upp', 'c-foley-tone-pictext')).toEqual({
    'd-pictext': { text: 0.9, image: 0.9 },
    'c-foley-tone-pictext': { text: 1, audio: 1 },
  });
});

test('every preset is a setting', () => {
  const looked = lookedOf(stateOf('unified-pp'))!;
  expect(settingsOf(looked, { factors }).map(({ id }) => id)).toEqual([
    'projected',
    'current',
    ...RECIPES[0]!.presets.map(({ name }) => `preset ${name}`),
  ]);
});

test('a displacement stands beside a combination, of the same base first', () => {
  const state = stateOf('unified-pp');
  const looked = lookedOf(state)!;
  expect(besideOf(looked, state)?.bond).toMatchObject({ id: 'd-pictext', kind: 'displacement' });
  expect(besides(looked, RECIPES).every(({ bond }) => bond.id !== 'c-foley')).toBe(true);
  const chosen = stateOf('unified-pp', { beside: 'unified-tags c-tags' });
  expect(besideOf(lookedOf(chosen)!, chosen)?.bond.id).toBe('c-tags');
});

test('the experts that are compared: the bond’s two, a partner of the same modalities, or those that were chosen', () => {
  const pairOf = (recipeId: string, look: Partial<MicroscopeLook> = {}) => {
    const state = stateOf(recipeId, look);
    return conflictPair(lookedOf(state)!, state);
  };
  expect(pairOf('unified-pp-two')).toEqual({
    experts: ['foley', 'tone'],
    projected: { target: 'unified', ensembles: ['foley-to-unified', 'tone-to-unified'] },
  });
  expect(pairOf('unified-pp')?.experts).toEqual(['foley', 'tone']);
  // Both into the space of the bond that is looked at.
  expect(pairOf('pictext-upp', { bondId: 'c-foley-tone-pictext' })?.projected?.target).toBe('pictext');
  expect(pairOf('unified-pp', { experts: ['tags', 'tone'] })).toEqual({
    experts: ['tags', 'tone'],
    projected: { target: 'unified', ensembles: ['tags-to-unified', 'tone-to-unified'] },
  });
  expect(pairOf('unified-pp', { experts: ['pictext', 'tags'] })).toEqual({
    experts: ['pictext', 'tags'],
    projected: undefined,
  });
});

test('a recipe with both side by side, where there is one', () => {
  const state = stateOf('unified-pp');
  const pair = conflictPair(lookedOf(state)!, state)!;
  expect(parallelRecipe(pair, RECIPES)?.id).toBe('unified-pp-two');
  const other = { experts: ['tags', 'tone'] as const, projected: undefined };
  expect(parallelRecipe(other, RECIPES)).toBeUndefined();
});

test('an ensemble that grew makes another recipe', () => {
  const [recipe] = RECIPES;
  const bond = recipe!.bonds[0]!;
  const grown = {
    ...recipe!,
    bonds: [{ ...bond, ensembles: [{ ...bond.ensembles[0]!, members: ['mix'] }] }],
  };
  expect(recipeKey(grown)).not.toBe(recipeKey(recipe!));
  expect(recipeKey({ ...recipe!, name: 'Another' })).toBe(recipeKey(recipe!));
});
