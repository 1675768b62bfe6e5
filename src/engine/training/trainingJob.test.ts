import { expect, test } from 'vitest';
import { AbortedError, InputError } from '../../base/errors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { BrokenRuntimeError } from '../workers/brokenRuntime.ts';
import type { Checkpoint } from './checkpoints.ts';
import { evaluateRanks, evaluationTasks, recallOf } from './evaluation.ts';
import type { Command, RunOrder, TrainEvent } from './orders.ts';
import { plainMatMul } from './projection.ts';
import { TrainingStorage } from './storage.ts';
import {
  createFakeDevice,
  createMemoryDisk,
  TEST_REQUEST,
  TEST_SPACES,
  testEmbeddings,
  testManifest,
} from './training.testing.ts';
import { TrainingJob } from './trainingJob.ts';
import type { MemberCurve } from './types.ts';

async function setUp(disk = createMemoryDisk()) {
  const device = createFakeDevice();
  const job = new TrainingJob({
    storage: new TrainingStorage(() => Promise.resolve(disk)),
    open: () => Promise.resolve(device),
  });
  const space = async (id: string) => ({
    id,
    dim: TEST_SPACES.find((one) => one.id === id)!.dim,
    rows: await testEmbeddings(id),
  });
  const [base, expert] = [await space('unified'), await space('foley')];
  const evaluation = { base, expert, tasks: evaluationTasks(testManifest(), 'validation') };
  const order: RunOrder = {
    runId: 'run-1',
    request: TEST_REQUEST,
    base,
    expert,
    evaluation,
    nReady: 0,
    seconds: 0,
  };
  const curves = new Map<string, MemberCurve>();
  const members: ProjectorWeights[][] = [];
  const events: TrainEvent[] = [];
  const onEvent = (event: TrainEvent) => {
    events.push(event);
    if (event.kind === 'curve') curves.set(event.curve.member, event.curve);
    if (event.kind === 'member') members[event.memberIndex] = event.weights;
  };
  return { disk, device, job, order, curves, members, events, onEvent };
}

/** A run that nothing cut. */
async function whole() {
  const set = await setUp();
  expect(await set.job.run(set.order, set.onEvent)).toMatchObject({ end: 'done' });
  return set;
}

test('members are trained in turn, with curves that are measured on the way', async () => {
  const { members, curves, events, disk } = await whole();
  expect(events.find(({ kind }) => kind === 'training')).toMatchObject({
    nPairs: { mix: 96, A: 24, T: 48 },
    backend: 'wasm',
  });
  expect(members).toHaveLength(3);
  const { points, bestStep } = curves.get('T')!;
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  const measured = points.filter(({ recall }) => recall);
  expect(measured.map(({ step }) => step)).toEqual([25, 50, 60]);
  expect(Object.keys(measured[0]!.recall!)).toHaveLength(6);
  const means = measured.map(({ recall }) => Object.values(recall!).reduce((a, b) => a + b) / 6);
  expect(bestStep).toBe(measured[means.indexOf(Math.max(...means))]!.step);
  expect([...disk.tables.get('checkpoints')!.keys()]).toEqual([]);
});

test.each([1, 13, 25, 58])(
  'paused at step %d and gone on with, it gives the same weights and curves',
  async (step) => {
    const expected = await whole();
    const first = await setUp();
    const gate = first.device.gateAt('A', step + 1);
    const going = first.job.run(first.order, first.onEvent);
    await expect.poll(() => first.device.steps.A).toBe(step);
    first.job.command('pause');
    gate.resolve();
    // The step that was under way is done before it stands.
    expect(await going).toMatchObject({ end: 'paused' });
    expect(first.members).toHaveLength(1);
    const second = await setUp(first.disk);
    const from = { ...second.order, nReady: 1 };
    expect(await second.job.run(from, second.onEvent)).toMatchObject({ end: 'done' });
    expect([...first.members.slice(0, 1), ...second.members.slice(1)]).toEqual(expected.members);
    expect(second.curves.get('A')).toEqual(expected.curves.get('A'));
    expect(second.device.steps.A).toBe(60 - step - 1);
  },
);

