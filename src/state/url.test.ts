import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFakeEngine } from './fakeEngine.testing.ts';
import { defaultSettings } from './store.ts';
import type { Settings } from './types.ts';
import { fromHash, toHash } from './url.ts';

const engine = createFakeEngine();
const { manifest, recipes } = engine;
const defaults = defaultSettings(engine, { kind: 'item', modality: 'text', index: 0 }, 'audio');

test('an address opens what it was written from', () => {
  const settings: Settings = {
    ...defaults,
    recipeId: 'pictext-u',
    factors: { ...defaults.factors, 'pictext-u': { 'd-pictext': { text: 0.25, image: 0.875 } } },
    masks: { 'd-pictext': [true, false, true, true, true, true, true] },
    query: { kind: 'item', modality: 'audio', index: 4 },
    gallery: 'image',
    mapSlice: 'expert',
    mapColor: 'category',
    mapPairs: 'query',
    presenter: true,
    view: 'evidence',
    panel: 'tradeoff',
    bench: 'microscope',
    dataTab: 'models',
    task: 'image>class',
    versus: 'text>image',
    metric: 'nDCG10',
    half: 'all',
    axes: { 'pictext-u': { x: 'd-pictext.text', y: 'd-pictext.image' } },
    pins: [
      { modality: 'text', index: 2 },
      { modality: 'audio', index: 0 },
    ],
    sides: { a: 'preset Paper', b: 'lx3-0' },
  };
  const read = fromHash(`#${toHash(settings, manifest)}`, recipes, manifest);
  const { templates: _, ...written } = settings;
  expect(read).toEqual({ ...written, factors: { 'pictext-u': settings.factors['pictext-u'] } });
});

test('a setting that stands at its default is not in the address', () => {
  expect(toHash(defaults, manifest)).not.toMatch(/view|panel|tab|task|metric|half|axes|pins|[&]a=/);
});

test('an own query leaves no trace in the address', () => {
  const own: Settings = {
    ...defaults,
    query: { kind: 'own', key: 1, modality: 'text', label: 'my secret', encodeMs: 1 },
  };
  expect(toHash(own, manifest)).not.toContain('secret');
});

test('whatever an address says wrongly is left out', () => {
  expect(
    fromHash('#recipe=nothing&q=nothing&rank=smell&map=x&members=c-foley:0000000', recipes, manifest),
  ).toEqual({});
  expect(fromHash('#recipe=unified-pp&f=c-foley.audio:7', recipes, manifest)).toEqual({
    recipeId: 'unified-pp',
  });
  expect(
    fromHash(
      '#recipe=unified-pp&view=x&panel=y&tab=z&task=text>smell&versus=&metric=R7&half=third&axes=c-foley.text,c-foley.text&pins=nothing',
      recipes,
      manifest,
    ),
  ).toEqual({ recipeId: 'unified-pp', pins: [] });
  fc.assert(
    fc.property(fc.string(), (hash) => {
      fromHash(hash, recipes, manifest);
    }),
  );
});
