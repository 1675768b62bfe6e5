import { resolveObjectURL } from 'node:buffer';
import { afterEach, expect, test, vi } from 'vitest';
import { until } from '../../base/until.testing.ts';
import { ENSEMBLES, SPACES } from '../../recipe/embedded.ts';
import type { BondFiles } from '../exchange/bondFiles.ts';
import { exportBond } from '../exchange/exportBond.ts';
import { closePages, openPage } from '../training/page.testing.ts';
import { TEST_REQUEST } from '../training/training.testing.ts';
import type { TrainRequest } from '../training/types.ts';
import { createDeferred } from '../workers/deferred.ts';
import { OwnBonds } from './ownBonds.ts';

const open: OwnBonds[] = [];
afterEach(() => {
  for (const own of open.splice(0)) own.dispose();
  closePages();
});

const JOINT: TrainRequest = {
  ...TEST_REQUEST,
  kind: 'joint',
  base: 'pictext',
  members: ['T'],
  dOut: 9,
  name: 'Meeting',
};

const BASE = { spaces: SPACES, ensembles: ENSEMBLES };

/** Follows a page's training from before it has read what the browser keeps, as the engine does. */
async function openOwn(disk?: Awaited<ReturnType<typeof openPage>>['disk']) {
  const files = {
    export: vi.fn<BondFiles['export']>((...args) => Promise.resolve(exportBond(...args))),
  };
  const made = createDeferred<OwnBonds>();
  const page = await openPage({
    ...(disk && { disk }),
    onMade: (training) => made.resolve(new OwnBonds(training, files, BASE)),
  });
  const own = await made.promise;
  open.push(own);
  const told: (readonly string[])[] = [];
  own.onChange((ids) => told.push(ids));
  return { ...page, own, told, files };
}

test('what was trained stands behind what ships, and a space made by a joint training is there after a reload', async () => {
  const first = await openOwn();
  expect([first.own.spaces(), first.own.ensembles()]).toEqual([SPACES, ENSEMBLES]);
  const id = await first.training.train(JOINT);
  await first.status(id, 'done');
  const space = { id, name: 'Meeting', dim: 9, modalities: [] };
  expect(first.own.spaces().at(-1)).toMatchObject(space);
  expect(
    first.own
      .ensembles()
      .slice(ENSEMBLES.length)
      .map(({ target }) => target),
  ).toEqual([id, id]);
  const second = await openOwn(first.disk);
  expect(second.own.spaces().at(-1)).toMatchObject(space);
  const list = second.own.spaces();
  await second.training.rename(id, 'Other');
  await until(() => second.own.spaces().at(-1)!.name === 'Other');
  expect(second.own.spaces()).not.toBe(list);
  await second.training.remove(id);
  expect([second.own.spaces(), second.own.ensembles()]).toEqual([SPACES, ENSEMBLES]);
});

test('a space that becomes known after its ensembles is told of', () => {
  let runs: unknown[] = [];
  let changed = () => {};
  const ensemble = { id: 'run-1-base', source: 'pictext', target: 'run-1', dOut: 9, members: ['T'] };
  const training = {
    runs: () => runs,
    ensembles: () => [ensemble],
    onChange: (listener: () => void) => {
      changed = listener;
      return () => {};
    },
    dispose: () => {},
  };
  const files = { export: () => Promise.reject(new Error('unused')) };
  const own = new OwnBonds(training as never, files, BASE);
  const listener = vi.fn<(changed: readonly string[]) => void>();
  own.onChange(listener);
  runs = [{ id: 'run-1', name: 'Meeting', request: JOINT }];
  changed();
  expect(own.spaces().at(-1)).toMatchObject({ id: 'run-1', dim: 9 });
  changed();
  expect(listener.mock.calls).toEqual([[[]]]);
  own.dispose();
});

test('listeners hear which ensembles came, grew and went', async () => {
  const { training, device, status, told } = await openOwn();
  const gate = device.gateAt('A', 1);
  const id = await training.train({ ...TEST_REQUEST, members: ['mix', 'A'] });
  await until(() => told.length === 1);
  gate.resolve();
  await status(id, 'done');
  await training.remove(id);
  expect(told).toEqual([[id], [id], [id]]);
});

test('a graph is made by the files worker, once for the members that an ensemble has', async () => {
  const { training, device, status, own, files } = await openOwn();
  const gate = device.gateAt('A', 1);
  const id = await training.train({ ...TEST_REQUEST, members: ['mix', 'A'] });
  await until(() => own.ensembles().some((one) => one.id === id));
  const [first, same] = await Promise.all([own.url(id), own.url(id)]);
  expect(same).toBe(first);
  expect(files.export.mock.calls.map(([weights, , format]) => [weights.length, format])).toEqual([
    [1, 'onnx-fp32'],
  ]);
  gate.resolve();
  await status(id, 'done');
  const second = await own.url(id);
  expect(second).not.toBe(first);
  await until(() => resolveObjectURL(first!) === undefined);
  const weights = await training.weights(id);
  const info = own.ensembles().find((one) => one.id === id)!;
  const bytes = await resolveObjectURL(second!)!.arrayBuffer();
  expect(new Uint8Array(bytes)).toEqual(exportBond(weights, info, 'onnx-fp32').bytes);
  expect(await own.url('foley-to-unified')).toBeUndefined();
  await training.renameEnsemble(id, 'Other');
  expect(await own.url(id)).toBe(second);
  own.dispose();
  await until(() => resolveObjectURL(second!) === undefined);
});

test('a graph that could not be made is made when it is asked for again', async () => {
  const { training, status, own, files } = await openOwn();
  const id = await training.train({ ...TEST_REQUEST, members: ['mix'] });
  await status(id, 'done');
  files.export.mockRejectedValueOnce(new Error('died'));
  await expect(own.url(id)).rejects.toThrow('died');
  expect(await own.url(id)).toMatch(/^blob:/);
});
