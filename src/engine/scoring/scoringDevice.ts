/** Which backend scores: a short warm trial of each, held to the plain version. Runs in the scoring worker. */
import { defaultDevice, getWebGPUDevice, init } from '@jax-js/jax';
import { CapabilityError, messageOf } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { createRandom } from '../../base/random.ts';
import { ranks as plainRanks } from '../../math/ranks.ts';
import { plane, scoresFromPlanes } from '../../math/fusion.ts';
import type { Backend } from '../types.ts';
import { createHostTask, type CoefficientsByModality, type HostTask } from './hostTask.ts';
import { JaxTasks, type LoadOptions } from './jaxTasks.ts';
import type { JaxMode } from './taskPlanes.ts';

/** The planes of one collection, wherever they lie. */
export interface LoadedTasks {
  /** Ranks [nQueries] of every task, from the coefficients [nComponents, nItems] of each modality. */
  ranks(coefficients: CoefficientsByModality): Promise<Uint32Array[]>;
  /**
   * Ranks of every right answer of one task, [nSettings, nAnswers], at some settings' coefficients. Works one small part a
   * step and yields the share that is done.
   */
  sweep(task: number, settings: readonly CoefficientsByModality[]): AsyncGenerator<number, Uint32Array>;
  /** Planes that were built, and those taken over from the tasks before. */
  readonly nBuilt: number;
  readonly nReused: number;
  dispose(): void;
}

/** Something that ranks. */
export interface ScoringDevice {
  readonly backend: Backend;
  /** Why this one, with the trial's figures. */
  readonly reason: string;
  /** Why there are no half-precision planes, where there are none. */
  readonly noHalf?: string;
  /** Resolves with a message when the device is gone; else never. */
  readonly lost: Promise<string>;
  /** Builds the planes, one small part a step, and yields the share that is built. */
  load(
    tasks: readonly HostTask[],
    nItems: (modality: Modality) => number,
    options: LoadOptions,
  ): AsyncGenerator<number, LoadedTasks>;
}

/** Runs a generator to its end at one go. */
export async function drain<T>(generator: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await generator.next();
    if (step.done) return step.value;
  }
}

const NEVER = new Promise<never>(() => {});
const N_TRIAL = 384;
const N_RUNS = 7;

const WASM_THREADS: JaxMode = { layout: 'query rows', waits: true };
const WASM_ALONE: JaxMode = { layout: 'query rows', waits: false };
const WEBGPU: JaxMode = { layout: 'query columns', waits: true };

/** Planes of so many numbers are ranked on all threads, also where the trial's small ones are faster on one. */
const MIN_THREADED = 2 ** 22;

const hasThreads = () => globalThis.crossOriginIsolated && navigator.hardwareConcurrency > 1;

/** Numbers in all planes of some tasks. */
function nNumbers(tasks: readonly HostTask[]): number {
  return tasks.reduce(
    (sum, { queries, gallery }) =>
      sum + queries.nItems * queries.data.length * gallery.nItems * gallery.data.length,
    0,
  );
}

function createDevice(backend: Backend, mode: JaxMode, reason: string): ScoringDevice {
  const noHalf =
    backend === 'wasm'
      ? 'jax-js has no half precision on WebAssembly'
      : getWebGPUDevice().features.has('shader-f16')
        ? undefined
        : 'this WebGPU device does not offer it (shader-f16)';
  return {
    backend,
    reason,
    lost: backend === 'webgpu' ? getWebGPUDevice().lost.then(({ message }) => message) : NEVER,
    ...(noHalf !== undefined && { noHalf }),
    load(tasks, nItems, options) {
      defaultDevice(backend);
      const threads = mode === WASM_ALONE && hasThreads() && nNumbers(tasks) >= MIN_THREADED;
      return JaxTasks.load(tasks, nItems, threads ? WASM_THREADS : mode, options);
    },
  };
}

/** Two directions between two seeded sets of two components each, and their ranks by the plain version. */
function createTrial() {
  const random = createRandom(1);
  const dim = 8;
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.float() * 2 - 1);
  const set = () => ({ nItems: N_TRIAL, dim, data: [draw(N_TRIAL * dim), draw(N_TRIAL * dim)] });
  const components = { text: set(), audio: set() };
  const coefficients = { text: draw(2 * N_TRIAL).map(Math.abs), audio: draw(2 * N_TRIAL).map(Math.abs) };
  const all = Uint32Array.from({ length: N_TRIAL }, (_, i) => i);
  const relevant = Array.from(all, (i) => Uint32Array.of(i));
  const ways = [
    ['audio', 'text'],
    ['text', 'audio'],
  ] as const;
  const tasks = ways.map(([queryModality, galleryModality]) =>
    createHostTask(
      `${queryModality}>${galleryModality}`,
      { queryModality, galleryModality, queries: all, gallery: all, relevant },
      components,
    ),
  );
  const expected = ways.map(([from, to]) => {
    const planes = components[from].data.flatMap((x) => components[to].data.map((y) => plane(x, y, dim)));
    const scores = scoresFromPlanes(planes, coefficients[from], coefficients[to], N_TRIAL, N_TRIAL);
    return plainRanks(scores, N_TRIAL, relevant);
  });
  return { tasks, coefficients, expected };
}

