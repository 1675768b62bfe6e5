/** Envelopes and other slow curves, one value a sample. */
import { SAMPLE_RATE, toSamples, type Random } from './dspCore.ts';

/**
 * Piecewise curve over `n` samples through points given as flat pairs (position 0..1, value), positions ascending.
 * Interpolation is linear, or geometric (equal ratios in equal times) for values that are all positive.
 */
export function curve(
  n: number,
  points: readonly number[],
  shape: 'linear' | 'geometric' = 'linear',
): Float32Array {
  const out = new Float32Array(n);
  const lastSegment = points.length / 2 - 2;
  let segment = 0;
  for (let i = 0; i < n; i++) {
    const t = i / n;
    while (segment < lastSegment && t >= points[2 * segment + 2]) segment++;
    const at = 2 * segment;
    const from = points[at + 1];
    const to = points[at + 3];
    const part = Math.min(1, Math.max(0, (t - points[at]) / (points[at + 2] - points[at])));
    out[i] = shape === 'linear' ? from + part * (to - from) : from * Math.exp(part * Math.log(to / from));
  }
  return out;
}

/** A constant curve. */
export function flat(n: number, value: number): Float32Array {
  return new Float32Array(n).fill(value);
}

/** Linear attack, then exponential decay that has lost 60 dB after `t60S` seconds. */
export function strike(n: number, attackS: number, t60S: number): Float32Array {
  const out = new Float32Array(n);
  const attack = toSamples(attackS);
  const keep = Math.exp(-6.908 / (t60S * SAMPLE_RATE));
  let level = 1;
  for (let i = 0; i < n; i++) {
    if (i < attack) out[i] = i / attack;
    else {
      out[i] = level;
      level *= keep;
    }
  }
  return out;
}

/** Rises over `attackS`, holds 1, falls to 0 over the last `releaseS` seconds, with rounded corners. */
export function swell(n: number, attackS: number, releaseS: number): Float32Array {
  const out = new Float32Array(n);
  const attack = toSamples(attackS);
  const release = toSamples(releaseS);
  for (let i = 0; i < n; i++) {
    const level = Math.min(1, i / attack, (n - i) / release);
    out[i] = level * level * (3 - 2 * level);
  }
  return out;
}

/** Smooth random curve around 1: values 1 +- depth, drawn `hz` times a second and joined by straight lines. */
export function wander(n: number, random: Random, hz: number, depth: number): Float32Array {
  const out = new Float32Array(n);
  const step = Math.max(1, SAMPLE_RATE / hz);
  let from = 1 + depth * random.bipolar();
  let to = 1 + depth * random.bipolar();
  let next = step;
  let start = 0;
  for (let i = 0; i < n; i++) {
    if (i >= next) {
      from = to;
      to = 1 + depth * random.bipolar();
      start = next;
      next += step;
    }
    out[i] = from + ((to - from) * (i - start)) / step;
  }
  return out;
}

/** 1 + depth * sin(2 pi hz t + phase): vibrato or tremolo. */
export function wobble(n: number, hz: number, depth: number, phase = 0): Float32Array {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = 1 + depth * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE + phase);
  return out;
}

/** A new curve: the product of two of one length. */
export function times(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value * b[i]);
}
