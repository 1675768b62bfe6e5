/** Throats: a buzzing source through parallel formants, for people and most animals. */
import { add, multiply, SAMPLE_RATE, type Random } from './dspCore.ts';
import { wander } from './dspCurves.ts';
import { bandpass, lowpass, movingFilter } from './dspFilters.ts';
import { saw, white } from './dspSources.ts';

/** A resonance of the throat: centre in Hz (or its curve), width in Hz, gain. */
export type Formant = readonly [hz: number | Float32Array, widthHz: number, gain: number];

export interface ThroatOptions {
  /** Fundamental in Hz, one value a sample; its length is the length of the sound. */
  f0: Float32Array;
  formants: readonly Formant[];
  /** Loudness over time, one value a sample. */
  envelope: Float32Array;
  /** Share of noise in the source, 0..1. */
  breath?: number;
  /** Random change of the fundamental from moment to moment, 0 (smooth) .. 0.3 (hoarse). */
  roughness?: number;
  /** Corner of the source's low-pass in Hz: low is dark and soft. */
  tiltHz?: number;
  random: Random;
}

/** One vocal sound as long as its f0 curve. */
export function throat(options: ThroatOptions): Float32Array {
  const { f0, formants, envelope, random } = options;
  const { breath = 0.1, roughness = 0.01, tiltHz = 2500 } = options;
  const n = f0.length;
  const jitter = wander(n, random, 90, roughness);
  for (let i = 0; i < n; i++) jitter[i] *= f0[i];
  const source = lowpass(saw(jitter), tiltHz, 0.6);
  if (roughness > 0.05) multiply(source, wander(n, random, 70, Math.min(0.9, roughness * 4)));
  multiply(source, 1 - breath);
  add(source, white(n, random), breath);
  multiply(source, envelope);
  const out = new Float32Array(n);
  for (const [hz, widthHz, gain] of formants) {
    const part = Float32Array.from(source);
    if (typeof hz === 'number') bandpass(part, hz, hz / widthHz);
    else movingFilter(part, hz, hz[n >> 1] / widthHz, 'band');
    add(out, part, gain);
  }
  return out;
}

/** Whistled or sung tone without a throat: a sine with weak overtones over a frequency curve, times an envelope. */
export function whistle(
  hz: Float32Array,
  envelope: Float32Array,
  overtones: readonly number[] = [],
): Float32Array {
  const out = new Float32Array(hz.length);
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    phase += (2 * Math.PI * hz[i]) / SAMPLE_RATE;
    let value = Math.sin(phase);
    for (let k = 0; k < overtones.length; k++) {
      if (hz[i] * (k + 2) < 7600) value += overtones[k] * Math.sin(phase * (k + 2));
    }
    out[i] = value * envelope[i];
  }
  return out;
}

/** Constant formants of an open vowel scaled to a throat: 1 is a grown person, 1.5 a baby, 0.6 a cow. */
export function vowel(kind: 'a' | 'e' | 'i' | 'o' | 'u', size: number): Formant[] {
  const table: Record<typeof kind, readonly number[]> = {
    a: [800, 1200, 2600],
    e: [500, 1850, 2500],
    i: [300, 2250, 3000],
    o: [500, 900, 2500],
    u: [330, 750, 2300],
  };
  const gains = [1, 0.6, 0.25];
  return table[kind].map((hz, i) => [hz * size, 90 + 60 * i, gains[i]] as const);
}
