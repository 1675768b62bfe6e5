import { expect, test } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { dotRows } from '../../math/fusion.ts';
import { projectEnsemble, type ProjectorWeights } from '../../math/projector.ts';
import { directionInfo } from '../../world/tasks.ts';
import { evaluateRanks, evaluationTasks, meanRecall, recallOf, type Evaluation } from './evaluation.ts';
import { plainMatMul, projectMixture } from './projection.ts';
import { TEST_SPACES, testEmbeddings, testManifest } from './training.testing.ts';

const MANIFEST = testManifest();

function projector(dIn: number, dOut: number, seed: number): ProjectorWeights {
  const random = createRandom(seed);
  const draw = (n: number, shift = 0) => Float32Array.from({ length: n }, () => shift + random.normal());
  const positive = (n: number) => Float32Array.from({ length: n }, () => 0.5 + random.float());
  const hidden = 9;
  const layer = (k: 1 | 2, from: number, to: number) => ({
    [`linear${k}.weight`]: draw(from * to),
    [`linear${k}.bias`]: draw(to),
    [`norm${k}.weight`]: draw(to, 1),
    [`norm${k}.bias`]: draw(to),
    [`norm${k}.running_mean`]: draw(to),
    [`norm${k}.running_var`]: positive(to),
  });
  return { ...layer(1, dIn, hidden), ...layer(2, hidden, dOut) } as ProjectorWeights;
}

async function evaluationOf(baseId: string, expertId: string): Promise<Evaluation> {
  const space = async (id: string) => {
    const { dim } = TEST_SPACES.find((one) => one.id === id)!;
    return { id, dim, rows: await testEmbeddings(id) };
  };
  return {
    base: await space(baseId),
    expert: await space(expertId),
    tasks: evaluationTasks(MANIFEST, 'validation'),
  };
}

test('a mixture projects as the plain one does', async () => {
  const x = (await testEmbeddings('foley')).text!;
  const members = [1, 2, 3].map((seed) => projector(6, 8, seed));
  const fast = await projectMixture(members, x, 6, plainMatMul);
  projectEnsemble(members, x, 6).forEach((value, i) => expect(fast[i]).toBeCloseTo(value, 5));
});

test('validation asks validation queries alone, of whole galleries', () => {
  for (const { id, queries, gallery, halves, relevant } of evaluationTasks(MANIFEST, 'validation')) {
    const info = directionInfo(MANIFEST, id);
    expect(new Set(halves)).toEqual(new Set(['validation']));
    for (const query of queries) expect(MANIFEST[info.queryModality][query]!.half).toBe('validation');
    expect(gallery.length).toBe(info.nGallery);
    expect(relevant.length).toBe(queries.length);
    expect(queries.length).toBe(info.queries.length / 2);
  }
  expect(evaluationTasks(MANIFEST, 'both')[0]!.queries).toEqual(
    directionInfo(MANIFEST, 'audio>text').queries,
  );
});

/** Ranks by plain projection and dot products. */
function plainRanks(
  evaluation: Evaluation,
  id: string,
  ends: Partial<Record<string, Float32Array>>,
  dim: number,
): number[] {
  const { queries, gallery, relevant } = evaluation.tasks.find((one) => one.id === id)!;
  const [from, to] = id.split('>').map((modality) => ends[modality]!);
  return [...queries].map((query, q) => {
    const scores = [...gallery].map((item) => dotRows(from!, query, to!, item, dim));
    const best = Math.max(...[...relevant[q]!].map((at) => scores[at]!));
    return 1 + scores.filter((score) => score > best).length;
  });
}

test('a combination ranks projected texts and sounds beside the base’s pictures', async () => {
  const evaluation = await evaluationOf('unified', 'foley');
  const members = [1, 2].map((seed) => [projector(6, 8, seed)]);
  const found = await evaluateRanks('combination', evaluation, members, plainMatMul);
  const mixture = members.map(([one]) => one!);
  const ends = {
    text: projectEnsemble(mixture, evaluation.expert.rows.text!, 6),
    audio: projectEnsemble(mixture, evaluation.expert.rows.audio!, 6),
    image: evaluation.base.rows.image!,
  };
  expect(Object.keys(found)).toHaveLength(6);
  for (const [id, ranks] of Object.entries(found))
    expect([...ranks]).toEqual(plainRanks(evaluation, id, ends, 8));
});

test('a displacement projects all that the base knows; what nobody projects is not asked', async () => {
  const displaced = await evaluateRanks(
    'displacement',
    await evaluationOf('unified', 'pictext'),
    [[projector(8, 7, 1)]],
    plainMatMul,
  );
  expect(Object.keys(displaced)).toHaveLength(6);
  const heard = await evaluateRanks(
    'combination',
    await evaluationOf('unified', 'ears'),
    [[projector(5, 8, 1)]],
    plainMatMul,
  );
  expect(Object.keys(heard)).toEqual(['audio>text', 'text>audio', 'audio>image', 'image>audio']);
});

test('a joint training meets in the mean of both projections of what both know', async () => {
  const evaluation = await evaluationOf('pictext', 'foley');
  const [a, b] = [projector(7, 9, 1), projector(6, 9, 2)];
  const found = await evaluateRanks('joint', evaluation, [[a, b]], plainMatMul);
  const [eyes, ears] = [
    projectEnsemble([a], evaluation.base.rows.text!, 7),
    projectEnsemble([b], evaluation.expert.rows.text!, 6),
  ];
  // Ranks do not change with the length of a query, and the text gallery is not asked here.
  const ends = {
    text: eyes.map((value, i) => value + ears[i]!),
    image: projectEnsemble([a], evaluation.base.rows.image!, 7),
    audio: projectEnsemble([b], evaluation.expert.rows.audio!, 6),
  };
  for (const id of ['text>image', 'text>audio', 'image>audio', 'audio>image'] as const)
    expect([...found[id]!]).toEqual(plainRanks(evaluation, id, ends, 9));
  expect(Object.keys(found)).toHaveLength(6);
});

test('R@1 counts the queries of one half', () => {
  const tasks = [
    {
      id: 'audio>text' as const,
      queries: Uint32Array.of(0, 1, 2, 3),
      gallery: Uint32Array.of(0),
      relevant: [],
      halves: ['validation', 'test', 'validation', 'validation'] as const,
    },
  ];
  const found = { 'audio>text': Uint32Array.of(1, 1, 2, 4) };
  expect(recallOf(found, tasks, 'validation')).toEqual({ 'audio>text': 1 / 3 });
  expect(recallOf(found, tasks, 'test')).toEqual({ 'audio>text': 1 });
  expect(recallOf({}, tasks, 'test')).toEqual({});
  expect(meanRecall({ a: 0.5, b: 1 })).toBe(0.75);
});
