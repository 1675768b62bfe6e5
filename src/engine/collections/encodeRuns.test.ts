import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AbortedError, InputError, ModelError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import { createDeferred } from '../workers/deferred.ts';
import {
  closeWindows,
  fakeLocks,
  fillDisk,
  openWindow,
  pairs,
  TINY,
  vectorOf,
} from './collections.testing.ts';
import { openDisk } from './disk.ts';
import { N_HELD } from './encodeBatch.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  closeWindows();
  vi.restoreAllMocks();
});

test(
  '5,000 pictures: few are held at a time, progress and pace are told, everything is kept',
  { timeout: 120_000 },
  async () => {
    let now = 0;
    const { collections, encoders, run, state } = await openWindow({ now: () => (now += 5) });
    const n = 5000;
    const files = pairs(n);
    const id = await collections.add(files);
    const done: number[] = [];
    let paces = 0;
    collections.onChange(() => {
      const [one] = collections.runs();
      if (one?.state !== 'running') return;
      done.push(one.done);
      if (one.itemsPerS !== undefined && one.secondsLeft !== undefined) paces++;
    });
    const runId = await collections.encode(id, [TINY.id]);
    await state(runId, 'done');
    expect(encoders.most).toBeLessThanOrEqual(N_HELD);
    expect(run(runId)).toMatchObject({ done: 2 * n, of: 2 * n, leftOut: [] });
    expect(done.length).toBeGreaterThan(n / 64);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(paces).toBeGreaterThan(100);
    const rows = await (await collections.open(id)).embeddings(TINY);
    expect(rows.image!.subarray(4 * 4321, 4 * 4322)).toEqual(vectorOf('4321', 4));
  },
);

test('paused in the midst, the tab closed, opened again: it goes on and encodes the rest alone', async () => {
  const one = await openWindow();
  const id = await one.collections.add(pairs(200));
  one.encoders.before = (words) => {
    if (words === 'picture 150') one.collections.pause(one.collections.runs()[0]!.id);
  };
  const runId = await one.collections.encode(id, [TINY.id]);
  await one.state(runId, 'paused');
  const { done } = one.run(runId);
  expect(done).toBeGreaterThan(300);
  expect(done).toBeLessThan(400);
  expect(one.info(id)).toMatchObject({
    ready: false,
    why: 'No space has vectors of two kinds of items yet: let its encoding finish.',
  });
  one.collections.dispose();

  const two = await openWindow();
  expect(two.run(runId)).toMatchObject({ state: 'paused', done });
  two.collections.goOn(runId);
  await two.state(runId, 'done');
  expect(two.run(runId)).toMatchObject({ done: 400, of: 400, reused: 0 });
  expect(two.encoders.log).toHaveLength(400 - done);
  expect(await two.collections.open(id)).toBeDefined();
});

test('a tab closed while it runs comes back paused, with what its batches have kept', async () => {
  const one = await openWindow();
  const id = await one.collections.add(pairs(100));
  const reached = createDeferred<void>();
  one.encoders.before = (words) => {
    if (words !== 'picture 80') return undefined;
    reached.resolve();
    return new Promise(() => undefined);
  };
  const runId = await one.collections.encode(id, [TINY.id]);
  await reached.promise;
  one.collections.dispose();
  const two = await openWindow();
  expect(two.run(runId)).toMatchObject({ state: 'paused', done: 100 + 80 });
  // To encode the same is to go on.
  expect(await two.collections.encode(id, [TINY.id])).toBe(runId);
  await two.state(runId, 'done');
  expect(two.encoders.log).toHaveLength(20);
});

