import { beforeEach, expect, test, vi } from 'vitest';
import { InputError, MissingFileError } from '../base/errors.ts';
import type { LabEngine } from '../engine/types.ts';
import { createFakeEngine } from './fakeEngine.testing.ts';
import { createScripting } from './scripting.ts';
import { createLabStore, defaultSettings, findItem } from './store.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => queueMicrotask(callback));
  return () => vi.unstubAllGlobals();
});

function open(engine: LabEngine = createFakeEngine()) {
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  store.getState().open();
  return { store, bondlab: createScripting(Promise.resolve(store), '0') };
}

/** An engine in which one recipe's vectors are missing. */
function brokenAt(recipeId: string): LabEngine {
  const engine = createFakeEngine();
  const recipeData = engine.recipeData.bind(engine);
  engine.recipeData = (id) =>
    id === recipeId ? Promise.reject(new MissingFileError('No vectors.')) : recipeData(id);
  return engine;
}

test('a request that cannot be ranked changes nothing', async () => {
  const { store, bondlab } = open();
  await bondlab.ready;
  const before = store.getState();
  const blob = new Blob(['x']);
  const wrong: [query: unknown, gallery: unknown, topK?: unknown][] = [
    [{ id: 'audio:1' }, 'audio'],
    [{ id: 'audio:1' }, 'smell'],
    [{ id: 'audio:1' }, undefined],
    [{ id: 'nothing' }, 'audio'],
    [{ text: 'rain' }, 'text'],
    [{ text: 3 }, 'audio'],
    [{ blob, modality: 'image' }, 'image'],
    [{ blob, modality: 'text' }, 'audio'],
    [{ blob }, 'audio'],
    [{ blob: 'x', modality: 'image' }, 'audio'],
    [undefined, 'audio'],
    [{ id: 'audio:1' }, 'text', 0],
    [{ id: 'audio:1' }, 'text', 1.5],
  ];
  for (const [query, gallery, topK = 3] of wrong) {
    const asked = bondlab.rank({ query, gallery, topK } as Parameters<typeof bondlab.rank>[0]);
    await expect(asked).rejects.toBeInstanceOf(InputError);
    const { query: now, gallery: shown, own, ranking } = store.getState();
    expect({ now, shown, own, ranking }).toEqual({
      now: before.query,
      shown: before.gallery,
      own: before.own,
      ranking: before.ranking,
    });
  }
});

test('the page asks what the script asks', async () => {
  const { store, bondlab } = open();
  await bondlab.ready;
  const rows = await bondlab.rank({ query: { id: 'audio:1' }, gallery: 'image', topK: 4 });
  expect(rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
  expect(store.getState()).toMatchObject({ query: { modality: 'audio', index: 1 }, gallery: 'image' });
  await bondlab.rank({ query: { text: ' thunder ' }, gallery: 'audio' });
  expect(store.getState()).toMatchObject({ query: { kind: 'own', label: 'thunder' }, gallery: 'audio' });
});

test('a recipe that cannot rank rejects with the error of the engine', async () => {
  const { store, bondlab } = open(brokenAt('pictext-u'));
  await bondlab.ready;
  await expect(bondlab.useRecipe('pictext-u')).rejects.toThrow(new MissingFileError('No vectors.'));
  await expect(bondlab.useRecipe('pictext-u')).rejects.toMatchObject({ code: 'missing-file' });
  await bondlab.useRecipe('unified-pp');
  expect(store.getState().ranking.status).toBe('ready');
});

test('ready rejects with what kept the lab from ranking', async () => {
  await expect(open(brokenAt('unified-pp')).bondlab.ready).rejects.toMatchObject({ code: 'missing-file' });
  const lost = Promise.reject(new MissingFileError('No world.'));
  await expect(createScripting(lost, '0').ready).rejects.toMatchObject({ code: 'missing-file' });
});
