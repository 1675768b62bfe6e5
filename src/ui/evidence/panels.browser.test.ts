import { MantineProvider } from '@mantine/core';
import { createElement, type ComponentType } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { InputError } from '../../base/errors.ts';
import { sampleInfo } from '../../engine/study.ts';
import type { StudyResult } from '../../engine/types.ts';
import { offsetsOf, type AnswerRanks } from '../../math/answers.ts';
import { createFakeEngine, type FakeEngine } from '../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
import { directionInfo, isClassTask } from '../../world/tasks.ts';
import type { TaskId, TaskInfo } from '../../world/types.ts';
import { LabProvider } from '../shared/LabContext.tsx';
import ComparePanel from './compare/ComparePanel.tsx';
import QueriesPanel from './queries/QueriesPanel.tsx';
import TasksPanel from './tasks/TasksPanel.tsx';
import TradeoffPanel from './tradeoff/TradeoffPanel.tsx';

let root: Root;
let host: HTMLElement;
let engine: FakeEngine;
let store: LabStore;
let sampleQueries: number | undefined;

/** As the engine does: one object a task, another where the sample changes. */
function withSamples(): void {
  const infos = new Map<string, TaskInfo>();
  const fullOf = (id: TaskId) =>
    // Its pictures are of no kind that has a name.
    ({ ...directionInfo(engine.manifest, isClassTask(id) ? 'audio>text' : id), id });
  engine.task = (id) => {
    const key = `${id} ${sampleQueries}`;
    const made =
      infos.get(key) ?? (sampleQueries === undefined ? fullOf(id) : sampleInfo(fullOf(id), sampleQueries));
    infos.set(key, made);
    return made;
  };
  /** The answers of the queries that are in the sample. */
  const sampled = (id: TaskId, answers: AnswerRanks): AnswerRanks => {
    const all = [...fullOf(id).queries];
    const own = [...engine.task(id).queries].map((item) => all.indexOf(item));
    const n = answers.offsets.at(-1)!;
    const ranks = Array.from({ length: answers.nSettings }, (_, setting) =>
      own.map((q) =>
        Array.from(
          answers.ranks.slice(setting * n + answers.offsets[q]!, setting * n + answers.offsets[q + 1]!),
        ),
      ),
    );
    return { ...answers, offsets: offsetsOf(ranks[0]!), ranks: Uint32Array.from(ranks.flat(2)) };
  };
  const study = engine.study.bind(engine);
  engine.study = async (request, options) => {
    const found = Object.entries(await study(request, options)) as [TaskId, AnswerRanks][];
    return Object.fromEntries(found.map(([id, answers]) => [id, sampled(id, answers)])) as StudyResult;
  };
  engine.setPlanes = (settings) => {
    ({ sampleQueries } = settings);
    return Promise.resolve();
  };
}

beforeEach(() => {
  engine = createFakeEngine();
  sampleQueries = undefined;
  withSamples();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('div');
  host.style.width = '1100px';
  document.body.replaceChildren(host);
  root = createRoot(host);
});
afterEach(() => root.unmount());

function show(Panel: ComponentType): void {
  const lab = { store, children: createElement(Panel) };
  root.render(createElement(MantineProvider, null, createElement(LabProvider, lab)));
  store.getState().open();
}
const said = () => host.textContent;
const WAIT = { timeout: 20_000 };

test('an open panel follows another sample of the queries', async () => {
  store.getState().set({ half: 'all' });
  show(QueriesPanel);
  await expect.poll(said, WAIT).toMatch(/of 6 queries \(all queries\)/);
  await store.getState().setPlanes({ budgetBytes: 2 ** 30, sampleQueries: 3, planes: 'float32' });
  await expect.poll(said, WAIT).toMatch(/of 3 queries \(all queries\)/);
  await expect.poll(said, WAIT).toMatch(/\d of 3 are best left at the base/);
});

test('ends that could not be counted are said to be so, and asked for again', async () => {
  const study = engine.study.bind(engine);
  engine.study = () => Promise.reject(new InputError('No vectors came.'));
  show(TasksPanel);
  await expect.poll(said, WAIT).toMatch(/The ends could not be counted: No vectors came\./);
  expect(host.querySelector('[data-task="audio>text"]')!.textContent).toContain('not counted');
  engine.study = study;
  await userEvent.click(
    [...host.querySelectorAll('button')].find(({ textContent }) => textContent === 'Try again')!,
  );
  await expect.poll(said, WAIT).toMatch(/better, \d worse than Unified|of \d tasks/);
  expect(host.textContent).not.toContain('could not be counted');
});

test('the front is chosen on validation and shown on the half in use', async () => {
  show(TradeoffPanel);
  await expect
    .poll(said, WAIT)
    .toMatch(/Chosen on the validation half: .* of 441 are on it.*Shown on the test half, which had no say/);
  const figuresOf = () =>
    [...host.querySelectorAll('tbody tr')].map((row) => row.querySelectorAll('td')[0]!.textContent);
  const chosen = figuresOf();
  store.getState().set({ half: 'validation' });
  await expect.poll(said, WAIT).toMatch(/Shown there too/);
  expect(figuresOf()).toEqual(chosen);
});

test('a half without a query is said to be empty', async () => {
  const taskOf = engine.task.bind(engine);
  engine.task = (id) => ({ ...taskOf(id), halves: taskOf(id).halves.map(() => 'validation' as const) });
  show(TradeoffPanel);
  await expect.poll(said, WAIT).toMatch(/No query of sound → text is on the test half/);
});

test('a comparison under another metric shows no change of the one before', async () => {
  store.getState().set({ half: 'all' });
  show(ComparePanel);
  const change = () => host.querySelector<HTMLElement>('[data-task="audio>text"] [data-verdict]');
  await expect.poll(() => change()?.textContent, WAIT).toMatch(/\[.*\]/);
  await expect.poll(() => host.querySelector('[data-stale]'), WAIT).toBeNull();
  store.getState().set({ metric: 'MRR' });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  expect(host.querySelector('th')!.textContent).toBe('MRR');
  // Not counted yet, or counted: never what stood there before.
  expect(change()?.dataset.stale).toBeUndefined();
  await expect.poll(() => change()?.textContent, WAIT).toMatch(/\[.*\]/);
});
