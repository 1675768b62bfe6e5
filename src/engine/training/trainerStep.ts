/** One step of training as one jax-js program: forward, back, Adam, running statistics. */
import { jit, numpy as np } from '@jax-js/jax';
import type { AdamConstants } from '../../math/adam.ts';
import { lossAndGradients, type LossPlan } from './deviceLoss.ts';
import {
  projectorBackward,
  projectorForward,
  STEPPED_NAMES,
  type DeviceWeights,
  type ProjectorPass,
  type SteppedName,
} from './deviceProjector.ts';

/** One network on the device, with Adam's moments. */
export type DeviceNetwork = {
  weights: DeviceWeights;
  m: Record<SteppedName, np.Array>;
  v: Record<SteppedName, np.Array>;
};

export interface StepPlan extends LossPlan {
  /** Share of the old running statistics that is kept. */
  momentum: number;
  adam: AdamConstants;
}

/** Adam with decoupled decay of matrices, as src/math/adam.ts; `factors` are adamFactors' m and v, and 1 - rate * decay. */
function adamUpdate(
  { weights, m, v }: DeviceNetwork,
  gradients: Record<SteppedName, np.Array>,
  factors: np.Array,
  { beta1, beta2, epsilon }: AdamConstants,
): DeviceNetwork {
  const next: DeviceNetwork = { weights: { ...weights }, m: { ...m }, v: { ...v } };
  for (const name of STEPPED_NAMES) {
    const gradient = gradients[name];
    const mean = m[name].ref.mul(beta1).add(gradient.ref.mul(1 - beta1));
    const square = v[name].ref.mul(beta2).add(np.square(gradient.ref).mul(1 - beta2));
    const kept = name.startsWith('linear') ? weights[name].ref.mul(factors.ref.slice(2)) : weights[name].ref;
    const scale = np.sqrt(square.ref).mul(factors.ref.slice(1)).add(epsilon);
    next.weights[name] = kept.sub(mean.ref.mul(factors.ref.slice(0)).div(scale));
    next.m[name] = mean;
    next.v[name] = square;
  }
  return next;
}

/** Running mean and (unbiased, as in PyTorch) variance after a batch. */
function keepStatistics(weights: DeviceWeights, { layers }: ProjectorPass, momentum: number): DeviceWeights {
  const next = { ...weights };
  for (const [i, { rows, mean, variance }] of layers.entries()) {
    const k = (i + 1) as 1 | 2;
    const mix = (name: `norm${1 | 2}.running_${'mean' | 'var'}`, now: np.Array) => {
      next[name] = weights[name].ref.mul(momentum).add(now.mul(1 - momentum));
    };
    mix(`norm${k}.running_mean`, mean.ref.add(weights[`linear${k}.bias`].ref));
    mix(`norm${k}.running_var`, variance.ref.mul(rows / (rows - 1)));
  }
  return next;
}

/**
 * The compiled step: the networks after it, and the loss before it, []. Takes ownership of the networks, the inputs of each
 * [nModalities * n, dIn], the targets (one [nTargets * n, dOut], or none) and `factors` [3] (see adamUpdate).
 */
export function createStep(plan: StepPlan) {
  return jit((networks: DeviceNetwork[], inputs: np.Array[], targets: np.Array[], factors: np.Array) => {
    const passes = networks.map(({ weights }, k) => projectorForward(weights, inputs[k]!));
    const outputs = passes.map(({ output }) => output);
    const { loss, gradients } = lossAndGradients(outputs, targets, plan);
    const next = networks.map((network, k): DeviceNetwork => {
      const back = projectorBackward(network.weights, passes[k]!, gradients[k]!);
      const stepped = adamUpdate(network, back, factors, plan.adam);
      return { ...stepped, weights: keepStatistics(stepped.weights, passes[k]!, plan.momentum) };
    });
    return [next, loss] as [DeviceNetwork[], np.Array];
  });
}

export type Step = ReturnType<typeof createStep>;
