/** One encoder as the worker gets it: its files, and how inputs become what its graph reads. */
import type { Modality } from '../../../base/modality.ts';
import type { ClapSpec } from '../../../math/preparation/clapFeatures.ts';
import type { ImageBindAudioSpec } from '../../../math/preparation/kaldiFbank.ts';
import type { LogMelSpec } from '../../../math/preparation/logMel.ts';
import type { PixelSpec } from '../../../math/preparation/pixels.ts';

/** How an input is prepared. Plain data: it crosses to the worker. */
export type Reading =
  | TextReading
  | { kind: 'pixels'; spec: PixelSpec }
  | { kind: 'clap'; spec: ClapSpec }
  | { kind: 'imagebind'; spec: ImageBindAudioSpec }
  | { kind: 'waveform'; sampleRateHz: number; windowSamples: number }
  | { kind: 'log-mel'; spec: LogMelSpec; frames: number; layout: 'frames-mels' | 'mels-frames' };

export interface TextReading {
  kind: 'text';
  tokenizer: string;
  tokenizerConfig: string | undefined;
  /** Most tokens; longer texts are cut. */
  most: number;
  /** Whether shorter texts are filled up to `most`. */
  pad: boolean;
  /** Stands before every text. */
  prefix?: string;
}

export interface TowerSource {
  /** "clip-vit-base-patch32-512/image" */
  id: string;
  modality: Modality;
  /** 0 where it is known only once the graph was run. */
  dim: number;
  /** Path of the graph in `files`. */
  graph: string;
  /** The graph's main input; found by its name and shape where it is not given. */
  input?: string;
  /** The graph's output; where there is none of this name, the usual ones are looked for. */
  output: string;
  reading: Reading;
  /** Whether rows are made unit length; else they have to be. */
  normalise: boolean;
  /** By path: the graph, its weights beside it, the tokenizer. */
  files: ReadonlyMap<string, Blob>;
  /** Changes when the files do: what was loaded of others is let go. */
  stamp: string;
}

/** A sound's samples at its own rate, one channel. */
export interface MonoSound {
  samples: Float32Array<ArrayBuffer>;
  sampleRateHz: number;
}

/** Straight RGBA [height, width, 4]. */
export interface RgbaPicture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** A decoded input: pictures in full size, sounds at their own rate. */
export type DecodedInput =
  | { modality: 'text'; text: string }
  | { modality: 'image'; picture: RgbaPicture }
  | { modality: 'audio'; sound: MonoSound };

/** As it crosses to the worker: bitmaps are moved, and read there. */
export type SentInput =
  Exclude<DecodedInput, { modality: 'image' }> | { modality: 'image'; bitmap: ImageBitmap };
