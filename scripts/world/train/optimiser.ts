import { numpy as np } from '@jax-js/jax';
import type { Params } from './params.ts';

/** First and second moments of every weight. */
export type AdamState = { m: Params; v: Params };

export function initAdam(params: Params): AdamState {
  const zeros = () =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, np.zeros([...value.shape])]));
  return { m: zeros(), v: zeros() };
}

const BETA1 = 0.9;
const BETA2 = 0.98;
const EPSILON = 1e-8;

/**
 * One step of Adam (arXiv 1412.6980) with decoupled weight decay on matrices (arXiv 1711.05101).
 * `rate` is the learning rate with the bias correction sqrt(1 - b2^t) / (1 - b1^t) already in it, `decay` the learning
 * rate times the weight decay: both [] so that one compiled step serves the whole schedule. Takes ownership.
 */
export function adamStep(
  params: Params,
  gradients: Params,
  state: AdamState,
  rate: np.Array,
  decay: np.Array,
): [Params, AdamState] {
  const nextParams: Params = {};
  const m: Params = {};
  const v: Params = {};
  for (const name of Object.keys(params)) {
    const gradient = gradients[name]!;
    const mNext = state.m[name]!.mul(BETA1).add(gradient.ref.mul(1 - BETA1));
    const vNext = state.v[name]!.mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
    const weight = params[name]!;
    const step = mNext.ref.div(np.sqrt(vNext.ref).add(EPSILON)).mul(rate.ref);
    const kept = name.endsWith('.weight') ? weight.ref.mul(np.subtract(1, decay.ref)) : weight.ref;
    nextParams[name] = kept.sub(step);
    weight.dispose();
    m[name] = mNext;
    v[name] = vNext;
  }
  rate.dispose();
  decay.dispose();
  return [nextParams, { m, v }];
}

/** Linear warm-up, then cosine decay to 0 over nSteps; bias-corrected for step t = 0, 1, ... */
export function adamRate(
  t: number,
  nSteps: number,
  peak: number,
  nWarmUp: number,
): { rate: number; plain: number } {
  const shape =
    t < nWarmUp
      ? (t + 1) / nWarmUp
      : 0.5 * (1 + Math.cos((Math.PI * (t - nWarmUp)) / Math.max(1, nSteps - nWarmUp)));
  const plain = peak * shape;
  return { plain, rate: (plain * Math.sqrt(1 - BETA2 ** (t + 1))) / (1 - BETA1 ** (t + 1)) };
}
