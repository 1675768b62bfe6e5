import { expect, test } from 'vitest';
import { AbortedError, InputError, MissingFileError, ModelError } from '../../base/errors.ts';
import type { Backend, EncoderStatus } from '../types.ts';
import { BrokenRuntimeError } from '../workers/brokenRuntime.ts';
import { EncoderJob } from './encoderJob.ts';
import type { PreparedInput } from './inputs.ts';
import type { EncoderRuntime, LoadedTower } from './runtime.ts';

const TEXT: PreparedInput = { modality: 'text', text: 'a dog barks' };
const PICTURE: PreparedInput = { modality: 'image', pixels: new Uint8ClampedArray(64 * 64 * 4) };

interface FakeOptions {
  adapter?: string;
  /** Of a run, by backend. */
  ms?: Record<Backend, number>;
  /** Thrown by loads of "<id> <backend> <dtype>" as long as they stand here. */
  failing?: Map<string, Error>;
  /** Direction that the tower gives, by "<backend> <dtype>". */
  axis?: (backend: Backend, dtype: string) => number;
  note?: string;
  dim?: number;
  /** The ensemble gives numbers that are none. */
  broken?: boolean;
}

function setUp(options: FakeOptions = {}, pinned?: Backend) {
  let now = 0;
  const loads: string[] = [];
  const released: string[] = [];
  const loaded = new Set<string>();
  const runtime: EncoderRuntime = {
    adapter: () => Promise.resolve(options.adapter),
    nowMs: () => now,
    loadTower(spec, backend, dtype) {
      const key = `${spec.id} ${backend} ${dtype}`;
      loads.push(key);
      const failure = options.failing?.get(key);
      if (failure) return Promise.reject(failure);
      loaded.add(key);
      const tower: LoadedTower = {
        embed() {
          now += options.ms?.[backend] ?? 1;
          const row = new Float32Array(options.dim ?? spec.dim);
          row[options.axis?.(backend, dtype) ?? 0] = 2;
          return Promise.resolve(
            options.note === undefined ? { rows: [row] } : { rows: [row], note: options.note },
          );
        },
        release() {
          loaded.delete(key);
          return Promise.resolve();
        },
      };
      return Promise.resolve(tower);
    },
    loadEnsemble: ({ id, url }, backend) => {
      loads.push(`${id} ${backend}`);
      return Promise.resolve({
        dIn: 2,
        dOut: 3,
        nMembers: 2,
        // The first member gives [x0, x1, 0], the second [0, 0, x1].
        members(x, n) {
          const rows = Array.from({ length: n }, (_, i) => {
            const [x0, x1] = [x[i * 2]!, x[i * 2 + 1]!];
            return [x0, x1, 0, 0, 0, options.broken ? NaN : x1];
          });
          return Promise.resolve(Float32Array.from(rows.flat()));
        },
        release() {
          released.push(url ?? id);
          return Promise.resolve();
        },
      });
    },
  };
  const statuses: EncoderStatus[] = [];
  const onStatus = (status: EncoderStatus) => void statuses.push(status);
  const job = new EncoderJob(runtime, pinned ? { backend: pinned, onStatus } : { onStatus });
  return { job, loads, released, loaded, statuses, last: () => statuses.at(-1)! };
}

test('gives unit vectors and loads a tower once, also for calls at the same time', async () => {
  const { job, loads } = setUp();
  const [a, b] = await Promise.all([job.encode('unified', TEXT), job.encode('unified', TEXT)]);
  expect(a).toHaveLength(128);
  expect(Math.hypot(...a)).toBe(1);
  expect(b).toEqual(a);
  expect(loads).toEqual(['unified/text wasm q8']);
});

