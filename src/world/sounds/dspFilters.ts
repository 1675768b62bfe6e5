/** Filters, all in place: second-order sections and a state-variable filter whose frequency may move. */
import { SAMPLE_RATE } from './dspCore.ts';

const MAX_HZ = 7700;
/** Samples between two updates of a moving filter (1 ms). */
const CONTROL_STEP = 16;

function section(
  x: Float32Array,
  b0: number,
  b1: number,
  b2: number,
  a0: number,
  a1: number,
  a2: number,
): Float32Array {
  const [p0, p1, p2, q1, q2] = [b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0];
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < x.length; i++) {
    const input = x[i];
    const output = p0 * input + s1;
    s1 = p1 * input - q1 * output + s2;
    s2 = p2 * input - q2 * output;
    x[i] = output;
  }
  return x;
}

function angle(hz: number, q: number): { cos: number; alpha: number } {
  const omega = (2 * Math.PI * Math.min(Math.max(hz, 10), MAX_HZ)) / SAMPLE_RATE;
  return { cos: Math.cos(omega), alpha: Math.sin(omega) / (2 * q) };
}

/** Low-pass, 12 dB an octave (R. Bristow-Johnson's cookbook). */
export function lowpass(x: Float32Array, hz: number, q = 0.707): Float32Array {
  const { cos, alpha } = angle(hz, q);
  return section(x, (1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
}

/** High-pass, 12 dB an octave. */
export function highpass(x: Float32Array, hz: number, q = 0.707): Float32Array {
  const { cos, alpha } = angle(hz, q);
  return section(x, (1 + cos) / 2, -1 - cos, (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
}

/** Band-pass with gain 1 at its centre. */
export function bandpass(x: Float32Array, hz: number, q: number): Float32Array {
  const { cos, alpha } = angle(hz, q);
  return section(x, alpha, 0, -alpha, 1 + alpha, -2 * cos, 1 - alpha);
}

/** Shelf that raises (or lowers) what lies above `hz` by `gainDb`. */
export function highShelf(x: Float32Array, hz: number, gainDb: number): Float32Array {
  const a = 10 ** (gainDb / 40);
  const { cos, alpha } = angle(hz, 0.707);
  const s = 2 * Math.sqrt(a) * alpha;
  return section(
    x,
    a * (a + 1 + (a - 1) * cos + s),
    -2 * a * (a - 1 + (a + 1) * cos),
    a * (a + 1 + (a - 1) * cos - s),
    a + 1 - (a - 1) * cos + s,
    2 * (a - 1 - (a + 1) * cos),
    a + 1 - (a - 1) * cos - s,
  );
}

/**
 * State-variable filter (topology-preserving, A. Simper) over a frequency curve in Hz; band output has gain 1 at its
 * centre. The curve is read every millisecond.
 */
export function movingFilter(
  x: Float32Array,
  hz: Float32Array,
  q: number,
  kind: 'low' | 'band' | 'high',
): Float32Array {
  const k = 1 / q;
  let ic1 = 0;
  let ic2 = 0;
  let g = 0;
  let a1 = 0;
  for (let i = 0; i < x.length; i++) {
    if (i % CONTROL_STEP === 0) {
      g = Math.tan((Math.PI * Math.min(Math.max(hz[i], 10), MAX_HZ)) / SAMPLE_RATE);
      a1 = 1 / (1 + g * (g + k));
    }
    const v3 = x[i] - ic2;
    const band = a1 * (ic1 + g * v3);
    const low = ic2 + g * band;
    ic1 = 2 * band - ic1;
    ic2 = 2 * low - ic2;
    x[i] = kind === 'band' ? k * band : kind === 'low' ? low : x[i] - k * band - low;
  }
  return x;
}
