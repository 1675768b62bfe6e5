import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AbortedError, FormatError } from '../../base/errors.ts';
import { readZip } from '../../formats/zip.ts';
import { plainRecipe } from './ownRecipes.ts';
import type { NamedFile } from '../exchange/types.ts';
import { closeWindows, openWindow, pairs, TINY } from './collections.testing.ts';
import { readSaved } from './readSaved.ts';
import { looksSaved, savedPath } from './savedFormat.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(closeWindows);

async function filesOf(blob: Blob, folder = ''): Promise<NamedFile[]> {
  return readZip(new Uint8Array(await blob.arrayBuffer())).map((entry) => ({
    path: folder + entry.name,
    bytes: entry.read().slice().buffer,
  }));
}

/** A collection that was encoded here, saved. */
async function saved() {
  const window = await openWindow();
  const files = pairs(6, 'Pets & <b>friends</b>');
  files.items.text[0]!.caption = '<img src=x onerror=alert(1)> ünïcode';
  const media = new Map(files.media).set('image:5', new Blob(['bad picture'], { type: 'image/webp' }));
  const id = await window.collections.add({
    ...files,
    media,
    recipes: [plainRecipe({ ...TINY, name: 'My recipe' })],
  });
  await window.state(await window.collections.encode(id, [TINY.id, 'pictext']), 'done');
  return { ...window, id, ...(await window.collections.save(id)) };
}

test('saved, opened in another browser: the same collection, to the bit', async () => {
  const one = await saved();
  expect(one.name).toBe('Pets _ _b_friends_b_.zip');
  const files = await filesOf(one.blob, 'Pets.zip/');
  expect(files.map(({ path }) => path.replace(/media\/\w+/, 'media/hash'))).toEqual([
    'Pets.zip/collection.json',
    'Pets.zip/vectors/tiny-4.safetensors',
    'Pets.zip/vectors/pictext.safetensors',
    ...Array.from({ length: 5 }, () => 'Pets.zip/media/hash.png'),
    'Pets.zip/media/hash.webp',
  ]);
  const paths = files.map(({ path }) => path);
  expect(savedPath([...paths, 'Pets.zip/deeper/collection.json'])).toBe('Pets.zip/collection.json');
  expect(savedPath(['a/dog.png', 'collection.json.txt'])).toBeUndefined();
  expect(await looksSaved(new Blob([files[0]!.bytes]))).toBe(true);
  expect(await looksSaved(new Blob(['{"format": "iiif"}']))).toBe(false);
  const before = await one.collections.open(one.id);
  const rows = await before.embeddings(TINY);
  closeWindows();

  globalThis.indexedDB = new IDBFactory();
  const two = await openWindow();
  const id = await two.collections.add(await readSaved(files));
  expect(two.info(id)).toMatchObject({ name: 'Pets & <b>friends</b>', ready: true, origin: 'media' });
  const after = await two.collections.open(id);
  const { id: _a, version: _b, ...manifest } = before.manifest;
  expect(after.manifest).toMatchObject(manifest);
  expect(await after.embeddings(TINY)).toEqual(rows);
  expect(after.recipes).toEqual(before.recipes);
  expect(after.spaces).toEqual(before.spaces);
  // Saved again it is the same, byte by byte.
  const again = await two.collections.save(id);
  const bytes = (list: NamedFile[]) =>
    list.map(({ path, bytes: data }) => [path, Buffer.from(data as ArrayBuffer).toString('base64')]);
  expect(bytes(await filesOf(again.blob, 'Pets.zip/'))).toEqual(bytes(files));
});

test('what is encoded in part is not saved, and can be encoded on after opening', async () => {
  const { collections, encoders, state } = await openWindow();
  const id = await collections.add(pairs(100));
  encoders.before = (words) => {
    if (words === 'picture 80') collections.pause(collections.runs()[0]!.id);
  };
  await state(await collections.encode(id, [TINY.id]), 'paused');
  const copy = await collections.add(await readSaved(await filesOf((await collections.save(id)).blob)));
  encoders.before = () => undefined;
  const run = await collections.encode(copy, [TINY.id]);
  await state(run, 'done');
  expect((await collections.open(copy)).manifest.image).toHaveLength(100);
});

test('saving is taken back between two parts', async () => {
  const { collections, id } = await saved();
  const abort = new AbortController();
  const saving = collections.save(id, abort.signal);
  abort.abort();
  await expect(saving).rejects.toThrow(AbortedError);
});

/** The files of a small saved collection, with its JSON to be changed. */
async function parts() {
  const { blob } = await saved();
  const files = await filesOf(blob);
  const json = JSON.parse(new TextDecoder().decode(files[0]!.bytes as ArrayBuffer)) as Record<string, never>;
  const withJson = (text: string) => [
    { path: 'collection.json', bytes: new TextEncoder().encode(text).buffer },
    ...files.slice(1),
  ];
  return { files, json, withJson };
}