test('what cannot be encoded is left out with its reason, and tried once more by the next run', async () => {
  const one = await openWindow();
  const files = pairs(5);
  files.items.text[0]!.caption = 'a bad text 0';
  files.items.text[1]!.caption = '  ';
  files.items.text[3]!.caption = `${'long '.repeat(100)}3`;
  const media = new Map(files.media);
  media.set('image:2', new Blob(['bad picture']));
  media.delete('image:4');
  const id = await one.collections.add({ ...files, media });
  const runId = await one.collections.encode(id, [TINY.id]);
  await one.state(runId, 'done');
  expect(one.run(runId).leftOut).toEqual([
    { item: 'text:1', reason: 'The text is empty.' },
    { item: 'image:4', reason: 'Its file is not at hand, only its embedding.' },
    { item: 'text:0', reason: '“a bad text 0” cannot be read.' },
    { item: 'image:2', reason: '“bad picture” cannot be read.' },
  ]);
  expect(one.run(runId)).toMatchObject({
    done: 10,
    of: 10,
    message: expect.stringMatching(/1 text is longer than 300/) as string,
  });
  expect(one.encoders.log.find((entry) => entry.includes('long'))!.length).toBeLessThanOrEqual(
    'tiny-4 '.length + 300,
  );
  const source = await one.collections.open(id);
  expect(source.manifest.text.map((text) => text.id)).toEqual(['text:2', 'text:3', 'text:4']);
  expect(source.manifest.image.map((image) => image.id)).toEqual(['image:0', 'image:1', 'image:3']);
  expect((await source.embeddings(TINY)).image!.subarray(8)).toEqual(vectorOf('3', 4));

  const made = one.encoders.log.length;
  const tried: string[] = [];
  one.encoders.before = (words) => void tried.push(words);
  const again = await one.collections.encode(id, [TINY.id]);
  await one.state(again, 'done');
  expect(new Set(tried)).toEqual(new Set(['a bad text 0', 'bad picture']));
  expect(one.encoders.log).toHaveLength(made);
  expect(one.run(again)).toMatchObject({ done: 10, reused: 6 });
});

test('a broken model stops the run as failed and keeps what was made; it can go on', async () => {
  const { collections, encoders, run, state } = await openWindow();
  const id = await collections.add(pairs(40));
  encoders.before = (words) => {
    if (words === 'picture 20') throw new ModelError('The GPU is gone.');
  };
  const runId = await collections.encode(id, [TINY.id]);
  await state(runId, 'failed');
  expect(run(runId).message).toBe('The GPU is gone. What was made until then is kept.');
  const { done } = run(runId);
  expect(done).toBeGreaterThanOrEqual(40 + 19);
  encoders.before = () => undefined;
  const made = encoders.log.length;
  collections.goOn(runId);
  await state(runId, 'done');
  expect(run(runId).message).toBeUndefined();
  expect(encoders.log.length - made).toBe(80 - done);
});

test('an encoder that gives something else than a vector fails the run', async () => {
  const { collections, run, state } = await openWindow({
    encode: () => Promise.resolve(Float32Array.of(NaN, 0, 0, 0)),
  });
  const id = await collections.add(pairs(2));
  const runId = await collections.encode(id, [TINY.id]);
  await state(runId, 'failed');
  expect(run(runId).message).toMatch(/image encoder of tiny-4/);
});

test('cancelled for good; paused and let go on in one breath; both hold', async () => {
  const { collections, encoders, run, state } = await openWindow();
  const id = await collections.add(pairs(30));
  const gate = createDeferred<void>();
  const reached = createDeferred<void>();
  encoders.before = async (words) => {
    if (words !== 'picture 9') return;
    reached.resolve();
    await gate.promise;
  };
  const runId = await collections.encode(id, [TINY.id]);
  await reached.promise;
  collections.pause(runId);
  collections.goOn(runId);
  gate.resolve();
  await state(runId, 'done');
  const more = await collections.add(pairs(50, 'More'));
  const second = createDeferred<void>();
  encoders.before = (words) => {
    if (words !== 'picture 45') return undefined;
    second.resolve();
    return new Promise((_, reject) => setTimeout(() => reject(new AbortedError())));
  };
  const cut = await collections.encode(more, [TINY.id]);
  await second.promise;
  collections.cancel(cut);
  await state(cut, 'cancelled');
  collections.goOn(cut);
  expect(run(cut).state).toBe('cancelled');
  expect((await openDisk().then((disk) => disk.keys('vectors'))).length).toBeGreaterThan(90);
});

