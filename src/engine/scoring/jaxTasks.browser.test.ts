import { defaultDevice, init, jit, numpy as np } from '@jax-js/jax';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Direction, Modality } from '../../base/modality.ts';
import { createRandom } from '../../base/random.ts';
import { f16ToFloat, floatToF16 } from '../../formats/float16.ts';
import { plane, scoresFromPlanes } from '../../math/fusion.ts';
import { ranks as plainRanks } from '../../math/ranks.ts';
import { checkFactors } from '../../recipe/coefficients.ts';
import { drawComponents, drawTask, recipeCases, unitRows } from '../../recipe/recipes.testing.ts';
import type { Factors } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend } from '../types.ts';
import { createHostTask } from './hostTask.ts';
import { JaxTasks } from './jaxTasks.ts';
import { scoresOf, type Layout } from './kernels.ts';
import { drawCaptionTask, expectAnswerRanks, expectBestRanks } from './scoring.testing.ts';
import { drain, openDevice } from './scoringDevice.ts';
import { ScoringJob } from './scoringJob.ts';
import type { JaxMode } from './taskPlanes.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;
const createJob = (tileBytes?: number) =>
  new ScoringJob({ open: () => openDevice(backend), ...(tileBytes !== undefined && { tileBytes }) });
const DIM = 24;

const LAYOUTS: Layout[] = ['query rows', 'query columns'];

test.each(LAYOUTS)(`${backend}: scores agree with the plain version to 1e-5, %s`, async (layout) => {
  expect(await init(backend)).toContain(backend);
  defaultDevice(backend);
  const random = createRandom(5);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.float() * 2 - 1);
  const kernel = jit((planes: np.Array[], w: np.Array, v: np.Array) => scoresOf(planes, w, v, layout));
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
    const given = planes.map((rowMajor) =>
      np
        .array(Float32Array.from(rowMajor, (_, k) => rowMajor[at(k)]!))
        .reshape(rows ? [nQueries, nGallery] : [nGallery, nQueries]),
    );
    const result = kernel(
      given,
      np.array(w.slice()).reshape([nI, 1, nQueries]),
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
        expectBestRanks(found, one.recipe, components, tasks[direction]!, factors);
        const hits = found.filter((rank) => rank <= 5).length;
        expect(metrics[direction]!.R5).toBeCloseTo(hits / found.length, 10);
      }
    }
  }
  job.dispose();
});

test(`${backend}: in several tiles, drags of either side and sweeps over five right answers are right`, async () => {
  const one = fc.sample(recipeCases, { numRuns: 8, seed: 6 }).find(({ recipe }) => recipe.bonds.length > 1)!;
  const nItems = { text: 43, image: 1, audio: 19 };
  const components = drawComponents(one, nItems, DIM);
  const tasks = {
    'audio>text': drawCaptionTask(1, 'audio', 'text', nItems, 5),
    'text>audio': drawCaptionTask(2, 'text', 'audio', nItems, 1),
  };
  const job = createJob(1); // tiles of eight queries
  await job.setCollection('r', one.recipe, components, tasks);
  const at = (text: number, audio: number): Factors =>
    Object.fromEntries(
      Object.entries(checkFactors(one.recipe, {})).map(([key, byModality]) => [
        key,
        {
          ...byModality,
          ...(byModality.text !== undefined && { text }),
          ...(byModality.audio !== undefined && { audio }),
        },
      ]),
    );
  const settings = [at(0.5, 0.5), at(0.6, 0.5), at(0.7, 0.5), at(0.7, 0.6), at(0.7, 0.7), at(1, 0)];
  const directions = ['audio>text', 'text>audio'] as const;
  for (const factors of settings) {
    for (const direction of directions) {
      const found = await job.ranks('r', direction, factors);
      expectBestRanks(found, one.recipe, components, tasks[direction], factors);
    }
  }
  const swept = await job.answerRanks('r', directions, settings);
  expect(Object.keys(swept)).toEqual(directions);
  for (const direction of directions) {
    expectAnswerRanks(swept[direction], one.recipe, components, tasks[direction], settings);
  }
  job.dispose();
});

test('half-precision planes rank by the rounded numbers, on the backend that always has them', async () => {
  expect(await init('cpu')).toContain('cpu');
  defaultDevice('cpu');
  const nItems = { text: 21, image: 0, audio: 11 };
  const names = ['s'];
  const random = createRandom(3);
  const side = (n: number) => ({ names, nItems: n, dim: DIM, data: [unitRows(random, n, DIM)] });
  const components = { text: side(nItems.text), audio: side(nItems.audio) };
  const task = drawCaptionTask(1, 'audio', 'text', nItems, 2);
  const host = createHostTask('audio>text', task, components);
  const mode: JaxMode = { layout: 'query rows', waits: false };
  const options = { planes: 'float16', contracts: false, tileBytes: 1 } as const;
  const tasks = await drain(
    JaxTasks.load([host], (modality) => components[modality as 'text'].nItems, mode, options),
  );
  const ones = { text: new Float32Array(nItems.text).fill(1), audio: new Float32Array(nItems.audio).fill(1) };
  const found = await drain(tasks.sweep(0, [ones]));
  const scores = plane(components.audio.data[0]!, components.text.data[0]!, DIM);
  const rounded = scores.map((score) => f16ToFloat(floatToF16(score)));
  const expected = task.relevant.flatMap((right, q) => {
    const row = rounded.subarray(q * nItems.text, (q + 1) * nItems.text);
    return Array.from(right, (g) => plainRanks(row, nItems.text, [Uint32Array.of(g)])[0]!);
  });
  expect([...found]).toEqual(expected);
  tasks.dispose();
  defaultDevice(backend);
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
