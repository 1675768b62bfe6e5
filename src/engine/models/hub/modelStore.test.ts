import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AbortedError, DisposedError, InputError, MissingFileError } from '../../../base/errors.ts';
import { until } from '../../../base/until.testing.ts';
import { createDeferred } from '../../workers/deferred.ts';
import { checksumsOf } from './checksum.ts';
import { readFolder, sha256 } from './hubServer.testing.ts';
import { ModelDisk } from './modelDisk.ts';
import { hashOf, closeAll, noise, openHub, openPage, pairRepo, PIECE, REPO } from './modelStore.testing.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(closeAll);

const LARGEST = 'onnx/vision_model_quantized.onnx';

test('a model is read, fetched, kept, and there in the next window with the network off', async () => {
  const hub = await openHub({ [REPO]: pairRepo() }, { licence: 'mit' });
  const store = await openPage(hub);
  const plan = await store.inspect(REPO);
  expect(plan).toMatchObject({ family: 'clip', dim: 24, licence: 'mit' });
  expect(plan.revision).toMatch(/^[0-9a-f]{40}$/);
  await store.download(REPO);
  const [kept] = store.kept();
  expect(kept).toMatchObject({ repo: REPO, precision: 'int8', revision: plan.revision });
  expect(kept.files.map(({ path }) => path).sort()).toEqual([
    'config.json',
    'onnx/text_model_quantized.onnx',
    LARGEST,
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect(kept.bytes).toBe(kept.files.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const { path, sha256: told } of kept.files) expect(told).toBe(sha256(pairRepo()[path]));
  expect(store.downloads()).toMatchObject([{ repo: REPO, state: 'done' }]);
  store.dispose();

  await hub.close();
  const nAsked = hub.requests.length;
  const next = await openPage(hub);
  expect(next.kept()).toEqual([kept]);
  expect(next.downloads()).toEqual([]);
  await next.download(REPO);
  expect(await hashOf(next, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  expect(hub.requests).toHaveLength(nAsked);
});

test('the embedded models, served in the layout, come back to the byte', async () => {
  const folder = readFolder('public/models/pictext');
  const hub = await openHub({ 'bondlab/pictext': folder });
  const store = await openPage(hub, { pieceBytes: 64 * 1024 });
  const plan = await store.inspect('bondlab/pictext');
  expect(plan.towers.map(({ modality, file }) => [modality, file])).toEqual([
    ['text', 'onnx/text_model'],
    ['image', 'onnx/vision_model'],
  ]);
  await store.download('bondlab/pictext', '4-bit');
  for (const [path, file] of await store.files('bondlab/pictext')) {
    expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(folder[path]));
  }
  expect((await store.files('bondlab/pictext')).has('onnx/text_model_q4.onnx')).toBe(true);
});

test('a second precision shares the small files; removing takes all of it', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  await store.download(REPO, 'int8');
  const before = hub.requests.length;
  await store.download(REPO, 'fp32');
  const asked = hub.requests.slice(before).filter(({ path }) => path.includes('/resolve/'));
  expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual([
    // To read the repository anew.
    'config.json',
    'preprocessor_config.json',
    'README.md',
    // To keep, each with the redirect before it.
    'text_model.onnx',
    'text_model.onnx',
    'vision_model.onnx',
    'vision_model.onnx',
  ]);
  expect(store.kept().map(({ precision }) => precision)).toEqual(['int8', 'fp32']);
  expect((await store.files(REPO, 'int8')).has(LARGEST)).toBe(true);
  await expect(store.download(REPO, '4-bit')).rejects.toThrow('not there in 4-bit, but in fp32, int8');
  expect(store.downloads()).toMatchObject([{ state: 'failed' }]);
  await store.remove(REPO);
  expect(store.kept()).toEqual([]);
  expect(store.downloads()).toEqual([]);
  await expect(store.files(REPO)).rejects.toBeInstanceOf(MissingFileError);
  const disk = await ModelDisk.open();
  expect(await disk.file({ repo: REPO, revision: 'main', path: LARGEST })).toHaveProperty('size', 0);
  disk.close();
});

test('a pause keeps what came, and the next window goes on from the byte where it stood', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'stall', after: 3 * PIECE + 100 });
  const over = store.download(REPO);
  const doneOf = () => store.downloads()[0]?.files.find(({ path }) => path === LARGEST)?.done;
  await until(() => doneOf() === 3 * PIECE + 100);
  expect(store.downloads()).toMatchObject([{ state: 'running', precision: 'int8' }]);
  expect(store.kept()).toEqual([]);
  store.pause(REPO);
  expect(store.downloads()).toMatchObject([{ state: 'paused' }]);
  store.dispose();
  await expect(over).rejects.toBeInstanceOf(DisposedError);

  hub.wellAgain();
  const next = await openPage(hub);
  expect(next.kept()).toEqual([]);
  const [broken] = next.downloads();
  expect(broken).toMatchObject({ state: 'paused', message: expect.stringContaining('broke off') as unknown });
  const done = broken.files.find(({ path }) => path === LARGEST)!.done;
  // A reload loses less than a piece.
  expect(done).toBeGreaterThanOrEqual(3 * PIECE);
  const before = hub.requests.length;
  await next.download(REPO);
  const asked = hub.requests.slice(before);
  expect(asked.filter(({ path }) => path.startsWith('/api/'))).toEqual([]);
  expect(asked.map(({ range }) => range)).toEqual([`bytes=${done}-`, `bytes=${done}-`]);
  expect(await hashOf(next, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
});

test('a window that dies without a word loses less than a piece', async () => {
  const hub = await openHub();
  const dead = await openPage(hub);
  hub.fault(LARGEST, { kind: 'stall', after: 3 * PIECE + 100 });
  void dead.download(REPO).catch(() => undefined);
  const doneOf = () => dead.downloads()[0]?.files.find(({ path }) => path === LARGEST)?.done;
  await until(() => doneOf() === 3 * PIECE + 100);
  const { revision } = await dead.inspect(REPO);
  const disk = await ModelDisk.open();
  await until(async () => (await disk.part({ repo: REPO, revision, path: LARGEST })).done > 2 * PIECE);
  disk.close();
  hub.wellAgain();
  const next = await openPage(hub);
  await next.download(REPO);
  expect(await hashOf(next, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  const asked = hub.requests.at(-1)!;
  expect(asked.path.endsWith(LARGEST)).toBe(true);
  expect(Number(/\d+/.exec(asked.range ?? '')![0])).toBeGreaterThan(2 * PIECE);
});

test('a pause and going on in one window: who waited for it is told when it is kept', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'stall', after: PIECE });
  const over = store.download(REPO);
  await until(() => store.downloads()[0]?.files.some(({ done }) => done === PIECE));
  store.pause(REPO);
  hub.wellAgain();
  await store.download(REPO);
  await over;
  expect(store.kept()).toHaveLength(1);
});

