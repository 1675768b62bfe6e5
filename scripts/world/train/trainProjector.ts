/** Trains one projector of a mixture on one pseudo-pair subset (FreeBind, arXiv 2405.04883, section 3). */
import { jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { createRandom, type Random } from '../../../src/base/random.ts';
import { infoNce } from './contrastive.ts';
import { adamRate, adamStep, initAdam, type AdamState } from './optimiser.ts';
import { borrow, constant, dense, toHost, type HostParams, type Params } from './params.ts';
import { unitRows } from './towers.ts';

export const PROJECTOR_TRAINING = {
  hidden: 384,
  batch: 384,
  nSteps: 500,
  peakRate: 2e-3,
  nWarmUp: 30,
  weightDecay: 0.02,
  /** tau_2 of maths.md. */
  temperature: 0.05,
  /** Standard deviation of the noise added to every input vector, times 1 / sqrt(dIn). */
  noise: 0.3,
  /** Share of the old running statistics kept at each step. */
  momentum: 0.95,
} as const;

/** Rows of equal index are pseudo-partners; every array is [n, d] with unit rows. */
export interface PseudoTable {
  n: number;
  dIn: number;
  dOut: number;
  /** Embeddings in the space that is projected, one array a modality. */
  inputs: Float32Array[];
  /** Embeddings in the target space, one array a modality. */
  targets: Float32Array[];
}

function initProjector(random: Random, dIn: number, dOut: number): Params {
  const { hidden } = PROJECTOR_TRAINING;
  return {
    'linear1.weight': dense(random, dIn, hidden),
    'linear1.bias': constant([hidden], 0),
    'norm1.weight': constant([hidden], 1),
    'norm1.bias': constant([hidden], 0),
    'linear2.weight': dense(random, hidden, dOut, 2),
    'linear2.bias': constant([dOut], 0),
    'norm2.weight': constant([dOut], 1),
    'norm2.bias': constant([dOut], 0),
  };
}

type Statistics = [mean1: np.Array, var1: np.Array, mean2: np.Array, var2: np.Array];

/** Batch normalisation with the batch's own statistics (biased variance, epsilon 1e-5), which are returned too. */
function batchNorm(params: Params, name: string, x: np.Array): [np.Array, np.Array, np.Array] {
  const mean = x.ref.mean(0, { keepdims: true });
  const centred = x.sub(mean.ref);
  const variance = np.square(centred.ref).mean(0, { keepdims: true });
  const y = centred
    .div(np.sqrt(variance.ref.add(1e-5)))
    .mul(params[`${name}.weight`]!.ref)
    .add(params[`${name}.bias`]!.ref);
  return [y, lax.stopGradient(mean), lax.stopGradient(variance)];
}

/** x [batch, dIn] -> unit rows [batch, dOut] and the batch's statistics. Borrows params. */
function project(params: Params, x: np.Array): [np.Array, Statistics] {
  const h = np.matmul(x, params['linear1.weight']!.ref).add(params['linear1.bias']!.ref);
  const [h1, mean1, var1] = batchNorm(params, 'norm1', h);
  const y = np.matmul(nn.relu(h1), params['linear2.weight']!.ref).add(params['linear2.bias']!.ref);
  const [y2, mean2, var2] = batchNorm(params, 'norm2', y);
  return [unitRows(y2), [mean1, var1, mean2, var2]];
}

/** Random rows of the table, with noise on the inputs. */
function drawBatch(table: PseudoTable, random: Random): { x: Float32Array; targets: Float32Array[] } {
  const { batch, noise } = PROJECTOR_TRAINING;
  const rows = Array.from({ length: batch }, () => random.int(table.n));
  const x = new Float32Array(table.inputs.length * batch * table.dIn);
  const deviation = noise / Math.sqrt(table.dIn);
  table.inputs.forEach((source, k) => {
    rows.forEach((row, i) => {
      const to = (k * batch + i) * table.dIn;
      for (let d = 0; d < table.dIn; d++)
        x[to + d] = source[row * table.dIn + d]! + deviation * random.normal();
    });
  });
  const targets = table.targets.map((source) => {
    const out = new Float32Array(batch * table.dOut);
    rows.forEach((row, i) =>
      out.set(source.subarray(row * table.dOut, (row + 1) * table.dOut), i * table.dOut),
    );
    return out;
  });
  return { x, targets };
}

/**
 * Trains one projector; all modalities go through one batch, so that its statistics are theirs together. Every
 * projected modality is paired with every target modality. Weights come back as the published layers name them, with
 * running statistics; matrices are [in, out].
 */
export async function trainProjector(
  table: PseudoTable,
  seed: number,
): Promise<{ weights: HostParams; losses: number[] }> {
  const { batch, nSteps, peakRate, nWarmUp, weightDecay, temperature, momentum } = PROJECTOR_TRAINING;
  const random = createRandom(seed);
  const nInputs = table.inputs.length;
  let params = initProjector(random, table.dIn, table.dOut);
  let state: AdamState = initAdam(params);
  const eye = np.eye(batch).div(batch);
  const loss = (p: Params, x: np.Array, targets: np.Array[]): [np.Array, Statistics] => {
    const [y, statistics] = project(p, x);
    tree.dispose(p);
    let total: np.Array | undefined;
    for (let i = 0; i < nInputs; i++) {
      const projected = y.ref.slice([i * batch, (i + 1) * batch]);
      for (const target of targets) {
        const term = infoNce(projected.ref, target.ref, np.array(1 / temperature), eye.ref, eye.ref);
        total = total ? total.add(term) : term;
      }
      projected.dispose();
    }
    y.dispose();
    for (const target of targets) target.dispose();
    return [total!.div(nInputs * targets.length), statistics];
  };
  const gradient = valueAndGrad(loss, { hasAux: true });
  const step = jit(
    (p: Params, s: AdamState, x: np.Array, targets: np.Array[], rate: np.Array, decay: np.Array) => {
      const [[value, statistics], gradients] = gradient(borrow(p), x, targets) as unknown as [
        [np.Array, Statistics],
        Params,
      ];
      const [nextParams, nextState] = adamStep(p, gradients, s, rate, decay);
      return [nextParams, nextState, value, statistics];
    },
  );
  // Means start at 0, variances at 1, as in the published layers.
  const { hidden } = PROJECTOR_TRAINING;
  const running = [hidden, hidden, table.dOut, table.dOut].map((size, k) =>
    new Float32Array(size).fill(k % 2),
  );
  const losses: number[] = [];
  for (let t = 0; t < nSteps; t++) {
    const drawn = drawBatch(table, random);
    const { rate, plain } = adamRate(t, nSteps, peakRate, nWarmUp);
    const [nextParams, nextState, value, statistics] = step(
      params,
      state,
      np.array(drawn.x).reshape([nInputs * batch, table.dIn]),
      drawn.targets.map((target) => np.array(target).reshape([batch, table.dOut])),
      np.array(rate),
      np.array(plain * weightDecay),
    ) as unknown as [Params, AdamState, np.Array, Statistics];
    params = nextParams;
    state = nextState;
    losses.push(((await value.data()) as Float32Array)[0]!);
    for (const [k, statistic] of statistics.entries()) {
      const now = (await statistic.data()) as Float32Array;
      running[k]!.forEach((old, i) => (running[k]![i] = momentum * old + (1 - momentum) * now[i]!));
    }
  }
  if (!losses.every(Number.isFinite)) throw new Error('Training of a projector diverged.');
  const weights = await toHost(params);
  const stored = (data: Float32Array) => ({ shape: [data.length], data });
  weights['norm1.running_mean'] = stored(running[0]!);
  weights['norm1.running_var'] = stored(running[1]!);
  weights['norm2.running_mean'] = stored(running[2]!);
  weights['norm2.running_var'] = stored(running[3]!);
  tree.dispose(params);
  tree.dispose(state);
  eye.dispose();
  return { weights, losses };
}
