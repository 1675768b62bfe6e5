/** The pools as committed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Modality } from '../base/modality.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { TRAIN_STYLES } from './pictures.ts';
import { POOL_ATLAS, POOL_MANIFEST, poolPath, poolShapes, poolSizes, type PoolManifest } from './pool.ts';
import { trainClips, TRAIN_CONCEPTS } from './sounds/soundSplit.ts';
import type { WorldManifest } from './types.ts';

const read = (path: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url))));
const json = (path: string): unknown => JSON.parse(new TextDecoder().decode(read(path)));
const manifest = json(POOL_MANIFEST) as PoolManifest;
const collection = json('world/collection.json') as WorldManifest;
const SPACE_IDS = ['unified', 'pictext', 'foley', 'tone', 'tags', 'unified-dagger'];

test.each(SPACE_IDS)('%s has a unit row for every item of each modality that it encodes', (id) => {
  const stored = readSafetensors(read(poolPath(id)).buffer);
  const shapes = poolShapes(manifest, id);
  expect(Object.fromEntries([...stored].map(([name, { shape }]) => [name, shape]))).toEqual(shapes);
  for (const [modality, [n, dim]] of Object.entries(shapes)) {
    const { data } = stored.get(modality as Modality)!;
    for (let i = 0; i < n; i++) {
      const squares = data.subarray(i * dim, (i + 1) * dim).reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(squares - 1)).toBeLessThan(3e-3); // half precision
    }
  }
});

test('a tuned space stores what it hears alone; what is no encoder stores nothing', () => {
  expect(Object.keys(poolShapes(manifest, 'unified-dagger'))).toEqual(['audio']);
  expect(poolShapes(manifest, 'c-mcr')).toEqual({});
  expect(poolSizes(manifest).text).toBe(manifest.texts.length);
});

test('the pool holds training items alone: none of the collection’s texts, clips or pictures', () => {
  const { texts, pictures, sounds } = manifest;
  expect(new Set(texts).size).toBe(texts.length);
  const captions = new Set(collection.text.map(({ caption }) => caption));
  expect(texts.filter((text) => captions.has(text))).toEqual([]);
  const heldOut = new Set(collection.image.filter(({ seen }) => !seen).map(({ hexcode }) => hexcode));
  expect(pictures.filter(({ hexcode }) => heldOut.has(hexcode))).toEqual([]);
  expect(new Set(pictures.map(({ style }) => style))).toEqual(new Set(TRAIN_STYLES));
  expect(new Set(pictures.map(({ hexcode, style }) => `${hexcode} ${style}`)).size).toBe(pictures.length);
  const trained = new Set(trainClips(TRAIN_CONCEPTS, 48).map((clip) => JSON.stringify(clip)));
  expect(sounds.filter(({ clip }) => !trained.has(JSON.stringify(clip)))).toEqual([]);
  expect(new Set(sounds.map(({ clip }) => clip.concept))).toEqual(new Set(TRAIN_CONCEPTS));
});

test('the atlas has a tile for every picture, and all of it loads in some 10 MB', () => {
  const atlas = read(POOL_ATLAS.file);
  // An extended WebP file: 24-bit width and height, less one, at 24 and 27.
  expect(new TextDecoder().decode(atlas.subarray(8, 16))).toBe('WEBPVP8X');
  const at = (offset: number) => atlas[offset]! + (atlas[offset + 1]! << 8) + (atlas[offset + 2]! << 16) + 1;
  const { tilePx, columns } = POOL_ATLAS;
  const rows = Math.ceil(manifest.pictures.length / columns);
  expect([at(24), at(27)]).toEqual([columns * tilePx, rows * tilePx]);
  const files = [POOL_MANIFEST, POOL_ATLAS.file, ...SPACE_IDS.map(poolPath)];
  expect(files.reduce((sum, path) => sum + read(path).length, 0)).toBeLessThan(11 * 2 ** 20);
});