test('cancelling throws away what came', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'stall', after: PIECE });
  const over = store.download(REPO);
  await until(() => store.downloads()[0]?.files.some(({ done }) => done === PIECE));
  const { revision } = await store.inspect(REPO);
  store.cancel(REPO);
  await expect(over).rejects.toBeInstanceOf(AbortedError);
  expect(store.downloads()).toMatchObject([{ state: 'cancelled' }]);
  const disk = await ModelDisk.open();
  await until(async () => (await disk.models()).length === 0);
  await until(async () => (await disk.part({ repo: REPO, revision, path: LARGEST })).done === 0);
  expect((await disk.file({ repo: REPO, revision, path: LARGEST })).size).toBe(0);
  disk.close();
  hub.wellAgain();
  await store.download(REPO);
  expect(store.kept()).toHaveLength(1);
});

test('two models come one after the other; a paused one makes room', async () => {
  const hub = await openHub({ [REPO]: pairRepo(), 'bondlab/other': pairRepo() });
  const store = await openPage(hub);
  hub.fault(`pair/resolve/${(await store.inspect(REPO)).revision}/${LARGEST}`, {
    kind: 'stall',
    after: PIECE,
  });
  void store.download(REPO).catch(() => undefined);
  await until(() => store.downloads()[0]?.state === 'running');
  const other = store.download('bondlab/other');
  await until(() => store.downloads().length === 2);
  expect(store.downloads()[1]).toMatchObject({ repo: 'bondlab/other', state: 'waiting' });
  store.pause(REPO);
  await other;
  expect(store.kept().map(({ repo }) => repo)).toEqual(['bondlab/other']);
  // Kept models do not stir what is paused.
  expect(store.downloads()[0]).toMatchObject({ repo: REPO, state: 'paused' });
});

