/** A mixture of projectors as an ONNX graph; the plain version is projectEnsemble in math/projector.ts. */
import { InputError } from '../base/errors.ts';
import type { ProjectorWeights } from '../math/projector.ts';
import { OnnxBuilder, type BuilderOptions } from './onnxBuilder.ts';
import type { Matrix } from './onnxQuantize.ts';

const BATCH_NORM_EPSILON = 1e-5;

/** A linear layer and the batch normalisation after it as one linear layer: exact, as its statistics are constants. */
export function foldBatchNorm(weights: ProjectorWeights, k: 1 | 2): { matrix: Matrix; bias: Float32Array } {
  const data = weights[`linear${k}.weight`];
  const bias = weights[`linear${k}.bias`];
  const dOut = bias.length;
  const variance = weights[`norm${k}.running_var`];
  const gain = weights[`norm${k}.weight`].map(
    (scale, o) => scale / Math.sqrt(variance[o]! + BATCH_NORM_EPSILON),
  );
  const mean = weights[`norm${k}.running_mean`];
  const shift = weights[`norm${k}.bias`];
  return {
    matrix: { dIn: data.length / dOut, dOut, data: data.map((value, i) => value * gain[i % dOut]!) },
    bias: bias.map((value, o) => (value - mean[o]!) * gain[o]! + shift[o]!),
  };
}

/** Matrices [dIn, dOut_i] beside each other: [dIn, sum of dOut_i]. */
function besides(matrices: readonly Matrix[]): Matrix {
  const { dIn } = matrices[0]!;
  const dOut = matrices.reduce((sum, matrix) => sum + matrix.dOut, 0);
  const data = new Float32Array(dIn * dOut);
  let at = 0;
  for (const matrix of matrices) {
    for (let i = 0; i < dIn; i++)
      data.set(matrix.data.subarray(i * matrix.dOut, (i + 1) * matrix.dOut), i * dOut + at);
    at += matrix.dOut;
  }
  return { dIn, dOut, data };
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  return Float32Array.from(vectors.flatMap((vector) => Array.from(vector)));
}

/**
 * The graph of a mixture (FreeBind, arXiv 2405.04883, section 3.3):
 * inputs "embeddings" [n, dIn] float32 and "mask" [nMembers] float32 (1 = member on); outputs "members" [n, nMembers, dOut],
 * the unit rows m_i = normalise(member_i(embeddings)) whatever the mask, and "projected" [n, dOut] =
 * normalise(sum of mask_i m_i), unit rows, and zeros where every member is off. The first layers of all members are one
 * wide matrix product; the second layers are one product a member.
 * @throws InputError without members or where their shapes differ.
 */
export function ensembleModel(
  members: readonly ProjectorWeights[],
  options: BuilderOptions,
): Uint8Array<ArrayBuffer> {
  const first = members.map((member) => foldBatchNorm(member, 1));
  const second = members.map((member) => foldBatchNorm(member, 2));
  if (first.length === 0) throw new InputError('An ensemble needs at least one member.');
  const { dIn, dOut: dHidden } = first[0]!.matrix;
  const { dOut } = second[0]!.matrix;
  members.forEach((_, i) => {
    const shape = [
      first[i]!.matrix.dIn,
      first[i]!.matrix.dOut,
      second[i]!.matrix.dIn,
      second[i]!.matrix.dOut,
    ];
    if (shape.join() !== [dIn, dHidden, dHidden, dOut].join())
      throw new InputError(
        `Member ${i} of the ensemble has layers ${shape.join(' x ')}, the first has ${dIn} x ${dHidden} x ${dOut}.`,
      );
  });
  const b = new OnnxBuilder(options);
  const wide = b.linear(
    'embeddings',
    'linear1',
    besides(first.map(({ matrix }) => matrix)),
    joined(first.map(({ bias }) => bias)),
  );
  const hidden = b.addMany('Split', [b.add('Relu', [wide])], members.length, {
    axis: { int: -1 },
    num_outputs: { int: members.length },
  });
  const outputs = hidden.map((h, i) => b.linear(h, `linear2.${i}`, second[i]!.matrix, second[i]!.bias));
  const stacked = b.reshape(b.add('Concat', outputs, { axis: { int: -1 } }), [-1, members.length, dOut]);
  const unit = b.unitRows(stacked);
  const weighed = b.add('Mul', [unit, b.reshape('mask', [members.length, 1])]);
  const sum = b.add('ReduceSum', [weighed, b.ints([1])], { keepdims: { int: 0 } });
  return b.write(
    'ensemble',
    [
      { name: 'embeddings', type: 'float32', dims: ['n', dIn] },
      { name: 'mask', type: 'float32', dims: [members.length] },
    ],
    [
      [{ name: 'projected', type: 'float32', dims: ['n', dOut] }, b.unitRows(sum)],
      [{ name: 'members', type: 'float32', dims: ['n', members.length, dOut] }, unit],
    ],
  );
}