type Trial = ReturnType<typeof createTrial>;

/** Median milliseconds of a warm run. @throws CapabilityError when it cannot run, or ranks are off by more than a near tie. */
async function tryOut({ tasks, coefficients, expected }: Trial, device: ScoringDevice): Promise<number> {
  const loaded = await drain(device.load(tasks, () => N_TRIAL, { planes: 'float32', contracts: false }));
  try {
    const timesMs: number[] = [];
    for (let run = 0; run <= N_RUNS; run++) {
      const start = performance.now();
      // New arrays: ranks of coefficients that stand still are not computed again.
      const found = await loaded.ranks({
        text: coefficients.text.slice(),
        audio: coefficients.audio.slice(),
      });
      timesMs.push(performance.now() - start);
      const wrong = found.flatMap((ranks, t) =>
        [...ranks].filter((r, q) => Math.abs(r - expected[t]![q]!) > 1),
      );
      if (wrong.length > 0) throw new CapabilityError(`it gave ${wrong.length} wrong ranks`);
    }
    return timesMs.slice(1).sort((a, b) => a - b)[N_RUNS >> 1]!; // the first run compiles
  } finally {
    loaded.dispose();
  }
}

/** Whether a WebGPU adapter computes on the processor: slow, and its trial would be the longest part of the start. */
export async function isSoftware(): Promise<boolean> {
  const info = (await navigator.gpu.requestAdapter())?.info;
  return info !== undefined && (info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(info.architecture));
}

/** WebAssembly, without WebGPU: the way on after it failed. */
export async function openWasm(why: string): Promise<ScoringDevice> {
  await init('wasm');
  return createDevice('wasm', hasThreads() ? WASM_THREADS : WASM_ALONE, why);
}

/**
 * Tries each backend on two directions of 384 x 384 pairs with four planes each, and opens the fastest that is right.
 * A pinned backend is opened without a trial.
 * @throws CapabilityError when the pinned one, or every one, cannot be had.
 */
export async function openDevice(pinned?: Backend): Promise<ScoringDevice> {
  if (pinned === 'wasm') return openWasm('WebAssembly was asked for.');
  const hasGpu = 'gpu' in navigator && (pinned === 'webgpu' || !(await isSoftware()));
  const available = await init('wasm', ...(hasGpu ? (['webgpu'] as const) : []));
  if (pinned === 'webgpu') {
    if (available.includes('webgpu')) return createDevice('webgpu', WEBGPU, 'WebGPU was asked for.');
    throw new CapabilityError('WebGPU was asked for, but this browser does not offer it.');
  }
  const nThreads = navigator.hardwareConcurrency;
  const candidates: { name: string; backend: Backend; mode: JaxMode }[] = [
    { name: 'WebAssembly on one thread', backend: 'wasm', mode: WASM_ALONE },
  ];
  if (hasThreads()) {
    candidates.push({ name: `WebAssembly on ${nThreads} threads`, backend: 'wasm', mode: WASM_THREADS });
  }
  if (available.includes('webgpu')) candidates.push({ name: 'WebGPU', backend: 'webgpu', mode: WEBGPU });
  const trial = createTrial();
  const said: string[] = [];
  let best: { candidate: (typeof candidates)[number]; ms: number } | undefined;
  for (const candidate of candidates) {
    try {
      const ms = await tryOut(trial, createDevice(candidate.backend, candidate.mode, ''));
      said.push(`${candidate.name} ${ms.toFixed(1)} ms`);
      if (!best || ms < best.ms) best = { candidate, ms };
    } catch (error) {
      said.push(`${candidate.name} failed (${messageOf(error)})`);
    }
  }
  if (!available.includes('webgpu')) {
    said.push(`WebGPU ${'gpu' in navigator ? 'runs in software only here, not tried' : 'is not offered'}`);
  }
  if (!best) throw new CapabilityError(`Scoring works on no backend: ${said.join('; ')}.`);
  const { backend, mode, name } = best.candidate;
  const large = mode === WASM_ALONE && hasThreads() ? ' Large collections use all threads.' : '';
  return createDevice(backend, mode, `${name} won a trial ranking: ${said.join(', ')}.${large}`);
}
