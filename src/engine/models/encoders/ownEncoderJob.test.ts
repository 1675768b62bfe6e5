import { expect, test } from 'vitest';
import { AbortedError, FormatError, ModelError } from '../../../base/errors.ts';
import { BrokenRuntimeError } from '../../workers/brokenRuntime.ts';
import type { Backend } from '../../types.ts';
import { OwnEncoderJob, type OwnStatus } from './ownEncoderJob.ts';
import type { OwnRuntime } from './runtime.ts';
import type { TowerSource } from './tower.ts';

interface Fake {
  adapter?: string;
  /** Milliseconds of a run, by backend. */
  ms?: Partial<Record<Backend, number>>;
  rows?: (backend: Backend) => Float32Array[];
  failLoad?: (backend: Backend, id: string) => Error | undefined;
}

/** A runtime whose clock moves with each run. */
function fakeRuntime({ adapter, ms = {}, rows = () => [Float32Array.of(3, 4)], failLoad }: Fake) {
  let now = 0;
  const log: string[] = [];
  const runtime: OwnRuntime = {
    adapter: () => Promise.resolve(adapter),
    nowMs: () => now,
    load({ id }, backend) {
      const error = failLoad?.(backend, id);
      if (error) return Promise.reject(error);
      log.push(`load ${id} ${backend}`);
      return Promise.resolve({
        embed(input) {
          now += ms[backend] ?? 10;
          const text = input.modality === 'text' && input.text === 'long' ? { note: 'cut' } : {};
          return Promise.resolve({ rows: rows(backend), ...text });
        },
        release() {
          log.push(`release ${id} ${backend}`);
          return Promise.resolve();
        },
      });
    },
  };
  const told: OwnStatus[] = [];
  const job = new OwnEncoderJob(runtime, (status) => void told.push(status));
  return { job, log, told };
}

const source = (change: Partial<TowerSource> = {}): TowerSource => ({
  id: 's-2/text',
  modality: 'text',
  dim: 2,
  graph: 'g.onnx',
  output: 'out',
  reading: { kind: 'text', tokenizer: 't', tokenizerConfig: undefined, most: 9, pad: false },
  normalise: true,
  files: new Map([['g.onnx', new Blob(['x'])]]),
  stamp: '1',
  ...change,
});
const DOG = { modality: 'text', text: 'dog' } as const;
const last = (told: readonly OwnStatus[]) => told.at(-1)!;

test.each<[string, Fake, Backend, RegExp]>([
  ['no adapter', {}, 'wasm', /10\.0 ms; this browser offers no WebGPU adapter/],
  [
    'WebGPU is faster and right',
    { adapter: 'apple', ms: { webgpu: 2 } },
    'webgpu',
    /apple\): 2\.0 ms against 10\.0 ms.*cosine 1\.0000/,
  ],
  ['WebGPU is slower', { adapter: 'apple', ms: { webgpu: 20 } }, 'wasm', /10\.0 ms against 20\.0 ms/],
  [
    'WebGPU is wrong',
    {
      adapter: 'apple',
      ms: { webgpu: 2 },
      rows: (b) => [b === 'wasm' ? Float32Array.of(1, 0) : Float32Array.of(1, 0.1)],
    },
    'wasm',
    /is wrong, cosine 0\.995/,
  ],
  [
    'WebGPU cannot load it',
    { adapter: 'apple', failLoad: (b) => (b === 'webgpu' ? new ModelError('no such operator') : undefined) },
    'wasm',
    /could not run it \(no such operator\)/,
  ],
])('the probe: %s', async (_, fake, backend, reason) => {
  const { job, log, told } = fakeRuntime(fake);
  expect(await job.encode({ source: source() }, DOG)).toHaveLength(2);
  expect(last(told)).toMatchObject({
    state: 'ready',
    backend,
    probe: expect.stringMatching(reason) as string,
  });
  // The other one was let go.
  const loads = log.filter((line) => line.startsWith('load')).length;
  expect(log.filter((line) => line.startsWith('release'))).toHaveLength(loads - 1);
  await job.encode({ source: source() }, DOG);
  expect(log.filter((line) => line.startsWith('load'))).toHaveLength(loads);
});

test('a large graph is not tried on a software adapter', async () => {
  const { job, told } = fakeRuntime({ adapter: 'software adapter', ms: { webgpu: 1 } });
  const files = new Map([['g.onnx', { size: 40_000_000 } as Blob]]);
  await job.encode({ source: source({ files }) }, DOG);
  expect(last(told)).toMatchObject({
    backend: 'wasm',
    probe: expect.stringContaining('not tried') as string,
  });
});

