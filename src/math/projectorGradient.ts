/**
 * A projector in training, forward and back, in float64: batch norm with the batch's own statistics, and the gradient of
 * every layer written out. The plain truth for the trainer.
 */
import { InputError } from '../base/errors.ts';

/** The weights that training changes; matrices are [dIn, dHidden] and [dHidden, dOut], row-major. */
export type TrainedName = `${'linear' | 'norm'}${1 | 2}.${'weight' | 'bias'}`;
export type Trained = Record<TrainedName, ArrayLike<number>>;
export type Gradients = Record<TrainedName, Float64Array>;

export const TRAINED_NAMES: readonly TrainedName[] = [
  'linear1.weight',
  'linear1.bias',
  'norm1.weight',
  'norm1.bias',
  'linear2.weight',
  'linear2.bias',
  'norm2.weight',
  'norm2.bias',
];

export const NORM_EPSILON = 1e-5;

/** Mean and (biased) variance of each column of a batch. */
export interface Statistics {
  mean: Float64Array;
  variance: Float64Array;
}

/** What the way back needs of a layer. */
interface LayerPass {
  /** Input of the layer, [n, dIn]. */
  x: ArrayLike<number>;
  /** (x W + b - mean) / sqrt(variance + eps), [n, dOut]. */
  normed: Float64Array;
  statistics: Statistics;
  /** norm.weight normed + norm.bias, [n, dOut]. */
  y: Float64Array;
}

export interface ForwardPass {
  n: number;
  layers: [LayerPass, LayerPass];
  /** Unit rows [n, dOut]. */
  output: Float64Array;
  /** Length of each row before, [n]. */
  length: Float64Array;
}

/** x y of [n, k] and [k, m]. */
function product(x: ArrayLike<number>, y: ArrayLike<number>, n: number, k: number): Float64Array {
  const m = y.length / k;
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < k; l++) {
      for (let j = 0; j < m; j++) out[i * m + j]! += x[i * k + l]! * y[l * m + j]!;
    }
  }
  return out;
}

/** The transpose of [n, m]. */
function transposed(x: ArrayLike<number>, n: number): Float64Array {
  const m = x.length / n;
  return Float64Array.from({ length: x.length }, (_, i) => x[(i % n) * m + Math.floor(i / n)]!);
}

/** Sum over the rows of [n, d], each entry through `of`. */
function columnSums(n: number, d: number, of: (index: number) => number): Float64Array {
  const out = new Float64Array(d);
  for (let i = 0; i < n * d; i++) out[i % d]! += of(i);
  return out;
}

function layerForward(weights: Trained, k: 1 | 2, x: ArrayLike<number>, n: number): LayerPass {
  const bias = weights[`linear${k}.bias`];
  const d = bias.length;
  const z = product(x, weights[`linear${k}.weight`], n, x.length / n).map((value, i) => value + bias[i % d]!);
  const mean = columnSums(n, d, (i) => z[i]! / n);
  const variance = columnSums(n, d, (i) => (z[i]! - mean[i % d]!) ** 2 / n);
  const normed = z.map((value, i) => (value - mean[i % d]!) / Math.sqrt(variance[i % d]! + NORM_EPSILON));
  const scale = weights[`norm${k}.weight`];
  const shift = weights[`norm${k}.bias`];
  const y = normed.map((value, i) => value * scale[i % d]! + shift[i % d]!);
  return { x, normed, statistics: { mean, variance }, y };
}

/**
 * x [n, dIn] -> unit rows [n, dOut]: y1 = norm1(x W1 + b1), y2 = norm2(relu(y1) W2 + b2), y2 / |y2|, where norm takes mean
 * and variance from the batch.
 * @throws InputError where x does not fit the first layer.
 */
export function projectorForward(weights: Trained, x: ArrayLike<number>, n: number): ForwardPass {
  const dHidden = weights['linear1.bias'].length;
  if (weights['linear1.weight'].length * n !== x.length * dHidden) {
    throw new InputError(`${n} rows of ${x.length / n} do not fit a projector's first layer.`);
  }
  const first = layerForward(weights, 1, x, n);
  const second = layerForward(
    weights,
    2,
    first.y.map((value) => Math.max(0, value)),
    n,
  );
  const d = second.y.length / n;
  const length = Float64Array.from({ length: n }, (_, i) =>
    Math.sqrt(second.y.subarray(i * d, (i + 1) * d).reduce((sum, value) => sum + value * value, 0)),
  );
  const output = second.y.map((value, i) => value / length[Math.floor(i / d)]!);
  return { n, layers: [first, second], output, length };
}

/**
 * Back through y = s normed + t and normed = (z - mean) / sqrt(variance + eps), both statistics being the batch's:
 *
 *   dt = sum_i dy_i,  ds = sum_i dy_i normed_i
 *   dz = s / sqrt(variance + eps) (dy - dt / n - normed ds / n)
 *
 * and through z = x W + b: dW = x' dz, db = sum_i dz_i (0 but for rounding: the mean takes b away), dx = dz W'.
 * Writes the layer's gradients and returns dx.
 */
function layerBackward(
  weights: Trained,
  k: 1 | 2,
  { x, normed, statistics }: LayerPass,
  gradY: Float64Array,
  n: number,
  into: Partial<Gradients>,
): Float64Array {
  const d = statistics.mean.length;
  const gradShift = columnSums(n, d, (i) => gradY[i]!);
  const gradScale = columnSums(n, d, (i) => gradY[i]! * normed[i]!);
  const scale = weights[`norm${k}.weight`];
  const gradZ = gradY.map((value, i) => {
    const c = i % d;
    const slope = scale[c]! / Math.sqrt(statistics.variance[c]! + NORM_EPSILON);
    return slope * (value - (gradShift[c]! + normed[i]! * gradScale[c]!) / n);
  });
  const dIn = x.length / n;
  into[`norm${k}.bias`] = gradShift;
  into[`norm${k}.weight`] = gradScale;
  into[`linear${k}.bias`] = columnSums(n, d, (i) => gradZ[i]!);
  into[`linear${k}.weight`] = product(transposed(x, n), gradZ, dIn, n);
  return product(gradZ, transposed(weights[`linear${k}.weight`], dIn), n, d);
}

/**
 * Gradients of a loss by every weight, from its gradient by the output, [n, dOut]. The unit length gives, a row,
 * dy = (du - u (u . du)) / |y|; ReLU lets through where its input was positive.
 */
export function projectorBackward(weights: Trained, pass: ForwardPass, gradOutput: Float64Array): Gradients {
  const { n, layers, output, length } = pass;
  const d = output.length / n;
  const along = new Float64Array(n);
  gradOutput.forEach((value, i) => (along[Math.floor(i / d)]! += value * output[i]!));
  const gradSecond = gradOutput.map((value, i) => {
    const row = Math.floor(i / d);
    return (value - output[i]! * along[row]!) / length[row]!;
  });
  const gradients: Partial<Gradients> = {};
  const gradHidden = layerBackward(weights, 2, layers[1], gradSecond, n, gradients);
  const gradFirst = gradHidden.map((value, i) => (layers[0].y[i]! > 0 ? value : 0));
  layerBackward(weights, 1, layers[0], gradFirst, n, gradients);
  return gradients as Gradients;
}
