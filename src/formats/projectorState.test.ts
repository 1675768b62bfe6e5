import { expect, test } from 'vitest';
import { randomProjector } from '../../scripts/world/export/randomWeights.testing.ts';
import { FormatError } from '../base/errors.ts';
import type { ProjectorWeights } from '../math/projector.ts';
import {
  findProjectors,
  projectorSizes,
  projectorState,
  PUBLISHED_PREFIX,
  transposed,
} from './projectorState.ts';
import type { LazyTensor } from './tensors.ts';

const WEIGHTS = randomProjector(1, 5, 7, 3);

type State = Map<string, LazyTensor>;

/** A state dict under any prefix. */
function stateOf(weights: ProjectorWeights, prefix?: string): State {
  return new Map(
    projectorState(weights, prefix).map(({ name, shape, data }) => [
      name,
      { shape, read: () => data.slice() },
    ]),
  );
}

test('the published names and shapes, matrices as PyTorch keeps them', () => {
  const shapes = projectorState(WEIGHTS).map(({ name, shape }) => `${name} [${shape.join()}]`);
  expect(shapes).toEqual(
    [
      '0.weight [7,5]',
      '0.bias [7]',
      '1.weight [7]',
      '1.bias [7]',
      '1.running_mean [7]',
      '1.running_var [7]',
      '3.weight [3,7]',
      '3.bias [3]',
      '4.weight [3]',
      '4.bias [3]',
      '4.running_mean [3]',
      '4.running_var [3]',
    ].map((name) => PUBLISHED_PREFIX + name),
  );
  const [first] = projectorState(WEIGHTS);
  expect(first!.data[2 * 5 + 3]).toBe(WEIGHTS['linear1.weight'][3 * 7 + 2]);
  expect(projectorSizes(WEIGHTS)).toEqual({ dIn: 5, dHidden: 7, dOut: 3 });
});

test('a matrix turned twice is itself, beyond the size of a tile', () => {
  const data = Float32Array.from({ length: 70 * 45 }, (_, i) => i);
  expect(transposed(data, 70, 45)[3 * 70 + 2]).toBe(data[2 * 45 + 3]);
  expect(transposed(transposed(data, 70, 45), 45, 70)).toEqual(data);
});

test.each([
  ['Head2.mlps.', ''],
  ['module.Head2.mlps.', ''],
  ['mlps.', ''],
  ['', ''],
  ['mix.Head2.mlps.', 'mix'],
  ['projectors.3.module.mlps.', 'projectors.3'],
  ['net.', 'net'],
])('under "%s" the projector is found, named "%s"', (prefix, name) => {
  expect(findProjectors(stateOf(WEIGHTS, prefix))).toEqual({
    found: [{ name, weights: WEIGHTS }],
    broken: [],
  });
});

test('several in one file, and other things beside them', () => {
  const other = randomProjector(2, 5, 7, 3);
  const state: State = new Map([...stateOf(WEIGHTS, 'T.Head2.mlps.'), ...stateOf(other, 'A.Head2.mlps.')]);
  state.set('A.Head2.mlps.1.num_batches_tracked', { shape: [], read: () => Float32Array.of(9) });
  state.set('logit_scale', { shape: [], read: () => Float32Array.of(1) });
  state.set('backbone.0.weight', { shape: [9, 9], read: () => new Float32Array(81) });
  expect(findProjectors(state)).toEqual({
    found: [
      { name: 'T', weights: WEIGHTS },
      { name: 'A', weights: other },
    ],
    broken: [],
  });
});

const reason = (change: (state: State) => void): string => {
  const state = stateOf(WEIGHTS);
  change(state);
  const { found, broken } = findProjectors(state);
  expect(found).toEqual([]);
  return broken[0]!.reason;
};
const put =
  (part: string, shape: number[], data = new Float32Array(shape.reduce((a, b) => a * b, 1))) =>
  (state: State) =>
    state.set(PUBLISHED_PREFIX + part, { shape, read: () => data });

test('what is wrong is named', () => {
  expect(reason((state) => state.delete('Head2.mlps.0.weight'))).toMatch(/lacks "Head2.mlps.0.weight"/);
  expect(
    reason((state) => {
      state.delete('Head2.mlps.4.running_mean');
      state.delete('Head2.mlps.4.running_var');
    }),
  ).toMatch(/lacks "Head2.mlps.4.running_mean", "Head2.mlps.4.running_var": save/);
  expect(reason(put('0.bias', [8]))).toMatch(/"Head2.mlps.0.bias" has the shape \[8\] where \[7\] is needed/);
  expect(reason(put('3.weight', [7, 3]))).toMatch(
    /"Head2.mlps.3.weight" has the shape \[7, 3\] where \[7, 7\]/,
  );
  expect(reason(put('0.weight', [35]))).toMatch(/shape \[35\]/);
  expect(reason(put('1.running_var', [7], new Float32Array(7).fill(-1)))).toMatch(/negative variance/);
  expect(reason(put('4.bias', [3], Float32Array.of(0, NaN, 0)))).toMatch(
    /"Head2.mlps.4.bias" holds NaN at place 1/,
  );
  expect(reason(put('4.bias', [3], Float32Array.of(0, 0, Infinity)))).toMatch(/holds Infinity at place 2/);
});

test('sizes beyond any projector are refused before they are read', () => {
  const unread = (shape: number[]): LazyTensor => ({
    shape,
    read: () => {
      throw new Error('was read');
    },
  });
  const sizes: Record<string, number[]> = { '0.weight': [7, 2 ** 20], '3.weight': [3, 7] };
  const state: State = new Map(
    projectorState(WEIGHTS).map(({ name, shape }) => [
      name,
      unread(sizes[name.slice(PUBLISHED_PREFIX.length)] ?? shape),
    ]),
  );
  expect(findProjectors(state).broken[0]!.reason).toMatch(/sizes of 1 to 65536/);
});

test('a state dict without a projector says what it has', () => {
  const state: State = new Map([['conv1.weight', { shape: [3], read: () => new Float32Array(3) }]]);
  expect(() => findProjectors(state)).toThrow(FormatError);
  expect(() => findProjectors(state)).toThrow(
    /no key like "Head2.mlps.0.weight" among its 1 \("conv1.weight"\)/,
  );
});
