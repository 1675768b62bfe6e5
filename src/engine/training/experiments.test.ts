import { afterEach, expect, test } from 'vitest';
import { until } from '../../base/until.testing.ts';
import { closePages, openPage } from './page.testing.ts';
import { TEST_REQUEST } from './training.testing.ts';
import type { ExperimentRequest } from './types.ts';

afterEach(closePages);

const EXPERIMENT: ExperimentRequest = {
  base: { ...TEST_REQUEST, members: ['mix'] },
  axis: 'corrupt',
  values: [0, 1],
  repeats: 2,
};

test('an experiment trains every value before any is repeated, behind all runs, and over reloads', async () => {
  const { training, device, disk } = await openPage();
  device.gateAt('mix', 40);
  const id = await training.startExperiment(EXPERIMENT);
  await until(() => device.steps.mix === 39);
  expect(training.experiments()[0]).toMatchObject({
    status: 'running',
    name: 'Spoiled pairs, Foley → Unified',
    nTrainings: 4,
  });
  // A run goes first: the training under way is given up.
  const run = await training.train({ ...TEST_REQUEST, members: ['A'] });
  device.gateAt('mix', 40).resolve();
  training.dispose();
  const second = await openPage({ disk });
  const gate = second.device.gateAt('mix', 60);
  await second.training.goOn(run);
  await second.status(run, 'done');
  gate.resolve();
  await until(() => second.training.experiments()[0]!.status === 'done');
  const { points } = second.training.experiments()[0]!;
  expect(points.map(({ value, repeat }) => [value, repeat])).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  expect(points[0]).toMatchObject({ nPairs: { mix: 48 } });
  expect(Object.keys(points[0]!.recall)).toHaveLength(6);
  expect(points[0]!.ranks['audio>text']).toHaveLength(24);
  expect(points[0]!.recall).not.toEqual(points[2]!.recall);
  await second.training.removeExperiment(id);
  expect(second.training.experiments()).toEqual([]);
});

test('an experiment can be cancelled, and says why it failed', async () => {
  const { training, device } = await openPage();
  const gate = device.gateAt('mix', 10);
  const id = await training.startExperiment(EXPERIMENT);
  await until(() => device.steps.mix === 9);
  await training.cancelExperiment(id);
  gate.resolve();
  expect(training.experiments()[0]).toMatchObject({ status: 'cancelled', points: [] });
  device.failAt('mix', 12, 'diverges');
  const failing = await training.startExperiment({ ...EXPERIMENT, axis: 'keep', values: [0.5] });
  await until(() => training.experiments().find((one) => one.id === failing)!.status === 'failed');
  expect(training.experiments()[0]!.message).toMatch(/no longer a number/);
  await expect(training.startExperiment({ ...EXPERIMENT, axis: 'keep' })).rejects.toThrow(/\(0, 1\]/);
  await expect(training.startExperiment({ ...EXPERIMENT, repeats: 0 })).rejects.toThrow(/repeated/);
  await expect(training.startExperiment({ ...EXPERIMENT, values: [0, 0] })).rejects.toThrow(/different/);
});

test('a training that the worker died of is begun anew, a few times', async () => {
  const { training, device, workers } = await openPage();
  const gate = device.gateAt('mix', 40);
  await training.startExperiment({ ...EXPERIMENT, repeats: 1 });
  await until(() => device.steps.mix === 39);
  workers[0]!.crash('out of memory');
  await until(() => device.steps.mix === 78);
  gate.resolve();
  await until(() => training.experiments()[0]!.status === 'done');
  expect(training.experiments()[0]!.points.map(({ value }) => value)).toEqual([0, 1]);
  const before = workers.length;
  device.failAt('mix', 12, 'breaks');
  await training.startExperiment({ ...EXPERIMENT, repeats: 1 });
  await until(() => training.experiments()[0]!.status === 'failed');
  expect(training.experiments()[0]!.message).toMatch(/unreachable executed/);
  // The worker of the experiment before was alive still.
  expect(workers.length - before).toBe(2);
});