test('encodes many texts to rows in their order, the same as one at a time', async () => {
  const { job, loads } = setUp();
  const one = await job.encode('unified', TEXT);
  const rows = await job.encodeTexts('unified', ['a', 'b', 'c']);
  expect(rows).toHaveLength(3 * 128);
  expect(rows.subarray(256)).toEqual(one);
  expect(await job.encodeTexts('unified', [])).toHaveLength(0);
  expect(loads).toEqual(['unified/text wasm q8']);
  await expect(job.encodeTexts('nowhere', [])).rejects.toBeInstanceOf(InputError);
  await expect(job.encodeTexts('unified', ['a'], AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
});

test('without an adapter WebAssembly is taken, and the status says so', async () => {
  const { job, statuses } = setUp();
  await job.encode('foley', TEXT);
  expect(statuses).toEqual([
    { id: 'foley/text', state: 'loading' },
    {
      id: 'foley/text',
      state: 'ready',
      backend: 'wasm',
      precision: 'int8',
      reason: 'WebAssembly, int8: this browser offers no WebGPU adapter',
    },
  ]);
});

test('a slower WebGPU is refused with both figures, and only the WebAssembly tower stays loaded', async () => {
  const { job, last, loaded } = setUp({ adapter: 'software adapter', ms: { wasm: 2.1, webgpu: 14 } });
  await job.encode('unified', TEXT);
  expect(last().reason).toBe('WebAssembly, int8: 2.1 ms against 14.0 ms on WebGPU (software adapter)');
  expect([...loaded].sort()).toEqual(['unified/image wasm q8', 'unified/text wasm q8']);
});

test('a faster WebGPU that agrees is taken; the timed tower is kept, not loaded again', async () => {
  const { job, last, loads, loaded } = setUp({ adapter: 'nvidia hopper', ms: { wasm: 9, webgpu: 3 } });
  await job.encode('unified', TEXT);
  expect(last()).toMatchObject({ backend: 'webgpu', precision: '4-bit' });
  expect(last().reason).toContain('3.0 ms against 9.0 ms on WebAssembly');
  expect([...loaded].sort()).toEqual(['unified/image webgpu q4', 'unified/text webgpu q4']);
  const before = loads.length;
  await job.encode('unified', PICTURE);
  expect(loads).toHaveLength(before);
});

test('a faster WebGPU that is wrong is refused', async () => {
  const { job, last } = setUp({
    adapter: 'odd driver',
    ms: { wasm: 9, webgpu: 3 },
    axis: (backend) => (backend === 'webgpu' ? 1 : 0),
  });
  await job.encode('unified', TEXT);
  expect(last().backend).toBe('wasm');
  expect(last().reason).toContain('wrong, cosine 0.000');
});

test('a WebGPU that fails the probe is a reason for WebAssembly; one that breaks the worker is passed on', async () => {
  const failing = new Map<string, Error>([['unified/image webgpu q4', new ModelError('no such kernel')]]);
  const failed = setUp({ adapter: 'odd driver', failing });
  await failed.job.encode('unified', TEXT);
  expect(failed.last().reason).toContain('failed: no such kernel');
  failing.set('unified/image webgpu q4', new BrokenRuntimeError('unreachable'));
  const broken = setUp({ adapter: 'odd driver', failing });
  await expect(broken.job.encode('unified', TEXT)).rejects.toBeInstanceOf(BrokenRuntimeError);
});

test('a tower that WebGPU cannot load runs on WebAssembly, unless the backend is pinned', async () => {
  const failing = new Map<string, Error>([['unified/text webgpu q4', new ModelError('no such kernel')]]);
  const free = setUp({ adapter: 'a', ms: { wasm: 9, webgpu: 3 }, failing });
  await free.job.encode('unified', TEXT);
  expect(free.last()).toMatchObject({ id: 'unified/text', backend: 'wasm', precision: 'int8' });
  expect(free.last().reason).toContain('WebGPU could not load it (no such kernel)');
  const pinned = setUp({ failing }, 'webgpu');
  await expect(pinned.job.encode('unified', TEXT)).rejects.toThrow('no such kernel');
});

test('a failed load is told and forgotten: the next call tries again', async () => {
  const failing = new Map<string, Error>([['unified/text wasm q8', new MissingFileError('text_model.onnx')]]);
  const { job, last } = setUp({ failing }, 'wasm');
  await expect(job.encode('unified', TEXT)).rejects.toBeInstanceOf(MissingFileError);
  expect(last()).toEqual({ id: 'unified/text', state: 'failed', message: 'text_model.onnx' });
  failing.clear();
  expect(await job.encode('unified', TEXT)).toHaveLength(128);
  expect(last().state).toBe('ready');
});

test('what a person should know of the last text stands in its status', async () => {
  const options: FakeOptions = { note: 'the first 32 of 40 were read' };
  const { job, last, statuses } = setUp(options, 'wasm');
  await job.encode('unified', TEXT);
  expect(last()).toMatchObject({ state: 'ready', message: 'the first 32 of 40 were read' });
  delete options.note;
  await job.encode('unified', TEXT);
  expect(last()).not.toHaveProperty('message');
  const told = statuses.length;
  await job.encode('unified', TEXT);
  expect(statuses).toHaveLength(told);
});

test('vectors of a wrong length or without direction are refused', async () => {
  await expect(setUp({ dim: 64 }).job.encode('unified', TEXT)).rejects.toThrow(
    '64 numbers; the space has 128',
  );
  await expect(setUp({ axis: () => 999 }).job.encode('unified', TEXT)).rejects.toBeInstanceOf(ModelError);
});

test('a space that does not know the modality is refused, an aborted call is not begun', async () => {
  const { job, loads } = setUp();
  await expect(job.encode('foley', PICTURE)).rejects.toBeInstanceOf(InputError);
  await expect(job.encode('nowhere', TEXT)).rejects.toBeInstanceOf(InputError);
  await expect(job.encode('unified', TEXT, AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  await expect(job.project({ id: 'nothing' }, new Float32Array(2), [true])).rejects.toBeInstanceOf(
    InputError,
  );
  expect(loads).toEqual([]);
});

const FOLEY = { id: 'foley-to-unified' };

test('projects any number of rows to the mean of the members that are on, not normalised', async () => {
  const { job, loads } = setUp();
  for (const n of [1, 2, 255, 256, 257, 600]) {
    const x = Float32Array.from({ length: n * 2 }, (_, i) => i + 1);
    const y = await job.project(FOLEY, x, [true, true]);
    const each = await job.members(FOLEY, x);
    expect(y).toHaveLength(n * 3);
    expect(each).toHaveLength(n * 6);
    for (const i of [0, n >> 1, n - 1]) {
      const [x0, x1] = [2 * i + 1, 2 * i + 2];
      expect([...y.subarray(i * 3, i * 3 + 3)]).toEqual([x0 / 2, x1 / 2, x1 / 2]);
      expect([...each.subarray(i * 6, i * 6 + 6)]).toEqual([x0, x1, 0, 0, 0, x1]);
    }
  }
  expect([...(await job.project(FOLEY, Float32Array.of(3, 4), [true, false]))]).toEqual([3, 4, 0]);
  expect(loads).toEqual(['foley-to-unified wasm']);
});

test('an ensemble of the user’s own is loaded from its address, anew when that is another, as float32', async () => {
  const { job, loads, released, last } = setUp();
  const mine = (url: string) => job.project({ id: 'run-1', url }, Float32Array.of(1, 2), [true, true]);
  await mine('blob:a');
  await mine('blob:a');
  await mine('blob:b');
  expect(loads).toEqual(['run-1 wasm', 'run-1 wasm']);
  expect(released).toEqual(['blob:a']);
  expect(last()).toMatchObject({ id: 'run-1', state: 'ready', precision: 'fp32' });
});

test('an ensemble that gives no numbers is refused', async () => {
  const { job } = setUp({ broken: true });
  await expect(job.project(FOLEY, Float32Array.of(1, 2), [true, true])).rejects.toBeInstanceOf(ModelError);
});

test('rows and masks that do not fit are refused', async () => {
  const { job } = setUp();
  const project = (length: number, mask: boolean[]) => job.project(FOLEY, new Float32Array(length), mask);
  await expect(project(0, [true, true])).rejects.toBeInstanceOf(InputError);
  await expect(project(3, [true, true])).rejects.toBeInstanceOf(InputError);
  await expect(project(2, [true])).rejects.toBeInstanceOf(InputError);
  await expect(project(2, [false, false])).rejects.toBeInstanceOf(InputError);
});
