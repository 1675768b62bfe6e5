/** What CLAP's sound encoders read, as ClapFeatureExtractor of Hugging Face Transformers makes it. */
import { logMel, type LogMelSpec } from './logMel.ts';
import { evenWindows, fillWindow } from './windows.ts';

/** The fields of CLAP's preprocessor_config.json that matter here. */
export interface ClapSpec {
  sampleRateHz: number;
  nMels: number;
  nFft: number;
  hop: number;
  minHz: number;
  maxHz: number;
  /** Samples that are heard at once: 480,000, which are 10 s at 48 kHz. */
  windowSamples: number;
  /** "rand_trunc" hears one window through Slaney's filters, "fusion" four planes through HTK's. */
  truncation: 'rand_trunc' | 'fusion';
  padding: 'repeatpad' | 'repeat' | 'pad';
}

/** Windows of one sound: 60 s have six of 10 s. */
const MOST_WINDOWS = 20;

/** Lowest energy, -100 dB. */
const FLOOR = 1e-10;

/**
 * The features of a sound at the spec's rate, one entry a window, each [planes, frames, nMels] row-major in dB. A sound
 * longer than a window is cut into windows that cover it evenly, where the published extractor takes one at random: the
 * caller averages their embeddings, and the same sound always gets the same one. For "fusion" all four planes hold the
 * window, as they do for a sound of up to 10 s.
 * @throws InputError as logMel.
 */
export function clapFeatures(
  samples: Float32Array,
  spec: ClapSpec,
): {
  windows: Float32Array<ArrayBuffer>[];
  planes: number;
  frames: number;
} {
  const { windowSamples, truncation, padding, nMels } = spec;
  const planes = truncation === 'fusion' ? 4 : 1;
  const windows = evenWindows(samples, windowSamples, MOST_WINDOWS).map((heard) => {
    const filled = heard.length === windowSamples ? heard : fillWindow(heard, windowSamples, padding);
    const plane = logMel(filled, logMelSpec(spec));
    const out = new Float32Array(plane.length * planes);
    for (let i = 0; i < planes; i++) out.set(plane, i * plane.length);
    return out;
  });
  return { windows, planes, frames: windows[0]!.length / planes / nMels };
}

function logMelSpec({ truncation, nMels, nFft, sampleRateHz, minHz, maxHz, hop }: ClapSpec): LogMelSpec {
  const slaney = truncation === 'rand_trunc';
  return {
    mel: {
      scale: slaney ? 'slaney' : 'htk',
      equalArea: slaney,
      inMel: false,
      nMels,
      nFft,
      sampleRateHz,
      minHz,
      maxHz,
    },
    hop,
    log: 'dB',
    floor: FLOOR,
  };
}
