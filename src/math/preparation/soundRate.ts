/** Changes the sample rate of a sound without aliasing. */
import { InputError } from '../../base/errors.ts';

/** Zero crossings of the sinc on each side, and table entries between two. */
const CROSSINGS = 32;
const STEPS = 512;
/** Kaiser's window: 9 keeps what lies beyond the edge below -90 dB. */
const BETA = 9;
/** Where the low-pass lies, as a share of the lower of both half rates: its edge is as wide as the sinc is short. */
const EDGE = 0.94;

/** Modified Bessel function I0, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

let table: Float64Array | undefined;

/** One side of the windowed sinc, at STEPS places a crossing, with one place more for the interpolation. */
function kernel(): Float64Array {
  table ??= Float64Array.from({ length: CROSSINGS * STEPS + 2 }, (_, i) => {
    const x = i / STEPS;
    if (x >= CROSSINGS) return 0;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return (sinc * bessel(BETA * Math.sqrt(1 - (x / CROSSINGS) ** 2))) / bessel(BETA);
  });
  return table;
}

/**
 * The sound at another rate, round(length * to / from) samples: every output is the input under a sinc (32 crossings on each
 * side, Kaiser window of beta 9) whose edge lies at 0.94 of the lower half rate; silence beyond the ends. Tones below 0.85
 * of the lower half rate keep their level within 0.1 dB; above the half rate they fall below -60 dB.
 * @throws InputError on rates outside 1,000 ... 768,000 Hz.
 */
export function resampleSound(
  samples: Float32Array,
  fromHz: number,
  toHz: number,
): Float32Array<ArrayBuffer> {
  for (const rate of [fromHz, toHz])
    if (!(rate >= 1000 && rate <= 768_000)) throw new InputError(`A sound of ${rate} Hz cannot be read.`);
  if (fromHz === toHz) return new Float32Array(samples);
  const weights = kernel();
  // Crossings of the sinc a sample of the input.
  const cut = EDGE * Math.min(1, toHz / fromHz);
  const reach = CROSSINGS / cut;
  const out = new Float32Array(Math.max(1, Math.round((samples.length * toHz) / fromHz)));
  for (let i = 0; i < out.length; i++) {
    const centre = (i * fromHz) / toHz;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(samples.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let k = first; k <= last; k++) {
      const x = Math.abs(k - centre) * cut * STEPS;
      const at = Math.floor(x);
      const low = weights[at]!;
      sum += samples[k]! * (low + (x - at) * (weights[at + 1]! - low));
    }
    out[i] = sum * cut;
  }
  return out;
}