test('runs wait in line; a collection that goes takes its run along', async () => {
  const { collections, encoders, run, state } = await openWindow();
  const [a, b] = [await collections.add(pairs(20, 'A')), await collections.add({ ...pairs(20, 'B') })];
  const gate = createDeferred<void>();
  encoders.before = (words) => (words === 'picture 3' ? gate.promise : undefined);
  const first = await collections.encode(a, [TINY.id]);
  const second = await collections.encode(b, [TINY.id]);
  await state(first, 'running');
  expect(run(second).state).toBe('waiting');
  const removing = collections.remove(a);
  gate.resolve();
  await removing;
  expect(run(first)).toBeUndefined();
  await state(second, 'done');
  expect(collections.list()).toHaveLength(1);
});

test('one window encodes at a time; the other waits, and reuses', async () => {
  const locks = fakeLocks();
  const here = await openWindow({ locks });
  const there = await openWindow({ locks });
  const id = await here.collections.add(pairs(10));
  const copy = await there.collections.add(pairs(10, 'Copy'));
  const gate = createDeferred<void>();
  here.encoders.before = (words) => (words === 'picture 5' ? gate.promise : undefined);
  const mine = await here.collections.encode(id, [TINY.id]);
  await until(() => here.run(mine)?.state === 'running');
  const theirs = await there.collections.encode(copy, [TINY.id]);
  expect(there.run(theirs).state).toBe('waiting');
  // What runs here is not taken for cut off there.
  await until(() => there.run(mine)?.state === 'running');
  gate.resolve();
  await there.state(theirs, 'done');
  expect(there.run(theirs).reused).toBe(20);
  expect(there.encoders.log).toEqual([]);
});

test('an encoder that is exchanged under way: no vectors of two kinds', async () => {
  let precision = '4-bit';
  const { collections, encoders, state, info } = await openWindow({ precision: () => precision });
  const id = await collections.add(pairs(100));
  encoders.before = (words) => {
    if (words === 'picture 70') precision = 'int8';
  };
  await state(await collections.encode(id, [TINY.id]), 'done');
  expect(info(id)).toMatchObject({ ready: true, spaces: [{ origin: 'Encoded here: int8' }] });
  const disk = await openDisk();
  expect((await disk.keys('vectors')).filter((key) => key.includes('int8'))).toHaveLength(200);
  expect((await collections.open(id)).manifest.image).toHaveLength(100);
});

test('a full disk fails the run and keeps its batches', async () => {
  const { collections, run, state } = await openWindow();
  const id = await collections.add(pairs(100));
  fillDisk(164, 'vectors');
  const runId = await collections.encode(id, [TINY.id]);
  await state(runId, 'failed');
  expect(run(runId).message).toMatch(/storage is full/);
  expect(run(runId).done).toBe(164);
  vi.restoreAllMocks();
  collections.goOn(runId);
  await state(runId, 'done');
});

test('spaces that share encoders are encoded once', async () => {
  const { collections, encoders, state, run } = await openWindow();
  const id = await collections.add(pairs(3));
  const runId = await collections.encode(id, ['unified', 'unified-dagger']);
  await state(runId, 'done');
  expect(run(runId).of).toBe(6);
  expect(encoders.log.every((entry) => entry.startsWith('unified '))).toBe(true);
  const source = await collections.open(id);
  const [unified, dagger] = ['unified', 'unified-dagger'].map((name) =>
    source.spaces.find((space) => space.id === name)!,
  );
  expect(await source.embeddings(dagger!)).toEqual(await source.embeddings(unified!));
});

test.each([
  [[], /at least one space/],
  [['nowhere'], /no space "nowhere"/],
  [['c-mcr'], /only projected/],
] as [string[], RegExp][])('refuses to encode in %j', async (spaceIds, words) => {
  const { collections } = await openWindow();
  const id = await collections.add(pairs(1));
  await expect(collections.encode(id, spaceIds)).rejects.toThrow(words);
  await expect(collections.encode('none', [TINY.id])).rejects.toThrow(InputError);
  expect(() => collections.pause('none')).toThrow(InputError);
  expect(collections.runs()).toEqual([]);
});
