import { expect, test, vi } from 'vitest';
import { MediaError } from '../../base/errors.ts';
import type { OwnInput } from '../types.ts';
import { prepareInput } from './media.ts';
import { picture, sine, wav } from './media.testing.ts';

async function pixelsOf(blob: Blob): Promise<Uint8ClampedArray> {
  const input = await prepareInput({ modality: 'image', blob });
  if (input.modality !== 'image') throw new Error('no picture came back');
  expect(input.pixels).toHaveLength(64 * 64 * 4);
  return input.pixels;
}

async function samplesOf(blob: Blob): Promise<Float32Array> {
  const input = await prepareInput({ modality: 'audio', blob });
  if (input.modality !== 'audio') throw new Error('no sound came back');
  return input.samples;
}

/** RGBA at (x, y). */
const at = (pixels: Uint8ClampedArray, x: number, y: number) => [
  ...pixels.subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 4),
];

async function refusal(modality: 'image' | 'audio', blob: Blob): Promise<string> {
  const error: unknown = await prepareInput({ modality, blob } as OwnInput).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MediaError);
  return (error as MediaError).message;
}

test('text is trimmed; empty and far too long text is refused', async () => {
  const text = (value: string) => prepareInput({ modality: 'text', text: value });
  expect(await text('  a dog barks \n')).toEqual({ modality: 'text', text: 'a dog barks' });
  await expect(text(' \n\t ')).rejects.toBeInstanceOf(MediaError);
  await expect(text('word '.repeat(100))).rejects.toThrow(/499 characters; at most 300/);
});

test('a picture of 64 x 64 pixels passes unchanged, transparency included', async () => {
  const blob = await picture(64, 64, (context) => {
    context.fillStyle = 'rgb(200 30 90)';
    context.fillRect(0, 0, 32, 64);
  });
  const pixels = await pixelsOf(blob);
  expect(at(pixels, 0, 0)).toEqual([200, 30, 90, 255]);
  expect(at(pixels, 31, 63)).toEqual([200, 30, 90, 255]);
  expect(at(pixels, 32, 0)[3]).toBe(0);
});

test('a picture that is not square is shown whole, centred, transparent around it', async () => {
  const blob = await picture(1000, 500, (context) => {
    context.fillStyle = 'blue';
    context.fillRect(0, 0, 1000, 500);
  });
  const pixels = await pixelsOf(blob);
  for (const [x, y] of [
    [0, 17],
    [63, 46],
    [32, 32],
  ] as const)
    expect(at(pixels, x, y)).toEqual([0, 0, 255, 255]);
  expect(at(pixels, 32, 14)[3]).toBe(0);
  expect(at(pixels, 32, 49)[3]).toBe(0);
});

test('a large picture is averaged down, not sampled', async () => {
  const blob = await picture(
    4096,
    4096,
    (context) => {
      context.fillStyle = 'white';
      context.fillRect(0, 0, 4096, 4096);
      context.fillStyle = 'black';
      for (let y = 0; y < 4096; y += 2) context.fillRect(0, y, 4096, 1);
    },
    'image/png',
  );
  const pixels = await pixelsOf(blob);
  for (const [x, y] of [
    [5, 5],
    [32, 33],
    [60, 2],
  ] as const) {
    expect(at(pixels, x, y)[0]).toBeGreaterThan(115);
    expect(at(pixels, x, y)[0]).toBeLessThan(140);
  }
});

