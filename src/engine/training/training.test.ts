import { afterEach, expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import { closePages, fakeLocks, openPage } from './page.testing.ts';
import { createFakeDevice, createMemoryDisk, TEST_REQUEST } from './training.testing.ts';

afterEach(closePages);

test('a run trains its members, and its ensemble grows with them', async () => {
  const { training, device, status, run } = await openPage();
  const gate = device.gateAt('T', 1);
  let nChanges = 0;
  training.onChange(() => nChanges++);
  const id = await training.train(TEST_REQUEST);
  await until(() => training.ensembles()[0]?.members.length === 2);
  expect(run(id)).toMatchObject({ status: 'training', ensembles: [id], name: 'Foley → Unified, seed 1' });
  expect(training.ensembles()[0]).toMatchObject({
    id,
    name: 'Foley → Unified, seed 1',
    source: 'foley',
    target: 'unified',
    members: ['mix', 'A'],
    origin: 'trained',
    dIn: 6,
    hidden: 4,
    dOut: 8,
    runId: id,
  });
  gate.resolve();
  await status(id, 'done');
  expect(training.ensembles()[0]!.members).toEqual(['mix', 'A', 'T']);
  expect(await training.weights(id)).toHaveLength(3);
  expect(run(id).curves.map(({ member, points }) => [member, points.length])).toEqual([
    ['mix', 60],
    ['A', 60],
    ['T', 60],
  ]);
  expect(run(id)).toMatchObject({ nPairs: { mix: 48 }, device: { backend: 'wasm', threads: 1 } });
  expect(nChanges).toBeGreaterThan(10);
  expect(training.progress()).toBeUndefined();
});

test('a run of one collection does not go on over another', async () => {
  const { training, disk, device, tell } = await openPage();
  const gate = device.gateAt('mix', 11);
  const id = await training.train(TEST_REQUEST);
  await until(() => device.steps.mix === 10);
  await tell(gate, () => training.pause(id));
  training.dispose();
  const elsewhere = await openPage({ disk, collectionId: 'another' });
  await expect(elsewhere.training.goOn(id)).rejects.toThrow(/of the collection “Test collection”: open that/);
  expect(elsewhere.run(id).status).toBe('paused');
  elsewhere.training.dispose();
  const back = await openPage({ disk });
  await back.training.goOn(id);
  await back.status(id, 'done');
});

test('a page that is closed on the way finds the run paused, and goes on to the same weights', async () => {
  const plain = await openPage();
  const wholeId = await plain.training.train(TEST_REQUEST);
  await plain.status(wholeId, 'done');
  const { training, disk, device, tell } = await openPage();
  const gate = device.gateAt('A', 31);
  const id = await training.train(TEST_REQUEST);
  await until(() => device.steps.A === 30);
  await tell(gate, () => training.pause(id));
  training.dispose();
  const second = await openPage({ disk });
  expect(second.run(id)).toMatchObject({ status: 'paused', ensembles: [id] });
  // And cut without a word: from its last checkpoint again.
  second.device.gateAt('A', 40);
  await second.training.goOn(id);
  await until(() => second.device.steps.A === 8);
  second.training.dispose();
  const third = await openPage({ disk });
  expect(third.run(id).status).toBe('paused');
  await third.training.goOn(id);
  await third.status(id, 'done');
  expect(third.device.steps.A).toBe(29);
  expect(third.device.steps.mix).toBeUndefined();
  expect(await third.training.weights(id)).toEqual(await plain.training.weights(wholeId));
  expect(third.run(id).curves).toEqual(plain.run(wholeId).curves);
});

test('one run at a time: others wait, can be paused there, and be stopped', async () => {
  const { training, device, status, run } = await openPage();
  const gate = device.gateAt('mix', 5);
  const first = await training.train({ ...TEST_REQUEST, members: ['mix'], name: 'Mine' });
  const second = await training.train({ ...TEST_REQUEST, members: ['A'], name: 'Mine' });
  const third = await training.train({ ...TEST_REQUEST, members: ['T'] });
  await until(() => device.steps.mix === 4);
  expect(training.runs().map(({ id, name }) => [id, name])).toEqual([
    [third, 'Foley → Unified, seed 1'],
    [second, 'Mine (2)'],
    [first, 'Mine'],
  ]);
  expect(run(second).status).toBe('waiting');
  await training.pause(second);
  expect(run(second).status).toBe('paused');
  await training.stop(third);
  expect(run(third)).toMatchObject({ status: 'stopped', ensembles: [] });
  await expect(training.goOn(third)).rejects.toThrow(/is over/);
  gate.resolve();
  await status(first, 'done');
  expect(run(second).status).toBe('paused');
  await training.goOn(second);
  await status(second, 'done');
  await expect(training.pause(second)).rejects.toThrow(InputError);
  await expect(training.pause('none')).rejects.toThrow(/no run/);
});

test('a run can be told to go on while it is being paused, and twice', async () => {
  const { training, device, run, status, tell } = await openPage();
  const gate = device.gateAt('mix', 31);
  const id = await training.train({ ...TEST_REQUEST, members: ['mix'] });
  await until(() => device.steps.mix === 30);
  const pausing = tell(gate, () => training.pause(id));
  await Promise.all([training.goOn(id), training.goOn(id), pausing]);
  await status(id, 'done');
  expect(device.steps.mix).toBe(60);
  const other = await training.train({ ...TEST_REQUEST, members: ['A'] });
  await training.pause(other);
  await Promise.all([training.goOn(other), training.goOn(other)]);
  await status(other, 'done');
  expect(device.steps.A).toBe(60);
  const ending = device.gateAt('T', 5);
  const last = await training.train({ ...TEST_REQUEST, members: ['T'] });
  await until(() => device.steps.T === 4);
  const stopping = tell(ending, () => training.stop(last));
  await expect(training.goOn(last)).rejects.toThrow(/is over/);
  await stopping;
  expect(run(last).status).toBe('stopped');
});

test('a run that goes on elsewhere than it began says why', async () => {
  const gpu = { ...createFakeDevice(), backend: 'webgpu' as const, reason: 'WebGPU was faster.' };
  const first = await openPage({ device: gpu });
  gpu.gateAt('mix', 5);
  const id = await first.training.train({ ...TEST_REQUEST, members: ['mix'] });
  await until(() => first.run(id).device?.backend === 'webgpu');
  first.training.dispose();
  const second = await openPage({ disk: first.disk });
  await second.training.goOn(id);
  await second.status(id, 'done');
  expect(second.run(id).device).toEqual({ backend: 'wasm', threads: 1, reason: 'a test' });
  expect(second.pins).toEqual([{ backend: 'webgpu', reason: 'The run began on it.', fallsBack: true }]);
});

test('a stopped run keeps the member under way, whether it went or stood', async () => {
  const { training, device, run, tell } = await openPage();
  const partials = [];
  for (const before of ['going', 'standing']) {
    const gate = device.gateAt('A', 31);
    const id = await training.train({ ...TEST_REQUEST, name: before });
    const nBefore = device.steps.A ?? 0;
    await until(() => device.steps.A === nBefore + 30);
    if (before === 'standing') {
      await tell(gate, () => training.pause(id));
      await training.stop(id);
    } else {
      await tell(gate, () => training.stop(id));
    }
    expect(run(id)).toMatchObject({ status: 'stopped', ensembles: [id] });
    expect(training.ensembles().find((one) => one.id === id)!.members).toEqual(['mix', 'A']);
    partials.push(await training.weights(id));
    await training.stop(id);
  }
  expect(partials[0]).toEqual(partials[1]);
});

test('a step back stands at the best, and a stop there keeps it', async () => {
  const { training, device, run, tell } = await openPage();
  const gate = device.gateAt('mix', 60);
  const id = await training.train(TEST_REQUEST);
  await until(() => device.steps.mix === 59);
  await until(() => run(id).curves[0]?.bestStep !== undefined);
  await tell(gate, () => training.stepBack(id));
  const { bestStep, points } = run(id).curves[0]!;
  expect(run(id).status).toBe('paused');
  expect(points.at(-1)!.step).toBe(bestStep);
  await training.stepBack(id);
  await training.stop(id);
  expect(training.ensembles()[0]!.members).toEqual(['mix']);
  await expect(training.stepBack(id)).rejects.toThrow(InputError);
  const other = await training.train({ ...TEST_REQUEST, settings: { ...TEST_REQUEST.settings, steps: 20 } });
  await training.pause(other);
  await expect(training.stepBack(other)).rejects.toThrow(/Nothing was measured/);
});

test('a joint run gives two ensembles into a space of its own', async () => {
  const { training, run, status } = await openPage();
  const id = await training.train({
    ...TEST_REQUEST,
    kind: 'joint',
    base: 'pictext',
    members: ['T'],
    dOut: 9,
    name: 'Meeting',
  });
  await status(id, 'done');
  expect(run(id).ensembles).toEqual([`${id}-base`, `${id}-expert`]);
  const ends = training.ensembles().map(({ source, target, dIn, dOut }) => [source, target, dIn, dOut]);
  expect(ends).toEqual([
    ['foley', id, 6, 9],
    ['pictext', id, 7, 9],
  ]);
  expect(Object.keys(run(id).curves[0]!.points.at(-1)!.recall!)).toHaveLength(6);
  await training.rename(id, '  ');
  expect(run(id).name).toBe('PicText + Foley, seed 1');
  expect(training.ensembles()[0]!.name).toBe('Foley → PicText + Foley, seed 1');
});

test('a loss that leaves the numbers fails the run; a worker that dies pauses it', async () => {
  const { training, device, run, status, workers } = await openPage();
  device.failAt('A', 5, 'diverges');
  const failed = await training.train(TEST_REQUEST);
  await status(failed, 'failed');
  expect(run(failed).message).toMatch(/no longer a number.*are kept/);
  expect(training.ensembles()[0]!.members).toEqual(['mix']);
  device.gateAt('T', 5);
  const cut = await training.train({ ...TEST_REQUEST, members: ['T'] });
  await until(() => device.steps.T === 4);
  workers[0]!.crash('out of memory');
  await status(cut, 'paused');
  expect(run(cut).message).toMatch(/out of memory.*goes on at its last checkpoint/);
  device.gateAt('T', 5).resolve();
  await training.goOn(cut);
  expect(run(cut).message).toBeUndefined();
  await status(cut, 'done');
  expect(workers).toHaveLength(2);
});

test('removing a run forgets its ensembles, weights and checkpoints', async () => {
  const { training, disk, device, status, tell } = await openPage();
  const id = await training.train({ ...TEST_REQUEST, members: ['mix'] });
  await status(id, 'done');
  const gate = device.gateAt('A', 31);
  const going = await training.train({ ...TEST_REQUEST, members: ['A'] });
  await until(() => device.steps.A === 30);
  await training.remove(id);
  await tell(gate, () => training.remove(going));
  expect([training.runs(), training.ensembles()]).toEqual([[], []]);
  for (const table of disk.tables.values()) expect(table.size).toBe(0);
});

test('what cannot be trained is refused before it stands in line', async () => {
  const { training } = await openPage();
  const refused = (part: Partial<typeof TEST_REQUEST>, words: RegExp) =>
    expect(training.train({ ...TEST_REQUEST, ...part })).rejects.toThrow(words);
  await refused({ base: 'nowhere' }, /no space "nowhere"/);
  await refused({ base: 'foley' }, /bound to itself/);
  await refused({ base: 'new' }, /Nothing is encoded into New/);
  await refused(
    { base: 'pictext', expert: 'ears' },
    /PicText reads and sees, Ears hears. Nothing would link/,
  );
  await refused({ members: [] }, /at least one subset/);
  await refused({ members: ['A', 'A'] }, /stands twice/);
  await refused({ base: 'ears', members: ['V'] }, /Nothing here knows image/);
  await refused({ kind: 'joint' }, /whole number of dimensions/);
  await refused({ dOut: 9 }, /leave out dOut/);
  await refused({ mining: { kind: 'softmax', temperature: 0 } }, /τ₁/);
  await refused({ damage: { corrupt: 2, keep: 1, topics: 1 } }, /spoiled pairs/);
  await refused({ settings: { ...TEST_REQUEST.settings, steps: 0 } }, /Steps is 0/);
  expect(training.runs()).toEqual([]);
});

test('two windows: one trains at a time, and each sees what the other did', async () => {
  const disk = createMemoryDisk();
  const locks = fakeLocks();
  const first = await openPage({ disk, locks });
  const gate = first.device.gateAt('mix', 30);
  const id = await first.training.train({ ...TEST_REQUEST, members: ['mix'] });
  await until(() => first.device.steps.mix === 29);
  const second = await openPage({ disk, locks });
  expect(second.run(id).status).toBe('training');
  await expect(second.training.pause(id)).rejects.toThrow(/another window/);
  await expect(second.training.goOn(id)).rejects.toThrow(/another window/);
  const other = await second.training.train({ ...TEST_REQUEST, members: ['A'] });
  await until(() => first.run(other) !== undefined);
  expect(second.device.steps.A).toBeUndefined();
  gate.resolve();
  await second.status(other, 'done');
  await second.status(id, 'done');
  await first.status(other, 'done');
  expect(await first.training.weights(other)).toHaveLength(1);
});

test('a full disk is said, and everything lasts as long as the page', async () => {
  const disk = createMemoryDisk();
  disk.refusal = new DOMException('full', 'QuotaExceededError');
  const { training, status } = await openPage({ disk });
  expect(training.note()).toBeUndefined();
  const id = await training.train({ ...TEST_REQUEST, members: ['mix'] });
  await status(id, 'done');
  expect(training.note()).toMatch(/storage is full/);
  expect(await training.weights(id)).toHaveLength(1);
});
