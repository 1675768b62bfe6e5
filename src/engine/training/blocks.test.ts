import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { rectanglesOf } from './blocks.ts';
import type { MemberTask } from './trainer.ts';

/** Networks of so many blocks each, and targets; the numbers do not matter. */
function taskOf(modalities: number[], nTargets: number, pairs: [number, number][]): MemberTask {
  const block = () => new Float32Array(4);
  return {
    networks: modalities.map((count) => ({ dIn: 2, inputs: Array.from({ length: count }, block) })),
    targets: Array.from({ length: nTargets }, block),
    pairs,
    nPairs: 2,
    dOut: 2,
  };
}

/** All pairs of blocks below `to`, and those of two ranges. */
const every = (n: number) =>
  Array.from({ length: n }, (_, i) => i).flatMap((i) =>
    Array.from({ length: n - i - 1 }, (_, k): [number, number] => [i, i + k + 1]),
  );

/** The pairs that rectangles stand for, by the numbers of the blocks. */
function pairsIn(task: MemberTask): string[] {
  const offsets = [0];
  for (const { inputs } of task.networks) offsets.push(offsets.at(-1)! + inputs.length);
  return rectanglesOf(task)
    .flatMap(({ a, b }) =>
      Array.from({ length: a.count * b.count }, (_, i) => {
        const [x, y] = [a.first + Math.floor(i / b.count), b.first + (i % b.count)];
        return [x + offsets[a.network!]!, y + offsets[b.network ?? task.networks.length]!].join();
      }),
    )
    .toSorted();
}

test('all inputs against all targets are one rectangle, in whatever order the pairs stand', () => {
  const pairs: [number, number][] = [
    [3, 0],
    [1, 4],
    [0, 2],
    [1, 3],
    [4, 0],
    [2, 1],
  ];
  expect(rectanglesOf(taskOf([2], 3, pairs))).toEqual([
    { a: { network: 0, first: 0, count: 2 }, b: { network: undefined, first: 0, count: 3 } },
  ]);
});

test('two networks joined: all pairs, each once, those across the networks in one rectangle', () => {
  const task = taskOf([3, 2], 0, every(5));
  expect(pairsIn(task)).toEqual(every(5).map(String).toSorted());
  expect(rectanglesOf(task)).toContainEqual({
    a: { network: 0, first: 0, count: 3 },
    b: { network: 1, first: 0, count: 2 },
  });
});

test('some pairs: just these', () => {
  const task = taskOf([2, 1], 2, [
    [0, 2],
    [0, 4],
    [1, 2],
    [2, 3],
    [2, 4],
    [1, 3],
  ]);
  expect(pairsIn(task)).toEqual(task.pairs.map(String).toSorted());
});

test.each([
  ['a block with itself', [[0, 0]]],
  ['an unknown block', [[0, 5]]],
  ['two targets', [[2, 3]]],
  [
    'a pair twice',
    [
      [0, 2],
      [2, 0],
    ],
  ],
] as [string, [number, number][]][])('refuses %s', (_, pairs) => {
  expect(() => rectanglesOf(taskOf([2], 2, pairs))).toThrow(InputError);
});
