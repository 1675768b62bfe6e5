import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { infoNce } from './infoNce.ts';
import { projectEnsemble, type ProjectorWeights } from './projector.ts';
import {
  projectorBackward,
  projectorForward,
  TRAINED_NAMES,
  type Trained,
  type TrainedName,
} from './projectorGradient.ts';

const [N, D_IN, HIDDEN, D_OUT] = [9, 4, 6, 5];
const SIZES: Record<TrainedName, number> = {
  'linear1.weight': D_IN * HIDDEN,
  'linear1.bias': HIDDEN,
  'norm1.weight': HIDDEN,
  'norm1.bias': HIDDEN,
  'linear2.weight': HIDDEN * D_OUT,
  'linear2.bias': D_OUT,
  'norm2.weight': D_OUT,
  'norm2.bias': D_OUT,
};
const random = createRandom(11);
const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());
const weights = Object.fromEntries(TRAINED_NAMES.map((name) => [name, draw(SIZES[name])])) as Record<
  TrainedName,
  Float64Array
>;
const x = draw(N * D_IN);
const target = draw(N * D_OUT);

function lossAt(at: Trained): number {
  return infoNce(projectorForward(at, x, N).output, target, D_OUT, 0.4).loss;
}

test.each(TRAINED_NAMES)('the gradient by %s agrees with central differences', (name) => {
  const pass = projectorForward(weights, x, N);
  const { gradA } = infoNce(pass.output, target, D_OUT, 0.4);
  const gradient = projectorBackward(weights, pass, gradA)[name];
  expect(gradient.length).toBe(SIZES[name]);
  const STEP = 1e-5;
  gradient.forEach((value, i) => {
    const at = (shift: number) =>
      lossAt({ ...weights, [name]: weights[name].map((old, j) => (j === i ? old + shift : old)) });
    expect(Math.abs(value - (at(STEP) - at(-STEP)) / (2 * STEP))).toBeLessThan(1e-8);
  });
});

test('the mean of the batch takes a bias away, so that it has no gradient; the others have one to tell', () => {
  const pass = projectorForward(weights, x, N);
  const gradients = projectorBackward(weights, pass, infoNce(pass.output, target, D_OUT, 0.4).gradA);
  const without = TRAINED_NAMES.filter((name) => gradients[name].every((value) => Math.abs(value) < 1e-12));
  expect(without).toEqual(['linear1.bias', 'linear2.bias']);
  const faint = TRAINED_NAMES.filter((name) => gradients[name].every((value) => Math.abs(value) < 1e-3));
  expect(faint).toEqual(without);
});

test('with the statistics of the batch as running ones, the projector gives the same rows', () => {
  const { output, layers } = projectorForward(weights, x, N);
  const all: Record<string, ArrayLike<number>> = { ...weights };
  layers.forEach(({ statistics }, k) => {
    all[`norm${k + 1}.running_mean`] = statistics.mean;
    all[`norm${k + 1}.running_var`] = statistics.variance;
  });
  const single = Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, Float32Array.from(values)]),
  ) as ProjectorWeights;
  const projected = projectEnsemble([single], Float32Array.from(x), D_IN);
  output.forEach((value, i) => expect(projected[i]).toBeCloseTo(value, 5));
});

test('refuses rows that do not fit', () => {
  expect(() => projectorForward(weights, x, N - 1)).toThrow(InputError);
});
