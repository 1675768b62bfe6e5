import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { drawClip, renderClip } from './clip.ts';
import { Random, SAMPLE_RATE } from './dspCore.ts';
import { activePart, addNoise, renderNoisyClip, snrDbOf } from './noise.ts';

const tone = (seconds: number) =>
  Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, i) => 0.3 * Math.sin(i * 0.2));
const minus = (x: Float32Array, y: Float32Array) => x.map((value, i) => value - y[i]!);
const power = (x: Float32Array) => x.reduce((sum, value) => sum + value * value, 0) / x.length;
const dB = (ratio: number) => 10 * Math.log10(ratio);

test.each([20, 10, 5, 0, -7])('a steady tone at %d dB: the ratio of the plain powers', (snrDb) => {
  const clean = tone(1);
  const noise = minus(addNoise(clean, snrDb, new Random('test', 1)), clean);
  // The sum is held in float32: 1e-3 dB is 0.01% of the level.
  expect(Math.abs(dB(power(clean) / power(noise)) - snrDb)).toBeLessThan(1e-3);
});

test('a pause does not count as a quiet sound', () => {
  const clean = new Float32Array(2 * SAMPLE_RATE);
  clean.set(tone(1));
  const noisy = addNoise(clean, 10, new Random('test', 2));
  const first = (x: Float32Array) => x.subarray(0, SAMPLE_RATE);
  expect(Math.abs(dB(power(first(clean)) / power(first(minus(noisy, clean)))) - 10)).toBeLessThan(1e-3);
  expect(power(minus(noisy, clean).subarray(SAMPLE_RATE))).toBeGreaterThan(0);
  expect(activePart(clean)).toHaveLength(SAMPLE_RATE);
});

test('one seed a clip: the same noise at every ratio, other noise for other clips', () => {
  const clip = drawClip('church-bell', 1_000_000);
  const clean = renderClip(clip);
  const loud = minus(renderNoisyClip(clip, 0), clean);
  const soft = minus(renderNoisyClip(clip, 20), clean);
  expect(renderNoisyClip(clip, 0)).toEqual(renderNoisyClip({ ...clip }, 0));
  expect(Math.abs(snrDbOf(clean, loud))).toBeLessThan(1e-3);
  const deviation = Math.max(
    ...minus(
      loud,
      soft.map((value) => 10 * value),
    ).map(Math.abs),
  );
  // Ten times the rounding of a float32 sum near 1.
  expect(deviation).toBeLessThan(2e-6);
  const other = drawClip('church-bell', 1_000_001);
  const otherNoise = minus(renderNoisyClip(other, 0), renderClip(other));
  expect(otherNoise.subarray(0, 100)).not.toEqual(loud.subarray(0, 100));
});

test('the noise is broad: as much of it in each octave, within 3 dB', () => {
  const noise = addNoise(new Float32Array(8 * SAMPLE_RATE).fill(1e-9), 0, new Random('test', 3));
  const frame = 1024;
  const octaves = [125, 250, 500, 1000, 2000, 4000].map((low) => {
    let energy = 0;
    for (let k = Math.round((low * frame) / SAMPLE_RATE); k < (2 * low * frame) / SAMPLE_RATE; k++) {
      for (let start = 0; start + frame <= noise.length; start += 4 * frame) {
        let re = 0;
        let im = 0;
        for (let i = 0; i < frame; i++) {
          const value = noise[start + i]! * Math.sin((Math.PI * i) / frame) ** 2;
          re += value * Math.cos((2 * Math.PI * k * i) / frame);
          im += value * Math.sin((2 * Math.PI * k * i) / frame);
        }
        energy += re * re + im * im;
      }
    }
    return dB(energy);
  });
  expect(Math.max(...octaves) - Math.min(...octaves)).toBeLessThan(3);
});

test('silence and ratios that are no numbers are refused', () => {
  const random = () => new Random('test', 4);
  expect(() => addNoise(new Float32Array(100), 10, random())).toThrow(InputError);
  expect(() => addNoise(new Float32Array(0), 10, random())).toThrow(/no signal-to-noise ratio/);
  expect(() => addNoise(tone(1), NaN, random())).toThrow(/not NaN/);
});
