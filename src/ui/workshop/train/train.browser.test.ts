// Menus hide where their button is out of sight: without Mantine's sheet they would lie at the end of the page.
import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { InputError } from '../../../base/errors.ts';
import { until } from '../../../base/until.testing.ts';
import type { ExperimentRequest, RunProgress, TrainRequest } from '../../../engine/training/types.ts';
import { createFakeEngine, type FakeEngine } from '../../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../../state/store.ts';
import {
  sampleExperiment,
  samplePool,
  sampleRun,
  sampleSets,
  SAMPLE_REQUEST,
} from '../../../state/workshop/trainSamples.testing.ts';
import { LabProvider } from '../../shared/LabContext.tsx';
import TrainBench from './TrainBench.tsx';

let root: Root;
let host: HTMLElement;
let engine: FakeEngine;
let store: LabStore;
let trained: TrainRequest[];

beforeEach(async () => {
  await page.viewport(1400, 1000);
  engine = createFakeEngine();
  trained = [];
  engine.training.pool = () => Promise.resolve(samplePool());
  engine.training.mine = () => Promise.resolve(sampleSets());
  engine.training.train = (request) => {
    trained.push(request);
    return Promise.resolve('run-1');
  };
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('div');
  host.style.width = '1300px';
  document.body.replaceChildren(host);
  root = createRoot(host);
  const lab = { store, children: createElement(TrainBench) };
  root.render(createElement(MantineProvider, null, createElement(LabProvider, lab)));
  await until(() => host.querySelector('h2'));
});
afterEach(() => root.unmount());

const said = () => host.textContent;
const press = (name: string | RegExp) => userEvent.click(page.getByRole('button', { name, exact: true }));
const progressAt = (step: number): RunProgress => ({
  runId: 'run-1',
  status: 'training',
  member: 'T',
  memberIndex: 2,
  step,
  pairsPerSecond: 8000,
  secondsLeft: 90,
});

