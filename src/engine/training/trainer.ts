/** Trains one member of a mixture: its projector, or the two of a joint member, step by step in jax-js. */
import { defaultDevice, init, numpy as np, tree } from '@jax-js/jax';
import { CapabilityError, DisposedError, InputError, ModelError } from '../../base/errors.ts';
import { ADAM, adamFactors, learningRate, type AdamConstants } from '../../math/adam.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { Backend } from '../types.ts';
import { batchSize, drawBatch } from './batches.ts';
import { rectanglesOf } from './blocks.ts';
import { initialState } from './initialState.ts';
import { checkSettings } from './settings.ts';
import { createStep, type DeviceNetwork, type Step } from './trainerStep.ts';
import type { TrainingSettings } from './types.ts';

/**
 * What a member is trained on. Row r of every block is pseudo-pair r. Blocks are numbered: the inputs of all networks
 * in order, then the targets.
 */
export interface MemberTask {
  /** One projector each: unit rows [nPairs, dIn] of the space that it reads, one array a modality. */
  networks: { dIn: number; inputs: Float32Array[] }[];
  /** Unit rows [nPairs, dOut] that stay as they are, one array a modality. */
  targets: Float32Array[];
  /** Numbers of the blocks that are pulled together; one of two is projected. */
  pairs: [number, number][];
  nPairs: number;
  dOut: number;
}

/** One projector under training, on the host. */
export interface NetworkState {
  /** With running statistics: the projector as it stands. */
  weights: ProjectorWeights;
  /** First and second moments of Adam, of every weight that it changes. */
  m: Record<string, Float32Array>;
  v: Record<string, Float32Array>;
}

/** Everything that training goes on from, on the host; may be cloned and stored. */
export interface TrainerState {
  /** Steps that were done. */
  step: number;
  networks: NetworkState[];
}

export interface TrainerOptions {
  backend: Backend;
  /** Name of the member: with the run's seed it seeds first weights, batches and noise. */
  member: string;
  /** Where to go on; from new weights where it is left out. */
  state?: TrainerState;
  /** Constants of the optimiser; ADAM where they are left out. */
  adam?: AdamConstants;
}

export interface StepReport {
  /** Steps done so far: 1 after the first. */
  step: number;
  /** Mean symmetric InfoNCE over the task's pairs, in nats, before this step's change. */
  loss: number;
  learningRate: number;
}

/** One member under training. Not reentrant: one call at a time. */
export class ProjectorTrainer {
  readonly #task: MemberTask;
  readonly #settings: TrainingSettings;
  readonly #options: Omit<TrainerOptions, 'state'>;
  readonly #adam: AdamConstants;
  readonly #step: Step;
  #networks: DeviceNetwork[];
  #stepsDone: number;
  #disposed = false;

  private constructor(
    task: MemberTask,
    settings: TrainingSettings,
    options: TrainerOptions,
    step: Step,
    state: TrainerState,
  ) {
    this.#task = task;
    this.#settings = settings;
    this.#options = options;
    this.#adam = options.adam ?? ADAM;
    this.#step = step;
    this.#networks = state.networks.map(toDevice);
    this.#stepsDone = state.step;
  }

  /**
   * @throws InputError on settings or a task that cannot be trained, or a state of another shape.
   * @throws CapabilityError when the backend cannot be had.
   */
  static async create(
    task: MemberTask,
    settings: TrainingSettings,
    options: TrainerOptions,
  ): Promise<ProjectorTrainer> {
    checkSettings(settings);
    const rectangles = rectanglesOf(task);
    const start = initialState(task, settings, options.member);
    const state = options.state ?? start;
    checkState(state, start);
    const { backend } = options;
    if (!(await init(backend)).includes(backend)) {
      throw new CapabilityError(`This browser does not offer ${backend}, which training was to run on.`);
    }
    defaultDevice(backend);
    const { temperature, momentum } = settings;
    const n = batchSize(task, settings.batch);
    const step = createStep({ n, rectangles, temperature, momentum, adam: options.adam ?? ADAM });
    return new ProjectorTrainer(task, settings, options, step, state);
  }

