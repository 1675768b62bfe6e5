/** Kaldi's filter bank features, and the three clips that ImageBind hears. */
import { powerSpectrum } from './fourier.ts';
import { hann } from './logMel.ts';
import { melEnergies, melFilters } from './mel.ts';
import { fillWindow } from './windows.ts';

export interface FbankSpec {
  sampleRateHz: number;
  nMels: number;
  /** 25 ms and 10 ms. */
  frameMs: number;
  hopMs: number;
}

const PREEMPHASIS = 0.97;
const MIN_HZ = 20;
/** The smallest float32 step at 1: Kaldi's floor of energies. */
const FLOOR = 2 ** -23;

/**
 * Kaldi's log filter bank [frames, nMels] as torchaudio.compliance.kaldi.fbank gives it with window_type "hanning", dither
 * 0, no energy: whole frames only (snip_edges), each freed of its mean, pre-emphasised with 0.97, under a Hann window,
 * filled with zeros to a power of two; ln of the energies in triangles over mel from 20 Hz to half the rate. A sound
 * shorter than a frame has no frames.
 */
export function kaldiFbank(samples: Float32Array, spec: FbankSpec): Float32Array<ArrayBuffer> {
  const { sampleRateHz, nMels, frameMs, hopMs } = spec;
  const size = Math.trunc(sampleRateHz * frameMs * 0.001);
  const hop = Math.trunc(sampleRateHz * hopMs * 0.001);
  const nFft = 2 ** Math.ceil(Math.log2(size));
  const frames = samples.length < size ? 0 : 1 + Math.floor((samples.length - size) / hop);
  const filters = melFilters({
    scale: 'kaldi',
    nMels,
    nFft,
    sampleRateHz,
    minHz: MIN_HZ,
    maxHz: sampleRateHz / 2,
    equalArea: false,
    inMel: true,
  });
  const transform = powerSpectrum(nFft);
  const window = hann(size, false);
  const frame = new Float64Array(nFft);
  const power = new Float64Array(nFft / 2 + 1);
  const energies = new Float64Array(nMels);
  const out = new Float32Array(frames * nMels);
  for (let t = 0; t < frames; t++) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += samples[t * hop + i]! / size;
    let before = samples[t * hop]! - mean;
    for (let i = 0; i < size; i++) {
      const value = samples[t * hop + i]! - mean;
      frame[i] = (value - PREEMPHASIS * before) * window[i]!;
      before = value;
    }
    transform(frame, power);
    melEnergies(power, filters, energies);
    for (let m = 0; m < nMels; m++) out[t * nMels + m] = Math.log(Math.max(FLOOR, energies[m]!));
  }
  return out;
}

export interface ImageBindAudioSpec extends FbankSpec {
  clips: number;
  clipSeconds: number;
  /** Frames of a clip: fewer are filled with zeros, more are cut. */
  frames: number;
  /** A value becomes (value - mean) / std, the zeros that fill too. */
  mean: number;
  std: number;
}

/** As published (imagebind/data.py, load_and_transform_audio_data). */
export const IMAGEBIND_AUDIO: ImageBindAudioSpec = {
  sampleRateHz: 16_000,
  nMels: 128,
  frameMs: 25,
  hopMs: 10,
  clips: 3,
  clipSeconds: 2,
  frames: 204,
  mean: -4.268,
  std: 9.138,
};

/**
 * What ImageBind hears of a sound at the spec's rate: clips of 2 s spread evenly from its beginning to its end, each
 * [nMels, frames] row-major. Clips of a sound of up to 2 s are all the sound itself. The embedding of the sound is the mean
 * of those of its clips. (The published code also takes the clip's mean away first; each frame's own is taken away after,
 * so that changes nothing.)
 */
export function imageBindClips(samples: Float32Array, spec: ImageBindAudioSpec): Float32Array<ArrayBuffer>[] {
  const { sampleRateHz, nMels, clips, clipSeconds, frames, mean, std } = spec;
  const seconds = samples.length / sampleRateHz;
  const spare = Math.max(0, seconds - clipSeconds);
  return Array.from({ length: clips }, (_, i) => {
    const startS = (spare * i) / Math.max(1, clips - 1);
    const start = Math.trunc(startS * sampleRateHz);
    const clip = samples.subarray(start, Math.trunc((startS + clipSeconds) * sampleRateHz));
    const bank = fillWindow(kaldiFbank(clip, spec).subarray(0, frames * nMels), frames * nMels, 'pad');
    const out = new Float32Array(nMels * frames);
    for (let t = 0; t < frames; t++)
      for (let m = 0; m < nMels; m++) out[m * frames + t] = (bank[t * nMels + m]! - mean) / std;
    return out;
  });
}
