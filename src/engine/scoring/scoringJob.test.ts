import { describe, expect, test } from 'vitest';
import { AbortedError, CapabilityError, DisposedError, InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import { drawComponents, drawTask } from '../../recipe/recipes.testing.ts';
import { bestRanks } from '../../math/answers.ts';
import { taskAnswerRanks, taskRanks } from '../../recipe/taskScores.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { openWasm } from './scoringDevice.ts';
import { createFakeJob } from './fakeDevice.testing.ts';
import { ScoringJob } from './scoringJob.ts';

const UNIFIED_PP = RECIPES[0] as Recipe;
const nItems: Record<Modality, number> = { text: 13, image: 6, audio: 9 };
const DIM = 8;
const components = drawComponents(
  { recipe: UNIFIED_PP, spaces: [...SPACES], factors: {}, seed: 2 },
  nItems,
  DIM,
);
const tasks = {
  'audio>text': drawTask(1, 'audio', 'text', nItems),
  'text>audio': drawTask(2, 'text', 'audio', nItems),
  'audio>image': drawTask(3, 'audio', 'image', nItems),
};
const half = { 'c-foley': { text: 0.5, audio: 0.25 } };

test('on WebAssembly, ranks and metrics are those of the plain version', async () => {
  const job = new ScoringJob({ open: () => openWasm('a test') });
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  for (const factors of [undefined, half, { 'c-foley': { text: 1, audio: 1 } }]) {
    const metrics = await job.metrics('r', factors);
    expect(Object.keys(metrics)).toEqual(Object.keys(tasks));
    for (const [direction, task] of Object.entries(tasks) as [
      keyof typeof tasks,
      (typeof tasks)['audio>text'],
    ][]) {
      const plain = taskRanks(UNIFIED_PP, components, task, factors ?? {});
      expect([...(await job.ranks('r', direction, factors))]).toEqual([...plain]);
      const MRR = plain.reduce((sum, rank) => sum + 1 / rank, 0) / plain.length;
      expect(metrics[direction]!.MRR).toBeCloseTo(MRR, 10);
      expect(metrics[direction]!.nQueries).toBe(plain.length);
    }
  }
  expect(job.device()).toEqual({ backend: 'wasm', reason: 'a test' });
  job.dispose();
});

test('ranks of every right answer are those of the plain version', async () => {
  const job = new ScoringJob({ open: () => openWasm('a test') });
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  const settings: Factors[] = [{}, half, { 'c-foley': { text: 1, audio: 1 } }];
  const progress: number[] = [];
  const onProgress = (fraction: number) => progress.push(fraction);
  const found = await job.answerRanks('r', ['audio>text', 'text>image', 'text>audio'], settings, {
    onProgress,
  });
  expect(Object.keys(found)).toEqual(['audio>text', 'text>audio']);
  for (const direction of ['audio>text', 'text>audio'] as const) {
    const plain = taskAnswerRanks(UNIFIED_PP, components, tasks[direction], settings);
    expect(found[direction]).toEqual(plain);
    expect([...bestRanks(plain, 1)]).toEqual([...(await job.ranks('r', direction, half))]);
  }
  expect(progress.at(-1)).toBe(1);
  await expect(job.answerRanks('r', ['audio>text'], [{ x: {} }])).rejects.toThrow(InputError);
  job.dispose();
});

describe('what cannot be scored is refused', () => {
  const { job } = createFakeJob();
  const withText = (change: Partial<(typeof components)['text']>) => ({
    ...components,
    text: { ...components.text, ...change },
  });
  const bad = components.text.data.map((rows) => rows.slice().fill(NaN, 8, 9));
  test.each([
    ['NaN', withText({ data: bad }), tasks, /NaN in row 1/],
    ['cut arrays', withText({ nItems: 14 }), tasks, /has 104 numbers; 14 x 8/],
    ['other dimensions', withText({ dim: 4, nItems: 26 }), tasks, /audio has 8 dimensions, text 4/],
    ['unknown parts', withText({ names: ['unified', 'x'] }), tasks, /no part "x"/],
    [
      'a task of another direction',
      components,
      { 'text>image': tasks['audio>text'] },
      /goes from audio to text/,
    ],
    [
      'items that are not there',
      components,
      { 'audio>text': { ...tasks['audio>text'], gallery: Uint32Array.of(13) } },
      /names text 13; there are 13/,
    ],
    [
      'answers outside the gallery',
      components,
      { 'audio>text': { ...tasks['audio>text'], gallery: new Uint32Array() } },
      /right answers within/,
    ],
    ['missing modalities', { text: components.text }, tasks, /needs audio components/],
  ])('%s', async (_, wrong, given, reason) => {
    const refused = job.setCollection('r', UNIFIED_PP, wrong, given);
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toThrow(InputError);
  });

  test('unknown keys and factors; and the queue goes on', async () => {
    await job.setCollection('r', UNIFIED_PP, components, tasks);
    await expect(job.metrics('other', half)).rejects.toThrow(/setCollection first/);
    await expect(job.metrics('r', { 'c-foley': { text: NaN } })).rejects.toThrow(InputError);
    await expect(job.ranks('r', 'image>text', half)).rejects.toThrow(InputError);
    expect((await job.metrics('r', half))['audio>text']?.R1).toBe(1);
  });

  test('sliders of a space of its own', async () => {
    const single = { ...components.image, names: ['unified'] };
    const task = drawTask(1, 'image', 'image', nItems);
    await job.setCollection('s', undefined, { image: single }, { 'image>image': task });
    await expect(job.metrics('s', half)).rejects.toThrow(/no sliders/);
    await expect(job.metrics('s', undefined)).resolves.toHaveProperty('image>image');
    const two = job.setCollection('s', undefined, { text: components.text }, {});
    await expect(two).rejects.toThrow(/one component/);
  });
});

test('tasks without queries are left out', async () => {
  const { job } = createFakeJob();
  const empty = drawTask(1, 'text', 'image', { ...nItems, image: 0 });
  await job.setCollection('r', UNIFIED_PP, components, { ...tasks, 'text>image': empty });
  expect(Object.keys(await job.metrics('r', half))).toEqual(Object.keys(tasks));
});

test('a setting is computed once, planes are built once and freed with the collection', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  const { nRuns } = gpu;
  await job.metrics('r', half);
  await job.ranks('r', 'audio>text', half);
  await job.metrics('r', { 'c-foley': { ...half['c-foley'] } });
  expect(gpu.nRuns).toBe(nRuns + 1);
  expect(gpu.nLoaded).toBe(1);
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  expect(gpu.nDisposed).toBe(1);
  job.dispose();
  job.dispose();
  expect(gpu.nDisposed).toBe(2);
  await expect(job.metrics('r', half)).rejects.toThrow(DisposedError);
});