test('stepping back ends the curve at the best step, standing still or on the way', async () => {
  const { curves } = await whole();
  const { bestStep, points } = curves.get('mix')!;
  const gone = await setUp();
  const gate = gone.device.gateAt('mix', 60);
  const going = gone.job.run(gone.order, gone.onEvent);
  await expect.poll(() => gone.device.steps.mix).toBe(59);
  gone.job.command('step back');
  gate.resolve();
  const ended = await going;
  expect(ended).toMatchObject({ end: 'paused', curve: { bestStep } });
  expect(ended.curve!.points).toEqual(points.filter(({ step }) => step <= bestStep!));
  // The worker may be another one by now.
  const later = await setUp(gone.disk);
  expect((await later.job.stepBack('run-1', 0)).state.step).toBe(bestStep);
  await expect(later.job.stepBack('run-1', 1)).rejects.toThrow(InputError);
  await expect(later.job.stepBack('run-2', 0)).rejects.toThrow(InputError);
});

test('stopping keeps the member under way as it stands', async () => {
  const { job, device, order, onEvent, disk } = await setUp();
  const gate = device.gateAt('A', 8);
  const going = job.run(order, onEvent);
  await expect.poll(() => device.steps.A).toBe(7);
  job.command('stop');
  gate.resolve();
  const { end, partial } = await going;
  expect(end).toBe('stopped');
  expect(partial).toHaveLength(1);
  expect(disk.tables.get('checkpoints')!.size).toBe(0);
  const paused = await setUp();
  const second = paused.device.gateAt('A', 8);
  const pausing = paused.job.run(paused.order, paused.onEvent);
  await expect.poll(() => paused.device.steps.A).toBe(7);
  paused.job.command('pause');
  second.resolve();
  await pausing;
  expect(await paused.job.partial('run-1', 0)).toBeUndefined();
  const again = await setUp();
  expect(await again.job.partial('run-1', 1)).toBeUndefined();
});

/** A run paused at step 58, and what ends it when it goes on and is told something before it has mined. */
async function toldWhileMining(command: Command) {
  const first = await setUp();
  const gate = first.device.gateAt('mix', 58);
  const going = first.job.run(first.order, first.onEvent);
  await expect.poll(() => first.device.steps.mix).toBe(57);
  first.job.command('pause');
  gate.resolve();
  const { curve } = await going;
  const kept = first.disk.tables.get('checkpoints')!;
  const before = kept.get('run-1') as Checkpoint;
  const second = await setUp(first.disk);
  const mining = second.job.run(second.order, second.onEvent);
  second.job.command(command);
  const ended = await mining;
  expect(second.device.steps).toEqual({});
  return { ended, curve: curve!, before, kept, left: () => kept.get('run-1') as Checkpoint };
}

test('stopped while it mines, a run that goes on gives the member of its checkpoint', async () => {
  const { ended, before, kept } = await toldWhileMining('stop');
  const partial = before.state.networks.map(({ weights }) => weights);
  expect(ended).toMatchObject({ end: 'stopped', partial });
  expect(kept.size).toBe(0);
});

test('a step back while a run that goes on mines ends at its best', async () => {
  const { ended, curve, left } = await toldWhileMining('step back');
  expect(ended.end).toBe('paused');
  expect(ended.curve!.points.at(-1)!.step).toBe(curve.bestStep);
  expect(left().state.step).toBe(curve.bestStep);
});

test('paused while it mines, a run stays where its checkpoint has it', async () => {
  const { ended, before, left } = await toldWhileMining('pause');
  expect(ended).toEqual({ end: 'paused', seconds: 0 });
  expect(left()).toEqual(before);
});

test('a member that did no step yet is none', async () => {
  const { job, order, onEvent, disk, device } = await setUp();
  const create = device.create.bind(device);
  device.create = (...args) => {
    job.command('pause');
    return create(...args);
  };
  expect(await job.run(order, onEvent)).toMatchObject({ end: 'paused' });
  expect(device.steps).toEqual({});
  expect(await job.partial('run-1', 0)).toBeUndefined();
  expect(disk.tables.get('checkpoints')!.size).toBe(0);
});

