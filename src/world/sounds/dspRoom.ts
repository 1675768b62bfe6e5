/** What lies between a source and the ear: air, level and the room. */
import { multiply, SAMPLE_RATE } from './dspCore.ts';
import { lowpass } from './dspFilters.ts';

/** Level lost from the nearest (0) to the farthest (1) place, in dB. */
export const FAR_LOSS_DB = 26;

/** Mutually prime delays in samples (Schroeder 1962). */
const COMBS = [557, 641, 727, 811];
const ALLPASSES = [113, 37];

/** Late reverberation of `x` that decays by 60 dB in `t60S` seconds; a new buffer of the same length. */
export function reverberate(x: Float32Array, t60S: number): Float32Array {
  const n = x.length;
  const out = new Float32Array(n);
  for (const delay of COMBS) {
    const feedback = 10 ** ((-3 * delay) / (t60S * SAMPLE_RATE));
    const line = new Float32Array(delay);
    let dull = 0;
    for (let i = 0, at = 0; i < n; i++) {
      const read = line[at];
      dull += 0.6 * (read - dull); // walls swallow high frequencies first
      line[at] = x[i] + feedback * dull;
      out[i] += 0.25 * read;
      if (++at === delay) at = 0;
    }
  }
  for (const delay of ALLPASSES) {
    const line = new Float32Array(delay);
    for (let i = 0, at = 0; i < n; i++) {
      const read = line[at];
      const input = out[i] + 0.6 * read;
      line[at] = input;
      out[i] = read - 0.6 * input;
      if (++at === delay) at = 0;
    }
  }
  return out;
}

/** The source heard from `distance` 0 (beside the ear) .. 1 (far): lower, duller, and more room than source. */
export function placeAt(dry: Float32Array, distance: number): Float32Array {
  const wet = reverberate(dry, 0.35 + 1.3 * distance);
  const wetGain = 0.04 + 0.6 * distance ** 1.5;
  const dryGain = 1 - 0.35 * distance;
  const out = new Float32Array(dry.length);
  for (let i = 0; i < out.length; i++) out[i] = dryGain * dry[i] + wetGain * wet[i];
  lowpass(out, 7600 * 0.2 ** distance, 0.6);
  return multiply(out, 10 ** ((-FAR_LOSS_DB * distance) / 20));
}
