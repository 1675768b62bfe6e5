/** Long work in parts: order, cancelling, failures, and the memory budget. */
import { expect, test } from 'vitest';
import { AbortedError, CapabilityError, InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import { drawComponents, drawTask } from '../../recipe/recipes.testing.ts';
import { taskAnswerRanks } from '../../recipe/taskScores.ts';
import type { Recipe } from '../../recipe/types.ts';
import { createFake, createFakeJob } from './fakeDevice.testing.ts';
import { MemoryBudgetError, planMemory } from './planMemory.ts';
import { sampleTask } from './sampleTask.ts';
import { openWasm } from './scoringDevice.ts';
import { ScoringJob } from './scoringJob.ts';

const RECIPE = RECIPES[0] as Recipe;
const nItems: Record<Modality, number> = { text: 23, image: 6, audio: 90 };
const components = drawComponents({ recipe: RECIPE, spaces: [...SPACES], factors: {}, seed: 2 }, nItems, 8);
const tasks = { 'audio>text': drawTask(1, 'audio', 'text', nItems) };
const settings = [{}, { 'c-foley': { text: 0.5 } }];
const half = { 'c-foley': { text: 0.5, audio: 0.25 } };

test('a slider that comes during a sweep is answered after the part under way', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('r', RECIPE, components, tasks);
  gpu.log.length = 0;
  let answered: Promise<unknown> | undefined;
  gpu.onPart = () => {
    answered ??= job.metrics('r', half);
  };
  await job.answerRanks('r', ['audio>text'], settings);
  await answered;
  expect(gpu.log).toEqual(['sweep', 'ranks', 'sweep', 'sweep']);
});

test('a sweep tells its progress over all directions, and ends at 1', async () => {
  const { job } = createFakeJob();
  const both = { ...tasks, 'text>audio': drawTask(2, 'text', 'audio', nItems) };
  await job.setCollection('r', RECIPE, components, both);
  const told: number[] = [];
  await job.answerRanks('r', ['audio>text', 'text>audio'], settings, { onProgress: (at) => told.push(at) });
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect([told[0], told.at(-1)]).toEqual([1 / 6, 1]);
});

test('an aborted sweep ends after its part and frees what it holds; the queue goes on', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('r', RECIPE, components, tasks);
  gpu.log.length = 0;
  const controller = new AbortController();
  gpu.onPart = () => controller.abort();
  const swept = job.answerRanks('r', ['audio>text'], settings, { signal: controller.signal });
  await expect(swept).rejects.toThrow(AbortedError);
  expect(gpu.log).toEqual(['sweep', 'freed']);
  await expect(job.metrics('r', half)).resolves.toHaveProperty('audio>text');
});

test('a sweep of a collection that is replaced meanwhile is taken back', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('r', RECIPE, components, tasks);
  let replaced: Promise<unknown> | undefined;
  gpu.onPart = (what) => {
    if (what === 'sweep') replaced ??= job.setCollection('r', RECIPE, components, tasks);
  };
  await expect(job.answerRanks('r', ['audio>text'], settings)).rejects.toThrow(/was replaced/);
  await replaced;
  await expect(job.answerRanks('r', ['audio>text'], settings)).resolves.toHaveProperty('audio>text');
});

test('a sweep goes on, from its start, on WebAssembly when WebGPU fails in the middle', async () => {
  const { job, gpu, wasm } = createFakeJob();
  await job.setCollection('r', RECIPE, components, tasks);
  let part = 0;
  gpu.onPart = () => {
    if (++part === 2) gpu.failWith = new Error('out of memory');
  };
  await expect(job.answerRanks('r', ['audio>text'], settings)).resolves.toHaveProperty('audio>text');
  expect(wasm.log.filter((what) => what === 'sweep').length).toBe(3);
});

test('requests for a collection wait until it is built; those for others do not', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('other', RECIPE, components, tasks);
  gpu.log.length = 0;
  const built = job.setCollection('r', RECIPE, components, tasks);
  const waiting = job.metrics('r', half);
  let other: Promise<unknown> | undefined;
  gpu.onPart = () => {
    other ??= job.metrics('other', half);
  };
  await Promise.all([built, waiting]);
  await other;
  // The other's count comes between two parts; then the planes are warmed up, at the base and with each side moved.
  expect(gpu.log.slice(0, 4)).toEqual(['load', 'ranks', 'load', 'load']);
  expect(gpu.log.slice(4).every((what) => what === 'ranks')).toBe(true);
  expect(gpu.log.length).toBeGreaterThanOrEqual(4 + 2 + 1);
});

test('building is aborted after its part; nothing is scored under the key then, and no memory used', async () => {
  const { job, gpu } = createFakeJob();
  await job.setCollection('r', RECIPE, components, tasks);
  const controller = new AbortController();
  gpu.onPart = () => controller.abort();
  const { signal } = controller;
  await expect(job.setCollection('r', RECIPE, components, tasks, { signal })).rejects.toThrow(AbortedError);
  expect(gpu.log.at(-1)).toBe('freed');
  expect(gpu.nDisposed).toBe(1);
  expect(job.memory().usedBytes).toBe(0);
  await expect(job.metrics('r', half)).rejects.toThrow(/setCollection first/);
});

