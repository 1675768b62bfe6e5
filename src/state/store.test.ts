import { beforeEach, expect, test, vi } from 'vitest';
import { AbortedError, InputError, MediaError } from '../base/errors.ts';
import { createFakeEngine } from './fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem } from './store.ts';
import { factorsOf, meanFactor } from './selectors.ts';
import { galleriesOf, type Column } from './types.ts';
import { until } from '../base/until.testing.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => queueMicrotask(callback));
  return () => vi.unstubAllGlobals();
});

function open() {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  store.getState().open();
  return { engine, store };
}

async function opened() {
  const lab = open();
  await until(() => lab.store.getState().ranking.status === 'ready');
  return lab;
}

function ranking({ store }: ReturnType<typeof open>) {
  const { ranking: status } = store.getState();
  if (status.status !== 'ready') throw new Error(`The ranking is ${status.status}.`);
  return status.value;
}

const scores = (column: Column) => (column.kind === 'ranked' ? column.rows.map(({ score }) => score) : []);

test('a slider moves the current ranking in the same call, and only it', async () => {
  const lab = await opened();
  const before = ranking(lab);
  expect(scores(before.current)).toEqual(scores(before.base));
  lab.store.getState().setFactor('c-foley', 'audio', 0.7);
  const after = ranking(lab);
  expect(scores(after.current)).not.toEqual(scores(before.current));
  expect(after.base).toBe(before.base);
  expect(after.expert).toBe(before.expert);
  expect(factorsOf(lab.store.getState())).toEqual({ 'c-foley': { text: 0, audio: 0.7 } });
  expect(meanFactor(lab.store.getState())).toBeCloseTo(0.35, 12);
});

