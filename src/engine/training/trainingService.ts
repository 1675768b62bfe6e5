import { transfer } from 'comlink';
import { InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { MiningSpace } from '../../math/pseudoPairs.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import type { Checkpoint } from './checkpoints.ts';
import type { EvaluationTask } from './evaluation.ts';
import type { MiningRequest } from './mining.ts';
import type { Command, OnEvent, RunEnd, RunOrder, TrainOrder, TrialResult } from './orders.ts';
import { TrainingJob, type TrainingJobOptions } from './trainingJob.ts';
import type { MinedSet } from './types.ts';

/** A space's rows that the worker was given under a key. */
export interface GivenSpace {
  key: string;
  id: string;
  dim: number;
}

/** An order with keys for what the worker has already. */
export type Plain<T extends TrainOrder> = Omit<T, 'base' | 'expert' | 'evaluation'> & {
  base: GivenSpace;
  expert: GivenSpace;
  evaluation: { base: GivenSpace; expert: GivenSpace; tasks: EvaluationTask[] };
};

/** The worker's side of training, for comlink: rows come once, events go to proxies, weights leave by transfer. */
export class TrainingService {
  readonly #job: TrainingJob;
  readonly #given = new Map<string, MiningSpace['rows']>();

  constructor(options?: TrainingJobOptions) {
    this.#job = new TrainingJob(options);
  }

  /** Unit rows by modality, kept under a key. */
  give(key: string, rows: Partial<Record<Modality, Float32Array>>): void {
    this.#given.set(key, rows);
  }

  /** As TrainingJob.mine. */
  async mine(
    request: MiningRequest,
    base: GivenSpace,
    expert: GivenSpace,
    port: MessagePort | undefined,
  ): Promise<MinedSet[]> {
    const { signal, close } = listenForAbort(port);
    try {
      return await this.#job.mine(request, this.#space(base), this.#space(expert), signal);
    } finally {
      close();
    }
  }

  /** As TrainingJob.run. */
  run(order: Plain<RunOrder>, onEvent: OnEvent): Promise<RunEnd> {
    const moving: OnEvent = (event) =>
      onEvent(event.kind === 'member' ? transfer(event, buffersOf(event.weights)) : event);
    return this.#job.run({ ...order, ...this.#spaces(order) }, moving);
  }

  /** As TrainingJob.trial. */
  trial(order: Plain<TrainOrder>, onEvent: OnEvent): Promise<TrialResult> {
    return this.#job.trial({ ...order, ...this.#spaces(order) }, onEvent);
  }

  /** As TrainingJob.command. */
  command(command: Command): void {
    this.#job.command(command);
  }

  /** As TrainingJob.stepBack, without the state. */
  async stepBack(runId: string, memberIndex: number): Promise<Pick<Checkpoint, 'curve' | 'seconds'>> {
    const { curve, seconds } = await this.#job.stepBack(runId, memberIndex);
    return { curve, seconds };
  }

  /** As TrainingJob.partial. */
  async partial(runId: string, memberIndex: number): Promise<ProjectorWeights[] | undefined> {
    const weights = await this.#job.partial(runId, memberIndex);
    return weights && transfer(weights, buffersOf(weights));
  }

  /** As TrainingJob.forget. */
  forget(runId: string): Promise<void> {
    return this.#job.forget(runId);
  }

  #spaces({ base, expert, evaluation }: Plain<TrainOrder>) {
    return {
      base: this.#space(base),
      expert: this.#space(expert),
      evaluation: {
        base: this.#space(evaluation.base),
        expert: this.#space(evaluation.expert),
        tasks: evaluation.tasks,
      },
    };
  }

  #space({ key, id, dim }: GivenSpace): MiningSpace {
    const rows = this.#given.get(key);
    if (!rows) throw new InputError(`The training worker was not given "${key}".`);
    return { id, dim, rows };
  }
}

function buffersOf(weights: readonly ProjectorWeights[]): ArrayBuffer[] {
  return weights.flatMap((one) => Object.values(one).map(({ buffer }) => buffer as ArrayBuffer));
}
