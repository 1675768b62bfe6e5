/** The first journey in a real browser: own pictures, sounds and texts, kept, encoded by the lab's encoders, opened, saved. */
import { afterEach, expect, test } from 'vitest';
import { FormatError } from '../../base/errors.ts';
import { readZip } from '../../formats/zip.ts';
import { SPACES } from '../../recipe/embedded.ts';
import { until } from '../../base/until.testing.ts';
import { createEncoders } from '../encoders/encoders.ts';
import { createCollections } from './collections.ts';
import { item } from './collections.testing.ts';
import { openDisk } from './disk.ts';
import { readSaved } from './readSaved.ts';
import type { NewCollection } from './types.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const COLOURS = ['#f00', '#0f0', '#00f', '#ff0', '#0ff'];

/** A wide picture in one colour. */
async function picture(colour: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(200, 100);
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, 200, 100);
  return canvas.convertToBlob();
}

/** A second of a tone as 16-bit WAV at 16 kHz. */
function tone(hz: number): Blob {
  const samples = Int16Array.from(
    { length: 16_000 },
    (_, i) => 20_000 * Math.sin((2 * Math.PI * hz * i) / 16_000),
  );
  const head = new DataView(new ArrayBuffer(44));
  const words = (at: number, text: string) =>
    new TextEncoder().encode(text).forEach((byte, i) => head.setUint8(at + i, byte));
  words(0, 'RIFF');
  head.setUint32(4, 36 + samples.byteLength, true);
  words(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, 16_000, true);
  head.setUint32(28, 32_000, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  words(36, 'data');
  head.setUint32(40, samples.byteLength, true);
  return new Blob([head.buffer, samples], { type: 'audio/wav' });
}

async function media(): Promise<NewCollection> {
  const numbers = COLOURS.map((_, i) => i);
  const files = new Map<string, Blob>();
  for (const i of numbers) {
    files.set(`image:${i}`, await picture(COLOURS[i]!));
    files.set(`audio:${i}`, tone(200 * (i + 1)));
  }
  files.set('image:3', new Blob(['no picture'], { type: 'image/png' }));
  return {
    name: 'Colours and tones',
    origin: 'media',
    items: {
      text: numbers.map((i) => item(`text:${i}`, `g${i}`, `colour number ${i}`)),
      image: numbers.map((i) => item(`image:${i}`, `g${i}`)),
      audio: numbers.map((i) => item(`audio:${i}`, `g${i}`)),
    },
    media: files,
    vectors: [],
    recipes: [],
  };
}

function open(name: string) {
  const encoders = createEncoders({ assetUrl: (path) => `/${path}`, backend: 'wasm' });
  const collections = createCollections({
    world: () => Promise.reject(new Error('none here')),
    spaces: () => SPACES,
    encode: (spaceId, input, signal) => encoders.encode(spaceId, input, signal),
    encodeTexts: (spaceId, texts, signal) => encoders.encodeTexts(spaceId, texts, signal),
    precision: () => 'int8',
    openDisk: () => openDisk(name),
  });
  const end = () => {
    collections.dispose();
    encoders.dispose();
  };
  ends.push(end);
  return { collections, end };
}

/** The colour in the middle of a tile. */
async function colourOf(url: string, tile: number, { tilePx, columns }: { tilePx: number; columns: number }) {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const [x, y] = [(tile % columns) * tilePx, Math.floor(tile / columns) * tilePx];
  return [...context.getImageData(x + tilePx / 2, y + tilePx / 2, 1, 1).data];
}

test('own media: tiles, waveforms, vectors, recipes; again after a reload; saved and opened', async () => {
  const name = `test.${Math.random()}`;
  ends.push(() => indexedDB.deleteDatabase(name));
  const first = open(name);
  await first.collections.opened;
  expect(first.collections.problem()).toBeUndefined();
  const id = await first.collections.add(await media());
  const run = await first.collections.encode(id, ['unified', 'foley']);
  await until(() => first.collections.runs().find((one) => one.id === run)?.state === 'done');
  const { leftOut, of } = first.collections.runs()[0]!;
  expect(of).toBe(5 + 5 + 5 + 5 + 5);
  expect(leftOut).toEqual([
    { item: 'image:3', reason: expect.stringMatching(/could not be decoded/) as string },
  ]);
  first.end();

  const { collections } = open(name);
  await collections.opened;
  const source = await collections.open(id);
  const { manifest } = source;
  expect(manifest.atlas).toEqual({ tilePx: 96, columns: 3 });
  expect(manifest.image.map(({ tile }) => tile)).toEqual([0, 1, 2, 4]);
  const [red, green, blue, alpha] = await colourOf(source.atlasUrl!, 4, manifest.atlas!);
  expect(red).toBeLessThan(20);
  expect(green).toBeGreaterThan(235);
  expect(blue).toBeGreaterThan(235);
  expect(alpha).toBe(255);
  expect(await colourOf(source.atlasUrl!, 3, manifest.atlas!)).toEqual([0, 0, 0, 0]);
  expect(manifest.audio.map(({ durationS }) => durationS)).toEqual([1, 1, 1, 1, 1]);
  expect(Math.max(...source.peaks(2))).toBe(255);
  expect(await source.sound(2)).toMatchObject({ type: 'audio/wav', size: 44 + 32_000 });
  expect(source.recipes.map((recipe) => recipe.id)).toEqual(['unified-pp', 'unified', 'foley']);
  const { image, audio } = await source.embeddings(source.spaces.find((space) => space.id === 'unified')!);
  expect(image).toHaveLength(4 * 128);
  expect(Math.hypot(...audio!.subarray(0, 128))).toBeCloseTo(1, 5);

  const quality = await collections.quality(id, 'unified');
  expect(Object.keys(quality.R1)).toHaveLength(6);
  expect(quality.gap['image-text']).toBeGreaterThan(0);

  const { blob, name: fileName } = await collections.save(id);
  expect(fileName).toBe('Colours and tones.zip');
  const files = readZip(new Uint8Array(await blob.arrayBuffer()));
  const copy = await collections.add(
    await readSaved(files.map((entry) => ({ path: entry.name, bytes: entry.read().slice().buffer }))),
  );
  const again = await collections.open(copy);
  expect(again.manifest.image).toHaveLength(4);
  for (const space of source.spaces)
    expect(await again.embeddings(space)).toEqual(await source.embeddings(space));
  source.dispose();
  again.dispose();
});

test('a saved collection of very many items is read in a worker, which tells what is wrong with it as the same error', async () => {
  const items = Array.from({ length: 12_000 }, (_, i) =>
    item(`text:${i}`, `g${i}`, `a thing ${i} <b>&</b> \u{1F514}`),
  );
  const json = {
    format: 'bondlab-collection',
    version: 1,
    name: 'Many',
    origin: 'embeddings',
    items: { text: items, image: [item('image', 'g')], audio: [] },
    media: {},
    spaces: [],
    recipes: [],
  };
  const read = (value: unknown) =>
    readSaved([{ path: 'collection.json', bytes: new Blob([JSON.stringify(value)]) }]);
  expect(await read(json)).toEqual({
    name: 'Many',
    origin: 'embeddings',
    items: json.items,
    media: new Map(),
    vectors: [],
    recipes: [],
  });
  const broken = read({ ...json, items: { ...json.items, text: [...items, { id: 'a' }] } });
  await expect(broken).rejects.toThrow(FormatError);
  await expect(broken).rejects.toThrow(/text 12000/);
});
