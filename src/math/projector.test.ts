import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { projectEnsemble, type ProjectorWeights } from './projector.ts';

/** Identity layers of size 2 with a flip of the second output where `sign` is -1. */
function member(sign: number, mean = 0): ProjectorWeights {
  const vector = (a: number, b = a) => Float32Array.of(a, b);
  return {
    'linear1.weight': Float32Array.of(1, 0, 0, 1),
    'linear1.bias': vector(0),
    'norm1.weight': vector(1),
    'norm1.bias': vector(0),
    'norm1.running_mean': vector(mean, 0),
    'norm1.running_var': vector(1 - 1e-5),
    'linear2.weight': Float32Array.of(1, 0, 0, sign),
    'linear2.bias': vector(0),
    'norm2.weight': vector(1),
    'norm2.bias': vector(0),
    'norm2.running_mean': vector(0),
    'norm2.running_var': vector(1 - 1e-5),
  };
}

test('one member: batch norm with running statistics, ReLU, unit length', () => {
  const y = projectEnsemble([member(1, 1)], Float32Array.of(4, 4, -5, 2), 2);
  // [4 - 1, 4] / 5, and the negative entry cut by ReLU
  [0.6, 0.8, 0, 1].forEach((value, i) => expect(y[i]).toBeCloseTo(value, 5));
});

test('members are averaged after their own normalisation', () => {
  const y = projectEnsemble([member(1), member(-1)], Float32Array.of(3, 4), 2);
  expect(y[0]).toBeCloseTo(1, 6);
  expect(y[1]).toBeCloseTo(0, 6);
});

test('refuses no members and vectors that do not fit', () => {
  expect(() => projectEnsemble([], Float32Array.of(1, 2), 2)).toThrow(InputError);
  expect(() => projectEnsemble([member(1)], Float32Array.of(1, 2, 3), 3)).toThrow(InputError);
});
