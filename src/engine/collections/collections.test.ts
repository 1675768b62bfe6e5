import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AbortedError, InputError, QuotaError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import {
  closeWindows,
  fakeLocks,
  fillDisk,
  item,
  openWindow,
  pairs,
  TINY,
  vectorOf,
} from './collections.testing.ts';
import { openDisk, type Disk } from './disk.ts';
import type { NewCollection } from './types.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  closeWindows();
  vi.restoreAllMocks();
});

/** How many values each table holds. */
async function sizes(disk: Disk) {
  const tables = ['collections', 'contents', 'looks', 'media', 'rows', 'vectors', 'runs'] as const;
  return Object.fromEntries(
    await Promise.all(tables.map(async (table) => [table, (await disk.keys(table)).length])),
  );
}

/** Own embeddings: n texts and n pictures in "mine-4", picture `gap` without a vector. */
function embeddings(n: number, gap?: number): NewCollection {
  const { items } = pairs(n);
  const text = new Float32Array(n * 4);
  const image = new Float32Array(n * 4);
  for (let i = 0; i < n; i++) {
    text.set(vectorOf(`${i}`, 4), i * 4);
    if (i !== gap) image.set(vectorOf(`${i}`, 4), i * 4);
  }
  return {
    name: 'From a notebook',
    origin: 'embeddings',
    items,
    media: new Map(),
    vectors: [{ space: { ...TINY, id: 'mine-4', name: 'Mine' }, rows: { text, image }, origin: 'a.npz' }],
    recipes: [],
  };
}

test('media are kept once each, encoded, opened, and there again after a reload', async () => {
  const one = await openWindow();
  const files = pairs(3);
  (files.media as Map<string, Blob>).set('image:2', new Blob(['picture 1'], { type: 'image/png' }));
  const id = await one.collections.add(files);
  expect(one.info(id)).toMatchObject({
    name: 'Pairs',
    ready: false,
    counts: { text: 3, image: 3, audio: 0 },
    spaces: [],
  });
  expect(one.info(id).why).toMatch(/encode it/);
  await expect(one.collections.open(id)).rejects.toThrow(/cannot be opened yet.*encode it/);
  expect(await sizes(await openDisk())).toMatchObject({ media: 2, collections: 1 });

  const run = await one.collections.encode(id, [TINY.id]);
  await one.state(run, 'done');
  expect(one.run(run)).toMatchObject({ done: 6, of: 6, reused: 0, leftOut: [] });
  // The same content in two items is encoded once.
  expect(one.encoders.log.filter((entry) => entry.includes('picture'))).toHaveLength(2);
  await until(() => one.info(id).ready);
  expect(one.info(id).spaces).toMatchObject([
    { encoded: { text: 3, image: 3 }, origin: 'Encoded here: int8' },
  ]);
  one.collections.dispose();

  const two = await openWindow();
  expect(two.collections.runs()).toEqual([]);
  const source = await two.collections.open(id);
  expect(source.manifest).toMatchObject({
    id,
    name: 'Pairs',
    seed: 0,
    answers: 'group',
    atlas: { tilePx: 96, columns: 2 },
  });
  expect(source.manifest.image.map(({ tile }) => tile)).toEqual([0, 1, 2]);
  expect(source.opening).toEqual({
    queryId: 'text:0',
    gallery: 'image',
    rule: 'The first text that has a picture of its own.',
  });
  expect(source.spaces).toEqual([TINY]);
  expect(source.recipes.map((recipe) => recipe.id)).toEqual(['tiny-4']);
  expect(source.conditions.map((condition) => condition.id)).toEqual(['clean']);
  const rows = await source.embeddings(TINY);
  expect(rows.image!.subarray(4, 8)).toEqual(vectorOf('picture 1', 4));
  expect(rows.image!.subarray(8)).toEqual(vectorOf('picture 1', 4));
  expect(rows.text!.subarray(8)).toEqual(vectorOf('2', 4));
  expect(source.atlasUrl).toMatch(/^blob:/);
  source.dispose();
  expect(source.atlasUrl).toBeUndefined();
});