  /** Steps done so far. */
  get stepsDone(): number {
    return this.#stepsDone;
  }

  /** One batch, forward and back. @throws ModelError when the loss is no longer a number: go on from a saved state; DisposedError. */
  async step(): Promise<StepReport> {
    this.#checkOpen();
    const { member, backend } = this.#options;
    const t = this.#stepsDone + 1;
    const { inputs, targets } = drawBatch(this.#task, this.#settings, member, t);
    const rate = learningRate(t, this.#settings);
    const factors = adamFactors(t, rate, this.#adam);
    defaultDevice(backend);
    const { networks, dOut } = this.#task;
    const [next, loss] = this.#step(
      this.#networks,
      inputs.map((x, k) => np.array(x).reshape([-1, networks[k]!.dIn])),
      targets.length > 0 ? [np.array(targets).reshape([-1, dOut])] : [],
      np.array(Float32Array.of(factors.m, factors.v, 1 - rate * this.#settings.weightDecay)),
    );
    this.#networks = next;
    const value = ((await loss.data()) as Float32Array)[0]!;
    if (!Number.isFinite(value)) {
      throw new ModelError(
        `The loss of ${member} is no longer a number at step ${t}. Lower the learning rate (${this.#settings.peakRate}) or lengthen the warm-up.`,
      );
    }
    this.#stepsDone = t;
    return { step: t, loss: value, learningRate: rate };
  }

  /** A copy of the present state on the host. */
  async save(): Promise<TrainerState> {
    this.#checkOpen();
    const networks: NetworkState[] = [];
    for (const { weights, m, v } of this.#networks) {
      networks.push({ weights: await toHost(weights), m: await toHost(m), v: await toHost(v) });
    }
    return { step: this.#stepsDone, networks };
  }

  /** The projectors as they stand, one a network; matrices [dIn, dHidden] and [dHidden, dOut], row-major. */
  async weights(): Promise<ProjectorWeights[]> {
    this.#checkOpen();
    const all: ProjectorWeights[] = [];
    for (const { weights } of this.#networks) all.push(await toHost(weights));
    return all;
  }

  /** Frees the device's memory. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    tree.dispose(this.#networks);
    this.#step.dispose();
  }

  #checkOpen(): void {
    if (this.#disposed) throw new DisposedError('The trainer');
  }
}

/** Matrices as [fanIn, fanOut], all else as vectors. */
function toDevice({ weights, m, v }: NetworkState): DeviceNetwork {
  const upload = <K extends string>(arrays: Record<K, Float32Array>) =>
    Object.fromEntries(
      (Object.entries(arrays) as [K, Float32Array][]).map(([name, data]) => [
        name,
        name.startsWith('linear') && name.endsWith('weight')
          ? np.array(data).reshape([-1, weights[`linear${name.includes('1') ? 1 : 2}.bias`].length])
          : np.array(data),
      ]),
    ) as Record<K, np.Array>;
  return { weights: upload(weights), m: upload(m), v: upload(v) } as DeviceNetwork;
}

/** Copies arrays to the host; the device keeps its own. */
async function toHost<K extends string>(arrays: Record<K, np.Array>): Promise<Record<K, Float32Array>> {
  const out: Partial<Record<K, Float32Array>> = {};
  for (const [name, array] of Object.entries(arrays) as [K, np.Array][]) {
    out[name] = (await array.ref.data()) as Float32Array;
  }
  return out as Record<K, Float32Array>;
}

/** @throws InputError where a state has not the shapes of the task and settings. */
function checkState(state: TrainerState, expected: TrainerState): void {
  const shapesOf = ({ networks }: TrainerState) =>
    networks
      .flatMap((network) =>
        (['weights', 'm', 'v'] as const).flatMap((part) =>
          Object.entries(network[part]).map(([name, { length }]) => `${part} ${name} ${length}`),
        ),
      )
      .toSorted()
      .join();
  if (shapesOf(state) === shapesOf(expected)) return;
  throw new InputError(
    'The saved training has weights of another shape than these settings and spaces ask for.',
  );
}
