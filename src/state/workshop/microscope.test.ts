import { beforeEach, expect, test } from 'vitest';
import { until } from '../../base/until.testing.ts';
import { createFakeEngine, type FakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../store.ts';
import { createFakeMicroscope, type FakeMicroscope } from './microscope.testing.ts';
import { askCost, askKeeps, askMembers } from './microscopeAsks.ts';
import { lookedOf, type Looked } from './microscopeLook.ts';
import type { Ask } from './microscopeTypes.ts';

let engine: FakeEngine;
let store: LabStore;
let microscope: FakeMicroscope;

beforeEach(() => {
  engine = createFakeEngine();
  microscope = createFakeMicroscope({ spaces: engine.spaces, manifest: engine.manifest });
  Object.assign(engine, { microscope });
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
});

const looked = (): Looked => {
  const state = store.getState();
  return lookedOf({ ...state, look: state.microscope.look })!;
};
const members = () => askMembers(looked(), store.getState());
const reportOf = (ask: Ask<'members'>) => store.getState().microscope.reports.members[ask.key];

test('a report is asked for, told of and kept under what was asked', async () => {
  const ask = members();
  const held = microscope.hold();
  const words: string[] = [];
  const unsubscribe = store.subscribe(() => {
    const status = reportOf(ask);
    if (status?.status === 'loading') words.push(status.words);
  });
  store.getState().measure('members', ask);
  expect(reportOf(ask)).toEqual({ status: 'loading', words: 'Measuring …', fraction: 0 });
  await until(() => words.includes('Measuring … 50%'));
  held.release();
  await until(() => reportOf(ask)?.status === 'ready');
  unsubscribe();
  // Another setting is another question; going back finds the report of before.
  store.getState().set({ metric: 'MRR' });
  expect(reportOf(members())).toBeUndefined();
  store.getState().set({ metric: 'R1' });
  expect(reportOf(members())?.status).toBe('ready');
  expect(microscope.calls).toEqual(['members']);
});

test('questions are answered one after the other', async () => {
  const held = microscope.hold();
  const ask = members();
  const cost = askCost(looked());
  store.getState().measure('members', ask);
  store.getState().measure('cost', cost);
  expect(store.getState().microscope.reports.cost[cost.key]).toMatchObject({
    status: 'loading',
    words: 'Waiting for the question before …',
  });
  await until(() => microscope.calls.length === 1);
  held.release();
  await until(() => store.getState().microscope.reports.cost[cost.key]?.status === 'ready');
  expect(microscope.calls).toEqual(['members', 'cost']);
});

test('a question that is taken back leaves nothing, and what waits takes its turn', async () => {
  microscope.hold();
  const ask = members();
  store.getState().measure('members', ask);
  const keeps = askKeeps([looked()]);
  store.getState().measure('keeps', keeps);
  await until(() => microscope.calls.length === 1);
  store.getState().cancelMeasuring('members');
  expect(reportOf(ask)).toBeUndefined();
  await until(() => microscope.calls.includes('keeps'));
  store.getState().cancelMeasuring();
  expect(store.getState().microscope.reports.keeps[keeps.key]).toBeUndefined();
  // Nothing of it comes later either.
  const again = microscope.hold();
  again.release();
  store.getState().measure('keeps', keeps);
  await until(() => store.getState().microscope.reports.keeps[keeps.key]?.status === 'ready');
  expect(reportOf(ask)).toBeUndefined();
});

test('asked anew, a question of before is taken back', async () => {
  const held = microscope.hold();
  const first = members();
  store.getState().measure('members', first);
  await until(() => microscope.calls.length === 1);
  store.getState().set({ half: 'validation' });
  const second = members();
  expect(second.key).not.toBe(first.key);
  store.getState().measure('members', second);
  expect(reportOf(first)).toBeUndefined();
  held.release();
  await until(() => reportOf(second)?.status === 'ready');
  expect(reportOf(first)).toBeUndefined();
});

test('a failure is said where the report would stand, and asked again', async () => {
  const held = microscope.hold();
  const ask = members();
  store.getState().measure('members', ask);
  await until(() => microscope.calls.length === 1);
  held.fail(new Error('The vectors are gone.'));
  await until(() => reportOf(ask)?.status === 'failed');
  expect(reportOf(ask)).toEqual({ status: 'failed', message: 'The vectors are gone.' });
  microscope.hold().release();
  store.getState().measure('members', ask);
  await until(() => reportOf(ask)?.status === 'ready');
});
