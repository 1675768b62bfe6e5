/** What a synthesiser is given and gives back, and the two ways of laying sounds out in time. */
import { addAt, SAMPLE_RATE, toSamples, type Random } from './dspCore.ts';

/** One performance: the length to fill, its chance, and the attributes of the clip as ratios around 1. */
export interface Performance {
  /** Samples to fill. */
  n: number;
  random: Random;
  /** Frequency ratio, 0.6..1.6. */
  pitch: number;
  /** Speed ratio, 0.55..1.8. */
  rate: number;
  /** -1 (dull) .. 1 (bright). A shelf is applied to every sound; a synthesiser may do more with it. */
  brightness: number;
}

/** Dry source sound of `performance.n` samples, of any level. */
export type Synth = (performance: Performance) => Float32Array;

/**
 * Sounds repeated at a steady pace.
 * @param perSecond pace at rate 1 @param jitter 0 (machine) .. 1 (free) @param make one sound, given its number
 */
export function repeat(
  p: Performance,
  perSecond: number,
  jitter: number,
  make: (index: number) => Float32Array,
): Float32Array {
  const out = new Float32Array(p.n);
  const gap = SAMPLE_RATE / (perSecond * p.rate);
  let at = p.random.next() * Math.min(gap, 0.35 * SAMPLE_RATE);
  for (let index = 0; index === 0 || at < p.n - 0.08 * SAMPLE_RATE; index++) {
    addAt(out, make(index), at);
    at += gap * (1 + jitter * p.random.bipolar());
  }
  return out;
}

/** Sounds strewn at random (a Poisson process of `perSecond` events at rate 1), each with its own gain from `make`. */
export function strew(
  p: Performance,
  perSecond: number,
  make: (index: number) => Float32Array,
): Float32Array {
  const out = new Float32Array(p.n);
  const gap = SAMPLE_RATE / (perSecond * p.rate);
  let at = Math.min(p.random.gap() * gap, p.n * 0.3);
  for (let index = 0; at < p.n; index++) {
    addAt(out, make(index), at);
    at += p.random.gap() * gap;
  }
  return out;
}

/** Sounds one after another without a fixed pace: `make` gives each sound and the silence after it in seconds. */
export function sequence(
  p: Performance,
  make: (index: number) => { sound: Float32Array; pauseS: number },
): Float32Array {
  const out = new Float32Array(p.n);
  let at = toSamples(p.random.range(0.01, 0.25));
  for (let index = 0; index === 0 || at < p.n - 0.12 * SAMPLE_RATE; index++) {
    const { sound, pauseS } = make(index);
    addAt(out, sound, at);
    at += sound.length + toSamples(Math.max(0, pauseS));
  }
  return out;
}
