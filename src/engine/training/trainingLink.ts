/** The page's end of the training worker: what was given to it once is not sent again. */
import { proxy, transfer, type Remote } from 'comlink';
import { throwIfAborted } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { Backend } from '../types.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import { evaluationTasks } from './evaluation.ts';
import type { Command, OnEvent, RunEnd, TrialResult } from './orders.ts';
import type { Pools } from './pools.ts';
import type { Ends } from './request.ts';
import type { Pin } from './trainingDevice.ts';
import type { GivenSpace, TrainingService } from './trainingService.ts';
import type { MinedSet, PoolId, Training, TrainRequest } from './types.ts';

type Rows = Partial<Record<Modality, Float32Array>>;

export interface TrainingLinkOptions {
  createWorker: () => Worker;
  pools: Pools;
  manifest: CollectionManifest;
  embeddings: (spaceId: string) => Promise<Rows>;
  /** Pins the backend instead of trying (for tests). */
  backend?: Backend;
}

/** Of a run: where it goes on. */
export interface RunFrom {
  runId: string;
  nReady: number;
  seconds: number;
  /** What it has trained on so far: it goes on there, as if it had never been cut, where that can be. */
  begunOn?: Backend;
}

export class TrainingLink {
  readonly #options: TrainingLinkOptions;
  readonly #worker: RestartableWorker<TrainingService>;
  readonly #given = new Set<string>();
  /** Number of workers that died. */
  #nDeaths = 0;
  /** True once a worker died while it trained on WebGPU: the next one does without. */
  #withoutGpu = false;
  #backend: Backend | undefined;

  constructor(options: TrainingLinkOptions) {
    this.#options = options;
    this.#worker = new RestartableWorker<TrainingService>({
      name: 'The training worker',
      create: options.createWorker,
      start: async () => {},
      onDeath: () => {
        this.#nDeaths++;
        this.#given.clear();
        if (this.#backend === 'webgpu') this.#withoutGpu = true;
      },
    });
  }

  get nDeaths(): number {
    return this.#nDeaths;
  }

  mine(request: Parameters<Training['mine']>[0], ends: Ends, signal?: AbortSignal): Promise<MinedSet[]> {
    return abortable(signal, async (port) => {
      const [base, expert] = await this.#poolRows(request.pool, ends);
      throwIfAborted(signal);
      return this.#worker.call((remote) =>
        remote.mine(request, base, expert, port && transfer(port, [port])),
      );
    });
  }

  /**
   * Trains a run's members that are not ready. `onBegin` is called when everything is on its way to the worker: commands
   * reach the run from then on. It may say false: then nothing is begun.
   * @throws what loading rows throws, and as TrainingJob.run; ModelError when the worker dies; DisposedError.
   */
  async run(
    request: TrainRequest,
    ends: Ends,
    from: RunFrom,
    onBegin: () => boolean,
    onEvent: OnEvent,
  ): Promise<RunEnd | undefined> {
    const { begunOn, ...at } = from;
    const given = await this.#order(request, ends, 'validation', begunOn);
    return this.#worker.call((remote) =>
      onBegin() ? remote.run({ ...at, ...given }, this.#heard(onEvent)) : Promise.resolve(undefined),
    );
  }

  /** Trains all members of a request and ranks with them. @throws as run(), AbortedError on a command. */
  async trial(
    request: TrainRequest,
    ends: Ends,
    onBegin: () => boolean,
    onEvent: OnEvent,
  ): Promise<TrialResult | undefined> {
    const given = await this.#order(request, ends, 'both');
    return this.#worker.call((remote) =>
      onBegin() ? remote.trial(given, this.#heard(onEvent)) : Promise.resolve(undefined),
    );
  }

  /** To the training under way. */
  command(command: Command): Promise<void> {
    return this.#worker.call((remote) => remote.command(command));
  }

  /** As TrainingJob.stepBack. */
  stepBack(runId: string, memberIndex: number) {
    return this.#worker.call((remote) => remote.stepBack(runId, memberIndex));
  }

  /** As TrainingJob.partial. */
  partial(runId: string, memberIndex: number): Promise<ProjectorWeights[] | undefined> {
    return this.#worker.call((remote) => remote.partial(runId, memberIndex));
  }

  /** As TrainingJob.forget. */
  forget(runId: string): Promise<void> {
    return this.#worker.call((remote) => remote.forget(runId));
  }

  dispose(): void {
    this.#worker.dispose();
  }

  #heard(onEvent: OnEvent): OnEvent {
    const listener: OnEvent = (event) => {
      if (event.kind === 'training') this.#backend = event.backend;
      return onEvent(event);
    };
    return proxy(listener);
  }

  async #order(request: TrainRequest, ends: Ends, which: 'validation' | 'both', begunOn?: Backend) {
    const [base, expert] = await this.#poolRows(request.pool, ends);
    const collection = await Promise.all(
      [ends.base, ends.expert].map((space) =>
        this.#give(`collection ${space.id}`, space, () => this.#options.embeddings(space.id)),
      ),
    );
    const tasks = evaluationTasks(this.#options.manifest, which);
    const pin = this.#pin(begunOn);
    return {
      request,
      base,
      expert,
      evaluation: { base: collection[0]!, expert: collection[1]!, tasks },
      ...(pin && { pin }),
    };
  }

  #pin(begunOn: Backend | undefined): Pin | undefined {
    const { backend } = this.#options;
    if (backend) return { backend, reason: 'It was asked for.' };
    if (this.#withoutGpu) return { backend: 'wasm', reason: 'WebGPU broke down here before.' };
    return begunOn && { backend: begunOn, reason: 'The run began on it.', fallsBack: true };
  }

  async #poolRows(id: PoolId, { base, expert }: Ends): Promise<[base: GivenSpace, expert: GivenSpace]> {
    const pool = await this.#options.pools.pool(id);
    const given = [base, expert].map((space) =>
      this.#give(`${id} pool ${space.id}`, space, () => pool.vectors(space.id)),
    );
    const [first, second] = await Promise.all(given);
    return [first!, second!];
  }

  async #give(
    key: string,
    { id, dim }: { id: string; dim: number },
    load: () => Promise<Rows>,
  ): Promise<GivenSpace> {
    if (!this.#given.has(key)) {
      const rows = await load();
      await this.#worker.call((remote: Remote<TrainingService>) => remote.give(key, rows));
      this.#given.add(key);
    }
    return { key, id, dim };
  }
}
