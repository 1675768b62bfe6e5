import { defaultDevice, init, jit, numpy as np } from '@jax-js/jax';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Direction, Modality } from '../../base/modality.ts';
import { createRandom } from '../../base/random.ts';
import { scoresFromPlanes } from '../../math/fusion.ts';
import { ranks as plainRanks } from '../../math/ranks.ts';
import { checkFactors } from '../../recipe/coefficients.ts';
import { drawComponents, drawTask, recipeCases, type NamedSet } from '../../recipe/recipes.testing.ts';
import { taskScores } from '../../recipe/taskScores.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend } from '../types.ts';
import { combinePlanes, type Layout } from './jaxTasks.ts';
import { openDevice } from './scoringDevice.ts';
import { ScoringJob } from './scoringJob.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;
const createJob = () => new ScoringJob({ open: () => openDevice(backend) });
const DIM = 24;

/** Ranks must be equal, except where another score lies within 1e-6 of the answer's. */
function expectRanks(
  found: Uint32Array,
  recipe: Recipe,
  components: Record<Modality, NamedSet>,
  task: RetrievalTask,
  factors: Factors,
) {
  const nGallery = task.gallery.length;
  const scores = taskScores(recipe, components, task, factors);
  const expected = plainRanks(scores, nGallery, task.relevant);
  expect(found.length).toBe(expected.length);
  found.forEach((rank, q) => {
    const row = scores.subarray(q * nGallery, (q + 1) * nGallery);
    const best = Math.max(...[...task.relevant[q]!].map((g) => row[g]!));
    const nClose = row.filter((score) => Math.abs(score - best) <= 1e-6).length - 1;
    expect(Math.abs(rank - expected[q]!)).toBeLessThanOrEqual(nClose);
  });
}

const LAYOUTS: Layout[] = ['query rows', 'query columns'];

test.each(LAYOUTS)(`${backend}: scores agree with the plain version to 1e-5, %s`, async (layout) => {
  expect(await init(backend)).toContain(backend);
  defaultDevice(backend);
  const random = createRandom(5);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.float() * 2 - 1);
  const kernel = jit((planes: np.Array, w: np.Array, v: np.Array) => {
    const scores = combinePlanes(planes, w, v, layout);
    w.dispose();
    return scores;
  });
  for (const [nQueries, nGallery, nI, nJ] of [
    [1, 1, 1, 1],
    [13, 17, 2, 2],
    [65, 129, 3, 2],
  ] as const) {
    const planes = Array.from({ length: nI * nJ }, () => draw(nQueries * nGallery));
    const w = draw(nI * nQueries);
    const v = draw(nJ * nGallery);
    const rows = layout === 'query rows';
    const at = (k: number) =>
      rows ? k : (k % nQueries) * nGallery + Math.floor(k / nQueries); /* of a plane's transpose */
    const stacked = Float32Array.from(planes.flatMap((plane) => Array.from(plane, (_, k) => plane[at(k)]!)));
    const result = kernel(
      np.array(stacked).reshape(rows ? [nI, nJ, nQueries, nGallery] : [nI, nJ, nGallery, nQueries]),
      np.array(w.slice()).reshape([nI, nQueries]),
      np.array(v.slice()).reshape([nJ, nGallery]),
    ) as np.Array;
    const fast = await result.data();
    const plain = scoresFromPlanes(planes, w, v, nQueries, nGallery);
    expect(fast.length).toBe(plain.length);
    plain.forEach((_, k) => {
      const [to, from] = rows ? [k, k] : [k, at(k)];
      expect(Math.abs(plain[from]! - fast[to]!)).toBeLessThan(1e-5);
    });
  }
  kernel.dispose();
});

const SIZES: Record<Modality, number>[] = [
  { text: 1, image: 0, audio: 1 },
  { text: 13, image: 17, audio: 1 },
  { text: 65, image: 8, audio: 129 },
  { text: 31, image: 33, audio: 64 },
];
const DIRECTIONS: Direction[] = ['audio>text', 'text>audio', 'image>text', 'audio>image'];

test(`${backend}: ranks equal the plain version's, for random nested recipes and edge sizes`, async () => {
  const job = createJob();
  const drawn = fc.sample(recipeCases, { numRuns: 6, seed: 21 });
  for (const [n, one] of drawn.entries()) {
    const nItems = SIZES[n % SIZES.length]!;
    const components = drawComponents(one, nItems, DIM);
    const tasks = Object.fromEntries(
      DIRECTIONS.map((direction, d) => {
        const [from, to] = direction.split('>') as [Modality, Modality];
        return [direction, drawTask(one.seed + d, from, to, nItems)];
      }),
    );
    await job.setCollection('r', one.recipe, components, tasks);
    const ends = checkFactors(one.recipe, one.factors);
    for (const byModality of Object.values(ends)) {
      for (const modality of Object.keys(byModality) as Modality[]) byModality[modality] = n % 2;
    }
    for (const factors of [one.factors, ends]) {
      const metrics = await job.metrics('r', factors);
      const served = DIRECTIONS.filter((direction) => tasks[direction]!.queries.length > 0);
      expect(Object.keys(metrics).sort()).toEqual([...served].sort());
      for (const direction of served) {
        const found = await job.ranks('r', direction, factors);
        expectRanks(found, one.recipe, components, tasks[direction]!, factors);
        const hits = found.filter((rank) => rank <= 5).length;
        expect(metrics[direction]!.R5).toBeCloseTo(hits / found.length, 10);
      }
    }
  }
  job.dispose();
});

test(`${backend}: equal items tie, and the lower index stands first`, async () => {
  const job = createJob();
  const one = fc.sample(recipeCases, { numRuns: 1, seed: 4 })[0]!;
  const nItems = { text: 40, image: 1, audio: 21 };
  const components = drawComponents(one, nItems, DIM);
  // Every text is there twice: item g and item g + 20.
  for (const rows of components.text.data) rows.copyWithin(20 * DIM, 0, 20 * DIM);
  const task = drawTask(1, 'audio', 'text', nItems);
  const relevant = (shift: number) => task.queries.subarray(0, 20).map((q) => q + shift);
  const taskOf = (shift: number): RetrievalTask => ({
    ...task,
    queries: task.queries.subarray(0, 20),
    relevant: Array.from(relevant(shift), (g) => Uint32Array.of(g)),
  });
  await job.setCollection('first', one.recipe, components, { 'audio>text': taskOf(0) });
  await job.setCollection('second', one.recipe, components, { 'audio>text': taskOf(20) });
  const first = await job.ranks('first', 'audio>text', one.factors);
  const second = await job.ranks('second', 'audio>text', one.factors);
  first.forEach((rank, q) => {
    expect(rank % 2).toBe(1); // pairs stand before it
    expect(second[q]).toBe(rank + 1);
  });
  job.dispose();
});

test(`${backend}: the device says what it is`, async () => {
  const job = createJob();
  expect(job.device()).toBeUndefined();
  const set = { names: ['s'], nItems: 2, dim: 2, data: [Float32Array.of(1, 0, 0, 1)] };
  const task = drawTask(1, 'audio', 'text', { text: 2, image: 0, audio: 2 });
  await job.setCollection('s', undefined, { text: set, audio: set }, { 'audio>text': task });
  expect(job.device()?.backend).toBe(backend);
  const ranks = await job.ranks('s', 'audio>text', undefined);
  expect(ranks.length).toBe(2);
  job.dispose();
});
