import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { resampleSound } from './soundRate.ts';

const tone = (hz: number, rate: number, seconds = 1) =>
  Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

/** The middle half: the ends are faded by the silence around a sound. */
const middle = (samples: Float32Array) => samples.subarray(samples.length >> 2, 3 * (samples.length >> 2));
const decibels = (samples: Float32Array) =>
  10 *
  Math.log10(middle(samples).reduce((sum, value) => sum + value * value, 0) / middle(samples).length / 0.5);

/** Amplitude and phase of a tone in the middle of a sound, by its correlation with sine and cosine over whole periods. */
function levelAt(samples: Float32Array, hz: number, rate: number): number {
  let [re, im] = [0, 0];
  const part = middle(samples);
  part.forEach((value, i) => {
    re += value * Math.cos((2 * Math.PI * hz * i) / rate);
    im += value * Math.sin((2 * Math.PI * hz * i) / rate);
  });
  return 20 * Math.log10((2 * Math.hypot(re, im)) / part.length);
}

const PAIRS = [44_100, 48_000, 22_050, 96_000, 8000, 11_025, 44_056].flatMap((from) =>
  [16_000, 48_000].map((to) => [from, to] as const),
);

test.each(PAIRS)('a tone of 1 kHz at %i Hz keeps level and pitch at %i Hz', (from, to) => {
  const out = resampleSound(tone(1000, from), from, to);
  expect(out).toHaveLength(to);
  expect(Math.abs(decibels(out))).toBeLessThan(0.1);
  expect(Math.abs(levelAt(out, 1000, to))).toBeLessThan(0.1);
  // Nothing else is in it: what is left after the very tone is taken away lies 70 dB below.
  const rest = out.map((value, i) => value - Math.sin((2 * Math.PI * 1000 * i) / to));
  expect(decibels(rest)).toBeLessThan(-70);
});

test.each([8200, 9000, 12_000, 15_000, 20_000])('a tone of %i Hz does not alias into 16 kHz', (hz) => {
  for (const from of [44_100, 48_000])
    expect(decibels(resampleSound(tone(hz, from), from, 16_000))).toBeLessThan(-60);
});

test.each([500, 3000, 6000, 6800])('a tone of %i Hz passes from 44.1 to 16 kHz within 0.1 dB', (hz) => {
  expect(Math.abs(decibels(resampleSound(tone(hz, 44_100), 44_100, 16_000)))).toBeLessThan(0.1);
});

test('a constant stays one; the same rate is a copy; a click stays in its place', () => {
  for (const value of middle(resampleSound(new Float32Array(4410).fill(0.5), 44_100, 16_000)))
    expect(value).toBeCloseTo(0.5, 4);
  const samples = tone(100, 8000);
  const copy = resampleSound(samples, 8000, 8000);
  expect(copy).toEqual(samples);
  expect(copy).not.toBe(samples);
  const click = new Float32Array(4410);
  click[2205] = 1;
  const moved = resampleSound(click, 44_100, 48_000);
  expect(moved.indexOf(Math.max(...moved))).toBe(2400);
});

test('any pair of rates gives as many samples as the time says, all finite', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4000, max: 96_000 }),
      fc.integer({ min: 4000, max: 96_000 }),
      (from, to) => {
        const out = resampleSound(tone(200, from, 0.02).map(Math.sign), from, to);
        return (
          out.length === Math.max(1, Math.round((Math.floor(from * 0.02) * to) / from)) &&
          out.every(Number.isFinite)
        );
      },
    ),
    { numRuns: 30 },
  );
  expect(() => resampleSound(tone(1, 8000), 0, 8000)).toThrow(InputError);
  expect(() => resampleSound(tone(1, 8000), 8000, NaN)).toThrow(InputError);
});
