/** Against PIL itself and the published processors: fixtures of scripts/fixtures/preparation.py. */
import { describe, expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { fitPicture, pixelValues, type PixelSpec } from './pixels.ts';
import { fixture, hashOf, madePicture } from './preparation.testing.ts';
import { resizePicture, type ResampleFilter } from './resize.ts';

interface Fixtures {
  resize: Record<string, number>;
  'bicubic 17x12': number[];
  clip: Record<string, { hash: number; head: number[]; coarse: number[] }>;
  siglip: Record<string, { hash: number; coarse: number[] }>;
}
const FIXTURES = fixture<Fixtures>('pixels.json');

const CLIP: PixelSpec = {
  resize: { mode: 'shortest', size: 224 },
  filter: 'bicubic',
  crop: { width: 224, height: 224 },
  scale: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  layout: 'NCHW',
};
const SIGLIP: PixelSpec = {
  resize: { mode: 'squash', width: 224, height: 224 },
  filter: 'bilinear',
  crop: undefined,
  scale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  layout: 'NCHW',
};

const sized = (key: string) => madePicture(...(key.split('x').map(Number) as [number, number]));

/** Means of blocks of 28 x 28 pixels, by channel. */
function coarse(values: Float32Array): number[] {
  const out = new Float64Array(3 * 64);
  values.forEach((value, i) => {
    const [c, y, x] = [Math.floor(i / 50176), Math.floor(i / 224) % 224, i % 224];
    out[c * 64 + Math.floor(y / 28) * 8 + Math.floor(x / 28)]! += value / 784;
  });
  return [...out];
}

function expectClose(found: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(tolerance));
}

test('a picture of 17 x 12 is that of PIL, byte for byte', () => {
  expect([...resizePicture(madePicture(61, 43), 17, 12, 'bicubic').data]).toEqual(FIXTURES['bicubic 17x12']);
});

test.each(Object.entries(FIXTURES.resize))('%s is that of PIL', (key, hash) => {
  const [filter, size] = key.split(' ') as [ResampleFilter, string];
  const [width, height] = size.split('x').map(Number) as [number, number];
  expect(hashOf(resizePicture(madePicture(61, 43), width, height, filter).data)).toBe(hash);
});

describe.each(Object.entries(FIXTURES.clip))('CLIP on %s', (key, { hash, head, coarse: means }) => {
  test('sees the same bytes and values', () => {
    expect(hashOf(fitPicture(sized(key), CLIP).data)).toBe(hash);
    const { data, width, height } = pixelValues(sized(key), CLIP);
    expect([width, height]).toEqual([224, 224]);
    const at = (c: number) => data.subarray(c * 50176 + 100 * 224 + 100, c * 50176 + 100 * 224 + 104);
    expectClose([...at(0), ...at(1), ...at(2)], head, 2e-6);
    expectClose(coarse(data), means, 2e-5);
  });
});

test.each(Object.entries(FIXTURES.siglip))('SigLIP on %s sees the same bytes and values', (key, wanted) => {
  expect(hashOf(fitPicture(sized(key), SIGLIP).data)).toBe(wanted.hash);
  expectClose(coarse(pixelValues(sized(key), SIGLIP).data), wanted.coarse, 2e-5);
});

test('NHWC holds the same values in another order; a scale of 1 leaves bytes', () => {
  const picture = madePicture(4, 3);
  const plain = { ...SIGLIP, resize: undefined, scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
  expect([...pixelValues(picture, { ...plain, layout: 'NHWC' }).data]).toEqual([...picture.data]);
  const planes = pixelValues(picture, plain).data;
  expect(planes[12 + 7]).toBe(picture.data[7 * 3 + 1]);
});

test('contain keeps the whole picture on white; a crop beyond it is black', () => {
  const black = { width: 8, height: 4, data: new Uint8Array(96) };
  const contained = fitPicture(black, { ...SIGLIP, resize: { mode: 'contain', size: 8 } });
  expect([contained.width, contained.height]).toEqual([8, 8]);
  expect(contained.data.slice(0, 3)).toEqual(Uint8ClampedArray.of(255, 255, 255));
  expect(contained.data[(4 * 8 + 4) * 3]).toBe(0);
  const white = { width: 2, height: 2, data: new Uint8Array(12).fill(255) };
  const cropped = fitPicture(white, { ...SIGLIP, resize: undefined, crop: { width: 5, height: 2 } });
  expect(Array.from({ length: 10 }, (_, i) => cropped.data[i * 3])).toEqual([
    0, 0, 255, 255, 0, 0, 0, 255, 255, 0,
  ]);
});

test('what cannot be resized is refused', () => {
  expect(() => resizePicture(madePicture(4, 4), 0, 4, 'bicubic')).toThrow(InputError);
  expect(() => resizePicture({ width: 4, height: 4, data: new Uint8Array(47) }, 2, 2, 'box')).toThrow(
    /48 bytes/,
  );
  const thread = { width: 100_000, height: 1, data: new Uint8Array(300_000) };
  expect(() => fitPicture(thread, CLIP)).toThrow(/too long and thin/);
});
