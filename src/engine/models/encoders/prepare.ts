/** Makes of an input what a graph reads, by its reading: pure, and the heavy part of it. */
import { MediaError, ModelError } from '../../../base/errors.ts';
import { clapFeatures } from '../../../math/preparation/clapFeatures.ts';
import { imageBindClips } from '../../../math/preparation/kaldiFbank.ts';
import { logMel } from '../../../math/preparation/logMel.ts';
import { pixelValues } from '../../../math/preparation/pixels.ts';
import { resampleSound } from '../../../math/preparation/soundRate.ts';
import { evenWindows, fillWindow } from '../../../math/preparation/windows.ts';
import { onWhite } from '../../encoders/inputs.ts';
import type { DecodedInput, MonoSound, Reading } from './tower.ts';

/** A text's pieces, cut to what its encoder takes, and what a person should know of that. */
export interface Tokens {
  ids: readonly number[];
  /** 1 for pieces of the text, 0 for those that fill it up. */
  mask: readonly number[];
  note?: string;
}
export type Tokenize = (text: string) => Tokens;

/** Main inputs of the graph's runs: their vectors are averaged. */
export type Prepared =
  | { kind: 'text'; tokens: Tokens }
  | { kind: 'pixels'; layout: 'NCHW' | 'NHWC'; width: number; height: number; data: Float32Array }
  /** Windows of a sound, each row-major of this shape (without batch). */
  | { kind: 'sound'; shape: readonly number[]; windows: Float32Array[] };

/** Windows of a sound of 60 s, at most. */
const MOST_WINDOWS = 20;

/**
 * The input as the reading wants it.
 * @throws MediaError when the input is of another modality or a text cannot be read, InputError as math/preparation does.
 */
export function prepareFor(reading: Reading, input: DecodedInput, tokenize: Tokenize | undefined): Prepared {
  if (reading.kind === 'text') {
    if (!tokenize) throw new ModelError('The encoder has no tokenizer: its files were not read whole.');
    return { kind: 'text', tokens: tokenize(only(input, 'text').text) };
  }
  if (reading.kind === 'pixels') {
    const { width, height, data } = only(input, 'image').picture;
    const values = pixelValues({ width, height, data: onWhite(data) }, reading.spec);
    return { kind: 'pixels', layout: reading.spec.layout, ...values };
  }
  return soundFor(reading, only(input, 'audio').sound);
}

function only<M extends DecodedInput['modality']>(input: DecodedInput, modality: M) {
  if (input.modality !== modality)
    throw new MediaError(`This encoder reads ${modality}; it was given ${input.modality}.`);
  return input as Extract<DecodedInput, { modality: M }>;
}

type SoundReading = Exclude<Reading, { kind: 'text' | 'pixels' }>;

function soundFor(reading: SoundReading, { samples, sampleRateHz }: MonoSound): Prepared {
  const at = (rate: number) => resampleSound(samples, sampleRateHz, rate);
  switch (reading.kind) {
    case 'clap': {
      const { spec } = reading;
      const { windows, planes, frames } = clapFeatures(at(spec.sampleRateHz), spec);
      return { kind: 'sound', shape: [planes, frames, spec.nMels], windows };
    }
    case 'imagebind': {
      const { spec } = reading;
      return {
        kind: 'sound',
        shape: [1, spec.nMels, spec.frames],
        windows: imageBindClips(at(spec.sampleRateHz), spec),
      };
    }
    case 'waveform': {
      const { windowSamples: length } = reading;
      return { kind: 'sound', shape: [length], windows: cut(at(reading.sampleRateHz), length) };
    }
    case 'log-mel': {
      const { spec, frames, layout } = reading;
      const { nMels } = spec.mel;
      const windows = cut(at(spec.mel.sampleRateHz), Math.max(1, (frames - 1) * spec.hop)).map((window) =>
        layout === 'frames-mels' ? logMel(window, spec) : turned(logMel(window, spec), nMels),
      );
      return { kind: 'sound', shape: layout === 'frames-mels' ? [frames, nMels] : [nMels, frames], windows };
    }
  }
}

function cut(samples: Float32Array, length: number): Float32Array[] {
  return evenWindows(samples, length, MOST_WINDOWS).map((window) => fillWindow(window, length, 'pad'));
}

/** [rows, width] -> [width, rows] */
function turned(values: Float32Array, width: number): Float32Array {
  const rows = values.length / width;
  return Float32Array.from(values, (_, i) => values[(i % rows) * width + Math.floor(i / rows)]!);
}
