/** Tunes a sound tower through frozen projectors: FreeBind's dagger (arXiv 2405.04883, section 4). */
import { jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { Random } from '../../../src/base/random.ts';
import { foldBatchNorm } from '../../../src/formats/onnxEnsemble.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';
import type { CurvePoint } from '../../../src/world/figures.ts';
import { AUDIO_PATCH } from './augment.ts';
import { infoNce } from './contrastive.ts';
import { adamRate, adamStep, initAdam, type AdamState } from './optimiser.ts';
import { borrow, fromHost, toHost, type HostParams, type Params } from './params.ts';
import { TRAINING } from './schedule.ts';
import { mixer, unitRows } from './towers.ts';

export const DAGGER_TRAINING = {
  seed: 20240509,
  nSteps: 300,
  batch: 160,
  peakRate: 2e-4,
  nWarmUp: 20,
  weightDecay: 0,
  /** tau_2, as of the projectors. */
  temperature: 0.05,
} as const;

/** A mixture whose batch normalisations are folded into its layers: what its gradient flows through. */
export interface FrozenMixture {
  nMembers: number;
  params: Params;
}

/** Puts trained members on the device as constants. */
export function freezeMixture(members: readonly ProjectorWeights[]): FrozenMixture {
  const params: Params = {};
  members.forEach((member, i) => {
    for (const k of [1, 2] as const) {
      const { matrix, bias } = foldBatchNorm(member, k);
      params[`${i}.weight${k}`] = np.array(matrix.data).reshape([matrix.dIn, matrix.dOut]);
      params[`${i}.bias${k}`] = np.array(bias);
    }
  });
  return { nMembers: members.length, params };
}

/** normalise(sum of the members' unit outputs) of unit rows x [n, dIn]: [n, dOut]. Borrows the mixture, takes x. */
export function projectMixture({ nMembers, params }: FrozenMixture, x: np.Array): np.Array {
  let sum: np.Array | undefined;
  for (let i = 0; i < nMembers; i++) {
    const part = (name: string) => params[`${i}.${name}`]!.ref;
    const hidden = nn.relu(np.matmul(x.ref, part('weight1')).add(part('bias1')));
    const y = unitRows(np.matmul(hidden, part('weight2')).add(part('bias2')));
    sum = sum ? sum.add(y) : y;
  }
  x.dispose();
  return unitRows(sum!);
}

/** What one step sees. */
export interface DaggerBatch {
  /** Patches [batch, 64, P] of sounds. */
  audio: Float32Array;
  /** One a modality of the target space: unit rows [batch, dOut] of the sounds' partners, and the right answers among them. */
  targets: { rows: Float32Array; right: { rows: Float32Array; columns: Float32Array } }[];
}

export interface DaggerPlan {
  /** Weights of the tower that it starts from. */
  tower: HostParams;
  dim: number;
  dOut: number;
  members: readonly ProjectorWeights[];
  nextBatch: (random: Random) => DaggerBatch;
}

/**
 * Minimises the symmetric InfoNCE between mixture(tower(sound)) and the partners' vectors over the tower's weights alone; the
 * projectors keep theirs. Returns the tower and its learning curve.
 */
export async function trainDagger(
  plan: DaggerPlan,
  random: Random,
  report: (point: CurvePoint) => void,
  nSteps: number = DAGGER_TRAINING.nSteps,
): Promise<{ weights: HostParams; curve: CurvePoint[] }> {
  const { peakRate, nWarmUp, weightDecay, temperature } = DAGGER_TRAINING;
  const shape = { ...TRAINING.mixer, patchSize: AUDIO_PATCH, dim: plan.dim };
  const { nMembers, params: frozen } = freezeMixture(plan.members);
  let params = fromHost(plan.tower);
  let state: AdamState = initAdam(params);
  const gradient = valueAndGrad((p: Params, fixed: Params, x: np.Array, targets: np.Array[][]) => {
    const y = projectMixture({ nMembers, params: fixed }, unitRows(mixer(p, shape, x)));
    tree.dispose(p);
    tree.dispose(fixed);
    let loss: np.Array | undefined;
    for (const [rows, right, columns] of targets) {
      const term = infoNce(y.ref, rows!, np.array(1 / temperature), right!, columns!);
      loss = loss ? loss.add(term) : term;
    }
    y.dispose();
    return loss!.div(targets.length);
  });
  const step = jit(
    (
      p: Params,
      fixed: Params,
      s: AdamState,
      x: np.Array,
      targets: np.Array[][],
      rate: np.Array,
      decay: np.Array,
    ) => {
      const [loss, gradients] = gradient(borrow(p), fixed, x, targets);
      const [nextParams, nextState] = adamStep(p, gradients as Params, s, rate, decay);
      return [nextParams, nextState, loss];
    },
  );
  const curve: CurvePoint[] = [];
  const started = performance.now();
  let sum = 0;
  for (let t = 0; t < nSteps; t++) {
    const drawn = plan.nextBatch(random);
    const batch = drawn.audio.length / (shape.nPatches * AUDIO_PATCH);
    const { rate, plain } = adamRate(t, nSteps, peakRate, nWarmUp);
    const square = (values: Float32Array) => np.array(values).reshape([batch, batch]);
    const [nextParams, nextState, loss] = step(
      params,
      borrow(frozen),
      state,
      np.array(drawn.audio).reshape([batch, shape.nPatches, AUDIO_PATCH]),
      drawn.targets.map(({ rows, right }) => [
        np.array(rows).reshape([batch, plan.dOut]),
        square(right.rows),
        square(right.columns),
      ]),
      np.array(rate),
      np.array(plain * weightDecay),
    ) as unknown as [Params, AdamState, np.Array];
    params = nextParams;
    state = nextState;
    const value = ((await loss.data()) as Float32Array)[0]!;
    if (!Number.isFinite(value)) throw new Error(`Tuning through the projectors diverged at step ${t}.`);
    sum += value;
    if (t % 10 === 9 || t === nSteps - 1) {
      const seconds = (performance.now() - started) / 1000;
      const point = { step: t + 1, loss: sum / ((t % 10) + 1), learningRate: plain, seconds };
      curve.push(point);
      report(point);
      sum = 0;
    }
  }
  const weights = await toHost(params);
  tree.dispose(params);
  tree.dispose(state);
  tree.dispose(frozen);
  return { weights, curve };
}
