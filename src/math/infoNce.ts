import { InputError } from '../base/errors.ts';

export interface InfoNce {
  /** In nats. */
  loss: number;
  /** Gradients by a and by b, [n, dim] each. */
  gradA: Float64Array;
  gradB: Float64Array;
}

/**
 * Symmetric InfoNCE of n pairs (a_i, b_i), the loss of CLIP (arXiv 2103.00020), in float64. With z_ij = a_i . b_j / tau,
 *
 *   L = -1/(2n) sum_i [ log softmax_j(z_ij) at j = i  +  log softmax_j(z_ji) at j = i ]
 *   dL/dz_ij = (P_ij + Q_ij - 2 delta_ij) / (2n),  P softmax over rows, Q over columns
 *   dL/da = dL/dz b / tau,  dL/db = (dL/dz)' a / tau.
 *
 * a and b are [n, dim], row-major; the plain truth for the trainer.
 * @throws InputError where shapes do not fit.
 */
export function infoNce(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  dim: number,
  temperature: number,
): InfoNce {
  const n = a.length / dim;
  if (a.length !== b.length || !Number.isInteger(n)) {
    throw new InputError(`Pairs of ${a.length / dim} and ${b.length / dim} rows cannot be compared.`);
  }
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let d = 0; d < dim; d++) z[i * n + j]! += (a[i * dim + d]! * b[j * dim + d]!) / temperature;
    }
  }
  const rows = Array.from({ length: n }, (_, i) => logSumExp(z.subarray(i * n, (i + 1) * n)));
  const columns = Array.from({ length: n }, (_, j) =>
    logSumExp(Float64Array.from({ length: n }, (__, i) => z[i * n + j]!)),
  );
  let loss = 0;
  const gradA = new Float64Array(a.length);
  const gradB = new Float64Array(b.length);
  for (let i = 0; i < n; i++) {
    loss += (rows[i]! + columns[i]! - 2 * z[i * n + i]!) / (2 * n);
    for (let j = 0; j < n; j++) {
      const right = i === j ? 2 : 0;
      const gradZ =
        (Math.exp(z[i * n + j]! - rows[i]!) + Math.exp(z[i * n + j]! - columns[j]!) - right) / (2 * n);
      for (let d = 0; d < dim; d++) {
        gradA[i * dim + d]! += (gradZ * b[j * dim + d]!) / temperature;
        gradB[j * dim + d]! += (gradZ * a[i * dim + d]!) / temperature;
      }
    }
  }
  return { loss, gradA, gradB };
}

function logSumExp(x: Float64Array): number {
  const max = x.reduce((a, b) => Math.max(a, b), -Infinity);
  return max + Math.log(x.reduce((sum, value) => sum + Math.exp(value - max), 0));
}