test('rows that came with it open at once; an item without one is left out everywhere', async () => {
  const { collections, info } = await openWindow();
  const id = await collections.add(embeddings(4, 1));
  expect(info(id)).toMatchObject({
    ready: true,
    spaces: [{ encoded: { text: 4, image: 3 }, origin: 'a.npz' }],
  });
  const source = await collections.open(id);
  expect(source.manifest.image.map((one) => one.id)).toEqual(['image:0', 'image:2', 'image:3']);
  expect(source.manifest.text).toHaveLength(4);
  const rows = await source.embeddings(source.spaces[0]!);
  expect(rows.image).toHaveLength(12);
  expect(rows.image!.subarray(4, 8)).toEqual(vectorOf('2', 4));
  expect(source.atlasUrl).toBeUndefined();
  await expect(source.sound(0)).rejects.toThrow(InputError);
});

test('matrices lie in chunks and come back to the bit', { timeout: 60_000 }, async () => {
  const { collections } = await openWindow();
  const dim = 16_384;
  const n = 150;
  const rows = new Float32Array(n * dim);
  for (let i = 0; i < rows.length; i += 7) rows[i] = Math.fround(Math.sin(i));
  for (let i = 0; i < n; i++) rows[i * dim] = 1;
  const { items } = pairs(n);
  const space = { ...TINY, id: 'wide', dim, modalities: ['image' as const] };
  const id = await collections.add({
    ...embeddings(0),
    items,
    vectors: [{ space, rows: { image: rows, text: rows }, origin: 'x' }],
  });
  const disk = await openDisk();
  const keys = await disk.keys('rows');
  expect(keys).toHaveLength(2 * Math.ceil(n / 64));
  for (const key of keys)
    expect(((await disk.get('rows', key)) as Float32Array).byteLength).toBeLessThanOrEqual(2 ** 22);
  const source = await collections.open(id);
  const back = (await source.embeddings(space)).image!;
  expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(rows.buffer))).toBe(0);
});

test('vectors are made once over all collections, and stay as long as one holds their content', async () => {
  const { collections, encoders, state, run, info } = await openWindow();
  const first = await collections.add(pairs(3));
  await state(await collections.encode(first, [TINY.id]), 'done');
  const second = await collections.add(pairs(5, 'More'));
  const made = encoders.log.length;
  const again = await collections.encode(second, [TINY.id]);
  await state(again, 'done');
  expect(run(again)).toMatchObject({ of: 10, done: 10, reused: 6 });
  expect(encoders.log).toHaveLength(made + 4);

  await collections.remove(first);
  expect(info(first)).toBeUndefined();
  await expect(collections.open(first)).rejects.toThrow(InputError);
  expect(await sizes(await openDisk())).toMatchObject({
    collections: 1,
    contents: 3,
    looks: 1,
    media: 5,
    vectors: 10,
  });
  expect((await (await collections.open(second)).embeddings(TINY)).image).toHaveLength(20);
  await collections.remove(second);
  expect(await sizes(await openDisk())).toEqual({
    collections: 0,
    contents: 0,
    looks: 0,
    media: 0,
    rows: 0,
    vectors: 0,
    runs: 0,
  });
});

test('a full disk keeps nothing of what did not fit, and leaves the rest', async () => {
  const { collections } = await openWindow();
  const id = await collections.add(pairs(2));
  const before = await sizes(await openDisk());
  fillDisk(3);
  const adding = collections.add({ ...embeddings(3), media: pairs(3).media });
  await expect(adding).rejects.toThrow(QuotaError);
  await expect(adding).rejects.toThrow(/could not be kept.*storage is full/);
  vi.restoreAllMocks();
  expect(await sizes(await openDisk())).toEqual(before);
  expect(collections.list().map((one) => one.id)).toEqual([id]);
});

