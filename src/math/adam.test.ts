import { expect, test } from 'vitest';
import { ADAM, adamStep, learningRate } from './adam.ts';

test('the first step goes by the learning rate against the sign of the gradient, whatever its size', () => {
  const weight = Float64Array.of(1, 1, 1);
  const m = new Float64Array(3);
  const v = new Float64Array(3);
  adamStep(weight, [1e-3, -5, 0], m, v, { step: 1, rate: 0.1, decay: 0 });
  [0.9, 1.1, 1].forEach((value, i) => expect(weight[i]).toBeCloseTo(value, 5));
});

test('two steps by hand', () => {
  const { beta1, beta2, epsilon } = ADAM;
  const weight = Float64Array.of(2);
  const [m, v] = [new Float64Array(1), new Float64Array(1)];
  const gradients = [0.5, -1.5];
  let [expected, mean, square] = [2, 0, 0];
  gradients.forEach((g, t) => {
    const step = t + 1;
    adamStep(weight, [g], m, v, { step, rate: 0.01, decay: 0.3 });
    mean = beta1 * mean + (1 - beta1) * g;
    square = beta2 * square + (1 - beta2) * g ** 2;
    expected -= 0.01 * 0.3 * expected;
    expected -= (0.01 * (mean / (1 - beta1 ** step))) / (Math.sqrt(square / (1 - beta2 ** step)) + epsilon);
  });
  expect(weight[0]).toBeCloseTo(expected, 12);
});

test('the learning rate rises along a line, peaks, and falls along a cosine towards 0', () => {
  const at = (step: number) => learningRate(step, { steps: 110, peakRate: 2, warmUp: 10 });
  expect([1, 5, 10, 11].map(at)).toEqual([0.2, 1, 2, 2]);
  expect(at(61)).toBeCloseTo(1, 12);
  expect(at(110)).toBeGreaterThan(0);
  expect(at(110)).toBeLessThan(0.001);
  expect(learningRate(1, { steps: 1, peakRate: 2, warmUp: 0 })).toBe(2);
});