test('an aborted request is not begun', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  const { nRuns } = gpu;
  const controller = new AbortController();
  const taken = job.metrics('r', half, controller.signal);
  controller.abort();
  await expect(taken).rejects.toThrow(AbortedError);
  expect(gpu.nRuns).toBe(nRuns);
});

test('WebAssembly takes over when WebGPU fails, and says why', async () => {
  const { job, gpu, wasm, told } = createFakeJob();
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  gpu.failWith = new Error('out of memory');
  expect((await job.metrics('r', half))['audio>text']?.nQueries).toBe(9);
  expect([wasm.nLoaded, gpu.nDisposed]).toEqual([1, 1]);
  expect(told.map(({ backend }) => backend)).toEqual(['webgpu', 'wasm']);
  expect(job.device()?.reason).toBe('WebGPU failed (out of memory), so WebAssembly took over.');
});

test('WebAssembly takes over when the device is lost between requests', async () => {
  const { job, gpu, wasm, told } = createFakeJob();
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  gpu.lose('driver update');
  await Promise.resolve();
  await job.metrics('r', half);
  expect(wasm.nRuns).toBe(1);
  expect(told.at(-1)?.reason).toContain('lost: driver update');
});

test('when WebAssembly fails too, the message says what to do', async () => {
  const { job, gpu, wasm } = createFakeJob();
  await job.setCollection('r', UNIFIED_PP, components, tasks);
  gpu.failWith = new Error('first');
  await job.metrics('r', half);
  wasm.failWith = new Error('second');
  const failed = job.metrics('r', { 'c-foley': { text: 1 } });
  await expect(failed).rejects.toThrow(CapabilityError);
  await expect(failed).rejects.toThrow(/second.*Reload/);
});
