/** Raw sound: oscillators, struck modes, plucked strings and coloured noise. */
import { SAMPLE_RATE, type Random } from './dspCore.ts';

const TABLE_SIZE = 4096;
const SINE = Float32Array.from({ length: TABLE_SIZE + 1 }, (_, i) =>
  Math.sin((2 * Math.PI * i) / TABLE_SIZE),
);

/** sin(2 pi x) for x >= 0 from a table with linear interpolation (error below 1e-6). */
function sine(turns: number): number {
  const at = (turns - Math.floor(turns)) * TABLE_SIZE;
  const index = at | 0;
  return SINE[index] + (SINE[index + 1] - SINE[index]) * (at - index);
}

/**
 * Sum of harmonics k = 1, 2, ... with the given gains over a frequency curve in Hz; those above 7.6 kHz are left out.
 * Nearly harmonic sounds stretch them: harmonic k sounds at k^(1 + stretch).
 */
export function harmonics(hz: Float32Array, gains: readonly number[], stretch = 0): Float32Array {
  const out = new Float32Array(hz.length);
  gains.forEach((gain, index) => {
    if (gain === 0) return;
    const ratio = (index + 1) ** (1 + stretch);
    let turns = (index * 0.37) % 1;
    for (let i = 0; i < out.length; i++) {
      const f = hz[i] * ratio;
      turns += f / SAMPLE_RATE;
      if (f < 7600) out[i] += gain * sine(turns);
    }
  });
  return out;
}

/** Sawtooth over a frequency curve, band-limited by a polynomial step (PolyBLEP). */
export function saw(hz: Float32Array): Float32Array {
  const out = new Float32Array(hz.length);
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const step = Math.min(0.49, hz[i] / SAMPLE_RATE);
    phase += step;
    if (phase >= 1) phase -= 1;
    let value = 2 * phase - 1;
    if (phase < step) {
      const t = phase / step;
      value -= 2 * t - t * t - 1;
    } else if (phase > 1 - step) {
      const t = (phase - 1) / step;
      value -= t * t + 2 * t + 1;
    }
    out[i] = value;
  }
  return out;
}

/** Frequency modulation: sin(2 pi f t + index * sin(2 pi ratio f t)), with curves for f (Hz) and the index (radians). */
export function fm(hz: Float32Array, ratio: number, index: Float32Array): Float32Array {
  const out = new Float32Array(hz.length);
  let carrier = 0;
  let modulator = 0;
  for (let i = 0; i < out.length; i++) {
    carrier += hz[i] / SAMPLE_RATE;
    modulator += (hz[i] * ratio) / SAMPLE_RATE;
    out[i] = sine(carrier + 64 + (index[i] / (2 * Math.PI)) * sine(modulator));
  }
  return out;
}

/** One mode of a struck body: frequency in Hz, gain, and seconds until it has lost 60 dB. */
export type Mode = readonly [hz: number, gain: number, t60S: number];

/** Struck body: a sum of decaying sines, each a two-term recursion. Modes above 7.8 kHz are left out. */
export function modes(n: number, list: readonly Mode[]): Float32Array {
  const out = new Float32Array(n);
  for (const [hz, gain, t60S] of list) {
    if (hz > 7800) continue;
    const radius = Math.exp(-6.908 / (t60S * SAMPLE_RATE));
    const omega = (2 * Math.PI * hz) / SAMPLE_RATE;
    const a = 2 * radius * Math.cos(omega);
    const b = radius * radius;
    let y1 = gain * radius * Math.sin(omega);
    let y2 = 0;
    const end = Math.min(n, Math.ceil(t60S * SAMPLE_RATE * 1.3)); // -78 dB: nothing is left
    for (let i = 1; i < end; i++) {
      out[i] += y1;
      const y = a * y1 - b * y2;
      y2 = y1;
      y1 = y;
    }
  }
  return out;
}

/**
 * Plucked string (Karplus and Strong 1983) with fractional delay: noise in a delay line with a damping filter.
 * @param damping 0 (bright steel) .. 1 (dull gut): share of the two-point average in the loop
 */
export function pluck(n: number, hz: number, t60S: number, damping: number, random: Random): Float32Array {
  const out = new Float32Array(n);
  const period = SAMPLE_RATE / hz - damping / 2;
  const whole = Math.floor(period);
  const fraction = period - whole;
  const keep = 10 ** (-3 / (t60S * hz));
  const line = new Float32Array(whole + 2);
  let smooth = 0;
  for (let i = 0; i < line.length; i++) {
    smooth += (1 - 0.7 * damping) * (random.bipolar() - smooth);
    line[i] = smooth;
  }
  const size = line.length;
  let last = 0;
  for (let i = 0; i < n; i++) {
    const a = line[(i + size - whole) % size];
    const b = line[(i + size - whole - 1) % size];
    const read = i < whole + 1 ? line[i % size] : a + fraction * (b - a);
    const filtered = keep * (read + (damping / 2) * (last - read));
    last = read;
    out[i] = read;
    line[i % size] = filtered;
  }
  return out;
}

/** White noise in [-1, 1). */
export function white(n: number, random: Random): Float32Array {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = random.bipolar();
  return out;
}

/** Pink noise, -3 dB an octave (three-pole approximation by P. Kellet), about the level of white(). */
export function pink(n: number, random: Random): Float32Array {
  const out = new Float32Array(n);
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = 0; i < n; i++) {
    const x = random.bipolar();
    a = 0.99765 * a + x * 0.099046;
    b = 0.963 * b + x * 0.2965164;
    c = 0.57 * c + x * 1.0526913;
    out[i] = 0.4 * (a + b + c + x * 0.1848);
  }
  return out;
}

/** Brown noise, -6 dB an octave above about 20 Hz. */
export function brown(n: number, random: Random): Float32Array {
  const out = new Float32Array(n);
  let level = 0;
  for (let i = 0; i < n; i++) {
    level = 0.992 * level + 0.12 * random.bipolar();
    out[i] = level;
  }
  return out;
}
