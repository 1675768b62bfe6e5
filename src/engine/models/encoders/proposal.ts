/** Reads one ONNX graph from disk and proposes how it could serve as an encoder: pure but for reading the files. */
import { FormatError, MissingFileError } from '../../../base/errors.ts';
import type { Modality } from '../../../base/modality.ts';
import { looksLikeOnnx, readOnnx, type ReadValue } from '../../../formats/onnxRead.ts';
import type { EncoderInputSpec, EncoderProposal } from '../types.ts';
import { outputName } from './feeds.ts';
import { slug } from './slug.ts';

/** Files by path. */
export type GivenFiles = ReadonlyMap<string, Blob>;

/** Browsers give no longer array than this, and WebAssembly no more memory than twice as much. */
const MAX_GRAPH_BYTES = 2_000_000_000;

interface Guess {
  modality: Modality;
  input: ReadValue;
  inputSpec: EncoderInputSpec;
  questions: string[];
}

/**
 * What the one graph among the files says of itself, and what is proposed.
 * @throws FormatError where there is not one graph, it is damaged, or no input is a picture's, sound's or text's;
 * MissingFileError where weights or a tokenizer that it needs were not given
 */
export async function proposeEncoder(files: GivenFiles): Promise<EncoderProposal> {
  const path = graphAmong(files);
  const blob = files.get(path)!;
  if (blob.size > MAX_GRAPH_BYTES)
    throw new FormatError(
      `${path} has ${(blob.size / 1e9).toFixed(1)} GB; at most 2 GB can be run. Export it in fp16 or int8.`,
    );
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (!looksLikeOnnx(bytes)) throw new FormatError(`${path} is no ONNX file: it begins otherwise.`);
  const model = readOnnx(bytes);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const lacking = [...model.beside.keys()].filter((name) => !files.has(folder + name));
  if (lacking.length > 0)
    throw new MissingFileError(
      `The weights of ${path} lie in ${lacking.map((name) => JSON.stringify(name.slice(0, 80))).join(', ')}, which was not given: choose both files together.`,
    );
  const guess = guessInput(model.inputs, files);
  const wanted = `${guess.modality}_embeds`;
  const output = pickOutput(model.outputs, wanted, guess.modality);
  const lastDim = output.dims.at(-1);
  const dim = typeof lastDim === 'number' && lastDim > 0 ? lastDim : 0;
  const questions = [...guess.questions];
  if (dim === 0) questions.push('The graph does not say how long its vectors are: a dry run will tell.');
  if (output.dims.length > 2)
    questions.push(`The output ${output.name} has several places (tokens, patches): their mean is taken.`);
  const name = nameOf(path);
  return {
    id: `${slug(name)}-${blob.size}`,
    path,
    bytes: [...files.values()].reduce((sum, { size }) => sum + size, 0),
    inputs: model.inputs.map(told),
    outputs: model.outputs.map(told),
    spec: {
      space: { id: `${slug(name)}-${dim || 'x'}`, name, dim },
      modality: guess.modality,
      input: guess.input.name,
      output: output.name,
      inputSpec: guess.inputSpec,
      normalise: true,
    },
    questions,
  };
}

function graphAmong(files: GivenFiles): string {
  const graphs = [...files.keys()].filter((path) => /\.onnx$/i.test(path));
  if (graphs.length === 1) return graphs[0]!;
  throw new FormatError(
    graphs.length === 0
      ? 'There is no .onnx file among these. Choose one, with the files beside it that it needs.'
      : `There are ${graphs.length} .onnx files among these (${graphs.slice(0, 4).join(', ')}). An encoder is one graph: choose one of them.`,
  );
}

const told = ({ name, type, dims }: ReadValue) => ({ name, type, dims: dims.map((size) => size ?? '?') });

/** The file's name without ".onnx", or its folder's where that says more. */
function nameOf(path: string): string {
  const parts = path
    .replace(/\.onnx$/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== 'onnx');
  const last = parts.at(-1) ?? 'encoder';
  const name = /^(?:model|encoder)(?:_\w+)?$/.test(last) ? (parts.at(-2) ?? last) : last;
  return name.slice(0, 60);
}

function pickOutput(outputs: readonly ReadValue[], wanted: string, modality: Modality): ReadValue {
  const floats = outputs.filter(({ type }) => type.startsWith('float'));
  if (floats.length === 0) throw new FormatError('The graph gives no output of floats: it is no encoder.');
  const flat = floats.filter(({ dims }) => dims.length === 2);
  try {
    return floats.find(({ name }) => name === outputName(floats, wanted, modality))!;
  } catch {
    return flat.at(-1) ?? floats.at(-1)!;
  }
}

const sizeOf = (size: number | string | undefined) =>
  typeof size === 'number' && size > 0 ? size : undefined;

/** @throws FormatError that lists the inputs; MissingFileError where a tokenizer is needed */
function guessInput(inputs: readonly ReadValue[], files: GivenFiles): Guess {
  for (const guess of [guessPixels, guessTokens, guessSound])
    for (const input of inputs) {
      const found = guess(input, files);
      if (found) return { input, ...found };
    }
  const has = inputs
    .slice(0, 8)
    .map(({ name, type, dims }) => `${name}: ${type} [${dims.map((d) => d ?? '?').join(', ')}]`);
  throw new FormatError(
    `No input of the graph is a picture's (4 axes, 3 channels), a sound's (floats of 2 to 4 axes) or a text's (whole numbers of 2 axes): it takes ${has.join('; ') || 'nothing'}.`,
  );
}

