/** Log-mel spectrograms of sounds, as CLAP and most single graphs read them. */
import { InputError } from '../../base/errors.ts';
import { powerSpectrum } from './fourier.ts';
import { melEnergies, melFilters, type MelSpec } from './mel.ts';

export interface LogMelSpec {
  mel: MelSpec;
  hop: number;
  /** Natural logarithm, log10, or 10 log10 (dB); all with energies of at least `floor`. */
  log: 'ln' | 'log10' | 'dB';
  floor: number;
}

const LOGS: Readonly<Record<LogMelSpec['log'], (x: number) => number>> = {
  ln: Math.log,
  log10: Math.log10,
  dB: (x) => 10 * Math.log10(x),
};

/** Hann's window of n values, periodic (for spectra) or with zeros at both ends. */
export function hann(n: number, periodic: boolean): Float64Array {
  const period = periodic ? n : n - 1;
  return Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / period));
}

/**
 * The log-mel spectrogram of a sound at the spec's rate, [frames, nMels]: frames of nFft samples under a periodic Hann
 * window, centred on every hop-th sample, the sound mirrored at its ends; 1 + floor(samples / hop) frames.
 * @throws InputError where the sound is too short to be mirrored (nFft / 2 samples), or the spec fits no filter.
 */
export function logMel(
  samples: Float32Array,
  { mel, hop, log, floor }: LogMelSpec,
): Float32Array<ArrayBuffer> {
  const { nFft, nMels } = mel;
  const half = nFft / 2;
  if (samples.length <= half)
    throw new InputError(`A sound of ${samples.length} samples is shorter than half a frame of ${nFft}.`);
  const filters = melFilters(mel);
  const transform = powerSpectrum(nFft);
  const window = hann(nFft, true);
  const frame = new Float64Array(nFft);
  const power = new Float64Array(half + 1);
  const energies = new Float64Array(nMels);
  const frames = 1 + Math.floor(samples.length / hop);
  const out = new Float32Array(frames * nMels);
  const last = samples.length - 1;
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < nFft; i++) {
      let at = Math.abs(t * hop - half + i);
      if (at > last) at = 2 * last - at;
      frame[i] = samples[at]! * window[i]!;
    }
    transform(frame, power);
    melEnergies(power, filters, energies);
    for (let m = 0; m < nMels; m++) out[t * nMels + m] = LOGS[log](Math.max(floor, energies[m]!));
  }
  return out;
}