test('asking twice is one download; another precision meanwhile is refused', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'stall', after: 10 }, 1);
  const first = store.download(REPO, 'int8');
  const second = store.download(REPO);
  await until(() => store.downloads()[0]?.state === 'running');
  await expect(store.download(REPO, 'fp32')).rejects.toBeInstanceOf(InputError);
  await Promise.all([first, second]);
  expect(store.kept()).toHaveLength(1);
  expect(hub.requests.filter(({ path }) => path.endsWith('tokenizer.json'))).toHaveLength(1);
});

test('what the shelf says cannot be had is refused with the reason, unless another host has it', async () => {
  const repo = 'facebook/imagebind-huge';
  const hub = await openHub({ [repo]: pairRepo() });
  const store = await openPage(hub);
  await expect(store.inspect(repo)).rejects.toThrow(/No public ONNX export is known.*docs\/exporting.md/);
  await expect(store.download(repo)).rejects.toBeInstanceOf(MissingFileError);
  expect(hub.requests).toEqual([]);
  store.setHost({ kind: 'mirror', address: hub.address });
  await store.download(repo);
  expect(store.kept()).toHaveLength(1);
});

test('two windows: the second waits its turn and finds the model kept', async () => {
  const { fakeLocks } = await import('../../training/page.testing.ts');
  const locks = fakeLocks();
  const hub = await openHub();
  const here = await openPage(hub, { locks });
  const there = await openPage(hub, { locks });
  await Promise.all([here.download(REPO), there.download(REPO)]);
  await until(() => here.kept().length === 1 && there.kept().length === 1);
  expect(there.kept()).toEqual(here.kept());
  expect(hub.requests.filter(({ path }) => path.endsWith('tokenizer.json'))).toHaveLength(1);
  await here.remove(REPO);
  await until(() => there.kept().length === 0);
});

test('while a file is checked it is not yet kept', async () => {
  const hub = await openHub();
  const gate = createDeferred<void>();
  const checksums = async (file: Blob) => {
    if (file.size === pairRepo()[LARGEST].length) await gate.promise;
    return checksumsOf(file);
  };
  const store = await openPage(hub, { checksums });
  const over = store.download(REPO);
  await until(() => store.downloads()[0]?.files.every(({ done, of }) => done === of && of > 0));
  expect(store.kept()).toEqual([]);
  gate.resolve();
  await over;
  expect(store.kept()).toHaveLength(1);
});

test('listeners hear of states at once and of bytes now and then; after dispose() of nothing', async () => {
  const hub = await openHub({ [REPO]: { ...pairRepo(), [LARGEST]: noise(2_000_000) } });
  const store = await openPage(hub);
  const states: string[] = [];
  const stop = store.onChange(() => states.push(store.downloads()[0]?.state ?? 'none'));
  await store.download(REPO);
  expect(states[0]).toBe('waiting');
  expect(states).toContain('running');
  expect(states.at(-1)).toBe('done');
  stop();
  const n = states.length;
  await store.remove(REPO);
  expect(states).toHaveLength(n);
  store.dispose();
  await expect(store.download(REPO)).rejects.toBeInstanceOf(DisposedError);
  await expect(store.inspect(REPO)).rejects.toBeInstanceOf(DisposedError);
});
