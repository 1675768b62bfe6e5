import { zipSync, zlibSync } from 'fflate';
import { expect, test, vi } from 'vitest';
import { MediaError } from '../../../base/errors.ts';
import { crc32 } from '../../../formats/zip.ts';
import { N_PEAKS } from '../../../world/peaks.ts';
import { readPicture } from '../../encoders/picture.ts';
import { picture, sine, wav } from '../../encoders/media.testing.ts';
import { readSound } from '../../encoders/sound.ts';
import { openFiles } from '../openFiles.ts';
import { collectMedia } from './collect.ts';
import { lookOf, thumbnail, TILE_PX } from './look.ts';
import { planOpenFiles } from './planMedia.ts';
import { typedBlob } from './sniff.ts';

/** A file of test/fixtures/media, without a type, as a zip gives it. */
async function fixture(name: string): Promise<Blob> {
  const response = await fetch(`/test/fixtures/media/${name}`);
  expect(response.ok).toBe(true);
  return new Blob([await response.arrayBuffer()]);
}

/** RGBA of a tile at (x, y). */
function colours(tile: ImageBitmap): (x: number, y: number) => number[] {
  expect([tile.width, tile.height]).toEqual([TILE_PX, TILE_PX]);
  const context = new OffscreenCanvas(TILE_PX, TILE_PX).getContext('2d')!;
  context.drawImage(tile, 0, 0);
  tile.close();
  return (x, y) => [...context.getImageData(x, y, 1, 1).data];
}

/** Colours that lossy codecs may change by some steps. */
function expectColour([r, g, b, a]: number[], [red, green, blue]: [number, number, number]): void {
  expect(Math.max(Math.abs(r! - red), Math.abs(g! - green), Math.abs(b! - blue))).toBeLessThan(40);
  expect(a).toBe(255);
}
const RED = [255, 0, 0] as [number, number, number];
const BLUE = [0, 0, 255] as [number, number, number];

test.each(['halves.gif', 'halves.bmp', 'halves.webp', 'halves.avif'])(
  '%s is read without its type being told',
  async (name) => {
    const at = colours(await thumbnail(await typedBlob('no-extension', await fixture(name))));
    expectColour(at(10, 48), RED);
    expectColour(at(85, 48), BLUE);
    expect(at(48, 10)[3]).toBe(0);
  },
);

/** A JPEG with an EXIF orientation: an APP1 segment after its first marker. */
async function turned(jpeg: Blob, orientation: number): Promise<Blob> {
  const tiff = [
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    0x01,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  const segment = Uint8Array.from([0xff, 0xe1, 0, exif.length + 2, ...exif]);
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)], { type: 'image/jpeg' });
}

test('a JPEG is turned as its EXIF data say, in tiles and for encoders', async () => {
  const jpeg = await picture(
    160,
    80,
    (context) => {
      context.fillStyle = 'red';
      context.fillRect(0, 0, 80, 80);
      context.fillStyle = 'blue';
      context.fillRect(80, 0, 80, 80);
    },
    'image/jpeg',
  );
  const upright = colours(await thumbnail(jpeg));
  expectColour(upright(10, 48), RED);
  expect(upright(48, 10)[3]).toBe(0);
  // 6: the stored left edge is the top.
  const quarter = await turned(jpeg, 6);
  const at = colours(await thumbnail(quarter));
  expectColour(at(48, 10), RED);
  expectColour(at(48, 85), BLUE);
  expect(at(10, 48)[3]).toBe(0);
  const pixels = await readPicture(quarter);
  const pixel = (x: number, y: number) => [...pixels.subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 4)];
  expectColour(pixel(32, 5), RED);
  expectColour(pixel(32, 58), BLUE);
  expect(pixel(5, 32)[3]).toBe(0);
});

test('a picture of more pixels than are taken is refused by its header', async () => {
  const word = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const chunk = (name: string, data: readonly number[]) => {
    const body = [...new TextEncoder().encode(name), ...data];
    return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
  };
  const header = [...word(10_000), ...word(10_000), 8, 2, 0, 0, 0];
  const rows = zlibSync(new Uint8Array(30_001 * 4));
  const png = [
    0x89,
    0x50,
    0x4e,
    0x47,
    13,
    10,
    26,
    10,
    ...chunk('IHDR', header),
    ...chunk('IDAT', [...rows]),
    ...chunk('IEND', []),
  ];
  const decode = vi.spyOn(HTMLImageElement.prototype, 'decode');
  try {
    const refused = thumbnail(await typedBlob('vast.png', new Blob([Uint8Array.from(png)])));
    await expect(refused).rejects.toThrow(/10000 x 10000 pixels; at most 64 million/);
    expect(decode).not.toHaveBeenCalled();
  } finally {
    decode.mockRestore();
  }
});

