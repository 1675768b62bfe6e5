import { expect, test } from 'vitest';
import { MAP_SLICES } from '../engine/maps/types.ts';
import type { LabEngine } from '../engine/types.ts';
import type { Recipe } from '../recipe/types.ts';
import { createFakeEngine } from './fakeEngine.testing.ts';
import { createRandom } from '../base/random.ts';
import { normaliseRows } from '../math/sphere.ts';
import { fuseVectors, mapRequest, slicesOf } from './mapRequest.ts';

const PLAIN: Recipe = { id: 'foley', name: 'Foley', formula: 'Foley', base: 'foley', bonds: [], presets: [] };

test('a recipe without bonds has one picture, and always the same list of it', async () => {
  const engine = createFakeEngine();
  const dim = 4;
  const rows = (n: number) => new Float32Array(n * dim).fill(0.5);
  const { text, audio } = engine.manifest;
  const recipeData: LabEngine['recipeData'] = () =>
    Promise.resolve({
      recipe: PLAIN,
      components: {
        text: { names: ['foley'], nItems: text.length, dim, data: [rows(text.length)] },
        audio: { names: ['foley'], nItems: audio.length, dim, data: [rows(audio.length)] },
      },
    });
  const { slices, nItems } = await mapRequest({ ...engine, recipeData }, 'foley', {});
  expect(slices.map(({ id }) => id)).toEqual(['current']);
  // Its pictures are not known, and not laid.
  expect(slices[0]!.known?.reduce((sum, known) => sum + known, 0)).toBe(text.length + audio.length);
  expect(nItems).toBe(text.length + audio.length + engine.manifest.image.length);
  expect(slicesOf(PLAIN)).toBe(slicesOf({ ...PLAIN }));
});

test('many items are fused block by block, to the same vectors', async () => {
  const engine = createFakeEngine();
  const [recipe] = engine.recipes;
  const factors = { 'c-foley': { text: 0.3, audio: 0.7 } };
  const [n, dim] = [700, 1024];
  const rows = (seed: number) => {
    const random = createRandom(seed);
    return normaliseRows(
      Float32Array.from({ length: n * dim }, () => random.normal()),
      dim,
    );
  };
  const text = { names: ['unified', 'c-foley.foley'], nItems: n, dim, data: [rows(1), rows(2)] };
  const item = engine.manifest.text[0]!;
  const manifest = {
    ...engine.manifest,
    text: Array.from({ length: n }, (_, i) => ({ ...item, id: `text:${i}` })),
    image: [],
    audio: [],
  };
  const { slices } = await mapRequest(
    {
      ...engine,
      manifest,
      recipeData: () => Promise.resolve({ recipe: recipe!, components: { text } }),
      spaceEmbeddings: () => Promise.resolve({}),
    },
    recipe!.id,
    factors,
  );
  const whole = fuseVectors(recipe!, 'text', text, factors);
  const { vectors } = slices.find(({ id }) => id === 'current')!;
  expect(vectors).toHaveLength(whole.length);
  expect(vectors.every((value, i) => value === whole[i])).toBe(true);
});

test('a recipe with a bond has three', async () => {
  const engine = createFakeEngine();
  const [recipe] = engine.recipes;
  expect(slicesOf(recipe!)).toBe(MAP_SLICES);
});
