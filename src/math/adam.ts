/** Adam's constants. */
export interface AdamConstants {
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** A beta2 below the usual 0.999: runs of a few hundred steps would end before such a mean has settled. */
export const ADAM: Readonly<AdamConstants> = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8 };

/**
 * Learning rate of step t = 1, 2, ..., nSteps: peak t / warmUp while t <= warmUp, then a cosine towards 0,
 * peak (1 + cos(pi (t - 1 - warmUp) / (nSteps - warmUp))) / 2 (arXiv 1608.03983, without restarts).
 */
export function learningRate(
  step: number,
  { steps, peakRate, warmUp }: { steps: number; peakRate: number; warmUp: number },
): number {
  if (step <= warmUp) return (peakRate * step) / warmUp;
  const done = (step - 1 - warmUp) / Math.max(1, steps - warmUp);
  return (peakRate * (1 + Math.cos(Math.PI * done))) / 2;
}

/** The two factors of Adam's update that depend on the step alone; in float64, as 1 - beta^t cancels. */
export function adamFactors(step: number, rate: number, { beta1, beta2 }: AdamConstants) {
  return {
    /** rate / (1 - beta1^t): turns m into the bias-corrected step. */
    m: rate / (1 - beta1 ** step),
    /** 1 / sqrt(1 - beta2^t): turns sqrt(v) into the bias-corrected scale. */
    v: 1 / Math.sqrt(1 - beta2 ** step),
  };
}

/**
 * Step t = 1, 2, ... of Adam (arXiv 1412.6980) with decoupled weight decay (arXiv 1711.05101), in place:
 *
 *   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2
 *   w = (1 - rate decay) w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 */
export function adamStep(
  weight: Float64Array,
  gradient: ArrayLike<number>,
  m: Float64Array,
  v: Float64Array,
  { step, rate, decay }: { step: number; rate: number; decay: number },
  constants: AdamConstants = ADAM,
): void {
  const { beta1, beta2, epsilon } = constants;
  const factors = adamFactors(step, rate, constants);
  for (let i = 0; i < weight.length; i++) {
    const g = gradient[i]!;
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
    weight[i] =
      (1 - rate * decay) * weight[i]! - (factors.m * m[i]!) / (Math.sqrt(v[i]!) * factors.v + epsilon);
  }
}
