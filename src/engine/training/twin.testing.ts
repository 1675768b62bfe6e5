/** One step of training by the plain functions of src/math, in float64. */
import { ADAM, adamStep, learningRate } from '../../math/adam.ts';
import { infoNce } from '../../math/infoNce.ts';
import {
  projectorBackward,
  projectorForward,
  TRAINED_NAMES,
  type Gradients,
  type Trained,
} from '../../math/projectorGradient.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { Batch } from './batches.ts';
import type { MemberTask } from './trainer.ts';
import type { TrainingSettings } from './types.ts';

export interface TwinStep {
  loss: number;
  gradients: Gradients[];
  /** After the first step of Adam. */
  weights: Record<keyof ProjectorWeights, Float64Array>[];
}

/** The first step from the given weights. */
export function twinStep(
  task: MemberTask,
  settings: TrainingSettings,
  weights: readonly ProjectorWeights[],
  { inputs, targets }: Batch,
): TwinStep {
  const { dOut, pairs } = task;
  const n = inputs[0]!.length / (task.networks[0]!.dIn * task.networks[0]!.inputs.length);
  const passes = weights.map((all: Trained, k) =>
    projectorForward(all, inputs[k]!, task.networks[k]!.inputs.length * n),
  );
  const outputs = [...passes.map(({ output }) => output), Float64Array.from(targets)];
  const gradOutputs = outputs.map((output) => new Float64Array(output.length));
  const block = (array: Float64Array, at: number) => array.subarray(at * n * dOut, (at + 1) * n * dOut);
  const all = outputs.flatMap((output, k) =>
    Array.from({ length: output.length / (n * dOut) }, (_, at) => ({
      rows: block(output, at),
      gradient: block(gradOutputs[k]!, at),
    })),
  );
  let loss = 0;
  for (const [i, j] of pairs) {
    const [a, b] = [all[i]!, all[j]!];
    const part = infoNce(a.rows, b.rows, dOut, settings.temperature);
    loss += part.loss / pairs.length;
    part.gradA.forEach((value, d) => (a.gradient[d]! += value / pairs.length));
    part.gradB.forEach((value, d) => (b.gradient[d]! += value / pairs.length));
  }
  const gradients = passes.map((pass, k) => projectorBackward(weights[k]!, pass, gradOutputs[k]!));
  const rate = learningRate(1, settings);
  const next = passes.map(({ n: rows, layers }, k) => {
    const wide = Object.fromEntries(
      Object.entries(weights[k]!).map(([name, data]) => [name, Float64Array.from(data)]),
    ) as Record<keyof ProjectorWeights, Float64Array>;
    for (const name of TRAINED_NAMES) {
      // Their gradients are 0 but for rounding, which Adam would blow up to a whole step.
      if (name === 'linear1.bias' || name === 'linear2.bias') continue;
      const zeros = () => new Float64Array(wide[name].length);
      const decay = name.startsWith('linear') ? settings.weightDecay : 0;
      adamStep(wide[name], gradients[k]![name], zeros(), zeros(), { step: 1, rate, decay }, ADAM);
    }
    layers.forEach(({ statistics: { mean, variance } }, layer) => {
      const { momentum } = settings;
      const mix = (name: keyof ProjectorWeights, now: Float64Array) =>
        now.forEach((value, d) => (wide[name][d] = momentum * wide[name][d]! + (1 - momentum) * value));
      mix(`norm${(layer + 1) as 1 | 2}.running_mean`, mean);
      mix(
        `norm${(layer + 1) as 1 | 2}.running_var`,
        variance.map((value) => (value * rows) / (rows - 1)),
      );
    });
    return wide;
  });
  return { loss, gradients, weights: next };
}