test('SVG is drawn at its own shape, with and without a size', async () => {
  const circle = '<circle cx="10" cy="10" r="10" fill="lime"/>';
  for (const size of ['viewBox="0 0 20 20"', 'width="20" height="20"', 'viewBox="0 0 20 20" width="100%"']) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${circle}</svg>`;
    const pixels = await pixelsOf(new Blob([svg], { type: 'image/svg+xml' }));
    expect(at(pixels, 32, 32)).toEqual([0, 255, 0, 255]);
    expect(at(pixels, 1, 32)).toEqual([0, 255, 0, 255]);
    expect(at(pixels, 1, 1)[3]).toBe(0);
  }
});

test('pictures that cannot be used are refused with the reason', async () => {
  const png = await picture(64, 64, (context) => context.fillRect(0, 0, 64, 64));
  const bytes = new Uint8Array(await png.arrayBuffer());
  expect(await refusal('image', new Blob([bytes.slice(0, 40)], { type: 'image/png' }))).toContain('damaged');
  expect(await refusal('image', new Blob([], { type: 'image/png' }))).toContain('empty');
  const pdf = new File(['%PDF-1.7'], 'report.pdf', { type: 'application/pdf' });
  expect(await refusal('image', pdf)).toMatch(/"report\.pdf" \(application\/pdf\).*PNG, JPEG/);
  expect(await refusal('image', wav(1, sine(440)))).toContain('audio/wav');
  expect(await refusal('image', await picture(64, 64, () => undefined))).toContain('transparent');
  expect(await refusal('image', new Blob(['<svg><g>'], { type: 'image/svg+xml' }))).toContain('markup');
  const sizeless = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>';
  expect(await refusal('image', new Blob([sizeless], { type: 'image/svg+xml' }))).toContain('viewBox');
  expect(await refusal('image', new Blob(['hello']))).toContain('could not be decoded');
  const vast = new Blob([new Uint8Array(51_000_000)], { type: 'image/png' });
  expect(await refusal('image', vast)).toContain('51 MB');
});

test('a sound becomes mono at 16 kHz: resampled, channels averaged', async () => {
  const same = await samplesOf(wav(1, sine(440)));
  expect(same).toHaveLength(16_000);
  for (let i = 0; i < same.length; i += 997) expect(same[i]).toBeCloseTo(sine(440)(i / 16_000), 3);
  const stereo = wav(0.5, (t, channel) => (channel === 0 ? sine(440)(t) : 0), {
    sampleRateHz: 44_100,
    channels: 2,
  });
  const mixed = await samplesOf(stereo);
  expect(Math.abs(mixed.length - 8000)).toBeLessThanOrEqual(1);
  expect(Math.max(...mixed)).toBeCloseTo(0.25, 2);
});

test('a quiet sound is raised to the quietest level of the collection, a loud one left alone', async () => {
  expect(Math.max(...(await samplesOf(wav(1, sine(500, 0.004)))))).toBeCloseTo(0.05, 3);
  expect(Math.max(...(await samplesOf(wav(1, sine(500, 0.2)))))).toBeCloseTo(0.2, 3);
});

test('sounds that cannot be used are refused with the reason', async () => {
  expect(await refusal('audio', new Blob([], { type: 'audio/wav' }))).toContain('empty');
  expect(
    await refusal(
      'audio',
      wav(1, () => 0),
    ),
  ).toContain('silent');
  expect(await refusal('audio', wav(0.05, sine(440)))).toContain('50 ms');
  expect(await refusal('audio', wav(61, sine(440)))).toMatch(/lasts 61 s.*Cut it/);
  expect(
    await refusal(
      'audio',
      wav(1, () => NaN, { bits: 32 }),
    ),
  ).toContain('no numbers');
  const noise = new Uint8Array(5000).map((_, i) => (i * 73) % 251);
  expect(await refusal('audio', new Blob([noise], { type: 'audio/mpeg' }))).toMatch(/audio\/mpeg.*WAV, MP3/);
  const note = new File(['not a sound'], 'note.txt', { type: 'text/plain' });
  expect(await refusal('audio', note)).toMatch(/"note\.txt" \(text\/plain\)/);
});

test('ten minutes are refused before anything is decoded', async () => {
  const decode = vi.spyOn(OfflineAudioContext.prototype, 'decodeAudioData');
  try {
    const long = wav(600, () => 0.1, { sampleRateHz: 8000 });
    expect(await refusal('audio', long)).toContain('lasts 600 s');
    const large = new Blob([new Uint8Array(41_000_000)], { type: 'audio/wav' });
    expect(await refusal('audio', large)).toContain('41 MB');
    expect(decode).not.toHaveBeenCalled();
  } finally {
    decode.mockRestore();
  }
});
