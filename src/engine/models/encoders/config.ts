/** Reads the JSON files beside a hub model: how its processors prepare text, pictures and sounds. */
import { FormatError } from '../../../base/errors.ts';
import type { Modality } from '../../../base/modality.ts';
import type { ClapSpec } from '../../../math/preparation/clapFeatures.ts';
import { IMAGEBIND_AUDIO, type ImageBindAudioSpec } from '../../../math/preparation/kaldiFbank.ts';
import type { PixelSpec } from '../../../math/preparation/pixels.ts';
import { RESAMPLE_FILTERS, type ResampleFilter } from '../../../math/preparation/resize.ts';
import type { ModelFamily } from '../types.ts';
import type { Reading, TextReading } from './tower.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface RepoConfigs {
  /** config.json */
  config: Json;
  /** preprocessor_config.json; where there is none, the family's usual one. */
  preprocessor: Json | undefined;
  /** tokenizer_config.json */
  tokenizerConfig: Json | undefined;
}

const FILE = 'preprocessor_config.json';
const TOKENIZER = 'tokenizer.json';

/** An object of JSON. @throws FormatError that names the file. */
export function parseObject(text: string, path: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${path} is no JSON: it is damaged. Fetch or export the model anew.`);
  }
  if (!isObject(value)) throw new FormatError(`${path} holds no object: it is no such file of a model.`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a tower of a hub model prepares its input. @throws FormatError where a file asks for what is not known here. */
export function readingOf(family: ModelFamily, modality: Modality, configs: RepoConfigs): Reading {
  if (modality === 'text') return textReading(family, configs);
  const preprocessor = configs.preprocessor ?? {};
  if (modality === 'image') return { kind: 'pixels', spec: pixelSpec(family, preprocessor) };
  return family === 'imagebind'
    ? { kind: 'imagebind', spec: imageBindSpec(preprocessor) }
    : { kind: 'clap', spec: clapSpec(preprocessor) };
}

/** Longest texts of families that do not say so. */
const USUAL_TOKENS: Partial<Record<ModelFamily, number>> = {
  siglip: 64,
  clip: 77,
  mobileclip: 77,
  imagebind: 77,
  internvl: 80,
};
const MOST_TOKENS = 512;

function textReading(family: ModelFamily, { config, tokenizerConfig }: RepoConfigs): TextReading {
  const text = isObject(config.text_config) ? config.text_config : {};
  // RoBERTa counts its places from 2 on.
  const places = family === 'clap' ? undefined : text.max_position_embeddings;
  const told = [USUAL_TOKENS[family], tokenizerConfig?.model_max_length, places].filter(
    (value): value is number =>
      Number.isInteger(value) && (value as number) > 1 && (value as number) < 100_000,
  );
  return {
    kind: 'text',
    tokenizer: TOKENIZER,
    tokenizerConfig: tokenizerConfig ? 'tokenizer_config.json' : undefined,
    most: Math.min(MOST_TOKENS, ...told),
    // They pool over a fixed place, or were exported with a fixed length.
    pad: family === 'siglip' || family === 'mobileclip' || family === 'imagebind',
    // InternVL-C was trained to sum up what follows.
    ...(family === 'internvl' ? { prefix: 'summarize:' } : {}),
  };
}

const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711];
const HALF = [0.5, 0.5, 0.5];

/** What families have where they do not say otherwise: the defaults of their processors in Hugging Face Transformers. */
function usualPixels(family: ModelFamily): Json {
  const square = { height: 224, width: 224 };
  if (family === 'siglip')
    return { size: square, resample: 3, do_center_crop: false, image_mean: HALF, image_std: HALF };
  const crop = { size: { shortest_edge: 224 }, do_center_crop: true, crop_size: square };
  if (family === 'mobileclip') return { ...crop, resample: 2, do_normalize: false };
  if (family === 'internvl')
    return {
      size: square,
      resample: 3,
      do_center_crop: false,
      image_mean: [0.485, 0.456, 0.406],
      image_std: [0.229, 0.224, 0.225],
    };
  return { ...crop, resample: 3, image_mean: CLIP_MEAN, image_std: CLIP_STD };
}

/** @throws FormatError */
function pixelSpec(family: ModelFamily, given: Json): PixelSpec {
  const said = given.image_processor_type === 'JinaCLIPImageProcessor' ? fromJina(given) : given;
  const all = { ...usualPixels(family), ...said };
  const scale = all.do_rescale === false ? 1 : number(all, 'rescale_factor', 1 / 255);
  const normalised = all.do_normalize !== false;
  return {
    resize: all.do_resize === false ? undefined : resizeOf(all),
    filter: filterOf(all.resample),
    crop: all.do_center_crop === true ? boxOf(all.crop_size ?? 224, 'crop_size') : undefined,
    scale,
    mean: normalised ? triple(all, 'image_mean', CLIP_MEAN) : [0, 0, 0],
    std: normalised ? triple(all, 'image_std', CLIP_STD) : [1, 1, 1],
    layout: 'NCHW',
  };
}

/** Jina CLIP's own names for the same things. */
function fromJina({ size, resize_mode: mode, interpolation, mean, std, ...rest }: Json): Json {
  return {
    ...rest,
    size:
      mode === 'squash'
        ? { height: size, width: size }
        : { [mode === 'longest' ? 'longest_edge' : 'shortest_edge']: size },
    resample: interpolation === 'bilinear' ? 2 : 3,
    do_center_crop: mode !== 'longest',
    crop_size: size,
    image_mean: rest.image_mean ?? mean ?? CLIP_MEAN,
    image_std: rest.image_std ?? std ?? CLIP_STD,
  };
}

function filterOf(code: unknown): ResampleFilter {
  const known: Readonly<Record<string, ResampleFilter>> = RESAMPLE_FILTERS;
  const filter = Object.hasOwn(known, String(code)) ? known[String(code)] : undefined;
  if (!filter)
    throw new FormatError(
      `${FILE} asks for resample ${JSON.stringify(code)}: known are PIL's codes 0 to 5. Correct it, or add the graph as an encoder of its own.`,
    );
  return filter;
}

