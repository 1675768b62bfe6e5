import { SAMPLE_RATE } from './dspCore.ts';

/**
 * Tilts a sound around 1 kHz: +-1 gives +-9 dB above, by a first-order split x = low + high. A new buffer.
 * @param brightness -1 (dull) .. 1 (bright)
 */
export function brighten(x: Float32Array, brightness: number): Float32Array {
  const out = new Float32Array(x.length);
  const keep = Math.exp((-2 * Math.PI * 1000) / SAMPLE_RATE);
  const high = 10 ** ((9 * brightness) / 20);
  let low = 0;
  for (let i = 0; i < x.length; i++) {
    low = keep * low + (1 - keep) * x[i]!;
    out[i] = low + high * (x[i]! - low);
  }
  return out;
}