test('adding that is taken back, or was cut off, leaves nothing', async () => {
  const { collections } = await openWindow();
  const abort = new AbortController();
  await expect(
    collections.add(pairs(4), abort.signal, ({ done }) => done === 3 && abort.abort()),
  ).rejects.toThrow(AbortedError);
  const disk = await openDisk();
  const nothing = { collections: 0, contents: 0, looks: 0, media: 0, rows: 0, vectors: 0, runs: 0 };
  expect(await sizes(disk)).toEqual(nothing);
  // The window was closed in the midst of it.
  await disk.write([
    { table: 'looks', key: 'collection-cut', value: {} },
    { table: 'media', key: 'abc', value: new Blob(['x']) },
  ]);
  await openWindow({ locks: fakeLocks() });
  await until(async () => (await disk.keys('looks')).length === 0);
  expect(await sizes(disk)).toEqual(nothing);
});

test.each([
  [
    'two items of one id',
    { items: { text: [item('a', 'g')], image: [item('a', 'g')], audio: [] } },
    /unique/,
  ],
  ['no item', { items: { text: [], image: [], audio: [] } }, /no item/],
  ['a file of no item', { media: new Map([['other', new Blob(['x'])]]) }, /no item of the collection/],
  ['no name', { name: ' ' }, /needs a name/],
  [
    'rows that do not fit',
    { vectors: [{ space: TINY, rows: { text: new Float32Array(7) }, origin: '' }] },
    /rows of 4/,
  ],
  [
    'a space of another dimension',
    { vectors: [{ space: { ...TINY, dim: 8 }, rows: {}, origin: '' }] },
    /4 dimensions in this lab and 8/,
  ],
] as [string, Partial<NewCollection>, RegExp][])('is refused: %s', async (_what, wrong, words) => {
  const { collections } = await openWindow();
  const adding = collections.add({ ...pairs(2), ...wrong });
  await expect(adding).rejects.toThrow(words);
  await expect(adding).rejects.toThrow(InputError);
});

test('two windows see each other’s collections and names', async () => {
  const locks = fakeLocks();
  const here = await openWindow({ locks });
  const there = await openWindow({ locks });
  const [a, b] = await Promise.all([
    here.collections.add(pairs(1, 'A')),
    there.collections.add(pairs(1, 'B')),
  ]);
  await until(() => here.collections.list().length === 2 && there.collections.list().length === 2);
  await there.collections.rename(a, 'A, renamed');
  await until(() => here.info(a).name === 'A, renamed');
  await here.collections.remove(b);
  await until(() => there.collections.list().length === 1);
  expect(there.info(a).name).toBe('A, renamed');
});

test('where the browser keeps nothing, memory does, and says so', async () => {
  const { collections, state } = await openWindow({
    openDisk: () => Promise.reject(new DOMException('no', 'SecurityError')),
  });
  expect(collections.problem()).toMatch(/keeps nothing/);
  const id = await collections.add(pairs(2));
  await state(await collections.encode(id, [TINY.id]), 'done');
  expect((await collections.open(id)).manifest.text).toHaveLength(2);
  await collections.remove(id);
  expect(collections.list()).toEqual([]);
});

test('R@1 and gaps are counted from the pairs', async () => {
  const { collections } = await openWindow();
  const id = await collections.add(embeddings(5));
  expect(await collections.quality(id, 'mine-4')).toEqual({
    spaceId: 'mine-4',
    R1: { 'image>text': 1, 'text>image': 1 },
    gap: { 'image-text': 0 },
  });
  await expect(collections.quality(id, 'other')).rejects.toThrow(InputError);
});

test('spaces that have no item in common are refused with the reason, not with a broken lab', async () => {
  const { collections } = await openWindow();
  const files = embeddings(4);
  const [mine] = files.vectors;
  const half = (from: number) => {
    const image = mine!.rows.image!.slice();
    image.fill(0, from * 4, (from + 2) * 4);
    return { text: mine!.rows.text!, image };
  };
  const id = await collections.add({
    ...files,
    vectors: [
      { ...mine!, rows: half(0) },
      { ...mine!, space: { ...mine!.space, id: 'other-4' }, rows: half(2) },
    ],
  });
  await expect(collections.open(id)).rejects.toThrow(/no item of it has a vector in each of its spaces/);
});
