/** Faults that a run must survive: workers that die, windows that close, storage that is full. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ModelError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import { createDeferred } from '../workers/deferred.ts';
import { closeWindows, fakeLocks, fillDisk, openWindow, pairs, TINY } from './collections.testing.ts';
import { openDisk } from './disk.ts';
import { BATCH } from './encodeBatch.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  closeWindows();
  vi.restoreAllMocks();
});

test('progress moves a few items at a time, texts too, and other windows see it', async () => {
  const locks = fakeLocks();
  const here = await openWindow({ locks });
  const there = await openWindow({ locks });
  const id = await here.collections.add(pairs(100));
  const seen: number[] = [0];
  here.collections.onChange(() => {
    const [one] = here.collections.runs();
    if (one && one.done !== seen.at(-1)) seen.push(one.done);
  });
  const gate = createDeferred<void>();
  here.encoders.before = (words) => (words === 'a thing 60' ? gate.promise : undefined);
  const runId = await here.collections.encode(id, [TINY.id]);
  await until(() => there.run(runId)?.done === 48);
  gate.resolve();
  await here.state(runId, 'done');
  const steps = seen.slice(1).map((done, i) => done - seen[i]!);
  expect(Math.max(...steps)).toBeLessThanOrEqual(BATCH.text);
});

test('what another worker gives after the first has died is not kept under the first one’s precision', async () => {
  let precision = '4-bit';
  const { collections, encoders, state } = await openWindow({ precision: () => precision });
  const id = await collections.add(pairs(4));
  const late = createDeferred<void>();
  encoders.before = async (words) => {
    if (words === 'picture 0') await late.promise;
    if (words !== 'picture 1') return;
    // The worker dies; the other picture, still being decoded, goes to the next one, which runs in int8.
    precision = 'int8';
    setTimeout(() => late.resolve());
    throw new ModelError('The encoder worker died.');
  };
  const runId = await collections.encode(id, [TINY.id]);
  await state(runId, 'failed');
  const disk = await openDisk();
  expect(await disk.keys('vectors', 'tiny-4\nimage\n4-bit')).toEqual([]);
  disk.close();
});

test('a window that is open sees when the one that encodes is closed, and can go on', async () => {
  const locks = fakeLocks();
  const here = await openWindow({ locks });
  const there = await openWindow({ locks });
  const id = await here.collections.add(pairs(20));
  here.encoders.before = (words) =>
    words === 'picture 18'
      ? new Promise((_, reject) => {
          vi.waitUntil(() => isClosed).then(() => reject(new ModelError('gone')), reject);
        })
      : undefined;
  let isClosed = false;
  const runId = await here.collections.encode(id, [TINY.id]);
  await until(() => there.run(runId)?.state === 'running' && there.run(runId).done === 36);
  here.collections.dispose();
  isClosed = true;
  await there.state(runId, 'paused');
  there.collections.goOn(runId);
  await there.state(runId, 'done');
  expect(there.run(runId)).toMatchObject({ done: 40, of: 40 });
});

test('a run that storage has no room for does not wait for ever in the list', async () => {
  const { collections } = await openWindow();
  const id = await collections.add(pairs(1));
  fillDisk(0, 'runs');
  await expect(collections.encode(id, [TINY.id])).rejects.toThrow(/storage is full/);
  expect(collections.runs()).toEqual([]);
});

test.each(['paused', 'cancelled'] as const)(
  'a run is %s from another window than the one that works on it',
  async (ending) => {
    const locks = fakeLocks();
    const here = await openWindow({ locks });
    const there = await openWindow({ locks });
    const id = await here.collections.add(pairs(40));
    const gate = createDeferred<void>();
    here.encoders.before = (words) => (words === 'picture 20' ? gate.promise : undefined);
    const encode = vi.spyOn(here.encoders, 'encode');
    const runId = await here.collections.encode(id, [TINY.id]);
    await until(() => there.run(runId)?.state === 'running');
    if (ending === 'paused') there.collections.pause(runId);
    else there.collections.cancel(runId);
    await until(() => encode.mock.calls.some(([, , signal]) => signal?.aborted));
    gate.resolve();
    await here.state(runId, ending);
    await there.state(runId, ending);
    expect(here.encoders.log.length).toBeLessThan(80);
    const disk = await openDisk();
    expect(await disk.keys('runs')).toEqual([runId]);
    disk.close();
  },
);
