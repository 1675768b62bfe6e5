import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QuotaError } from '../../../base/errors.ts';
import { until } from '../../../base/until.testing.ts';
import { sha256 } from './hubServer.testing.ts';
import { ModelDisk } from './modelDisk.ts';
import { closeAll, hashOf, openHub, openPage, pairRepo, PIECE, REPO } from './modelStore.testing.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(closeAll);

const LARGEST = 'onnx/vision_model_quantized.onnx';

test('storage: too little room is said before anything is fetched', async () => {
  const hub = await openHub();
  const store = await openPage(hub, { room: () => Promise.resolve(100_000) });
  await expect(store.download(REPO)).rejects.toThrow(/needs 1 MB more and the browser has 1 MB left/);
  expect(hub.requests.filter(({ path }) => path.endsWith('.onnx'))).toEqual([]);
  expect(store.downloads()).toMatchObject([
    { state: 'failed', message: expect.stringMatching(/Remove/) as unknown },
  ]);
});

test('storage that fills up on the way: a QuotaError, and what came goes on later', async () => {
  const hub = await openHub();
  let full = true;
  const openDisk = async () => {
    const disk = await ModelDisk.open();
    const addPiece = disk.addPiece.bind(disk);
    disk.addPiece = (key, part, piece) =>
      full && key.path === LARGEST && part.done >= 2 * PIECE
        ? Promise.reject(new QuotaError('The browser’s storage is full.'))
        : addPiece(key, part, piece);
    return disk;
  };
  const store = await openPage(hub, { openDisk });
  await expect(store.download(REPO)).rejects.toBeInstanceOf(QuotaError);
  expect(store.kept()).toEqual([]);
  full = false;
  const before = hub.requests.length;
  await store.download(REPO);
  expect(Number(/\d+/.exec(hub.requests[before].range ?? '')![0])).toBeGreaterThanOrEqual(2 * PIECE);
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
});

test('a browser that keeps nothing: reading works, downloading says why it does not', async () => {
  globalThis.indexedDB = {
    open: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  } as unknown as IDBFactory;
  const hub = await openHub();
  const store = await openPage(hub);
  expect(store.kept()).toEqual([]);
  expect((await store.inspect(REPO)).dim).toBe(24);
  await expect(store.download(REPO)).rejects.toThrow(/keeps nothing for the page/);
});

test('what is no longer whole on the disk is said, not given out', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  await store.download(REPO);
  const disk = await ModelDisk.open();
  await disk.dropFile({ repo: REPO, revision: store.kept()[0].revision, path: LARGEST });
  disk.close();
  await expect(store.files(REPO)).rejects.toThrow(/no longer whole/);
});

test('removed in one window while another fetches it: that one says so, and keeps nothing', async () => {
  const hub = await openHub();
  const [here, there] = [await openPage(hub), await openPage(hub)];
  hub.fault(LARGEST, { kind: 'stall', after: 3 * PIECE });
  const over = here.download(REPO);
  await until(() => here.downloads()[0]?.files.some(({ done }) => done === 3 * PIECE));
  await there.remove(REPO);
  hub.wellAgain();
  await expect(over).rejects.toThrow(/removed in another window/);
  expect(here.kept()).toEqual([]);
  const disk = await ModelDisk.open();
  const { revision } = await here.inspect(REPO);
  for (const path of ['config.json', LARGEST])
    expect(await disk.part({ repo: REPO, revision, path })).toEqual({ done: 0 });
  disk.close();
});
