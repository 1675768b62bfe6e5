import { nn, numpy as np } from '@jax-js/jax';

/**
 * Symmetric InfoNCE with several right answers:
 *   -1/2 sum_ij R_ij log softmax_j(s a_i . b_j)  -1/2 sum_ij C_ij log softmax_i(s a_i . b_j),
 * a [n, D] and b [m, D] unit rows, s the inverse temperature [], R and C the targets of rightAnswers(). With one right
 * answer a row this is the loss of CLIP (arXiv 2103.00020). Takes ownership.
 */
export function infoNce(a: np.Array, b: np.Array, s: np.Array, rows: np.Array, columns: np.Array): np.Array {
  const logits = np.matmul(a, np.transpose(b)).mul(s);
  const forward = nn.logSoftmax(logits.ref, -1).mul(rows).sum();
  const backward = nn.logSoftmax(logits, 0).mul(columns).sum();
  return forward.add(backward).mul(-0.5);
}

/** Targets of a batch: equal labels belong together; each row (column) with an answer weighs the same, total 1. */
export function rightAnswers(
  labelsA: readonly number[],
  labelsB: readonly number[],
): { rows: Float32Array; columns: Float32Array } {
  const n = labelsA.length;
  const m = labelsB.length;
  const rows = new Float32Array(n * m);
  const columns = new Float32Array(n * m);
  const perRow = new Float64Array(n);
  const perColumn = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (labelsA[i] === labelsB[j]) {
        perRow[i]!++;
        perColumn[j]!++;
      }
    }
  }
  const nRows = perRow.filter((count) => count > 0).length;
  const nColumns = perColumn.filter((count) => count > 0).length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (labelsA[i] !== labelsB[j]) continue;
      rows[i * m + j] = 1 / (perRow[i]! * nRows);
      columns[i * m + j] = 1 / (perColumn[j]! * nColumns);
    }
  }
  return { rows, columns };
}
