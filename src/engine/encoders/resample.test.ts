import { expect, test } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { resampleSound } from '../../math/preparation/soundRate.ts';
import { resampleInPieces } from './resample.ts';

test.each([
  [44_100, 16_000],
  [48_000, 16_000],
  [22_050, 16_000],
  [8000, 16_000],
  [11_025, 16_000],
  [96_000, 16_000],
  [44_101, 16_000],
])('from %d to %d Hz, in pieces it is what it is whole', async (fromHz, toHz) => {
  const random = createRandom(7);
  for (const length of [1, 2, 441, 9973, 60_000]) {
    const samples = Float32Array.from({ length }, () => random.normal());
    const whole = resampleSound(samples, fromHz, toHz);
    const pieces = await resampleInPieces(samples, fromHz, toHz);
    expect(pieces.length).toBe(whole.length);
    let worst = 0;
    for (let i = 0; i < whole.length; i++) worst = Math.max(worst, Math.abs(pieces[i]! - whole[i]!));
    // Places between the table's entries are rounded in double precision: float32 may differ in its last bit.
    expect(worst).toBeLessThan(1e-6);
  }
});

test('an equal rate gives the same samples', async () => {
  const samples = Float32Array.of(1, 2, 3);
  expect(await resampleInPieces(samples, 16_000, 16_000)).toBe(samples);
});