test('every right answer is listed with its rank, ranks run from 1 without gaps', async () => {
  const { base, nGallery } = ranking(await opened());
  if (base.kind !== 'ranked') throw new Error('The base ranks everything.');
  expect(nGallery).toBe(6);
  expect(base.rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(base.right.map(({ id }) => id)).toEqual(['audio:0']);
  expect(base.rows[base.right[0]!.rank - 1]!.right).toBe(true);
});

test('a drag is counted at its last place', async () => {
  const { engine, store } = await opened();
  await until(() => engine.asked.length >= 2);
  for (const f of [0.1, 0.2, 0.3, 0.4]) store.getState().setFactor('c-foley', 'audio', f);
  await until(() => engine.asked.at(-1)?.['c-foley']?.audio === 0.4);
  await until(() => store.getState().evidence.factors?.['c-foley']?.audio === 0.4);
  expect(engine.asked.length).toBeLessThan(6);
});

test('the expert that lacks a modality says why', async () => {
  const lab = await opened();
  lab.store.getState().setGallery('image');
  await until(() => lab.store.getState().ranking.status === 'ready');
  const { expert } = ranking(lab);
  expect(expert).toMatchObject({ kind: 'absent' });
  expect(expert.kind === 'absent' && expert.reason).toMatch(/Foley has no eyes/);
});

test('another recipe keeps its own factors, and going back finds the first', async () => {
  const lab = await opened();
  lab.store.getState().setFactor('c-foley', 'text', 0.5);
  await lab.store.getState().chooseRecipe('pictext-u');
  expect(factorsOf(lab.store.getState())).toHaveProperty('d-pictext');
  await lab.store.getState().chooseRecipe('unified-pp');
  expect(factorsOf(lab.store.getState())['c-foley']?.text).toBe(0.5);
  await expect(lab.store.getState().chooseRecipe('nothing')).rejects.toThrow(InputError);
});

test('a broken own query says so and leaves the ranking as it was', async () => {
  const lab = await opened();
  const before = ranking(lab);
  lab.engine.breakNext();
  await expect(lab.store.getState().askOwn({ modality: 'text', text: 'x' }, 'x')).rejects.toThrow(MediaError);
  expect(lab.store.getState().own).toEqual({ status: 'failed', message: 'That is no picture.' });
  expect(ranking(lab)).toBe(before);
  await lab.store.getState().askOwn({ modality: 'text', text: 'thunder' }, 'thunder');
  expect(lab.store.getState().query).toMatchObject({ kind: 'own', label: 'thunder' });
  await until(() => lab.store.getState().ranking.status === 'ready');
  const own = ranking(lab).current;
  expect(own.kind === 'ranked' && own.right).toEqual([]);
});

test('factors that do not fit are refused and change nothing', async () => {
  const { store } = await opened();
  expect(() => store.getState().setFactors({ 'c-foley': { audio: 1.5 } })).toThrow(InputError);
  expect(() => store.getState().setFactors({ nothing: { audio: 0.5 } })).toThrow(InputError);
  expect(factorsOf(store.getState())).toEqual({ 'c-foley': { text: 0, audio: 0 } });
});

test('a member switched in another recipe leaves the sliders of this one alive', async () => {
  const lab = await opened();
  const one = [false, true, true, true, true, true, true];
  lab.store.getState().restore({ recipeId: 'unified-pp', masks: { 'd-pictext': one } });
  await until(() => lab.store.getState().masks['d-pictext'] !== undefined);
  await until(() => lab.store.getState().ranking.status === 'ready');
  const before = ranking(lab);
  lab.store.getState().setFactor('c-foley', 'audio', 0.9);
  expect(scores(ranking(lab).current)).not.toEqual(scores(before.current));
  expect(lab.engine.switched).toEqual([one]);
});

test('two switches at once end with both, in order', async () => {
  const { engine, store } = await opened();
  const first = store.getState().setMember('c-foley', 1, false);
  await first;
  await store.getState().setMember('c-foley', 2, false);
  expect(engine.switched.at(-1)).toEqual([true, false, false, true, true, true, true]);
  expect(store.getState().switching).toBe(false);
  await until(() => store.getState().ranking.status === 'ready');
});

test('the map is laid anew after a drag and after a switch of members, and not without either', async () => {
  const { engine, store } = await opened();
  store.getState().layMap();
  await until(() => store.getState().map.status === 'ready');
  store.getState().releaseFactor();
  expect(engine.laid).toEqual(['layout']);
  store.getState().setFactor('c-foley', 'audio', 0.3);
  store.getState().releaseFactor();
  await until(() => engine.laid.length === 2 && store.getState().map.status === 'ready');
  await store.getState().setMember('c-foley', 0, false);
  await until(() => engine.laid.length === 3 && store.getState().map.status === 'ready');
  expect(engine.laid).toEqual(['layout', 'relay', 'relay']);
});

test('an item asked while an own query is encoded stays', async () => {
  const lab = await opened();
  const own = lab.store.getState().askOwn({ modality: 'text', text: 'thunder' }, 'thunder');
  lab.store.getState().askItem('audio', 2);
  await expect(own).rejects.toThrow(AbortedError);
  expect(lab.store.getState().query).toEqual({ kind: 'item', modality: 'audio', index: 2 });
  expect(lab.store.getState().own).toEqual({ status: 'idle' });
});

test('another address puts back what it leaves out', async () => {
  const { store } = await opened();
  store.getState().set({ mapSlice: 'expert', presenter: true });
  await store.getState().setMember('c-foley', 3, false);
  store.getState().restore({ recipeId: 'unified-pp' });
  await until(() => store.getState().masks['c-foley']!.every(Boolean));
  expect(store.getState()).toMatchObject({ mapSlice: 'current', presenter: false });
});

test('an address without factors puts the sliders back, and leaves the prompts as they are', async () => {
  const { store } = await opened();
  store.getState().setFactors({ 'c-foley': { audio: 0.8 } });
  store.getState().setTemplates('audio>class', ['the {}']);
  store.getState().restore({ recipeId: 'unified-pp' });
  expect(factorsOf(store.getState())).toEqual({ 'c-foley': { text: 0, audio: 0 } });
  expect(store.getState().templates['audio>class']).toEqual(['the {}']);
});

test('of two addresses in a row the members of the second are on', async () => {
  const { store, engine } = await opened();
  const off = [true, true, true, true, true, true, false];
  store.getState().restore({ masks: { 'c-foley': off } });
  store.getState().restore({});
  await until(() => engine.switched.length === 2 && !store.getState().switching);
  expect(store.getState().masks['c-foley']).toEqual(off.map(() => true));
});

test('of two kept settings chosen in a row the second is taken', async () => {
  const { store } = await opened();
  store.getState().keepSnapshot('first');
  await store.getState().chooseRecipe('pictext-u');
  store.getState().setFactors({ 'd-pictext': { text: 0.4 } });
  store.getState().keepSnapshot('second');
  const [first, second] = store.getState().snapshots as [never, never];
  const { id: a }: { id: string } = first;
  const { id: b }: { id: string } = second;
  await Promise.all([store.getState().useSnapshot(a), store.getState().useSnapshot(b)]);
  expect(store.getState().recipeId).toBe('pictext-u');
  expect(factorsOf(store.getState())['d-pictext']!.text).toBe(0.4);
});

test('a base that cannot be counted is said, also while other counts succeed', async () => {
  const { engine, store } = await opened();
  const metrics = engine.metrics.bind(engine);
  engine.metrics = (recipeId, factors) =>
    Object.values(factors).every((one) => Object.values(one).every((f) => f === 0))
      ? Promise.reject(new InputError('no base'))
      : metrics(recipeId, factors);
  await store.getState().chooseRecipe('pictext-u');
  store.getState().setFactor('d-pictext', 'text', 0.5);
  await until(() => store.getState().evidence.expert && store.getState().evidence.current);
  expect(store.getState().evidence.message).toBe('no base');
});

test('a query is ranked against what the collection has', () => {
  const { engine } = open();
  const { manifest } = engine;
  expect(galleriesOf(manifest, 'image')).toEqual(['audio', 'text']);
  expect(galleriesOf({ ...manifest, audio: [] }, 'image')).toEqual(['text']);
  const silent = { ...createFakeEngine(), manifest: { ...manifest, audio: [] } };
  const query = { kind: 'item' as const, modality: 'image' as const, index: 0 };
  const store = createLabStore(silent, { ...defaultSettings(engine, query, 'image') });
  expect(store.getState().gallery).toBe('text');
});

test('a closed lab lets go of its own query, its map and what it listens to', async () => {
  const { engine, store } = await opened();
  const revoke = vi.fn<(url: string) => void>();
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:own', revokeObjectURL: revoke }));
  await store.getState().askOwn({ modality: 'image', blob: new Blob() }, 'mine');
  const layouts: (AbortSignal | undefined)[] = [];
  engine.maps.layout = (_request, _onProgress, signal) => {
    layouts.push(signal);
    return new Promise(() => undefined);
  };
  store.getState().layMap();
  await until(() => layouts.length === 1);
  store.getState().close();
  expect(layouts[0]?.aborted).toBe(true);
  expect(revoke).toHaveBeenCalledWith('blob:own');
  expect(store.getState().data.collections).toBe(engine.collections.list());
});
