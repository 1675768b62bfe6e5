/** Sounds in noise at a chosen signal-to-noise ratio: how far the encoders' hearing holds. */
import { InputError } from '../../base/errors.ts';
import type { ClipSpec } from '../types.ts';
import { renderClip } from './clip.ts';
import { add, Random, rms, SAMPLE_RATE } from './dspCore.ts';
import { pink } from './dspSources.ts';

/** Length of the frames whose level decides whether the sound is active: 20 ms. */
const FRAME_SAMPLES = SAMPLE_RATE / 50;
/** Frames this far below the loudest one are pauses. */
export const ACTIVE_RANGE_DB = 30;

/**
 * The samples of the frames (20 ms) whose RMS is within `rangeDb` of the loudest frame's, end to end: the active part of a
 * sound, so that pauses do not make it count as quiet. Empty of silence. Time and order are those of `samples`.
 */
export function activePart(
  samples: Float32Array,
  of: Float32Array = samples,
  rangeDb = ACTIVE_RANGE_DB,
): Float32Array {
  const levels: number[] = [];
  for (let start = 0; start < of.length; start += FRAME_SAMPLES)
    levels.push(rms(of.subarray(start, start + FRAME_SAMPLES)));
  const loudest = Math.max(0, ...levels);
  const least = loudest * 10 ** (-rangeDb / 20);
  const out: number[] = [];
  if (loudest === 0) return new Float32Array(0);
  levels.forEach((level, frame) => {
    if (level >= least) out.push(...samples.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES));
  });
  return Float32Array.from(out);
}

/**
 * Signal-to-noise ratio 20 log10(rms(signal) / rms(noise)) in dB, both over the active part of the signal. Both [n], mono,
 * 16 kHz.
 */
export function snrDbOf(signal: Float32Array, noise: Float32Array): number {
  return 20 * Math.log10(rms(activePart(signal)) / rms(activePart(noise, signal)));
}

/**
 * samples + g * noise with g such that snrDbOf(samples, g * noise) = snrDb; the noise is pink (-3 dB an octave, 6 Hz to
 * 8 kHz) and as long as the sound. The same random stream gives the same noise at every ratio, only louder or softer.
 * Mono, 16 kHz; a new array. Where the sum passes 1 it is not cut: scale it before it is played.
 * @throws InputError of silence, or a ratio that is not a finite number.
 */
export function addNoise(samples: Float32Array, snrDb: number, random: Random): Float32Array {
  if (!Number.isFinite(snrDb))
    throw new InputError(`A signal-to-noise ratio is a number of dB, not ${snrDb}.`);
  const noise = pink(samples.length, random);
  const atUnitGain = snrDbOf(samples, noise);
  if (!Number.isFinite(atUnitGain))
    throw new InputError(
      'A sound of zeros has no signal-to-noise ratio: add noise only to sounds that are heard.',
    );
  return add(samples.slice(), noise, 10 ** ((atUnitGain - snrDb) / 20));
}

/** A clip of the collection in noise: renderClip(spec) with one stream of pink noise a clip, the same at every ratio. */
export function renderNoisyClip(spec: ClipSpec, snrDb: number): Float32Array {
  return addNoise(renderClip(spec), snrDb, new Random('noise', spec.concept, spec.seed));
}
