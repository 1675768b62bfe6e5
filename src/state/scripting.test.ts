import { csvParseRows } from 'd3-dsv';
import { beforeEach, expect, test, vi } from 'vitest';
import { InputError, MissingFileError } from '../base/errors.ts';
import type { LabEngine } from '../engine/types.ts';
import { createFakeEngine } from './fakeEngine.testing.ts';
import { figureOf, type HalfChoice } from './evidence/figures.ts';
import { TABLE_NAMES, tableOf } from './evidence/tables.ts';
import { createScripting } from './scripting.ts';
import { factorsOf } from './selectors.ts';
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

const KEYS = { x: ['c-foley', 'text'], y: ['c-foley', 'audio'], task: 'audio>text' } as const;

test('a landscape is what every setting gives, its best chosen on one half and reported on the other', async () => {
  const engine = createFakeEngine();
  const { store, bondlab } = open(engine);
  await bondlab.ready;
  const before = factorsOf(store.getState());
  const { values, x, y, best } = await bondlab.landscape({ ...KEYS, metric: 'MRR', steps: 5 });
  expect(x).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(y).toEqual(x);
  const info = engine.task('audio>text');
  const at = async (text: number, audio: number, half: HalfChoice) => {
    const settings = [{ 'c-foley': { text, audio } }];
    const found = await engine.study({ subject: { recipeId: 'unified-pp' }, tasks: [info.id], settings });
    return figureOf(info, found[info.id]!, 0, 'MRR', half);
  };
  for (const [iy, row] of values.entries()) {
    for (const [ix, value] of row.entries()) expect(value).toBe(await at(x[ix]!, y[iy]!, 'all'));
  }
  const chosen = await bondlab.landscape({ ...KEYS, metric: 'MRR', steps: 5, half: 'validation' });
  expect(best.chosen).toBe(Math.max(...chosen.values.flat()));
  expect(chosen.values[y.indexOf(best.y)]![x.indexOf(best.x)]).toBe(best.chosen);
  expect(best.value).toBe(await at(best.x, best.y, 'test'));
  expect(best.factors).toEqual({ 'c-foley': { text: best.x, audio: best.y } });
  expect(best.change!.mean).toBeCloseTo(best.value - (await at(0, 0, 'test')), 12);
  expect(factorsOf(store.getState())).toEqual(before);
});

test('a landscape without sense is refused', async () => {
  const { bondlab } = open();
  await bondlab.ready;
  const wrong: object[] = [
    { x: undefined },
    { x: ['c-foley'] },
    { x: ['c-foley', 'image'] },
    { x: ['d-pictext', 'text'] },
    { x: KEYS.y },
    { task: 'text>smell' },
    { task: 'image>class' },
    { metric: 'F1' },
    { steps: 1 },
    { steps: 2.5 },
    { steps: 1000 },
    { half: 'left' },
  ];
  for (const change of wrong) {
    const asked = bondlab.landscape({ ...KEYS, ...change } as Parameters<typeof bondlab.landscape>[0]);
    await expect(asked).rejects.toBeInstanceOf(InputError);
  }
  await expect(bondlab.landscape(undefined as never)).rejects.toBeInstanceOf(InputError);
});

test('the parts of a score are named and sum to it; the page asks the same', async () => {
  const { store, bondlab } = open();
  await bondlab.ready;
  await bondlab.setFactors({ 'c-foley': { text: 0.4, audio: 0.8 } });
  const rows = await bondlab.rank({ query: { id: 'audio:1' }, gallery: 'text', topK: 6 });
  for (const { id, score, rank } of rows) {
    const why = await bondlab.explain({ query: { id: 'audio:1' }, item: id });
    expect(why).toMatchObject({ score, rank, nGallery: 6 });
    expect(why.parts.map(({ query, gallery }) => `${query} ${gallery}`)).toEqual([
      'unified unified',
      'unified c-foley.foley',
      'c-foley.foley unified',
      'c-foley.foley c-foley.foley',
    ]);
    // Scores are float32.
    expect(why.parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 6);
  }
  const own = await bondlab.explain({ query: { text: 'thunder' }, item: 'image:2' });
  expect(own.parts.map(({ gallery }) => gallery)).toEqual(['unified', 'unified']);
  expect(store.getState()).toMatchObject({ query: { kind: 'own', label: 'thunder' }, gallery: 'image' });
});

test('an explanation of what is not ranked changes nothing', async () => {
  const { store, bondlab } = open();
  await bondlab.ready;
  const { query: before } = store.getState();
  const wrong: [query: unknown, item: unknown][] = [
    [{ id: 'audio:1' }, 'audio:2'],
    [{ id: 'audio:1' }, 'nothing'],
    [{ id: 'audio:1' }, undefined],
    // The fake world's texts describe sounds.
    [{ id: 'image:1' }, 'text:1'],
    [undefined, 'audio:2'],
  ];
  for (const [query, item] of wrong) {
    const asked = bondlab.explain({ query, item } as Parameters<typeof bondlab.explain>[0]);
    await expect(asked).rejects.toBeInstanceOf(InputError);
    expect(store.getState().query).toBe(before);
  }
});

test('components are copies', async () => {
  const engine = createFakeEngine();
  const { bondlab } = open(engine);
  await bondlab.ready;
  const { components } = await engine.recipeData('unified-pp');
  const copied = await bondlab.components('audio');
  expect(copied).toEqual(components.audio);
  copied.data[0]!.fill(9);
  copied.names.pop();
  expect(await bondlab.components('audio')).toEqual(components.audio);
  await expect(bondlab.components('smell' as never)).rejects.toBeInstanceOf(InputError);
});

test('tables are exported as the text of files', async () => {
  const engine = createFakeEngine();
  for (const item of engine.manifest.image) item.category = 'objects';
  const { store, bondlab } = open(engine);
  await bondlab.ready;
  for (const name of TABLE_NAMES) {
    const table = tableOf(store.getState(), name);
    const csv = bondlab.exportTable(name, 'csv');
    expect(csvParseRows(csv)).toHaveLength(1 + table.rows.length);
    expect(csvParseRows(csv)[0]).toEqual(table.columns.map(({ label }) => label));
    const json = JSON.parse(bondlab.exportTable(name, 'json')) as Record<string, unknown>;
    expect(json).toMatchObject({
      bondlab: '0',
      table: name,
      rows: table.rows,
      settings: {
        collection: { id: 'tiny' },
        recipe: { id: 'unified-pp' },
        factors: factorsOf(store.getState()),
      },
    });
  }
  expect(() => bondlab.exportTable('chairs' as never, 'csv')).toThrow(InputError);
  expect(() => bondlab.exportTable('tasks', 'xlsx' as never)).toThrow(InputError);
});

test('ready rejects with what kept the lab from ranking', async () => {
  await expect(open(brokenAt('unified-pp')).bondlab.ready).rejects.toMatchObject({ code: 'missing-file' });
  const lost = Promise.reject(new MissingFileError('No world.'));
  await expect(createScripting(lost, '0').ready).rejects.toMatchObject({ code: 'missing-file' });
});
