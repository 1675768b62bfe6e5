/** Fits what was prepared to the inputs that a graph declares, and finds the vector among its outputs: pure. */
import { ModelError } from '../../../base/errors.ts';
import { f16ToFloats, floatToF16 } from '../../../formats/float16.ts';
import type { Prepared, Tokens } from './prepare.ts';

/** An input or output as a graph declares it; a name in the dims is a free dimension. */
export interface GraphValue {
  name: string;
  /** ONNX Runtime's name: "float32", "float16", "int64", ... */
  type: string;
  dims: readonly (number | string)[];
}

export type FeedData = Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

/** A tensor to be. */
export interface Feed {
  type: string;
  data: FeedData;
  dims: readonly number[];
}
export type FeedsByName = Readonly<Record<string, Feed>>;

/** Names under which encoders take their main input, by what was prepared. */
const MAIN: Readonly<Record<Prepared['kind'], readonly string[]>> = {
  text: ['input_ids', 'tokens', 'text'],
  pixels: ['pixel_values', 'image', 'images'],
  sound: ['input_features', 'audio', 'waveform', 'input_values', 'audio_values'],
};

/**
 * The feeds of the graph's runs, one run a window of a sound, else one; inputs that the encoder does not need for this
 * modality (all towers in one graph) get zeros of the smallest size.
 * @param input name of the main input; looked for where it is not given
 * @throws ModelError where the graph has no input that fits
 */
export function feedsOf(graph: readonly GraphValue[], prepared: Prepared, input?: string): FeedsByName[] {
  const main = mainInput(graph, prepared.kind, input);
  const rest = graph.filter((value) => value !== main);
  if (prepared.kind === 'text') {
    const { tokens } = prepared;
    return [{ ...blanks(rest, tokens), [main.name]: ints(main, tokens.ids) }];
  }
  const others = blanks(rest, undefined);
  const runs = prepared.kind === 'pixels' ? [pixelFeed(main, prepared)] : soundFeeds(main, prepared);
  return runs.map((feed) => ({ ...others, [main.name]: feed }));
}

function mainInput(
  graph: readonly GraphValue[],
  kind: Prepared['kind'],
  input: string | undefined,
): GraphValue {
  const names = input === undefined ? MAIN[kind] : [input];
  const named = names.map((name) => graph.find((value) => value.name === name)).find(Boolean);
  if (named) return named;
  const whole = /^u?int/;
  const fitting = graph.filter(
    ({ type, dims }) => (kind === 'text') === (whole.test(type) && dims.length <= 2) && type !== 'bool',
  );
  if (input === undefined && fitting.length === 1) return fitting[0]!;
  const has = graph.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ');
  throw new ModelError(
    input === undefined
      ? `The graph has no input for ${kind}: it takes ${has}.`
      : `The graph has no input "${input}": it takes ${has}.`,
  );
}

function pixelFeed(
  main: GraphValue,
  { layout, width, height, data }: Extract<Prepared, { kind: 'pixels' }>,
): Feed {
  const shape = layout === 'NCHW' ? [3, height, width] : [height, width, 3];
  return asFeed(main, data, main.dims.length === 3 ? shape : [1, ...shape]);
}

function soundFeeds(main: GraphValue, { shape, windows }: Extract<Prepared, { kind: 'sound' }>): Feed[] {
  const rank = main.dims.length === 0 ? shape.length + 1 : main.dims.length;
  // One axis more than batch and window: all windows in one run, [1, windows, ...], as ImageBind takes its clips.
  if (rank === shape.length + 2 && shape.length === 3) {
    const all = new Float32Array(windows.length * windows[0]!.length);
    windows.forEach((window, i) => all.set(window, i * window.length));
    return [asFeed(main, all, [1, windows.length, ...shape])];
  }
  const dims = [
    ...Array<number>(Math.max(0, rank - shape.length)).fill(1),
    ...shape.slice(Math.max(0, shape.length - rank)),
  ];
  return windows.map((window) => asFeed(main, window, dims));
}

/** The values in the element type that the graph declares. @throws ModelError where the shape or type does not fit. */
function asFeed({ name, type, dims }: GraphValue, values: Float32Array, shape: readonly number[]): Feed {
  const fits =
    dims.length === 0 ||
    (dims.length === shape.length &&
      dims.every((size, d) => typeof size === 'string' || size < 0 || size === shape[d]));
  if (!fits || values.length !== shape.reduce((product, size) => product * size, 1))
    throw new ModelError(
      `The graph takes ${name} of shape [${dims.join(', ')}], and what was prepared has [${shape.join(', ')}]: the settings beside it are of another model.`,
    );
  return { type, data: converted(name, type, values), dims: shape };
}

function converted(name: string, type: string, values: Float32Array): FeedData {
  switch (type) {
    case 'float32':
      return values;
    case 'float64':
      return Float64Array.from(values);
    case 'float16':
      return Uint16Array.from(values, floatToF16);
    case 'uint8':
      return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value))));
    default:
      throw new ModelError(`The graph takes ${name} as ${type}, which cannot be made of pictures or sounds.`);
  }
}

function ints({ name, type, dims }: GraphValue, values: readonly number[]): Feed {
  const shape = dims.length === 1 ? [values.length] : [1, values.length];
  const fixed = dims.at(-1);
  if (typeof fixed === 'number' && fixed >= 0 && fixed !== values.length)
    throw new ModelError(`The graph takes ${name} of ${fixed} tokens; ${values.length} were made.`);
  if (type === 'int32') return { type, data: Int32Array.from(values), dims: shape };
  if (type === 'int64') return { type, data: BigInt64Array.from(values, BigInt), dims: shape };
  if (type.startsWith('float'))
    return { type, data: converted(name, type, Float32Array.from(values)), dims: shape };
  throw new ModelError(`The graph takes ${name} as ${type}; tokens can be int64 or int32.`);
}

