/**
 * Symmetric InfoNCE on the device, with its gradient: the jax-js twin of src/math/infoNce.ts for many pairs of blocks at
 * once. What deviceProjector.ts says of kernels holds here too.
 */
import { numpy as np } from '@jax-js/jax';
import type { Rectangle, Run } from './blocks.ts';

export interface LossPlan {
  /** Pairs of a batch: rows of a block. */
  n: number;
  rectangles: readonly Rectangle[];
  /** tau_2. */
  temperature: number;
}

/** Logits this far below the greatest of their row count as this far: e^-80 is well within float32, and nothing. */
const LEAST_EXPONENT = -80;
const N_SQUARINGS = 6;

/**
 * e^x for x <= 0, right to about 5e-6: a Taylor polynomial of x / 64, squared six times. On WebAssembly jax-js 0.1.25 does
 * not vectorise exp, which would take a sixth of a step of the embedded ensembles.
 */
function exponential(x: np.Array): np.Array {
  const y = np.maximum(x, LEAST_EXPONENT).mul(2 ** -N_SQUARINGS);
  let power = y.ref.mul(1 / 5).add(1);
  for (let k = 4; k >= 1; k--) power = power.mul(y.ref.mul(1 / k)).add(1);
  for (let i = 0; i < N_SQUARINGS; i++) power = np.square(power);
  return power;
}

/** A softmax in factors: e^(z - shift), and 1 over their sums along an axis; logSumExp is shift - log(inverse). */
interface Softmax {
  /** [nA, n, nB, n] */
  exponentials: () => np.Array;
  /** [nA, n, nB, 1] over rows, [nA, 1, nB, n] over columns. */
  inverse: () => np.Array;
  shift: () => np.Array;
}

function softmax(exponentials: np.Array, axis: 1 | 3, shift: () => np.Array): Softmax {
  const kept = exponentials.shape.with(axis, 1);
  const sums = np.reciprocal(exponentials.ref.sum(axis));
  return { exponentials: () => exponentials.ref, inverse: () => sums.ref.reshape(kept), shift };
}

/** The softmaxes of logits a b' / tau over each block's rows and columns. */
function softmaxes(
  a: np.Array,
  b: np.Array,
  { n, temperature }: LossPlan,
): [rows: Softmax, columns: Softmax] {
  const grid = [a.shape[0]! / n, n, b.shape[0]! / n, n];
  const cosines = np.matmul(a.ref, np.matrixTranspose(b.ref)).reshape(grid);
  // A cosine is at most 1: where no logit can be too far below 1 / tau, one shift serves all, and one exponential.
  if (2 / temperature <= -LEAST_EXPONENT) {
    const exponentials = exponential(cosines.sub(1).mul(1 / temperature));
    const shift = () => np.array(1 / temperature);
    return [softmax(exponentials, 3, shift), softmax(exponentials, 1, shift)];
  }
  const along = (axis: 1 | 3) => {
    const greatest = cosines.ref.max(axis);
    const kept = () => greatest.ref.reshape(grid.with(axis, 1));
    const exponentials = exponential(cosines.ref.sub(kept()).mul(1 / temperature));
    return softmax(exponentials, axis, () => kept().mul(1 / temperature));
  };
  return [along(3), along(1)];
}

/**
 * Symmetric InfoNCE of every block of a [nA * n, d] with every block of b [nB * n, d], summed over the pairs of blocks, and
 * its gradient by the cosines, [nA * n, nB * n]; both over `nPairs`.
 */
function infoNce(
  a: np.Array,
  b: np.Array,
  plan: LossPlan,
  nPairs: number,
): { loss: np.Array; gradient: np.Array } {
  const { n, temperature } = plan;
  const [nA, nB, d] = [a.shape[0]! / n, b.shape[0]! / n, a.shape[1]!];
  const [rows, columns] = softmaxes(a, b, plan);
  const share = 1 / (2 * n * nPairs);
  const right = a.ref
    .reshape([nA, 1, n, d])
    .mul(b.ref.reshape([1, nB, n, d]))
    .sum(3)
    .mul(-2 / temperature);
  const [rowSums, columnSums] = [rows, columns].map(({ inverse, shift }) =>
    shift().sub(np.log(inverse())).reshape([-1]),
  );
  const loss = right.reshape([-1]).add(rowSums!).add(columnSums!).sum().mul(share);
  const [p, q] = [rows, columns].map(({ exponentials, inverse }) => exponentials().mul(inverse()));
  const target = np.eye(n).mul(2).reshape([1, n, 1, n]);
  const gradient = p!
    .add(q!)
    .sub(target)
    .mul(share / temperature);
  return { loss, gradient: gradient.reshape([nA * n, nB * n]) };
}

/**
 * The mean loss over all pairs of blocks, and its gradient by each network's output, [nModalities * n, dOut]. `targets` is
 * one [nTargets * n, dOut], or none.
 */
export function lossAndGradients(outputs: readonly np.Array[], targets: readonly np.Array[], plan: LossPlan) {
  const { n, rectangles } = plan;
  const nPairs = rectangles.reduce((sum, { a, b }) => sum + a.count * b.count, 0);
  const rowsOf = ({ network, first, count }: Run) =>
    (network === undefined ? targets[0]! : outputs[network]!).ref.slice([first * n, (first + count) * n]);
  const losses: np.Array[] = [];
  const parts = outputs.map((): np.Array[] => []);
  /** Adds the gradient by a run of blocks to its network's, where it is projected. */
  const add = ({ network, first, count }: Run, gradient: () => np.Array) => {
    if (network === undefined) return;
    const after = outputs[network]!.shape[0]! - (first + count) * n;
    parts[network]!.push(
      np.pad(gradient(), [
        [first * n, after],
        [0, 0],
      ]),
    );
  };
  for (const { a, b } of rectangles) {
    const { loss, gradient } = infoNce(rowsOf(a), rowsOf(b), plan, nPairs);
    losses.push(loss);
    add(a, () => np.matmul(gradient.ref, rowsOf(b)));
    add(b, () => np.matmul(np.matrixTranspose(gradient.ref), rowsOf(a)));
  }
  const sum = (arrays: np.Array[]) => arrays.reduce((total, array) => total.add(array));
  return { loss: sum(losses), gradients: parts.map(sum) };
}
