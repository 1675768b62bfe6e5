import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';
import { QuotaError } from '../../../base/errors.ts';
import { EncoderStore, type StoredEncoder } from './encoderStore.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const graph = (id: string): StoredEncoder => ({
  id,
  path: 'a.onnx',
  spec: {
    space: { id: 'mine-8', name: 'Mine', dim: 8 },
    modality: 'audio',
    input: 'audio',
    output: 'out',
    inputSpec: { kind: 'waveform', sampleRateHz: 16_000, seconds: 2 },
    normalise: true,
  },
  files: new Map([['a.onnx', new Blob(['bytes'])]]),
});

test('graphs and choices are found again, bytes too; what was removed is not', async () => {
  const store = new EncoderStore();
  await store.addGraph(graph('a'));
  await store.addGraph(graph('b'));
  await store.setChoice('a', { pinned: 'wasm' });
  await store.removeGraph('b');
  await store.close();
  const later = new EncoderStore();
  await later.read();
  expect(later.graphs().map(({ id }) => id)).toEqual(['a']);
  expect(later.graphs()[0]!.spec).toEqual(graph('a').spec);
  expect(await later.graphs()[0]!.files.get('a.onnx')!.text()).toBe('bytes');
  expect(later.choiceFor('a', '1')).toEqual({ pinned: 'wasm' });
  expect(later.choiceFor('b', '1')).toEqual({});
});

test('what a probe found holds for the files that it was found with', async () => {
  const store = new EncoderStore();
  await store.setChoice('a', { pinned: 'wasm' });
  await store.remember('a', '1', { backend: 'webgpu', reason: 'faster' });
  await store.remember('b', undefined, { backend: 'webgpu', reason: 'faster' });
  expect(store.choiceFor('a', '1')).toMatchObject({
    pinned: 'wasm',
    known: { backend: 'webgpu', reason: 'faster' },
  });
  expect(store.choiceFor('a', '2')).toEqual({ pinned: 'wasm' });
  expect(store.choiceFor('b', undefined)).toEqual({});
});

test('where storage is forbidden, memory keeps it', async () => {
  vi.spyOn(globalThis.indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  const store = new EncoderStore();
  await store.read();
  await store.addGraph(graph('a'));
  await store.setChoice('a', { pinned: 'webgpu' });
  expect(store.graphs()).toHaveLength(1);
  expect(store.choiceFor('a', '1')).toEqual({ pinned: 'webgpu' });
  await store.removeGraph('a');
  expect(store.graphs()).toEqual([]);
});

test('full storage is a QuotaError, and the encoder is not there', async () => {
  const store = new EncoderStore();
  await store.read();
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await expect(store.addGraph(graph('a'))).rejects.toBeInstanceOf(QuotaError);
  expect(store.graphs()).toEqual([]);
  await store.setChoice('b', { pinned: 'wasm' });
  expect(store.choiceFor('b', '1')).toEqual({ pinned: 'wasm' });
  vi.restoreAllMocks();
});

test('another window’s changes are found by reading again; what only this one holds stays', async () => {
  const [here, there] = [new EncoderStore(), new EncoderStore()];
  await Promise.all([here.read(), there.read()]);
  await there.addGraph(graph('a'));
  await here.read();
  expect(here.graphs().map(({ id }) => id)).toEqual(['a']);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('closed', 'InvalidStateError');
  });
  await here.addGraph(graph('b'));
  await here.setChoice('b', { pinned: 'wasm' });
  put.mockRestore();
  await there.removeGraph('a');
  await here.read();
  expect(here.graphs().map(({ id }) => id)).toEqual(['b']);
  expect(here.choiceFor('b', '1')).toEqual({ pinned: 'wasm' });
});