test('the newest of two collections under one key is scored', async () => {
  const { job, gpu } = createFakeJob();
  const first = job.setCollection('r', RECIPE, components, tasks);
  const second = job.setCollection('r', RECIPE, components, {
    'text>audio': drawTask(2, 'text', 'audio', nItems),
  });
  await Promise.all([first, second]);
  expect(Object.keys(await job.metrics('r', half))).toEqual(['text>audio']);
  expect(gpu.nDisposed).toBe(1);
});

test('a collection beyond the budget is refused with what would fit, and the old one stays', async () => {
  const told: number[] = [];
  const { job, gpu } = createFakeJob({ tileBytes: 1, onMemory: ({ usedBytes }) => told.push(usedBytes) });
  await job.setCollection('small', RECIPE, components, {
    'audio>image': drawTask(3, 'audio', 'image', nItems),
  });
  const { usedBytes } = job.memory();
  expect(usedBytes).toBeGreaterThan(0);
  expect(told.at(-1)).toBe(usedBytes);
  const request = {
    tasks: [
      { nQueries: 90, nGallery: 23, nQueryComponents: 2, nGalleryComponents: 2, dim: components.audio.dim },
    ],
    planes: 'float32' as const,
    tileBytes: 1,
    usedBytes: 0,
  };
  const needed = planMemory({ ...request, budgetBytes: Infinity }) as { bytes: number };
  await job.setBudget(usedBytes + needed.bytes / 2);
  const error = await job.setCollection('r', RECIPE, components, tasks).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MemoryBudgetError);
  const { refusal } = error as MemoryBudgetError;
  expect(refusal).toMatchObject({ usedBytes, budgetBytes: usedBytes + needed.bytes / 2, planes: 'float32' });
  expect(refusal.sampleQueries).toBeGreaterThan(0);
  expect(refusal.sampleQueries).toBeLessThan(90);
  await expect(job.metrics('small', half)).resolves.toHaveProperty('audio>image');
  await expect(job.metrics('r', half)).rejects.toThrow(InputError);
  const { sampleQueries } = refusal;
  await job.setCollection('r', RECIPE, components, tasks, { sampleQueries, sampleSeed: 4 });
  expect((await job.metrics('r', half))['audio>text']?.nQueries).toBe(sampleQueries);
  expect(job.memory().usedBytes).toBeLessThanOrEqual(job.memory().budgetBytes);
  expect(gpu.options?.contracts).toBe(false);
  await expect(job.setBudget(1)).rejects.toThrow(InputError);
});

test('half precision is refused where the device has none, and planned where it has', async () => {
  const without = createFake('webgpu');
  Object.assign(without.device, { noHalf: 'there is none' });
  const { job } = createFakeJob({}, without);
  const refused = job.setCollection('r', RECIPE, components, tasks, { planes: 'float16' });
  await expect(refused).rejects.toThrow(CapabilityError);
  await expect(refused).rejects.toThrow(/there is none/);
  const full = createFakeJob();
  await full.job.setCollection('r', RECIPE, components, tasks);
  const { usedBytes } = full.job.memory();
  await full.job.setCollection('r', RECIPE, components, tasks, { planes: 'float16' });
  expect(full.job.memory().usedBytes).toBeLessThan(usedBytes);
  expect(full.gpu.options?.planes).toBe('float16');
});

test('planes between components that did not change are kept, and right', async () => {
  const job = new ScoringJob({ open: () => openWasm('a test'), tileBytes: 1 });
  expect(await job.setCollection('r', RECIPE, components, tasks)).toMatchObject({ nBuilt: 4, nReused: 0 });
  // Another mixture: the second component of both sides changes, the first stays.
  const changed = drawComponents({ recipe: RECIPE, spaces: [...SPACES], factors: {}, seed: 3 }, nItems, 8);
  const next = {
    text: { ...components.text, data: [components.text.data[0]!.slice(), changed.text.data[1]!] },
    audio: { ...components.audio, data: [components.audio.data[0]!.slice(), changed.audio.data[1]!] },
  };
  expect(await job.setCollection('r', RECIPE, next, tasks)).toMatchObject({ nBuilt: 3, nReused: 1 });
  const found = await job.answerRanks('r', ['audio>text'], [half]);
  expect(found['audio>text']).toEqual(taskAnswerRanks(RECIPE, next, tasks['audio>text'], [half]));
  // Other right answers: nothing is kept, because the planes are read there.
  const other = { 'audio>text': drawTask(9, 'audio', 'text', nItems) };
  expect(await job.setCollection('r', RECIPE, next, other)).toMatchObject({ nReused: 0 });
  job.dispose();
});

test('a sample ranks as the plain version does its queries', async () => {
  const job = new ScoringJob({ open: () => openWasm('a test') });
  await job.setCollection('r', RECIPE, components, tasks, { sampleQueries: 11, sampleSeed: 2 });
  const found = await job.answerRanks('r', ['audio>text'], [half]);
  const sampled = sampleTask(tasks['audio>text'], 11, 2);
  expect(found['audio>text']).toEqual(taskAnswerRanks(RECIPE, components, sampled, [half]));
  job.dispose();
});
