import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { infoNce } from './infoNce.ts';

const N = 6;
const DIM = 5;
const random = createRandom(3);
const draw = () => Float64Array.from({ length: N * DIM }, () => random.normal());
const a = draw();
const b = draw();

test('two orthogonal pairs, by hand: each softmax is 1 / (1 + e^(-1 / tau))', () => {
  const unit = Float64Array.of(1, 0, 0, 1);
  expect(infoNce(unit, unit, 2, 0.5).loss).toBeCloseTo(Math.log(1 + Math.exp(-2)), 12);
});

test('the loss is the same with the sides swapped, and does not overflow at a low temperature', () => {
  expect(infoNce(b, a, DIM, 0.3).loss).toBeCloseTo(infoNce(a, b, DIM, 0.3).loss, 12);
  expect(infoNce(a, b, DIM, 1e-4).loss).toBeGreaterThan(0);
  expect(infoNce(a, b, DIM, 1e-4).loss).toBeLessThan(Infinity);
});

test('gradients agree with central differences', () => {
  const { gradA, gradB } = infoNce(a, b, DIM, 0.3);
  const STEP = 1e-5;
  for (const [side, gradient] of [gradA, gradB].entries()) {
    gradient.forEach((value, i) => {
      const at = (shift: number) => {
        const moved = [a.slice(), b.slice()] as const;
        moved[side]![i]! += shift;
        return infoNce(...moved, DIM, 0.3).loss;
      };
      expect(Math.abs(value - (at(STEP) - at(-STEP)) / (2 * STEP))).toBeLessThan(1e-8);
    });
  }
});

test('refuses sides of different size', () => {
  expect(() => infoNce(a, b.subarray(DIM), DIM, 0.3)).toThrow(InputError);
});
