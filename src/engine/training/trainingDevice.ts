/** What a training runs on: WebGPU where a warm trial shows that it is right and faster, else WebAssembly. */
import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { CapabilityError, messageOf } from '../../base/errors.ts';
import type { Backend } from '../types.ts';
import { isSoftware } from '../scoring/scoringDevice.ts';
import type { MatMul } from './projection.ts';
import { ProjectorTrainer, type MemberTask, type TrainerState } from './trainer.ts';
import type { TrainingSettings } from './types.ts';

/** What of a trainer is used, so that tests can put another in its place. */
export type Trainer = Pick<ProjectorTrainer, 'step' | 'save' | 'weights' | 'dispose'>;

export interface TrainingDevice {
  readonly backend: Backend;
  readonly threads: number;
  /** Why this one, with the trial's figures. */
  readonly reason: string;
  readonly matMul: MatMul;
  create(
    task: MemberTask,
    settings: TrainingSettings,
    member: string,
    state?: TrainerState,
  ): Promise<Trainer>;
}

/** What a training is to run on, without a trial. */
export interface Pin {
  backend: Backend;
  /** Why, as TrainingDevice tells it. */
  reason: string;
  /** True where WebAssembly does as well. */
  fallsBack?: boolean;
}

/** Steps of a trial; the first compiles and is not timed. */
const N_TRIAL_STEPS = 4;
/** Losses of two backends may differ by this, relative. */
const TOLERANCE = 1e-3;

function deviceOf(backend: Backend, reason: string): TrainingDevice {
  const threads = backend === 'wasm' && globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
  return {
    backend,
    threads,
    reason,
    create: (task, settings, member, state) =>
      ProjectorTrainer.create(task, settings, { backend, member, ...(state && { state }) }),
    async matMul(x, w, k) {
      defaultDevice(backend);
      const product = np.matmul(np.array(x).reshape([-1, k]), np.array(w).reshape([k, -1]));
      return (await product.data()) as Float32Array;
    },
  };
}

/** Losses and the median milliseconds of the warm steps. */
async function tryOut(
  device: TrainingDevice,
  task: MemberTask,
  settings: TrainingSettings,
): Promise<{ losses: number[]; ms: number }> {
  const trainer = await device.create(task, settings, 'trial');
  try {
    const losses: number[] = [];
    const times: number[] = [];
    for (let step = 0; step < N_TRIAL_STEPS; step++) {
      const start = performance.now();
      losses.push((await trainer.step()).loss);
      times.push(performance.now() - start);
    }
    const warm = times.slice(1).sort((a, b) => a - b);
    return { losses, ms: warm[warm.length >> 1]! };
  } finally {
    trainer.dispose();
  }
}

/**
 * Opens what a task of this shape trains fastest on. WebGPU is tried only where it is no software adapter: its losses must be
 * those of WebAssembly. A pinned backend is opened without a trial.
 * @throws CapabilityError when the pinned one cannot be had, and no other will do.
 */
export async function openTrainingDevice(
  task: MemberTask,
  settings: TrainingSettings,
  pin?: Pin,
): Promise<TrainingDevice> {
  if (pin) return openPinned(pin);
  const hasGpu = 'gpu' in navigator && !(await isSoftware());
  const available = await init('wasm', ...(hasGpu ? (['webgpu'] as const) : []));
  if (!hasGpu || !available.includes('webgpu')) {
    const why = 'gpu' in navigator ? 'runs in software only here' : 'is not offered';
    return deviceOf('wasm', `WebGPU ${why}.`);
  }
  const plain = await tryOut(deviceOf('wasm', ''), task, settings);
  try {
    const fast = await tryOut(deviceOf('webgpu', ''), task, settings);
    const isOff = fast.losses.some((loss, i) => Math.abs(loss / plain.losses[i]! - 1) > TOLERANCE);
    if (isOff) return deviceOf('wasm', 'WebGPU gave other losses in a trial.');
    const words = `WebGPU ${fast.ms.toFixed(0)} ms a step, WebAssembly ${plain.ms.toFixed(0)} ms in a trial.`;
    return deviceOf(fast.ms < plain.ms ? 'webgpu' : 'wasm', words);
  } catch (error) {
    return deviceOf('wasm', `WebGPU failed in a trial (${messageOf(error)}).`);
  }
}

async function openPinned({ backend, reason, fallsBack }: Pin): Promise<TrainingDevice> {
  const offers = (one: Backend) =>
    init(one).then(
      (available) => available.includes(one),
      () => false,
    );
  if (await offers(backend)) return deviceOf(backend, reason);
  if (fallsBack && (await offers('wasm'))) {
    return deviceOf('wasm', `The run began on ${backend}, which this browser no longer offers.`);
  }
  throw new CapabilityError(`This browser does not offer ${backend}, which the run was to train on.`);
}
