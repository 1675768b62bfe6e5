import { expect, test } from 'vitest';
import {
  DisposedError,
  FormatError,
  LabError,
  MediaError,
  MissingFileError,
  ModelError,
} from '../../base/errors.ts';
import { BrokenRuntimeError } from './brokenRuntime.ts';
import { RestartableWorker } from './restartableWorker.ts';
import { FakeWorker } from './workerPair.testing.ts';

const THROWN = {
  media: new MediaError('no sound'),
  format: new FormatError('cut'),
  missing: new MissingFileError('a.onnx'),
  foreign: new TypeError('x is undefined'),
};

class Service {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  who() {
    return this.id;
  }
  fail(which: keyof typeof THROWN) {
    throw THROWN[which];
  }
  break() {
    throw new BrokenRuntimeError('unreachable executed');
  }
  hang() {
    return new Promise<never>(() => undefined);
  }
}

function setUp(start: () => Promise<void> = () => Promise.resolve()) {
  const made: FakeWorker[] = [];
  const deaths: string[] = [];
  const worker = new RestartableWorker<Service>({
    name: 'The test worker',
    create() {
      made.push(new FakeWorker(new Service(made.length)));
      return made.at(-1) as unknown as Worker;
    },
    start,
    onDeath: (reason) => deaths.push(reason),
  });
  return { worker, made, deaths };
}

test('is made at the first call and kept', async () => {
  const { worker, made } = setUp();
  expect(made).toHaveLength(0);
  expect(await worker.call((remote) => remote.who())).toBe(0);
  expect(await worker.call((remote) => remote.who())).toBe(0);
  expect(made).toHaveLength(1);
  worker.dispose();
});

test('errors arrive as the class they were, foreign ones with their message', async () => {
  const { worker, deaths } = setUp();
  const fail = (which: keyof typeof THROWN) => worker.call((remote) => remote.fail(which));
  await expect(fail('media')).rejects.toEqual(THROWN.media);
  await expect(fail('media')).rejects.toBeInstanceOf(MediaError);
  await expect(fail('format')).rejects.toBeInstanceOf(FormatError);
  await expect(fail('missing')).rejects.toBeInstanceOf(MissingFileError);
  await expect(fail('foreign')).rejects.toBeInstanceOf(LabError);
  await expect(fail('foreign')).rejects.toThrow('x is undefined');
  expect(deaths).toEqual([]);
  worker.dispose();
});

test('a broken runtime rejects every pending call with a ModelError; the next call gets a new worker', async () => {
  const { worker, made, deaths } = setUp();
  const pending = worker.call((remote) => remote.hang());
  const breaking = worker.call((remote) => remote.break());
  await expect(breaking).rejects.toBeInstanceOf(ModelError);
  await expect(pending).rejects.toThrow('unreachable executed');
  expect(deaths).toEqual(['unreachable executed']);
  expect(made[0]!.terminated).toBe(true);
  expect(await worker.call((remote) => remote.who())).toBe(1);
  worker.dispose();
});

test('an uncaught error in the worker does the same', async () => {
  const { worker, made } = setUp();
  const pending = worker.call((remote) => remote.hang());
  made[0]!.crash('RuntimeError: table index is out of bounds');
  await expect(pending).rejects.toThrow('table index');
  expect(await worker.call((remote) => remote.who())).toBe(1);
  worker.dispose();
});

test('a worker that cannot start says why; the next call tries again', async () => {
  let starts = 0;
  const { worker, deaths } = setUp(() =>
    starts++ === 0 ? Promise.reject(new Error('script is missing')) : Promise.resolve(),
  );
  const first = worker.call((remote) => remote.who());
  await expect(first).rejects.toBeInstanceOf(ModelError);
  await expect(first).rejects.toThrow('script is missing');
  expect(deaths).toHaveLength(1);
  expect(await worker.call((remote) => remote.who())).toBe(1);
  worker.dispose();
});

test('kill() while nothing runs costs no caller an error', async () => {
  const { worker } = setUp();
  await worker.call((remote) => remote.who());
  worker.kill('the GPU device was lost');
  worker.kill('again');
  expect(await worker.call((remote) => remote.who())).toBe(1);
  worker.dispose();
});

test('dispose settles pending calls, and later ones throw', async () => {
  const { worker, made } = setUp();
  const pending = worker.call((remote) => remote.hang());
  worker.dispose();
  worker.dispose();
  await expect(pending).rejects.toBeInstanceOf(DisposedError);
  await expect(worker.call((remote) => remote.who())).rejects.toBeInstanceOf(DisposedError);
  expect(made).toHaveLength(1);
});
