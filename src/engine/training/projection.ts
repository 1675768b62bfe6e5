/** A projector as it stands, applied to many rows at once. The plain truth is projectEnsemble (src/math/projector.ts). */
import type { ProjectorWeights } from '../../math/projector.ts';
import { normaliseRows } from '../../math/sphere.ts';

/** x [n, k] times w [k, m], row-major: [n, m]. A training device has a fast one. */
export type MatMul = (x: Float32Array, w: Float32Array, k: number) => Promise<Float32Array>;

const EPSILON = 1e-5;

/** x [n, k] times w [k, m] in plain float64 sums. */
export const plainMatMul: MatMul = (x, w, k) => {
  const [n, m] = [x.length / k, w.length / k];
  const out = new Float32Array(n * m);
  const row = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    row.fill(0);
    for (let d = 0; d < k; d++) {
      const value = x[i * k + d]!;
      for (let j = 0; j < m; j++) row[j]! += value * w[d * m + j]!;
    }
    out.set(row, i * m);
  }
  return Promise.resolve(out);
};

/** y x scale + shift by column, in place: batch normalisation with running statistics, and the bias before it. */
function normalise(y: Float32Array, weights: ProjectorWeights, k: 1 | 2): void {
  const bias = weights[`linear${k}.bias`];
  const mean = weights[`norm${k}.running_mean`];
  const gain = weights[`norm${k}.weight`];
  const offset = weights[`norm${k}.bias`];
  const width = bias.length;
  const scale = weights[`norm${k}.running_var`].map(
    (variance, o) => gain[o]! / Math.sqrt(variance + EPSILON),
  );
  const shift = offset.map((value, o) => value + (bias[o]! - mean[o]!) * scale[o]!);
  for (let i = 0; i < y.length; i += width) {
    for (let o = 0; o < width; o++) y[i + o] = y[i + o]! * scale[o]! + shift[o]!;
  }
}

/** Unit rows [n, dOut] of x [n, dIn] through one projector, in float32. */
export async function projectRows(
  weights: ProjectorWeights,
  x: Float32Array,
  dIn: number,
  matMul: MatMul,
): Promise<Float32Array> {
  const hidden = weights['linear1.bias'].length;
  const dOut = weights['linear2.bias'].length;
  const h = await matMul(x, weights['linear1.weight'], dIn);
  normalise(h, weights, 1);
  for (let i = 0; i < h.length; i++) if (h[i]! < 0) h[i] = 0;
  const y = await matMul(h, weights['linear2.weight'], hidden);
  normalise(y, weights, 2);
  return normaliseRows(y, dOut);
}

/** normalise(mean of the members' unit outputs), [n, dOut]. */
export async function projectMixture(
  members: readonly ProjectorWeights[],
  x: Float32Array,
  dIn: number,
  matMul: MatMul,
): Promise<Float32Array> {
  const [first, ...others] = members;
  const sum = await projectRows(first!, x, dIn, matMul);
  for (const member of others) {
    const y = await projectRows(member, x, dIn, matMul);
    for (let i = 0; i < sum.length; i++) sum[i]! += y[i]!;
  }
  return normaliseRows(sum, first!['linear2.bias'].length);
}
