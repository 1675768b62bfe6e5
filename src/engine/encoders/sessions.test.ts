import { expect, test } from 'vitest';
import { ModelError } from '../../base/errors.ts';
import { BrokenRuntimeError } from '../workers/brokenRuntime.ts';
import { SerialLock } from '../workers/serialLock.ts';
import { guardCreate, throwFailure, type Session, type SessionClass } from './sessions.ts';

/** ONNX Runtime that dies when two of its calls overlap, as the real one does. */
class FakeOnnx implements SessionClass {
  readonly log: string[] = [];
  #busy = false;

  async #alone<T>(what: string, result: () => T): Promise<T> {
    if (this.#busy) throw new WebAssembly.RuntimeError(`${what} while another call ran`);
    this.#busy = true;
    this.log.push(what);
    await new Promise((resolve) => setImmediate(resolve));
    this.#busy = false;
    return result();
  }

  create(model: Uint8Array): Promise<Session> {
    return this.#alone('create', () => {
      if (model.length === 0) throw new Error('No graph was found in the protobuf.');
      return {
        inputNames: ['x'],
        outputNames: ['y'],
        inputMetadata: [],
        outputMetadata: [],
        run: ({ x }) =>
          this.#alone('run', () => {
            if (!x) throw new Error('input x is missing');
            if ((x as unknown) === 'trap') throw new WebAssembly.RuntimeError('unreachable');
            return { y: x };
          }),
        release: () => this.#alone('release', () => undefined),
      };
    });
  }
}

const MODEL = new Uint8Array(1);
const feeds = (x: unknown) => ({ x }) as Parameters<Session['run']>[0];

test('creates, runs and releases never overlap, whoever calls', async () => {
  const onnx = new FakeOnnx();
  const create = guardCreate(onnx, new SerialLock());
  const [ours, theirs] = await Promise.all([create(MODEL, {}, 'ours'), onnx.create(MODEL)]);
  const done = await Promise.all([
    ours.run(feeds(1)),
    theirs.run(feeds(2)),
    onnx.create(MODEL),
    ours.release(),
    theirs.run(feeds(3)),
  ]);
  expect(done[0]).toEqual({ y: 1 });
  expect(done[4]).toEqual({ y: 3 });
  expect(onnx.log).toEqual(['create', 'create', 'run', 'run', 'create', 'release', 'run']);
});

test('through the replaced create, failures come as values: a chain of promises goes on after them', async () => {
  const onnx = new FakeOnnx();
  guardCreate(onnx, new SerialLock());
  // transformers.js's own chains: chain = chain.then(job)
  let chain: Promise<unknown> = Promise.resolve();
  const load = (bytes: Uint8Array) => (chain = chain.then(() => onnx.create(bytes))) as Promise<Session>;
  const broken = load(new Uint8Array(0));
  const good = load(MODEL);
  expect(() => throwFailure('a session has no failure')).not.toThrow();
  const failed = await broken;
  expect(() => throwFailure(failed)).toThrow(ModelError);
  expect(() => throwFailure(failed)).toThrow('No graph was found');
  const session = await good;
  throwFailure(session);
  const run = (x: unknown) => (chain = chain.then(() => session.run(feeds(x)))) as Promise<object>;
  const [bad, fine] = await Promise.all([run(undefined), run(5)]);
  expect(() => throwFailure(bad)).toThrow('input x is missing');
  throwFailure(fine);
  expect(fine).toEqual({ y: 5 });
});

test('our own create throws: ModelError as a rule, BrokenRuntimeError when the instance is gone', async () => {
  const create = guardCreate(new FakeOnnx(), new SerialLock());
  await expect(create(new Uint8Array(0), {}, 'bonds/x')).rejects.toThrow(/Loading bonds\/x failed/);
  const session = await create(MODEL, {}, 'bonds/x');
  await expect(session.run(feeds(undefined))).rejects.toBeInstanceOf(ModelError);
  await expect(session.run(feeds('trap'))).rejects.toBeInstanceOf(BrokenRuntimeError);
  expect(await session.run(feeds(1))).toEqual({ y: 1 });
});

test('a lost device breaks the runtime', async () => {
  const onnx: SessionClass = {
    create: () => Promise.reject(new Error('WebGPU device lost (2): hung')),
  };
  await expect(guardCreate(onnx, new SerialLock())(MODEL, {}, 'a')).rejects.toBeInstanceOf(
    BrokenRuntimeError,
  );
});