type Found = Omit<Guess, 'input'> | undefined;

const USUAL_PX = 224;

function guessPixels({ name, type, dims }: ReadValue): Found {
  if (dims.length !== 4 || !/^float|^uint8$/.test(type)) return undefined;
  const named = /pixel|image/.test(name);
  const layout =
    dims[1] === 3
      ? 'NCHW'
      : dims[3] === 3
        ? 'NHWC'
        : named && sizeOf(dims[1]) === undefined
          ? 'NCHW'
          : undefined;
  if (!layout) return undefined;
  const [height, width] = layout === 'NCHW' ? [dims[2], dims[3]] : [dims[1], dims[2]];
  const px = sizeOf(height);
  if (px !== sizeOf(width)) return undefined;
  const bytes = type === 'uint8';
  return {
    modality: 'image',
    inputSpec: {
      kind: 'pixels',
      layout,
      px: px ?? USUAL_PX,
      fit: 'crop',
      range: bytes ? '0..255' : 'mean-std',
      ...(bytes
        ? {}
        : { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] }),
    },
    questions: [
      ...(px === undefined ? [`The graph takes pictures of any size: ${USUAL_PX} pixels are proposed.`] : []),
      ...(bytes
        ? []
        : ['The range of the pixels is not in the file: CLIP’s mean and deviation are proposed.']),
      'How pictures that are not square are fitted is not in the file: the middle is cut out.',
    ],
  };
}

const USUAL_TOKENS = 77;

function guessTokens({ name, type, dims }: ReadValue, files: GivenFiles): Found {
  if (
    !/^int(?:64|32)$/.test(type) ||
    dims.length > 2 ||
    dims.length === 0 ||
    /mask|type_ids|position/.test(name)
  )
    return undefined;
  const tokenizer = [...files.keys()].find((path) => /(^|\/)tokenizer\.json$/.test(path));
  if (tokenizer === undefined)
    throw new MissingFileError(
      `The graph reads tokens (${name}): choose its tokenizer.json together with it, and tokenizer_config.json where there is one.`,
    );
  const length = sizeOf(dims.at(-1));
  return {
    modality: 'text',
    inputSpec: { kind: 'tokens', tokenizer, length: length ?? USUAL_TOKENS },
    questions:
      length === undefined
        ? [`The graph takes texts of any length: ${USUAL_TOKENS} tokens are proposed as the most.`]
        : [],
  };
}

const RATES = [16_000, 48_000, 44_100, 32_000, 22_050, 24_000];
/** Windows of encoders are mostly shorter than this. */
const USUAL_SECONDS = 15;

/** The rate at which so many samples last whole or half seconds, and not too many. */
function rateOf(samples: number): number {
  const even = RATES.filter((hz) => (2 * samples) % hz === 0);
  return even.find((hz) => samples / hz <= USUAL_SECONDS) ?? even[0] ?? RATES[0]!;
}

/** Numbers of mel bands that are in use. */
const MELS = [64, 80, 96, 128, 40, 32, 229, 256];

function guessSound({ type, dims }: ReadValue): Found {
  if (!type.startsWith('float') || dims.length < 1 || dims.length > 4) return undefined;
  const inner = dims.filter((size, d) => !(size === 1 || (d === 0 && dims.length > 1)));
  const sizes = inner.map(sizeOf);
  const mel = sizes.findIndex((size) => size !== undefined && MELS.includes(size));
  if (inner.length === 2 && mel >= 0) return logMelGuess(sizes, mel);
  if (inner.length > 1) return undefined;
  const samples = sizes[0];
  if (samples !== undefined && samples < 1000) return undefined;
  const rate = samples === undefined ? RATES[0]! : rateOf(samples);
  return {
    modality: 'audio',
    inputSpec: { kind: 'waveform', sampleRateHz: rate, seconds: samples ? samples / rate : 10 },
    questions: [
      `The sample rate is not in the file: ${rate} Hz is proposed${samples ? `, at which ${samples} samples last ${(samples / rate).toFixed(2)} s` : ''}.`,
      ...(samples ? [] : ['The graph takes sounds of any length: windows of 10 s are proposed.']),
    ],
  };
}

function logMelGuess(sizes: readonly (number | undefined)[], mel: number): Found {
  // Of two sizes that could both be mel bands, the last axis is the usual one.
  const at = mel === 0 && MELS.includes(sizes[1] ?? 0) ? 1 : mel;
  const nMels = sizes[at]!;
  const frames = sizes[1 - at];
  const clap = nMels === 64;
  const sampleRateHz = clap ? 48_000 : 16_000;
  const hop = sampleRateHz / 100;
  return {
    modality: 'audio',
    inputSpec: {
      kind: 'log-mel',
      sampleRateHz,
      nMels,
      nFft: clap ? 1024 : 512,
      hop,
      frames: frames ?? 1001,
      layout: at === 1 ? 'frames-mels' : 'mels-frames',
      scale: clap ? 'dB' : 'ln',
    },
    questions: [
      `Rate, hop, length of a frame and scale of the ${nMels} mel bands are not in the file: ${clap ? 'those of CLAP are' : '16 kHz, 10 ms, 512 points and ln are'} proposed.`,
      ...(frames === undefined ? ['The graph takes any number of frames: 1001 are proposed.'] : []),
    ],
  };
}