function resizeOf({ size }: Json): PixelSpec['resize'] {
  if (typeof size === 'number') return { mode: 'shortest', size: side(size, 'size') };
  if (isObject(size)) {
    if ('shortest_edge' in size)
      return { mode: 'shortest', size: side(size.shortest_edge, 'size.shortest_edge') };
    if ('longest_edge' in size)
      return { mode: 'contain', size: side(size.longest_edge, 'size.longest_edge') };
    if ('height' in size) return { mode: 'squash', ...boxOf(size, 'size') };
  }
  throw new FormatError(`${FILE} has no size that can be read: ${JSON.stringify(size)?.slice(0, 80)}.`);
}

function boxOf(size: unknown, name: string): { width: number; height: number } {
  if (!isObject(size)) return { width: side(size, name), height: side(size, name) };
  return { width: side(size.width, `${name}.width`), height: side(size.height, `${name}.height`) };
}

function side(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 4096) return value as number;
  throw new FormatError(
    `${FILE} has ${name} = ${JSON.stringify(value)}: sides are whole numbers from 1 to 4096.`,
  );
}

function number(config: Json, name: string, usual: number): number {
  const value = config[name] ?? usual;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new FormatError(`${FILE} has ${name} = ${JSON.stringify(value)}, which is no number.`);
}

function positive(config: Json, name: string, usual: number, most: number): number {
  const value = number(config, name, usual);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new FormatError(`${FILE} has ${name} = ${value}: it has to be a whole number from 1 to ${most}.`);
}

function triple(config: Json, name: string, usual: readonly number[]): [number, number, number] {
  const value = config[name] ?? usual;
  const fits = Array.isArray(value) && value.length === 3 && value.every((one) => Number.isFinite(one));
  if (fits && (name !== 'image_std' || value.every((one) => one !== 0)))
    return value as [number, number, number];
  throw new FormatError(
    `${FILE} has ${name} = ${JSON.stringify(value)}: it needs three numbers, one a channel.`,
  );
}

function oneOf<T extends string>(config: Json, name: string, usual: T, known: readonly T[]): T {
  const value = config[name] ?? usual;
  if (known.includes(value as T)) return value as T;
  throw new FormatError(`${FILE} has ${name} = ${JSON.stringify(value)}; known are ${known.join(', ')}.`);
}

/** Samples of a window: 60 s at 192 kHz. */
const MOST_SAMPLES = 11_520_000;

function clapSpec(config: Json): ClapSpec {
  const sampleRateHz = positive(config, 'sampling_rate', 48_000, 192_000);
  const nFft = positive(config, 'fft_window_size', 1024, 16_384);
  if (!Number.isInteger(Math.log2(nFft)))
    throw new FormatError(`${FILE} has fft_window_size = ${nFft}: only powers of two are known here.`);
  const seconds = number(config, 'max_length_s', 10);
  return {
    sampleRateHz,
    nMels: positive(config, 'feature_size', 64, 1024),
    nFft,
    hop: positive(config, 'hop_length', 480, 16_384),
    minHz: number(config, 'frequency_min', 0),
    maxHz: number(config, 'frequency_max', 14_000),
    windowSamples: positive(config, 'nb_max_samples', seconds * sampleRateHz, MOST_SAMPLES),
    truncation: oneOf(config, 'truncation', 'rand_trunc', ['rand_trunc', 'fusion']),
    padding: oneOf(config, 'padding', 'repeatpad', ['repeatpad', 'repeat', 'pad']),
  };
}

/** ImageBind's published numbers, where preprocessor_config.json does not tell others under these names. */
function imageBindSpec(config: Json): ImageBindAudioSpec {
  return {
    ...IMAGEBIND_AUDIO,
    sampleRateHz: positive(config, 'sampling_rate', IMAGEBIND_AUDIO.sampleRateHz, 192_000),
    nMels: positive(config, 'num_mel_bins', IMAGEBIND_AUDIO.nMels, 1024),
    frames: positive(config, 'target_length', IMAGEBIND_AUDIO.frames, 10_000),
    mean: number(config, 'audio_mean', IMAGEBIND_AUDIO.mean),
    std: number(config, 'audio_std', IMAGEBIND_AUDIO.std),
  };
}