test('a pinned backend is taken without a probe, an earlier finding too; a new stamp loads anew', async () => {
  const { job, log, told } = fakeRuntime({ adapter: 'apple' });
  await job.encode({ source: source(), pinned: 'webgpu' }, DOG);
  expect(last(told)).toEqual({ id: 's-2/text', state: 'ready', backend: 'webgpu', message: '' });
  await job.encode({ source: source({ stamp: '2' }), known: { backend: 'wasm', reason: 'was faster' } }, DOG);
  expect(last(told)).toMatchObject({ backend: 'wasm', probe: 'was faster' });
  expect(log).toEqual(['load s-2/text webgpu', 'release s-2/text webgpu', 'load s-2/text wasm']);
});

test('where WebGPU no longer loads what it did, WebAssembly does; a broken one takes the worker down', async () => {
  const known = { backend: 'webgpu', reason: 'was faster' } as const;
  const fallen = fakeRuntime({ failLoad: (b) => (b === 'webgpu' ? new ModelError('gone') : undefined) });
  await fallen.job.encode({ source: source(), known }, DOG);
  expect(last(fallen.told)).toMatchObject({
    backend: 'wasm',
    probe: expect.stringContaining('gone') as string,
  });
  const broken = fakeRuntime({ failLoad: () => new BrokenRuntimeError('device lost') });
  await expect(broken.job.encode({ source: source(), known }, DOG)).rejects.toBeInstanceOf(
    BrokenRuntimeError,
  );
});

test('a failed load is told and tried again at the next call', async () => {
  let fails = true;
  const { job, told } = fakeRuntime({ failLoad: () => (fails ? new FormatError('cut') : undefined) });
  await expect(job.encode({ source: source() }, DOG)).rejects.toBeInstanceOf(FormatError);
  expect(last(told)).toMatchObject({ state: 'failed', message: 'cut' });
  fails = false;
  expect(await job.encode({ source: source() }, DOG)).toEqual(Float32Array.of(0.6, 0.8).map(Math.fround));
});

test('vectors: windows are averaged, another length and zeros refused, unit length checked where it is promised', async () => {
  const encode = (rows: Float32Array[], change: Partial<TowerSource> = {}) =>
    fakeRuntime({ rows: () => rows }).job.encode({ source: source(change), pinned: 'wasm' }, DOG);
  const mean = await encode([Float32Array.of(5, 0), Float32Array.of(0, 2)]);
  expect(mean[0]).toBeCloseTo(Math.SQRT1_2, 6);
  await expect(encode([Float32Array.of(1, 2, 3)])).rejects.toThrow(/vectors of 3 numbers; its space has 2/);
  await expect(encode([Float32Array.of(0, 0)])).rejects.toBeInstanceOf(ModelError);
  await expect(encode([Float32Array.of(NaN, 0)])).rejects.toBeInstanceOf(ModelError);
  await expect(encode([Float32Array.of(3, 4)], { normalise: false })).rejects.toThrow(/length 5\.00/);
  expect(await encode([Float32Array.of(0.6, 0.8)], { normalise: false })).toHaveLength(2);
});

test('a note of a text is told once, and gone with the next', async () => {
  const { job, told } = fakeRuntime({});
  const encode = (text: string) =>
    job.encode({ source: source(), pinned: 'wasm' }, { modality: 'text', text });
  await encode('long');
  await encode('long');
  expect(told.filter(({ message }) => message === 'cut')).toHaveLength(1);
  await encode('dog');
  expect(last(told)).toMatchObject({ message: '' });
});

test('what was not used for longest makes room; a call taken back is not begun', async () => {
  const { job, log, told } = fakeRuntime({});
  const large = (id: string) => source({ id, files: new Map([['g.onnx', { size: 800_000_000 } as Blob]]) });
  const encode = (id: string, signal?: AbortSignal) =>
    job.encode({ source: large(id), pinned: 'wasm' }, DOG, signal);
  await encode('a');
  await encode('b');
  expect(log).toEqual(['load a wasm', 'release a wasm', 'load b wasm']);
  expect(told).toContainEqual({ id: 'a', state: 'not loaded', message: expect.any(String) as string });
  await expect(encode('c', AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  await job.release('b');
  expect(log.at(-1)).toBe('release b wasm');
});

test('a dry run shows the head and the length of what the graph gave, and lets it go', async () => {
  const { job, log } = fakeRuntime({});
  const run = await job.dryRun({ source: source({ dim: 99 }) });
  expect(run).toMatchObject({ dim: 2, norm: 5, ms: 10, backend: 'wasm' });
  expect(run.head[0]).toBeCloseTo(0.6, 6);
  expect((await job.dryRun({ source: source({ normalise: false }) })).head).toEqual([3, 4]);
  expect(log.at(-1)).toBe('release s-2/text wasm');
});
