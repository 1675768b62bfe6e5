import { expect, test } from 'vitest';
import { componentNames, defaultFactors, presetFactors } from '../../recipe/coefficients.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Space } from '../../recipe/types.ts';
import { item } from './collections.testing.ts';
import { offerOf, openingOf, plainRecipe } from './ownRecipes.ts';

/** Embedded spaces as a collection with these kinds of items has them. */
function having(ids: string[], modalities: Space['modalities']): Space[] {
  return ids.map((id) => {
    const space = SPACES.find((one) => one.id === id)!;
    return { ...space, modalities: space.modalities.filter((modality) => modalities.includes(modality)) };
  });
}
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

test('all spaces with all kinds of items: every embedded recipe, and each space that knows two kinds', () => {
  const all = ids(SPACES).filter((id) => id !== 'c-mcr');
  const offer = offerOf(having(all, ['text', 'image', 'audio']), SPACES, []);
  expect(ids(offer.recipes)).toEqual([
    ...ids(RECIPES),
    'unified',
    'pictext',
    'foley',
    'tone',
    'unified-dagger',
  ]);
  expect(offer.recipes.slice(0, RECIPES.length)).toEqual(RECIPES);
  expect(ids(offer.spaces)).toEqual([...all, 'c-mcr']);
});

test('texts and pictures alone: recipes that need no ears, and no sliders for sounds', () => {
  const offer = offerOf(having(['unified', 'pictext', 'tags'], ['text', 'image']), SPACES, []);
  expect(ids(offer.recipes)).toEqual(['pictext-u', 'unified-tags', 'unified', 'pictext']);
  expect(ids(offer.ensembles)).toEqual(['unified-to-pictext', 'tags-to-unified']);
  for (const recipe of offer.recipes) {
    expect(componentNames(recipe, 'audio', offer.spaces)).toEqual([]);
    for (const preset of recipe.presets) expect(() => presetFactors(recipe, preset.name)).not.toThrow();
  }
});

test('texts and sounds: Unified++ with sliders of both, presets without pictures', () => {
  const offer = offerOf(having(['unified', 'foley', 'tone'], ['text', 'audio']), SPACES, []);
  expect(ids(offer.recipes)).toEqual(['unified-pp', 'unified-pp-two', 'unified', 'foley', 'tone']);
  expect(defaultFactors(offer.recipes[0]!)).toEqual({ 'c-foley': { text: 0, audio: 0 } });
});

test('pictures and sounds without texts: a bond fuses what both know', () => {
  const offer = offerOf(having(['unified', 'foley'], ['image', 'audio']), SPACES, []);
  // Foley has one kind of vectors alone here.
  expect(ids(offer.recipes)).toEqual(['unified']);
});

test('own recipes come first, in place of a space of the same id; those that read what is not there are left out', () => {
  const mine: Space = { id: 'a-8', name: 'A', about: '', dim: 8, modalities: ['text', 'image'] };
  const own = [{ ...plainRecipe(mine), name: 'Mine' }, plainRecipe({ ...mine, id: 'b-8' })];
  const offer = offerOf([mine], SPACES, own);
  expect(offer.recipes).toEqual([own[0]]);
});

test.each([
  [
    { text: ['a'], image: ['b', 'a'], audio: [] },
    { queryId: 'text:0', gallery: 'image' },
  ],
  [
    { text: ['x', 'b'], image: [], audio: ['b'] },
    { queryId: 'audio:0', gallery: 'text' },
  ],
  [
    { text: [], image: ['b'], audio: ['c', 'b'] },
    { queryId: 'audio:1', gallery: 'image' },
  ],
  [
    { text: ['a'], image: ['b'], audio: ['c', 'b'] },
    { queryId: 'audio:1', gallery: 'image' },
  ],
])('opens %j on %j', (groups, wanted) => {
  const of = (modality: 'text' | 'image' | 'audio') =>
    groups[modality].map((group, i) => item(`${modality}:${i}`, group));
  const opening = openingOf({ text: of('text'), image: of('image'), audio: of('audio') }, [
    'text',
    'image',
    'audio',
  ]);
  expect(opening).toMatchObject(wanted);
  expect(opening.rule).toMatch(/^The first (text|sound) that has/);
});

test('it opens where a slider changes what is seen', () => {
  const items = { text: [item('t', 'a')], image: [item('i', 'a')], audio: [item('s', 'a')] };
  const all = ['text', 'image', 'audio'] as const;
  expect(openingOf(items, all)).toMatchObject({ queryId: 't', gallery: 'image' });
  expect(openingOf(items, all, ['text', 'audio'])).toMatchObject({ queryId: 's', gallery: 'text' });
});

test('without any pair it opens on the first item and says that nothing can be counted', () => {
  const items = { text: [item('t', 'a')], image: [item('i', 'b')], audio: [] };
  expect(openingOf(items, ['text', 'image'])).toEqual({
    queryId: 't',
    gallery: 'image',
    rule: 'The first text; no item has a partner of another kind, so no figures can be counted.',
  });
});
