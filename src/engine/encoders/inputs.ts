/** What the encoders take: an own input as it was given, or already brought to the form in which they read it. */
import { InputError } from '../../base/errors.ts';
import type { OwnInput } from '../types.ts';

export const PICTURE_PX = 64;
export const SAMPLE_RATE_HZ = 16_000;
/** 3 s: what a sound encoder hears at once. */
export const WINDOW_SAMPLES = 48_000;
const HOP_SAMPLES = 24_000;
/** 20 windows of 3 s cover the longest sound that is taken (60 s) without a gap. */
export const MAX_WINDOWS = 20;
export const MAX_SOUND_S = 60;
/** A window whose samples all stay below this (-80 dB of full scale) is silent. */
export const SILENCE_PEAK = 1e-4;

/** Ready for an encoder; can be kept and encoded in several spaces. */
export type PreparedInput =
  | { modality: 'text'; text: string }
  /** Straight RGBA, [64, 64, 4]; drawn on white. */
  | { modality: 'image'; pixels: Uint8ClampedArray<ArrayBuffer> }
  /** Mono at 16 kHz, 1 to 960,000 samples. */
  | { modality: 'audio'; samples: Float32Array<ArrayBuffer> };

export type EncoderInput = OwnInput | PreparedInput;

/** @throws InputError when pixels or samples have a length that no encoder can take. */
export function checkPrepared(input: PreparedInput): void {
  if (input.modality === 'image' && input.pixels.length !== PICTURE_PX * PICTURE_PX * 4) {
    throw new InputError(
      `A picture has ${PICTURE_PX} x ${PICTURE_PX} x 4 = ${PICTURE_PX * PICTURE_PX * 4} values, this has ${input.pixels.length}.`,
    );
  }
  if (input.modality === 'audio') {
    const { length } = input.samples;
    if (length < 1 || length > MAX_SOUND_S * SAMPLE_RATE_HZ)
      throw new InputError(`A sound has 1 to ${MAX_SOUND_S * SAMPLE_RATE_HZ} samples, this has ${length}.`);
  }
}

/** Straight RGBA [n, 4] over white -> RGB [n, 3], rounded to bytes. */
export function onWhite(rgba: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const n = rgba.length / 4;
  const rgb = new Uint8ClampedArray(n * 3);
  for (let i = 0; i < n; i++) {
    const alpha = rgba[i * 4 + 3]! / 255;
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = rgba[i * 4 + c]! * alpha + 255 * (1 - alpha);
  }
  return rgb;
}

/** Largest absolute sample; NaN when one is no number. */
export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) {
    if (Number.isNaN(sample)) return NaN;
    peak = Math.max(peak, Math.abs(sample));
  }
  return peak;
}

/**
 * A sound's windows of 48,000 samples: one, zero-padded at the end, up to 3 s; else evenly spread from the first to the
 * last sample, at most 1.5 s apart as long as 20 suffice. Windows that hold only silence are left out, all but the first
 * when there is nothing else: the encoders would hear something in them.
 */
export function cutWindows(samples: Float32Array): Float32Array[] {
  if (samples.length <= WINDOW_SAMPLES) {
    const window = new Float32Array(WINDOW_SAMPLES);
    window.set(samples);
    return [window];
  }
  const span = samples.length - WINDOW_SAMPLES;
  const count = Math.min(MAX_WINDOWS, Math.ceil(span / HOP_SAMPLES) + 1);
  const windows = Array.from({ length: count }, (_, i) => {
    const start = Math.round((span * i) / (count - 1));
    return samples.slice(start, start + WINDOW_SAMPLES);
  });
  const heard = windows.filter((window) => !(peakOf(window) < SILENCE_PEAK));
  return heard.length > 0 ? heard : windows.slice(0, 1);
}

/**
 * Mean of unit rows, made a unit vector; sums in float64.
 * @throws InputError when a row is zero or not finite, or the rows cancel out.
 */
export function meanDirection(rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const sum = new Float64Array(rows[0]!.length);
  for (const row of rows) {
    const scale = 1 / checkedNorm(row);
    for (let d = 0; d < sum.length; d++) sum[d]! += row[d]! * scale;
  }
  const norm = checkedNorm(sum);
  return Float32Array.from(sum, (value) => value / norm);
}

function checkedNorm(row: ArrayLike<number>): number {
  let squares = 0;
  for (let d = 0; d < row.length; d++) squares += row[d]! * row[d]!;
  const norm = Math.sqrt(squares);
  if (!(norm > 0 && norm < Infinity))
    throw new InputError(`An embedding of length ${norm} has no direction.`);
  return norm;
}
