import { afterEach, expect, test } from 'vitest';
import { AbortedError, DisposedError, InputError } from '../../base/errors.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import { drawComponents, drawTask } from '../../recipe/recipes.testing.ts';
import { taskRanks } from '../../recipe/taskScores.ts';
import type { Recipe } from '../../recipe/types.ts';
import type { Backend } from '../types.ts';
import { MemoryBudgetError } from './planMemory.ts';
import { expectAnswerRanks } from './scoring.testing.ts';
import { createScoring, type ScoringClient } from './scoring.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;
const UNIFIED_PP = RECIPES[0] as Recipe;
const nItems = { text: 30, image: 10, audio: 20 };
const components = drawComponents(
  { recipe: UNIFIED_PP, spaces: [...SPACES], factors: {}, seed: 2 },
  nItems,
  16,
);
const task = drawTask(3, 'audio', 'text', nItems);
const half = { 'c-foley': { text: 0.5, audio: 0.5 } };

let scoring: ScoringClient;
async function open(): Promise<ScoringClient> {
  scoring = createScoring({ backend });
  await scoring.setCollection('r', UNIFIED_PP, components, { 'audio>text': task });
  return scoring;
}
afterEach(() => scoring.dispose());

test(`${backend}: the worker ranks as the plain version and says what it runs on`, async () => {
  scoring = createScoring({ backend });
  let told = 0;
  const stop = scoring.onDevice(() => told++);
  await scoring.setCollection('r', UNIFIED_PP, components, { 'audio>text': task });
  expect(scoring.device()?.backend).toBe(backend);
  expect(told).toBe(1);
  stop();
  const ranks = await scoring.ranks('r', 'audio>text', half);
  expect([...ranks]).toEqual([...taskRanks(UNIFIED_PP, components, task, half)]);
  const metrics = await scoring.metrics('r', half);
  expect(metrics['audio>text']).toMatchObject({ nQueries: 20, nGallery: 30 });
  expect(metrics['text>audio']).toBeUndefined();
});

test(`${backend}: errors arrive as the class they were`, async () => {
  await open();
  await expect(scoring.metrics('nothing', half)).rejects.toThrow(InputError);
  await expect(scoring.metrics('r', { 'c-foley': { text: 2 } })).rejects.toThrow(InputError);
  await expect(scoring.ranks('r', 'image>text', half)).rejects.toThrow(/no queries for image>text/);
  const broken = { ...components.text, data: components.text.data.map((rows) => rows.slice().fill(NaN, 3)) };
  const bad = scoring.setCollection('r', UNIFIED_PP, { ...components, text: broken }, { 'audio>text': task });
  await expect(bad).rejects.toThrow(/NaN/);
});

test(`${backend}: the newest request of a key wins, and a signal takes one back`, async () => {
  await open();
  const older = scoring.metrics('r', half);
  const newer = scoring.metrics('r', { 'c-foley': { text: 1, audio: 1 } });
  await expect(older).rejects.toThrow(AbortedError);
  expect((await newer)['audio>text']?.nQueries).toBe(20);
  const controller = new AbortController();
  const taken = scoring.metrics('r', half, controller.signal);
  controller.abort();
  await expect(taken).rejects.toThrow(AbortedError);
  await expect(scoring.metrics('r', half)).resolves.toBeDefined();
});

test(`${backend}: a sweep crosses with its progress, and is taken back by a signal`, async () => {
  await open();
  const settings = Array.from({ length: 40 }, (_, k) => ({ 'c-foley': { text: k / 40, audio: 0.5 } }));
  const told: number[] = [];
  const found = await scoring.answerRanks('r', ['audio>text', 'image>text'], settings, {
    onProgress: (fraction) => told.push(fraction),
  });
  expect(Object.keys(found)).toEqual(['audio>text']);
  expectAnswerRanks(found['audio>text'], UNIFIED_PP, components, task, settings);
  expect(told.at(-1)).toBe(1);
  const controller = new AbortController();
  const { signal } = controller;
  const taken = scoring.answerRanks('r', ['audio>text'], settings, {
    signal,
    onProgress: () => controller.abort(),
  });
  await expect(taken).rejects.toThrow(AbortedError);
  await expect(scoring.metrics('r', half)).resolves.toBeDefined();
});

test(`${backend}: the memory budget is told, set and kept, and a refusal crosses with its figures`, async () => {
  await open();
  const { usedBytes, budgetBytes } = scoring.memory();
  expect(usedBytes).toBe(scoring.report('r')?.bytes);
  expect(budgetBytes).toBe(2 ** 30);
  let told = 0;
  scoring.onMemory(() => told++);
  await scoring.setBudget(usedBytes + 1);
  expect(scoring.memory()).toEqual({ usedBytes, budgetBytes: usedBytes + 1 });
  expect(told).toBe(1);
  const error = await scoring
    .setCollection('second', UNIFIED_PP, components, { 'audio>text': task })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MemoryBudgetError);
  expect((error as MemoryBudgetError).refusal).toMatchObject({ usedBytes, budgetBytes: usedBytes + 1 });
  // In place of the old one it fits, and its planes are kept.
  await scoring.setCollection('r', UNIFIED_PP, components, { 'audio>text': task });
  expect(scoring.report('r')).toMatchObject({ nBuilt: 0, nReused: 4 });
});

test(`${backend}: dispose settles what is pending and closes for good`, async () => {
  await open();
  const pending = scoring.ranks('r', 'audio>text', { 'c-foley': { text: 0.3 } });
  scoring.dispose();
  await expect(pending).rejects.toThrow(DisposedError);
  await expect(scoring.metrics('r', half)).rejects.toThrow(DisposedError);
});