type Json = Record<string, unknown>;
const CHANGES: [string, (json: Json) => unknown, RegExp][] = [
  ['another format', (json) => ({ ...json, format: 'zip' }), /no collection of Bondlab/],
  ['a newer version', (json) => ({ ...json, version: 2 }), /newer lab/],
  [
    'a path out of the folder',
    (json) => ({ ...json, media: { 'image:0': '../../etc/passwd' } }),
    /nowhere else/,
  ],
  [
    'an id that is no plain name',
    (json) => ({ ...json, recipes: [{ ...(json.recipes as Json[])[0], id: '__proto__' }] }),
    /the id of a recipe is not a word/,
  ],
  ['a path with dots', (json) => ({ ...json, media: { 'image:0': 'media/..' } }), /nowhere else/],
  [
    'a file that is not there',
    (json) => ({ ...json, media: { 'image:0': 'media/none.png' } }),
    /lacks its file "media\/none.png"/,
  ],
  [
    'a file of no item',
    (json) => ({ ...json, media: { other: 'media/none.png' } }),
    /no picture or sound of it/,
  ],
  [
    'no list of items',
    (json) => ({ ...json, items: { text: [], image: {}, audio: [] } }),
    /items.image is not a list/,
  ],
  [
    'an item without a group',
    (json) => ({ ...json, items: { text: [{ id: 'a' }], image: [], audio: [] } }),
    /is not/,
  ],
  [
    'a space of another shape',
    (json) => ({
      ...json,
      spaces: (json.spaces as Json[]).map((one) => ({ ...one, space: { ...(one.space as Json), dim: 5 } })),
    }),
    /needed is \[6, 5\]/,
  ],
  [
    'a dimension beyond all bounds',
    (json) => ({
      ...json,
      spaces: (json.spaces as Json[]).map((one) => ({ ...one, space: { ...(one.space as Json), dim: 4e9 } })),
    }),
    /is not 1 to/,
  ],
  [
    'vectors from elsewhere',
    (json) => ({
      ...json,
      spaces: (json.spaces as Json[]).map((one) => ({ ...one, file: 'vectors/../media/a.safetensors' })),
    }),
    /nowhere else/,
  ],
  [
    'a factor beyond 1',
    (json) => ({
      ...json,
      recipes: [
        { ...(json.recipes as Json[])[0], presets: [{ name: '', about: '', factors: { a: { text: 2 } } }] },
      ],
    }),
    /a factor is not/,
  ],
];

test.each(CHANGES)('refused: %s', async (_what, change, words) => {
  const { json, withJson } = await parts();
  const reading = readSaved(withJson(JSON.stringify(change(json))));
  await expect(reading).rejects.toThrow(FormatError);
  await expect(reading).rejects.toThrow(words);
});

test('refused: no JSON, and no collection.json', async () => {
  const { files, withJson } = await parts();
  await expect(readSaved(withJson('{"format":'))).rejects.toThrow(/no JSON/);
  await expect(readSaved(files.slice(1))).rejects.toThrow(/no saved collection/);
});

test('vectors: cut at any byte, not of unit length, not finite: refused', { timeout: 60_000 }, async () => {
  const { files } = await parts();
  const vectors = files[1]!.bytes as ArrayBuffer;
  const withVectors = (bytes: ArrayBuffer) => [files[0]!, { path: files[1]!.path, bytes }, ...files.slice(2)];
  for (let cut = 0; cut < vectors.byteLength; cut++)
    await expect(readSaved(withVectors(vectors.slice(0, cut)))).rejects.toThrow(FormatError);
  for (const value of [NaN, Infinity, 3]) {
    const bytes = vectors.slice(0);
    new DataView(bytes).setFloat32(bytes.byteLength - 4 * 4 * 3, value, true);
    await expect(readSaved(withVectors(bytes))).rejects.toThrow(/rows are unit vectors/);
  }
});

test(
  'no JSON, however odd, gets anything through but a FormatError or a checked collection',
  { timeout: 60_000 },
  async () => {
    const { json, withJson } = await parts();
    const keys = ['name', 'origin', 'items', 'media', 'spaces', 'recipes'] as const;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.jsonValue(), async (key, value) => {
        const result = await readSaved(withJson(JSON.stringify({ ...json, [key]: value }))).catch(
          (error: unknown) => error,
        );
        const isChecked =
          result instanceof FormatError ||
          (!(result instanceof Error) &&
            Object.keys(result as object)
              .sort()
              .join() === 'items,media,name,origin,recipes,vectors');
        expect(isChecked).toBe(true);
      }),
      { numRuns: 200 },
    );
  },
);
