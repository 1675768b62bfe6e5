import { transfer } from 'comlink';
import type { Direction, Modality } from '../../base/modality.ts';
import type { AnswerRanks } from '../../math/answers.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend, ComponentSet, MetricsByDirection } from '../types.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import type { DeviceChoice } from './deviceKeeper.ts';
import { MemoryBudgetError, type MemoryRefusal } from './planMemory.ts';
import { openDevice, openWasm } from './scoringDevice.ts';
import { ScoringJob } from './scoringJob.ts';
import type { CollectionOptions, CollectionReport, MemoryReport } from './scoringTypes.ts';

export interface StartOptions {
  /** Pins the backend; without it a trial chooses. */
  backend?: Backend;
  /** WebGPU is not tried, and this says why. */
  withoutGpu?: string;
  budgetBytes?: number;
}

/** CollectionOptions that cross to the worker as they are. */
export type PlainCollectionOptions = Omit<CollectionOptions, 'signal' | 'onProgress'>;

type Progress = ((fraction: number) => void) | undefined;

/** The worker's side of scoring, for comlink: signals arrive as ports, progress goes to proxies, arrays leave by transfer. */
export class ScoringService {
  #job = new ScoringJob();

  /** Must be the first call. `onDevice` and `onMemory` are comlink proxies. */
  async start(
    { backend, withoutGpu, budgetBytes }: StartOptions,
    onDevice: (choice: DeviceChoice) => void,
    onMemory: (report: MemoryReport) => void,
  ): Promise<void> {
    const open = () => (withoutGpu === undefined ? openDevice(backend) : openWasm(withoutGpu));
    this.#job = new ScoringJob({ open, onDevice, onMemory });
    if (budgetBytes !== undefined) await this.#job.setBudget(budgetBytes);
  }

  /** As ScoringJob.setCollection, but a refusal of the memory budget is a value: its figures would not cross as an error. */
  async setCollection(
    key: string,
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
    options: PlainCollectionOptions,
    port: MessagePort | undefined,
    onProgress: Progress,
  ): Promise<CollectionReport | { refusal: MemoryRefusal }> {
    try {
      return await withSignal(port, (signal) =>
        this.#job.setCollection(key, recipe, components, tasks, {
          ...options,
          signal,
          ...(onProgress && { onProgress }),
        }),
      );
    } catch (error) {
      if (error instanceof MemoryBudgetError) return { refusal: error.refusal };
      throw error;
    }
  }

  /** As ScoringJob.setBudget. */
  setBudget(bytes: number): Promise<void> {
    return this.#job.setBudget(bytes);
  }

  /** As ScoringJob.metrics. */
  metrics(
    key: string,
    factors: Factors | undefined,
    port: MessagePort | undefined,
  ): Promise<MetricsByDirection> {
    return withSignal(port, (signal) => this.#job.metrics(key, factors, signal));
  }

  /** As ScoringJob.ranks. */
  async ranks(
    key: string,
    direction: Direction,
    factors: Factors | undefined,
    port: MessagePort | undefined,
  ): Promise<Uint32Array> {
    const ranks = await withSignal(port, (signal) => this.#job.ranks(key, direction, factors, signal));
    return transfer(ranks, [ranks.buffer as ArrayBuffer]);
  }

  /** As ScoringJob.answerRanks. */
  async answerRanks(
    key: string,
    directions: readonly Direction[],
    settings: readonly Factors[],
    port: MessagePort | undefined,
    onProgress: Progress,
  ): Promise<Partial<Record<Direction, AnswerRanks>>> {
    const found = await withSignal(port, (signal) =>
      this.#job.answerRanks(key, directions, settings, { signal, ...(onProgress && { onProgress }) }),
    );
    const buffers = Object.values(found).flatMap(({ offsets, ranks }) => [offsets.buffer, ranks.buffer]);
    return transfer(found, buffers as ArrayBuffer[]);
  }
}

async function withSignal<T>(
  port: MessagePort | undefined,
  job: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, close } = listenForAbort(port);
  try {
    return await job(signal);
  } finally {
    close();
  }
}
