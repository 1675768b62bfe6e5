import { expect, test } from 'vitest';
import { gatherRows, type MiningSpace } from '../../math/pseudoPairs.ts';
import { MemberTasks } from './memberTask.ts';
import { describeMined, minePool } from './mining.ts';
import { TEST_REQUEST, TEST_SPACES, testEmbeddings } from './training.testing.ts';
import type { TrainRequest } from './types.ts';

async function space(id: string): Promise<MiningSpace> {
  return { id, dim: TEST_SPACES.find((one) => one.id === id)!.dim, rows: await testEmbeddings(id) };
}

async function tasksOf(part: Partial<TrainRequest>) {
  const request: TrainRequest = { ...TEST_REQUEST, members: ['mix', 'A', 'TV'], ...part };
  const mined = await minePool(
    { ...request, seed: 1 },
    await space(request.base),
    await space(request.expert),
  );
  return { mined, tasks: new MemberTasks(request, mined) };
}

test('a combination reads the expert, and is pulled to all that the base knows', async () => {
  const { mined, tasks } = await tasksOf({});
  expect(tasks.nPairs).toEqual({ mix: 96, A: 24, TV: 72 });
  const { networks, targets, pairs, nPairs, dOut } = tasks.task('A');
  expect([networks.map(({ dIn }) => dIn), dOut, nPairs]).toEqual([[6], 8, 24]);
  expect(pairs).toEqual([
    [0, 2],
    [0, 3],
    [0, 4],
    [1, 2],
    [1, 3],
    [1, 4],
  ]);
  // Pair i starts at sound i; its text is the same item in both spaces.
  const { index } = mined.sets.get('audio')!.partners.text!;
  expect(networks[0]!.inputs).toEqual([
    gatherRows(mined.expert.rows.text!, index, 6),
    mined.expert.rows.audio!,
  ]);
  expect(targets[0]).toEqual(gatherRows(mined.base.rows.text!, index, 8));
  expect(targets[2]).toEqual(mined.base.rows.audio!);
});

test('a displacement reads the base, and is pulled to all that the expert knows', async () => {
  const { tasks } = await tasksOf({ kind: 'displacement', expert: 'pictext' });
  const { networks, targets, pairs, dOut } = tasks.task('mix');
  expect([networks[0]!.dIn, networks[0]!.inputs.length, targets.length, dOut]).toEqual([8, 3, 2, 7]);
  expect(pairs).toEqual([0, 1, 2].flatMap((i) => [3, 4].map((j) => [i, j])));
});

test('a joint training pulls every two blocks together, across spaces and within', async () => {
  const { tasks, mined } = await tasksOf({ kind: 'joint', base: 'pictext', dOut: 5 });
  const { networks, targets, pairs, dOut } = tasks.task('A');
  expect(networks.map(({ dIn, inputs }) => [dIn, inputs.length])).toEqual([
    [7, 2],
    [6, 2],
  ]);
  expect([targets, dOut]).toEqual([[], 5]);
  expect(pairs).toEqual([
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 2],
    [1, 3],
    [2, 3],
  ]);
  // Sounds reach pictures through the text that both spaces read.
  expect(mined.sets.get('audio')!.partners.image).toMatchObject({ via: 'text', space: 'pictext' });
});

test('what is shown of mined pairs: from the least to the most similar, with numbers of the whole pool', async () => {
  const damage = { corrupt: 0, keep: 0.5, topics: 1 };
  const { mined } = await tasksOf({ damage });
  const sets = describeMined(mined, 1);
  expect(sets.map(({ letter, nPairs }) => [letter, nPairs])).toEqual([
    ['T', 24],
    ['V', 12],
    ['A', 12],
  ]);
  const heard = sets[2]!;
  const means = heard.examples.map(
    ({ partners }) => partners.reduce((sum, { similarity }) => sum + similarity, 0) / partners.length,
  );
  expect(means).toEqual(means.toSorted((a, b) => a - b));
  for (const { start, partners } of heard.examples) {
    expect(mined.kept.audio).toContain(start.index);
    for (const { modality, index } of partners) expect(mined.kept[modality]).toContain(index);
  }
  const { mean, deciles } = heard.similarity['audio>text']!;
  expect(deciles).toHaveLength(9);
  expect(deciles).toEqual(deciles.toSorted((a, b) => a - b));
  expect(mean).toBeGreaterThan(deciles[0]!);
  expect(describeMined(mined, 1)).toEqual(sets);
});