test('a run that stands still gives the member under way from its checkpoint', async () => {
  const { job, device, order, onEvent } = await setUp();
  const gate = device.gateAt('A', 8);
  const going = job.run(order, onEvent);
  await expect.poll(() => device.steps.A).toBe(7);
  job.command('pause');
  gate.resolve();
  await going;
  const stopped = await setUp();
  const same = stopped.device.gateAt('A', 8);
  const stopping = stopped.job.run(stopped.order, stopped.onEvent);
  await expect.poll(() => stopped.device.steps.A).toBe(7);
  stopped.job.command('stop');
  same.resolve();
  expect(await job.partial('run-1', 1)).toEqual((await stopping).partial);
  expect(await job.partial('run-1', 1)).toBeUndefined();
});

test('a loss that is no number fails the run and says why; what has no class breaks the worker', async () => {
  const first = await setUp();
  first.device.failAt('A', 30, 'diverges');
  expect(await first.job.run(first.order, first.onEvent)).toMatchObject({
    end: 'failed',
    message: 'The loss of A is no longer a number.',
  });
  expect(first.members).toHaveLength(1);
  const second = await setUp();
  second.device.failAt('mix', 3, 'breaks');
  await expect(second.job.run(second.order, second.onEvent)).rejects.toBeInstanceOf(BrokenRuntimeError);
});

test('storage that takes nothing is told, and the run goes on', async () => {
  const disk = createMemoryDisk();
  disk.refusal = new DOMException('full', 'QuotaExceededError');
  const { job, device, order, onEvent, events } = await setUp(disk);
  const gate = device.gateAt('mix', 20);
  const going = job.run(order, onEvent);
  await expect.poll(() => device.steps.mix).toBe(19);
  job.command('pause');
  gate.resolve();
  expect(await going).toMatchObject({ end: 'paused' });
  expect(events.at(-1)).toMatchObject({ kind: 'problem' });
  expect(await job.run(order, onEvent)).toMatchObject({ end: 'done' });
  expect(device.steps.mix).toBe(60);
});

test('a trial ranks with all members together, on both halves', async () => {
  const { order, job, members, onEvent } = await whole();
  const evaluation = { ...order.evaluation, tasks: evaluationTasks(testManifest(), 'both') };
  const result = await job.trial({ ...order, evaluation }, onEvent);
  const ranks = await evaluateRanks('combination', evaluation, members, plainMatMul);
  expect(result.ranks).toEqual(ranks);
  expect(result.recall['audio>text']).toEqual({
    validation: recallOf(ranks, evaluation.tasks, 'validation')['audio>text'],
    test: recallOf(ranks, evaluation.tasks, 'test')['audio>text'],
  });
  expect(result.ranks['audio>text']).toHaveLength(24);
});

test('a trial is given up at a command', async () => {
  const { job, device, order, onEvent } = await setUp();
  const gate = device.gateAt('A', 5);
  const going = job.trial(order, onEvent);
  await expect.poll(() => device.steps.A).toBe(4);
  job.command('stop');
  gate.resolve();
  await expect(going).rejects.toBeInstanceOf(AbortedError);
});

test('the same pool is mined once, a damaged one anew', async () => {
  const { job, order } = await setUp();
  const { base, expert } = order;
  const request = { ...TEST_REQUEST, seed: 1 };
  const sets = await job.mine(request, base, expert);
  expect(sets.map(({ letter, nPairs }) => [letter, nPairs])).toEqual([
    ['T', 48],
    ['V', 24],
    ['A', 24],
  ]);
  expect(await job.mine(request, base, expert)).toEqual(sets);
  const spoiled = await job.mine({ ...request, damage: { corrupt: 1, keep: 1, topics: 1 } }, base, expert);
  expect(spoiled[2]!.similarity['audio>text']!.mean).toBeLessThan(sets[2]!.similarity['audio>text']!.mean);
  const small = await job.mine({ ...request, damage: { corrupt: 0, keep: 0.5, topics: 1 } }, base, expert);
  expect(small.map(({ nPairs }) => nPairs)).toEqual([24, 12, 12]);
  const aborted = job.mine(
    { ...request, seed: 2, mining: { kind: 'softmax', temperature: 0.1 } },
    base,
    expert,
    AbortSignal.abort(),
  );
  await expect(aborted).rejects.toBeInstanceOf(AbortedError);
});