test('an SVG runs and loads nothing, and is drawn', async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2" onload="globalThis.ran = 1">
    <script>globalThis.ran = 1</script><image href="https://example.invalid/x.png" width="2" height="2"/>
    <rect width="2" height="2" fill="#ff0000"/></svg>`;
  const at = colours(await thumbnail(await typedBlob('no-extension', new Blob([svg]))));
  expectColour(at(48, 48), RED);
  expect('ran' in globalThis).toBe(false);
});

/** Amplitude of a tone in a sound: the projection on it under a Hann window, over its middle half. */
function amplitude(samples: Float32Array, hz: number, rateHz = 16_000): number {
  const [from, to] = [Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4)];
  let [re, im, weight] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i - from)) / (to - from));
    const phase = (2 * Math.PI * hz * i) / rateHz;
    re += window * samples[i]! * Math.cos(phase);
    im += window * samples[i]! * Math.sin(phase);
    weight += window;
  }
  return (2 * Math.hypot(re, im)) / weight;
}

/** Largest amplitude of all tones further than 200 Hz from one. */
function loudestBeside(samples: Float32Array, hz: number): number {
  let loudest = 0;
  for (let other = 20; other < 8000; other += 20)
    if (Math.abs(other - hz) > 200) loudest = Math.max(loudest, amplitude(samples, other));
  return loudest;
}

test.each(['tone-44k.mp3', 'tone-44k.ogg', 'tone-44k.flac', 'tone-44k.m4a', 'tone-48k.webm'])(
  '%s: 1 kHz stays 1 kHz',
  async (name) => {
    const samples = await readSound(await typedBlob('no-extension', await fixture(name)));
    expect(samples.length / 16_000).toBeGreaterThan(0.24);
    expect(samples.length / 16_000).toBeLessThan(0.35); // lossy codecs add frames at the ends
    // FLAC keeps the level to the last bit; the lossy ones within some per cent.
    expect(Math.abs(amplitude(samples, 1000) - 0.5)).toBeLessThan(name.endsWith('flac') ? 0.005 : 0.05);
    expect(loudestBeside(samples, 1000)).toBeLessThan(0.01);
  },
);

test.each([8000, 11_025, 22_050, 44_100, 48_000, 96_000])(
  'a tone of 1 kHz at %d Hz stays 1 kHz',
  async (sampleRateHz) => {
    const samples = await readSound(wav(0.5, sine(1000), { sampleRateHz, channels: 2 }));
    expect(Math.abs(samples.length - 8000)).toBeLessThanOrEqual(2);
    expect(Math.abs(amplitude(samples, 1000) - 0.5)).toBeLessThan(0.005);
    expect(loudestBeside(samples, 1000)).toBeLessThan(0.0005);
  },
);

test.each([44_100, 48_000, 96_000])(
  'what lies above 8 kHz at %d Hz does not come back as another tone',
  async (sampleRateHz) => {
    for (const hz of [9000, 10_000, 15_000]) {
      // A quiet tone of 1 kHz beside it: without one, nothing would be left, and silence is refused.
      const samples = await readSound(
        wav(0.5, (t) => sine(hz, 0.5)(t) + sine(1000, 0.1)(t), { sampleRateHz }),
      );
      expect(Math.abs(amplitude(samples, 1000) - 0.1)).toBeLessThan(0.002);
      // 60 dB below the tone that was there.
      expect(loudestBeside(samples, 1000)).toBeLessThan(0.0005);
    }
  },
);

test('the look of a sound is its peaks and length; a text has none; a broken one says why', async () => {
  const look = await lookOf(
    'audio',
    await typedBlob(
      'x',
      wav(0.5, (t) => (t < 0.25 ? 0.1 : 0.5), { type: '' }),
    ),
  );
  if (look?.modality !== 'audio') throw new Error('That was a sound.');
  expect(look.durationS).toBeCloseTo(0.5, 5);
  expect(look.peaks).toHaveLength(N_PEAKS);
  expect([look.peaks[2], look.peaks[N_PEAKS - 3]]).toEqual([51, 255]);
  expect(await lookOf('text', new Blob(['x']))).toBeUndefined();
  await expect(lookOf('image', await typedBlob('x.png', new Blob(['x'])))).rejects.toBeInstanceOf(MediaError);
});

test('a zip becomes a collection whose media can be read', async () => {
  const bytes = async (name: string) => new Uint8Array(await (await fixture(name)).arrayBuffer());
  const zip = zipSync({
    'images/tone.webp': await bytes('halves.webp'),
    'audio/tone.ogg': await bytes('tone-44k.ogg'),
    'text/tone.txt': new TextEncoder().encode('a tone'),
  });
  const { files } = await openFiles([
    { path: 'my set.zip', bytes: new Blob([zip as Uint8Array<ArrayBuffer>]) },
  ]);
  const { plan } = await planOpenFiles(files);
  const { collection, leftOut } = await collectMedia('My set', plan!, files);
  expect(leftOut).toEqual([]);
  expect(plan).toMatchObject({ convention: 'stems', nPaired: 1 });
  expect([...collection.media.keys()]).toEqual(['audio:tone', 'image:tone']);
  expect(collection.items.text[0]).toMatchObject({ id: 'text:tone', caption: 'a tone', group: 'tone' });
  expect(await lookOf('image', collection.media.get('image:tone')!)).toMatchObject({ modality: 'image' });
  expect(await lookOf('audio', collection.media.get('audio:tone')!)).toMatchObject({ modality: 'audio' });
});