/** How many tokens a graph wants; undefined where any number will do. */
export function fixedTokens(graph: readonly GraphValue[], input?: string): number | undefined {
  const main = graph.find(({ name }) => (input === undefined ? MAIN.text.includes(name) : name === input));
  const size = main?.dims.at(-1);
  return typeof size === 'number' && size > 1 ? size : undefined;
}

const BLANK_PX = 224;
const BLANK_TOKENS = 4;

/** Values for the inputs beside the main one: what belongs to the tokens, else zeros. */
function blanks(graph: readonly GraphValue[], tokens: Tokens | undefined): FeedsByName {
  return Object.fromEntries(
    graph.map((value): [string, Feed] => {
      const { name, type, dims } = value;
      if (tokens && name === 'attention_mask') return [name, ints(value, tokens.mask)];
      if (tokens && name === 'token_type_ids')
        return [
          name,
          ints(
            value,
            tokens.ids.map(() => 0),
          ),
        ];
      if (tokens && name === 'position_ids')
        return [
          name,
          ints(
            value,
            tokens.ids.map((_, i) => i),
          ),
        ];
      const shape = dims.map((size, d) =>
        typeof size === 'number' && size > 0 ? size : usualSize(value, d),
      );
      const count = shape.reduce((product, size) => product * size, 1);
      if (type === 'bool') return [name, { type, data: new Uint8Array(count), dims: shape }];
      if (type === 'int64' || type === 'int32') {
        const flat = Array<number>(count).fill(name === 'attention_mask' ? 1 : 0);
        const data = type === 'int64' ? BigInt64Array.from(flat, BigInt) : Int32Array.from(flat);
        return [name, { type, data, dims: shape }];
      }
      return [name, { type, data: converted(name, type, new Float32Array(count)), dims: shape }];
    }),
  );
}

/** A free dimension of an input that is not needed. */
function usualSize({ name, type, dims }: GraphValue, axis: number): number {
  if (axis === 0) return 1;
  if (type.startsWith('int')) return BLANK_TOKENS;
  if (name === 'input_features') return [1, 1, 1001, 64][axis] ?? 1;
  if (dims.length === 4) return axis === 1 ? 3 : BLANK_PX;
  return 1;
}

/** An output of a run. */
export interface GraphOutput {
  dims: readonly number[];
  data: unknown;
}

/** Outputs that hold the vector of an input, most wanted first, where the one that was named is not there. */
const USUAL_OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_embeds', 'l2norm_text_embeddings', 'text_embeddings', 'text_features'],
  image: ['image_embeds', 'l2norm_image_embeddings', 'image_embeddings', 'image_features'],
  audio: ['audio_embeds', 'audio_embeddings', 'audio_features'],
};
const SHARED_OUTPUTS = ['sentence_embedding', 'embeddings', 'embedding', 'pooler_output'];

/**
 * Name of the output that holds the vector: the one asked for, else a usual one, else the only one.
 * @throws ModelError that lists the outputs
 */
export function outputName(graph: readonly { name: string }[], wanted: string, modality: string): string {
  const names = [wanted, ...(USUAL_OUTPUTS[modality] ?? []), ...SHARED_OUTPUTS];
  const found = names.find((name) => graph.some((value) => value.name === name));
  if (found !== undefined) return found;
  if (graph.length === 1) return graph[0]!.name;
  throw new ModelError(
    `The graph has no output "${wanted}": it gives ${graph.map(({ name }) => name).join(', ')}. Choose one of them.`,
  );
}

/**
 * The vector [dim] of an output [dim], [1, dim] or [1, places, dim]; of several places (tokens, patches) their mean, over
 * those of the mask where one is given.
 * @throws ModelError where it has another shape or is not of floats
 */
export function vectorOf(
  { dims, data }: GraphOutput,
  name: string,
  mask?: readonly number[],
): Float32Array<ArrayBuffer> {
  const values = floatsOf(data, name);
  const shape = dims.filter((size, d) => !(size === 1 && d < dims.length - 1));
  if (shape.length <= 1) return values.slice();
  if (shape.length > 2)
    throw new ModelError(
      `The output ${name} has the shape [${dims.join(', ')}]: that is no vector. Choose another one.`,
    );
  const [places, dim] = shape as [number, number];
  const counted = mask?.length === places ? mask : Array<number>(places).fill(1);
  const n = Math.max(
    1,
    counted.reduce((sum, one) => sum + one, 0),
  );
  const mean = new Float32Array(dim);
  counted.forEach((one, place) => {
    if (one) for (let d = 0; d < dim; d++) mean[d]! += values[place * dim + d]! / n;
  });
  return mean;
}

function floatsOf(data: unknown, name: string): Float32Array<ArrayBuffer> {
  if (data instanceof Float32Array) return data as Float32Array<ArrayBuffer>;
  if (data instanceof Uint16Array) return f16ToFloats(data);
  // Float16Array, where the browser has one; Float64Array.
  if (ArrayBuffer.isView(data) && !(data instanceof BigInt64Array) && !(data instanceof DataView))
    return Float32Array.from(data as unknown as ArrayLike<number>);
  throw new ModelError(`The output ${name} holds no floats. Choose another one.`);
}
