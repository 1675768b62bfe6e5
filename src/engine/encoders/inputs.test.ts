import { expect, test } from 'vitest';
import { InputError, MediaError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import {
  checkPrepared,
  cutWindows,
  MAX_SOUND_S,
  MAX_WINDOWS,
  meanDirection,
  onWhite,
  SAMPLE_RATE_HZ,
  WINDOW_SAMPLES,
} from './inputs.ts';
import { notePieces } from './textPieces.ts';

/** Samples that tell where they stand: 1, 2, 3, ... */
const ramp = (n: number) => Float32Array.from({ length: n }, (_, i) => i + 1);

test('a short sound is one window, padded with zeros at the end', () => {
  for (const n of [1, 1601, WINDOW_SAMPLES]) {
    const [window, ...others] = cutWindows(ramp(n));
    expect(others).toEqual([]);
    expect(window!.length).toBe(WINDOW_SAMPLES);
    expect(window!.subarray(0, n).every((sample, i) => sample === i + 1)).toBe(true);
    expect(window!.subarray(n).every((sample) => sample === 0)).toBe(true);
  }
});

test('a longer sound is covered from its first to its last sample, in fixed windows', () => {
  for (const [n, count] of [
    [WINDOW_SAMPLES + 1, 2],
    [72_000, 2],
    [72_001, 3],
    [100_003, 4],
    [MAX_SOUND_S * SAMPLE_RATE_HZ, MAX_WINDOWS],
  ] as const) {
    const windows = cutWindows(ramp(n));
    expect(windows.length).toBe(count);
    expect(windows[0]![0]).toBe(1);
    expect(windows.at(-1)!.at(-1)).toBe(n);
    const starts = windows.map((window) => window[0]! - 1);
    const gaps = starts.slice(1).map((start, i) => start - starts[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(WINDOW_SAMPLES);
    expect(windows.every((window) => window.length === WINDOW_SAMPLES)).toBe(true);
    expect(windows.every((window, i) => window.every((sample, j) => sample === starts[i]! + j + 1))).toBe(
      true,
    );
  }
});

test('silent windows are left out, but never all of them', () => {
  const halfSilent = new Float32Array(2 * WINDOW_SAMPLES);
  halfSilent[10] = 0.5;
  expect(cutWindows(halfSilent)).toHaveLength(1);
  expect(cutWindows(new Float32Array(2 * WINDOW_SAMPLES))).toHaveLength(1);
});

test('pixels are drawn on white', () => {
  const rgba = new Uint8ClampedArray([10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 51]);
  expect([...onWhite(rgba)]).toEqual([10, 20, 30, 255, 255, 255, 204, 224, 255]);
});

test('the mean direction weighs every row alike and is a unit vector', () => {
  const random = createRandom(3);
  const a = Float32Array.from({ length: 7 }, () => random.normal());
  const b = Float32Array.from({ length: 7 }, () => random.normal());
  const mean = meanDirection([a, b]);
  expect(Math.hypot(...mean)).toBeCloseTo(1, 6);
  const longer = meanDirection([a.map((value) => value * 1000), b]);
  mean.forEach((value, d) => expect(longer[d]).toBeCloseTo(value, 6));
  expect(() => meanDirection([new Float32Array(3)])).toThrow(InputError);
  expect(() => meanDirection([Float32Array.of(NaN, 1)])).toThrow(InputError);
  expect(() => meanDirection([Float32Array.of(1, 0), Float32Array.of(-1, 0)])).toThrow(InputError);
});

test('pixels and samples of a wrong length are refused', () => {
  const picture = (length: number) =>
    checkPrepared({ modality: 'image', pixels: new Uint8ClampedArray(length) });
  const sound = (length: number) => checkPrepared({ modality: 'audio', samples: new Float32Array(length) });
  expect(() => picture(64 * 64 * 4)).not.toThrow();
  expect(() => picture(64 * 64 * 3)).toThrow(InputError);
  expect(() => sound(1)).not.toThrow();
  expect(() => sound(0)).toThrow(InputError);
  expect(() => sound(MAX_SOUND_S * SAMPLE_RATE_HZ + 1)).toThrow(InputError);
});

test('a text is read whole, cut with a note, or refused when nothing of it is known', () => {
  const limits = { model_max_length: 4, unk_token_id: 1, all_special_ids: [0, 1, 2, 3] };
  expect(notePieces('a dog', [2, 7, 8, 3], limits)).toBeUndefined();
  expect(notePieces('a 犬', [2, 7, 1, 3], limits)).toBeUndefined();
  expect(notePieces('a dog barks', [2, 7, 8, 9, 3], limits)).toContain('first 4 of 5');
  expect(() => notePieces('犬', [2, 1, 3], limits)).toThrow(MediaError);
  expect(() => notePieces('', [2, 3], limits)).toThrow(MediaError);
});
