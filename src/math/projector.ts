import { InputError } from '../base/errors.ts';

/**
 * A projector in the published layers (Linear, BatchNorm, ReLU, Linear, BatchNorm, L2), with running statistics. Matrices
 * are [dIn, dHidden] and [dHidden, dOut], row-major; the others are vectors.
 */
export type ProjectorWeights = Record<
  | `linear${1 | 2}.${'weight' | 'bias'}`
  | `norm${1 | 2}.${'weight' | 'bias' | 'running_mean' | 'running_var'}`,
  Float32Array
>;

const EPSILON = 1e-5;

/** y = norm(x W + b) of one row, in float64. */
function layer(weights: ProjectorWeights, k: 1 | 2, x: ArrayLike<number>): Float64Array {
  const matrix = weights[`linear${k}.weight`];
  const bias = weights[`linear${k}.bias`];
  const dOut = bias.length;
  if (matrix.length !== x.length * dOut) {
    throw new InputError(
      `A vector of ${x.length} does not fit a layer of ${matrix.length / dOut} to ${dOut}.`,
    );
  }
  const out = Float64Array.from(bias);
  for (let i = 0; i < x.length; i++) for (let o = 0; o < dOut; o++) out[o]! += x[i]! * matrix[i * dOut + o]!;
  const mean = weights[`norm${k}.running_mean`];
  const variance = weights[`norm${k}.running_var`];
  const scale = weights[`norm${k}.weight`];
  const shift = weights[`norm${k}.bias`];
  return out.map(
    (value, o) => ((value - mean[o]!) / Math.sqrt(variance[o]! + EPSILON)) * scale[o]! + shift[o]!,
  );
}

function normaliseInto(x: Float64Array): Float64Array {
  const length = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  for (let d = 0; d < x.length; d++) x[d] = length > 0 ? x[d]! / length : 0;
  return x;
}

/**
 * normalise(mean of the members' normalised outputs), the mixture of projectors of FreeBind (section 3.3), on every row
 * of x [nItems, dIn]. Returns unit rows [nItems, dOut]; the plain truth for the ONNX graphs.
 * @throws InputError without members or where shapes do not fit.
 */
export function projectEnsemble(
  members: readonly ProjectorWeights[],
  x: Float32Array,
  dIn: number,
): Float32Array {
  const dOut = members[0]?.['linear2.bias'].length;
  if (dOut === undefined) throw new InputError('An ensemble needs at least one member.');
  const nItems = x.length / dIn;
  const out = new Float32Array(nItems * dOut);
  for (let i = 0; i < nItems; i++) {
    const sum = new Float64Array(dOut);
    for (const member of members) {
      const hidden = layer(member, 1, x.subarray(i * dIn, (i + 1) * dIn)).map((value) => Math.max(0, value));
      const y = normaliseInto(layer(member, 2, hidden));
      for (let d = 0; d < dOut; d++) sum[d]! += y[d]!;
    }
    out.set(normaliseInto(sum), i * dOut);
  }
  return out;
}

/**
 * Pools ensembles into one mixture: normalise(sum_k n_k m_k), with m_k [nItems, dOut] the mean of the unit outputs of the
 * n_k members of ensemble k that are on. Returns unit rows; equal to projectEnsemble over all members together.
 * @throws InputError without a member.
 */
export function poolMixtures(
  mixtures: readonly { mean: Float32Array; nMembers: number }[],
  dOut: number,
): Float32Array {
  const used = mixtures.filter(({ nMembers }) => nMembers > 0);
  if (used.length === 0) throw new InputError('A mixture needs at least one member.');
  const out = new Float32Array(used[0]!.mean.length);
  const sum = new Float64Array(dOut);
  for (let from = 0; from < out.length; from += dOut) {
    sum.fill(0);
    for (const { mean, nMembers } of used)
      for (let d = 0; d < dOut; d++) sum[d]! += nMembers * mean[from + d]!;
    out.set(normaliseInto(sum), from);
  }
  return out;
}
