/** Numbers every synthesiser stands on: the sample rate, seeded randomness, and sums of buffers. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Samples per second of every sound of the collection. */
export const SAMPLE_RATE = 16_000;

/** Whole samples in a time given in seconds, at least 1. */
export function toSamples(seconds: number): number {
  return Math.max(1, Math.round(seconds * SAMPLE_RATE));
}

/** 32-bit hash of numbers and strings (FNV-1a, then the finaliser of MurmurHash3), for seeds that lie close together. */
export function hashSeed(...parts: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part};`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Seeded random numbers (xoroshiro128+): the only source of chance in this folder. */
export class Random {
  private readonly generator;

  constructor(...seed: readonly (number | string)[]) {
    this.generator = xoroshiro128plus(hashSeed(...seed));
    for (let i = 0; i < 4; i++) this.generator.next(); // its first words still show the seed
  }
  /** Uniform in [0, 1). */
  next(): number {
    return (this.generator.next() >>> 0) * 2 ** -32;
  }
  /** Uniform in [-1, 1). */
  bipolar(): number {
    return this.generator.next() * 2 ** -31;
  }
  /** Uniform in [low, high). */
  range(low: number, high: number): number {
    return low + (high - low) * this.next();
  }
  /** `centre` times a random ratio of up to `octaves` up or down. */
  around(centre: number, octaves: number): number {
    return centre * 2 ** (octaves * this.bipolar());
  }
  /** Whole number in 0..count-1. */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.integer(list.length)];
  }
  /** Gap to the next event of a Poisson process with mean 1. */
  gap(): number {
    return -Math.log(1 - this.next());
  }
  /** A shuffled copy (Fisher-Yates). */
  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }
}

/** Adds `gain * source` to `target` from sample `at` on; what does not fit is cut. */
export function addAt(target: Float32Array, source: Float32Array, at: number, gain = 1): void {
  const start = Math.round(at);
  const from = Math.max(0, -start);
  const to = Math.min(source.length, target.length - start);
  for (let i = from; i < to; i++) target[start + i] += gain * source[i];
}

/** Adds `gain * source` to `target`, both from their first sample, and returns `target`. */
export function add(target: Float32Array, source: Float32Array, gain = 1): Float32Array {
  addAt(target, source, 0, gain);
  return target;
}

/** Multiplies `target` by a curve of its length (or by a number) in place and returns it. */
export function multiply(target: Float32Array, by: Float32Array | number): Float32Array {
  if (typeof by === 'number') for (let i = 0; i < target.length; i++) target[i] *= by;
  else for (let i = 0; i < target.length; i++) target[i] *= by[i];
  return target;
}

/** Soft saturation tanh(drive * x) / tanh(drive), in place: adds overtones to engines and rough throats. */
export function saturate(target: Float32Array, drive: number): Float32Array {
  const scale = 1 / Math.tanh(drive);
  for (let i = 0; i < target.length; i++) target[i] = Math.tanh(drive * target[i]) * scale;
  return target;
}

/** Largest absolute sample; 0 for an empty buffer. */
export function peak(samples: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < samples.length; i++) {
    const size = Math.abs(samples[i]);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Root mean square; 0 for an empty buffer. */
export function rms(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** RMS of the loudest stretch of `windowS` seconds: how loud a sound of a few strokes is while it sounds. */
export function loudestRms(samples: Float32Array, windowS: number): number {
  const window = toSamples(windowS);
  let loudest = 0;
  for (let start = 0; start < samples.length; start += window) {
    loudest = Math.max(loudest, rms(samples.subarray(start, start + window)));
  }
  return loudest;
}
