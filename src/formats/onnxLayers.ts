/** What a value of a projector's graph is, in terms of layers: the words in which onnxProjector.ts reads a graph. */
import { FormatError } from '../base/errors.ts';
import type { ProjectorWeights } from '../math/projector.ts';
import { checkProjector } from './projectorState.ts';

/** Epsilon of the batch normalisation of ProjectorWeights; another one is moved into the variance. */
const EPSILON = 1e-5;
/** Of a layer, also of the first layers of all members side by side. */
const MAX_WIDTH = 2 ** 18;

export interface Norm {
  weight: Float32Array;
  bias: Float32Array;
  running_mean: Float32Array;
  running_var: Float32Array;
}

/** A linear layer of width dOut and what follows it up to the next: y = norm(x W + b). */
export interface Layer {
  dIn: number;
  dOut: number;
  /** [dIn, dOut]; computed at the first call. */
  matrix: () => Float32Array;
  /** Zero where there is none. */
  bias?: Float32Array;
  norm?: Norm;
}

/** Outputs from..to of a layer. */
export interface Columns {
  layer: Layer;
  from: number;
  to: number;
}

/** One projector as far as it goes: after the first layer, its ReLU, the second layer. */
export interface Part {
  first: Columns;
  relu: boolean;
  second?: Columns;
}

export const widthOf = ({ from, to }: Columns) => to - from;
export const lastOf = (part: Part): Columns => part.second ?? part.first;

/** The values of a lazy result, computed once. */
export function once<T>(compute: () => T): () => T {
  let known: { value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

/** A vector [width], or a scalar repeated. @throws FormatError where it is neither. */
export function vectorOf(values: Float32Array, width: number): Float32Array {
  if (values.length === width) return values;
  if (values.length === 1) return new Float32Array(width).fill(values[0]!);
  throw new FormatError(`The graph adds or scales ${width} values by ${values.length}.`);
}

export function newLayer(dIn: number, dOut: number, matrix: () => Float32Array): Layer {
  if (!(dIn > 0 && dOut > 0 && dIn <= MAX_WIDTH && dOut <= MAX_WIDTH))
    throw new FormatError(
      `A linear layer of the graph is ${dIn} to ${dOut}; widths of 1 to ${MAX_WIDTH} can be read.`,
    );
  return { dIn, dOut, matrix: once(matrix) };
}

/** The layer with its output shifted by c: a bias, or a change of the normalisation's. */
export function shifted(layer: Layer, c: Float32Array): Layer {
  const plus = (x: Float32Array) => x.map((value, o) => value + c[o]!);
  if (!layer.norm) return { ...layer, bias: layer.bias ? plus(layer.bias) : c };
  return { ...layer, norm: { ...layer.norm, bias: plus(layer.norm.bias) } };
}

/** The layer with its output scaled by s. */
export function scaled(layer: Layer, s: Float32Array): Layer {
  const times = (x: Float32Array) => x.map((value, o) => value * s[o]!);
  const norm = layer.norm ?? identityNorm(layer.dOut);
  return { ...layer, norm: { ...norm, weight: times(norm.weight), bias: times(norm.bias) } };
}

/** Batch normalisation that changes nothing: weight / sqrt(running_var + epsilon) is 1. */
export function identityNorm(width: number): Norm {
  return {
    weight: new Float32Array(width).fill(1),
    bias: new Float32Array(width),
    running_mean: new Float32Array(width),
    running_var: new Float32Array(width).fill(1 - EPSILON),
  };
}

/** The layer, normalised with constant statistics. @throws FormatError where it is already. */
export function normed(layer: Layer, norm: Norm, epsilon: number): Layer {
  if (layer.norm) throw new FormatError('The graph normalises a layer twice.');
  const same = Math.abs(epsilon - EPSILON) < 1e-10; // float32(1e-5) is 1e-5 for all that it says
  const running_var = same ? norm.running_var : norm.running_var.map((value) => value + epsilon - EPSILON);
  return { ...layer, norm: { ...norm, running_var } };
}

function cut({ layer, from, to }: Columns): { matrix: Float32Array; bias: Float32Array; norm: Norm } {
  const { dIn, dOut } = layer;
  const whole = layer.matrix();
  let matrix = whole;
  if (to - from !== dOut) {
    matrix = new Float32Array(dIn * (to - from));
    for (let i = 0; i < dIn; i++) matrix.set(whole.subarray(i * dOut + from, i * dOut + to), i * (to - from));
  }
  const { weight, bias, running_mean, running_var } = layer.norm ?? identityNorm(dOut);
  return {
    matrix,
    bias: layer.bias?.slice(from, to) ?? new Float32Array(to - from),
    norm: {
      weight: weight.slice(from, to),
      bias: bias.slice(from, to),
      running_mean: running_mean.slice(from, to),
      running_var: running_var.slice(from, to),
    },
  };
}

/**
 * The weights of a projector that was read to its end.
 * @throws FormatError when it has no second layer, or holds values that are no numbers.
 */
export function weightsOf({ first, second }: Part): ProjectorWeights {
  if (!second) throw new FormatError('The graph ends before the second linear layer of a projector.');
  const [one, two] = [cut(first), cut(second)];
  return checkProjector({
    'linear1.weight': one.matrix,
    'linear1.bias': one.bias,
    'norm1.weight': one.norm.weight,
    'norm1.bias': one.norm.bias,
    'norm1.running_mean': one.norm.running_mean,
    'norm1.running_var': one.norm.running_var,
    'linear2.weight': two.matrix,
    'linear2.bias': two.bias,
    'norm2.weight': two.norm.weight,
    'norm2.bias': two.norm.bias,
    'norm2.running_mean': two.norm.running_mean,
    'norm2.running_var': two.norm.running_var,
  });
}
