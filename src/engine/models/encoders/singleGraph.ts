/** Turns what was chosen for a single ONNX graph into an encoder of the worker: pure. */
import { InputError } from '../../../base/errors.ts';
import type { PixelSpec } from '../../../math/preparation/pixels.ts';
import type { EncoderInputSpec, EncoderSpec } from '../types.ts';
import type { GivenFiles } from './proposal.ts';
import type { Reading, TowerSource } from './tower.ts';

const SPACE_ID = /^[a-z0-9][a-z0-9._-]{0,79}$/i;
const MODALITY_OF = { pixels: 'image', tokens: 'text', waveform: 'audio', 'log-mel': 'audio' } as const;
/** Lowest energy of mel bands, -100 dB. */
const FLOOR = 1e-10;

/**
 * @param dim "any" before a dry run has told how long the vectors are
 * @throws InputError that names the first field that cannot be
 */
export function checkSpec(spec: EncoderSpec, dim: 'known' | 'any' = 'known'): void {
  const { space, modality, input, output, inputSpec } = spec;
  if (!SPACE_ID.test(space.id))
    throw new InputError(
      `"${space.id.slice(0, 90)}" cannot name a space: up to 80 letters, digits, "-", "_" and ".".`,
    );
  whole(space.dim, dim === 'any' ? 0 : 1, 65_536, 'The dimension');
  if (space.name.trim() === '') throw new InputError('The space needs a name.');
  if (input === '' || output === '') throw new InputError('Choose the graph’s input and output.');
  const read = MODALITY_OF[inputSpec.kind];
  if (read !== modality)
    throw new InputError(`An input of ${inputSpec.kind} reads ${read}, not ${modality}.`);
}

/** The encoder that a spec describes. @throws InputError as checkSpec, and where the input's numbers cannot be */
export function towerOfSpec(
  id: string,
  path: string,
  spec: EncoderSpec,
  files: GivenFiles,
  dim: 'known' | 'any' = 'known',
): TowerSource {
  checkSpec(spec, dim);
  return {
    id,
    modality: spec.modality,
    dim: spec.space.dim,
    graph: path,
    input: spec.input,
    output: spec.output,
    reading: readingOfSpec(spec.inputSpec, files),
    normalise: spec.normalise,
    files,
    stamp: JSON.stringify(spec),
  };
}

/** How the input of a spec is prepared. @throws InputError where its numbers cannot be */
export function readingOfSpec(spec: EncoderInputSpec, files: GivenFiles): Reading {
  switch (spec.kind) {
    case 'pixels':
      return { kind: 'pixels', spec: pixelsOfSpec(spec) };
    case 'tokens': {
      if (!files.has(spec.tokenizer))
        throw new InputError(`The tokenizer "${spec.tokenizer}" is not among the files.`);
      const config = spec.tokenizer.replace(/tokenizer\.json$/, 'tokenizer_config.json');
      return {
        kind: 'text',
        tokenizer: spec.tokenizer,
        tokenizerConfig: config !== spec.tokenizer && files.has(config) ? config : undefined,
        most: whole(spec.length, 2, 8192, 'The number of tokens'),
        pad: false,
      };
    }
    case 'waveform': {
      const sampleRateHz = whole(spec.sampleRateHz, 1000, 192_000, 'The sample rate');
      const windowSamples = Math.round(spec.seconds * sampleRateHz);
      if (!(spec.seconds > 0 && spec.seconds <= 60))
        throw new InputError(`A window of ${spec.seconds} s cannot be: it lasts up to 60 s.`);
      return { kind: 'waveform', sampleRateHz, windowSamples };
    }
    case 'log-mel': {
      const { sampleRateHz, nFft, layout } = spec;
      whole(sampleRateHz, 1000, 192_000, 'The sample rate');
      if (![64, 128, 256, 512, 1024, 2048, 4096, 8192].includes(nFft))
        throw new InputError(`A frame of ${nFft} points cannot be cut: take a power of two from 64 to 8192.`);
      const mel = {
        scale: 'slaney',
        nMels: whole(spec.nMels, 1, 1024, 'The number of mel bands'),
        nFft,
        sampleRateHz,
        minHz: 0,
        maxHz: sampleRateHz / 2,
        equalArea: true,
        inMel: false,
      } as const;
      const hop = whole(spec.hop, 1, 8192, 'The hop');
      const frames = whole(spec.frames, 1, 20_000, 'The number of frames');
      if ((frames - 1) * hop <= nFft / 2)
        throw new InputError(
          `${frames} frames of hop ${hop} are shorter than half a frame of ${nFft} points.`,
        );
      return { kind: 'log-mel', spec: { mel, hop, log: spec.scale, floor: FLOOR }, frames, layout };
    }
  }
}

const ONES = [1, 1, 1] as const;
const ZEROS = [0, 0, 0] as const;
const HALVES = [0.5, 0.5, 0.5] as const;

function pixelsOfSpec(spec: Extract<EncoderInputSpec, { kind: 'pixels' }>): PixelSpec {
  const px = whole(spec.px, 1, 4096, 'The side of the picture');
  const box = { width: px, height: px };
  const resize = {
    crop: { mode: 'shortest', size: px },
    contain: { mode: 'contain', size: px },
    stretch: { mode: 'squash', ...box },
  } as const;
  return {
    resize: resize[spec.fit],
    filter: 'bicubic',
    crop: spec.fit === 'crop' ? box : undefined,
    layout: spec.layout,
    scale: spec.range === '0..255' ? 1 : 1 / 255,
    ...valuesOfRange(spec),
  };
}

function valuesOfRange({
  range,
  mean,
  std,
}: Extract<EncoderInputSpec, { kind: 'pixels' }>): Pick<PixelSpec, 'mean' | 'std'> {
  if (range === '-1..1') return { mean: HALVES, std: HALVES };
  if (range !== 'mean-std') return { mean: ZEROS, std: ONES };
  const fits = (values: number[] | undefined) => values?.length === 3 && values.every(Number.isFinite);
  if (!fits(mean) || !fits(std) || std!.includes(0))
    throw new InputError('Mean and deviation need three numbers each, one a channel, and no deviation of 0.');
  return { mean: mean as [number, number, number], std: std as [number, number, number] };
}

function whole(value: number, least: number, most: number, what: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InputError(`${what} is ${value}: it has to be a whole number from ${least} to ${most}.`);
}
