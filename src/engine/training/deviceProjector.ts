/**
 * A projector on the device, forward and back: the jax-js twin of src/math/projectorGradient.ts.
 *
 * Written by hand, the way back needs no transposed copy: jax-js 0.1.25 runs x y, x' y and x y' nearly alike where
 * the operands lie in memory as they are. What is cheap and used by several kernels is a function here that makes it anew
 * at each call, because jax-js writes a value that kernels share to memory. A reshape (that of keepdims too) ends what
 * jax-js fuses into a sum, and is copied when shared; so sums have no kept axes, and a reshape stands where it is used.
 *
 * All of it is traced by jit: references are free there, and nothing needs to be disposed.
 */
import { nn, numpy as np } from '@jax-js/jax';
import { NORM_EPSILON } from '../../math/projectorGradient.ts';
import type { ProjectorWeights } from '../../math/projector.ts';

/** Matrices [dIn, dHidden] and [dHidden, dOut]; all else vectors. */
export type DeviceWeights = Record<keyof ProjectorWeights, np.Array>;

/** What training changes. The biases of the linear layers stay: batch norm takes them away, so their gradient is 0. */
export const STEPPED_NAMES = [
  'linear1.weight',
  'norm1.weight',
  'norm1.bias',
  'linear2.weight',
  'norm2.weight',
  'norm2.bias',
] as const;
export type SteppedName = (typeof STEPPED_NAMES)[number];

/** A linear layer and its batch norm, of so many rows and d outputs. */
interface LayerPass {
  rows: number;
  /** Mean and (biased) variance of x W, [d]: the bias is left out, as the mean would take it away. */
  mean: np.Array;
  variance: np.Array;
  /** 1 / sqrt(variance + eps), [d]. */
  slope: np.Array;
  /** The normed rows and what the layer makes of them, [rows, d]. */
  normed: () => np.Array;
  y: () => np.Array;
}

export interface ProjectorPass {
  x: np.Array;
  layers: [LayerPass, LayerPass];
  /** relu(y1), [rows, dHidden]. */
  hidden: np.Array;
  /** Unit rows [rows, dOut]. */
  output: np.Array;
  /** 1 / length of each row before, [rows, 1]. */
  inverseLength: () => np.Array;
}

function layerForward(weights: DeviceWeights, k: 1 | 2, x: np.Array): LayerPass {
  const z = np.matmul(x.ref, weights[`linear${k}.weight`].ref);
  const rows = z.shape[0]!;
  const mean = z.ref.sum(0).mul(1 / rows);
  const variance = np
    .square(z.ref.sub(mean.ref))
    .sum(0)
    .mul(1 / rows);
  const slope = np.reciprocal(np.sqrt(variance.ref.add(NORM_EPSILON)));
  const normed = () => z.ref.sub(mean.ref).mul(slope.ref);
  const y = () => normed().mul(weights[`norm${k}.weight`].ref).add(weights[`norm${k}.bias`].ref);
  return { rows, mean, variance, slope, normed, y };
}

/** x [rows, dIn] through the projector, normed by the batch's own statistics. */
export function projectorForward(weights: DeviceWeights, x: np.Array): ProjectorPass {
  const first = layerForward(weights, 1, x);
  const hidden = nn.relu(first.y());
  const second = layerForward(weights, 2, hidden);
  const inverseLengths = np.reciprocal(np.sqrt(np.square(second.y()).sum(1)));
  const inverseLength = () => inverseLengths.ref.reshape([-1, 1]);
  const output = second.y().mul(inverseLength());
  return { x, layers: [first, second], hidden, output, inverseLength };
}

/** Gradients by a layer's scale, shift and x W; `gradY` makes the gradient by its y. */
function normBackward(scale: np.Array, { rows, slope, normed }: LayerPass, gradY: () => np.Array) {
  const gradShift = gradY().sum(0);
  const gradScale = gradY().mul(normed()).sum(0);
  const common = gradShift.ref.add(normed().mul(gradScale.ref)).mul(1 / rows);
  const gradZ = gradY().sub(common).mul(slope.ref.mul(scale.ref));
  return { gradShift, gradScale, gradZ };
}

/** Gradients by what training changes, from the gradient by the output, [rows, dOut]. */
export function projectorBackward(
  weights: DeviceWeights,
  { x, layers, hidden, output, inverseLength }: ProjectorPass,
  gradOutput: np.Array,
): Record<SteppedName, np.Array> {
  const along = gradOutput.ref.mul(output.ref).sum(1);
  const second = normBackward(weights['norm2.weight'], layers[1], () =>
    gradOutput.ref.sub(output.ref.mul(along.ref.reshape([-1, 1]))).mul(inverseLength()),
  );
  const gradHidden = np.matmul(second.gradZ.ref, np.matrixTranspose(weights['linear2.weight'].ref));
  const first = normBackward(weights['norm1.weight'], layers[0], () =>
    np.where(np.greater(hidden.ref, 0), gradHidden.ref, 0),
  );
  return {
    'linear1.weight': np.matmul(np.matrixTranspose(x.ref), first.gradZ.ref),
    'norm1.weight': first.gradScale,
    'norm1.bias': first.gradShift,
    'linear2.weight': np.matmul(np.matrixTranspose(hidden.ref), second.gradZ.ref),
    'norm2.weight': second.gradScale,
    'norm2.bias': second.gradShift,
  };
}