test('the form as it was filled is what is trained', async () => {
  await expect.poll(said).toMatch(/Nothing was trained here yet/);
  await userEvent.click(page.getByText('Displacement', { exact: true }));
  expect(said()).toContain('Unified + d(Foley)');
  await press('one alone');
  await userEvent.fill(page.getByRole('textbox', { name: 'Steps' }), '20');
  await expect.poll(said).toContain('Shorter than the 20 steps.');
  await expect.element(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  await userEvent.fill(page.getByRole('textbox', { name: 'Steps' }), '200');
  await press('Train');
  await until(() => trained.length === 1);
  expect(trained[0]).toMatchObject({
    kind: 'displacement',
    base: 'unified',
    expert: 'foley',
    members: ['mix'],
    settings: { steps: 200, seed: 1 },
  });
  expect(store.getState().workshop.runId).toBe('run-1');
});

test('a beginning is trained with one click', async () => {
  await press('Train Tone into PicText, a quick look');
  await until(() => trained.length === 1);
  expect(trained[0]).toMatchObject({ base: 'pictext', expert: 'tone', settings: { steps: 100 } });
  expect(store.getState().workshop.form).toEqual(trained[0]);
});

test('a training that is refused is said, and nothing is chosen', async () => {
  engine.training.train = () => Promise.reject(new InputError('The pool is empty.'));
  await press('Train');
  await until(() => store.getState().notice);
  expect(store.getState().notice).toContain('The pool is empty.');
  expect(store.getState().workshop.runId).toBeUndefined();
});

test('a run under way is followed and led', async () => {
  engine.training.put({ runs: [sampleRun({ nDone: 2, step: 120 })], progress: progressAt(120) });
  await until(() => host.querySelectorAll('figure svg[role="img"]').length === 3);
  const status = host.querySelector('[role="status"][data-status]')!;
  expect(status.textContent).toBe('Training member T, 3 of 7');
  expect(said()).toContain('120 of 500');
  const charts = [...host.querySelectorAll('figure svg[role="img"]')];
  // A figure that changes by the second moves no chart and is not read out.
  engine.training.put({ progress: progressAt(128) });
  await expect.poll(said).toContain('128 of 500');
  expect([...host.querySelectorAll('figure svg[role="img"]')]).toEqual(charts);
  expect(status.textContent).toBe('Training member T, 3 of 7');
  await press('Pause');
  await press('Back to the best');
  await press('Stop');
  await until(() => engine.training.calls.length === 3);
  engine.training.put({ runs: [sampleRun({ nDone: 2, step: 120, status: 'paused' })] });
  await press('Go on');
  await until(() => engine.training.calls.length === 4);
  expect(engine.training.calls).toEqual(['pause run-1', 'stepBack run-1', 'stop run-1', 'goOn run-1']);
  // It was seen moving: no reload cut it.
  expect(said()).toContain('Paused at member T');
});

test('a run that stood still when the page opened was cut', async () => {
  engine.training.put({ runs: [sampleRun({ nDone: 2, step: 120, status: 'paused' })] });
  await expect.poll(said).toContain('Was cut by a reload or a closed tab');
  engine.training.put({
    runs: [sampleRun({ nDone: 0, step: 20, status: 'paused', id: 'run-2' })],
  });
  const back = page.getByRole('button', { name: 'Back to the best' });
  await expect.element(back).toHaveAttribute('aria-disabled', 'true');
  await userEvent.click(back, { force: true });
  expect(engine.training.calls).toEqual([]);
});

test('runs are listed, repeated, used and removed', async () => {
  const own = {
    id: 'run-1',
    name: 'Foley → Unified',
    source: 'foley',
    target: 'unified',
    members: [...SAMPLE_REQUEST.members],
    origin: 'trained' as const,
    dIn: 8,
    dOut: 8,
    hidden: 4,
  };
  engine.training.put({ runs: [sampleRun()], ensembles: [own] });
  const row = await until(() => host.querySelector('[data-run="run-1"]'));
  expect(row.textContent).toContain('7/7');
  await press('More of Foley → Unified');
  await userEvent.click(page.getByRole('menuitem', { name: 'Train again with another seed' }));
  await until(() => trained.length === 1);
  expect(trained[0]!.settings.seed).toBe(2);
  await press('More of Foley → Unified');
  await userEvent.click(page.getByRole('menuitem', { name: 'Rename' }));
  const field = page.getByRole('textbox', { name: 'Name of Foley → Unified' });
  await expect.element(field).toHaveFocus();
  await userEvent.fill(field, 'Mine');
  await userEvent.keyboard('{Enter}');
  await until(() => engine.training.calls.includes('rename run-1'));
  await expect.element(page.getByRole('button', { name: 'Show Foley → Unified' })).toHaveFocus();
  engine.training.calls.length = 0;
  await press('More of Foley → Unified');
  await userEvent.click(page.getByRole('menuitem', { name: 'Remove …' }));
  await press('Keep');
  expect(engine.training.calls).toEqual([]);
  await press('More of Foley → Unified');
  await userEvent.click(page.getByRole('menuitem', { name: 'Remove …' }));
  await press('Remove Foley → Unified and what it gave for good');
  await until(() => engine.training.calls.includes('remove run-1'));
  await press('Keep');
  await press('Use Foley → Unified in a recipe');
  const { view, bench, workshop } = store.getState();
  expect([view, bench]).toEqual(['workshop', 'recipes']);
  expect(workshop.draft.bonds[0]!.ensembles).toEqual(['run-1']);
});

test('pairs are shown from good to bad, and a failure is said', async () => {
  await press('Look at the pairs');
  await until(() => host.querySelector('tbody tr th[scope="colgroup"]'));
  const thirds = [...host.querySelectorAll('th[scope="colgroup"]')].map((head) => head.textContent);
  expect(thirds).toEqual(['Most similar', 'In between', 'Least similar']);
  await userEvent.fill(page.getByRole('textbox', { name: 'Seed' }), '9');
  await expect.poll(said).toContain('The form asks for other pairs now.');
  engine.training.mine = () => Promise.reject(new InputError('Nothing links the two.'));
  await press('Find those');
  await expect.poll(said).toContain('The pairs could not be found: Nothing links the two.');
});

test('an experiment on pairs is started, drawn and cancelled', async () => {
  const asked: ExperimentRequest[] = [];
  engine.training.startExperiment = (request) => {
    asked.push(request);
    return Promise.resolve('experiment-1');
  };
  await userEvent.click(page.getByRole('tab', { name: 'What pairs are worth' }));
  await userEvent.fill(page.getByRole('textbox', { name: 'Values in %' }), '0, 50');
  await expect.poll(said).toContain('6 trainings');
  await press('Start the experiment');
  await until(() => asked.length === 1);
  expect(asked[0]).toMatchObject({
    axis: 'corrupt',
    values: [0, 0.5],
    repeats: 3,
    base: { members: ['mix'] },
  });
  engine.training.put({ experiments: [sampleExperiment({ share: 0.5 })] });
  await expect.poll(said).toContain('9 of 18 trainings');
  await until(() => host.querySelector('section svg[role="img"][aria-label^="R@1 against"]'));
  await press('Cancel Spoiled pairs, Foley → Unified');
  await until(() => engine.training.calls.includes('cancelExperiment experiment-1'));
});
