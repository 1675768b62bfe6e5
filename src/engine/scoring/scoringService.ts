import { transfer } from 'comlink';
import type { Direction, Modality } from '../../base/modality.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend, ComponentSet, MetricsByDirection } from '../types.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import { openDevice, openWasm } from './scoringDevice.ts';
import { ScoringJob, type DeviceChoice } from './scoringJob.ts';

export interface StartOptions {
  /** Pins the backend; without it a trial chooses. */
  backend?: Backend;
  /** WebGPU is not tried, and this says why. */
  withoutGpu?: string;
}

/** The worker's side of scoring, for comlink: signals arrive as ports, arrays leave by transfer. */
export class ScoringService {
  #job = new ScoringJob();

  /** Must be the first call. `onDevice` is a comlink proxy. */
  start({ backend, withoutGpu }: StartOptions, onDevice: (choice: DeviceChoice) => void): void {
    const open = () => (withoutGpu === undefined ? openDevice(backend) : openWasm(withoutGpu));
    this.#job = new ScoringJob({ open, onDevice });
  }

  /** As ScoringJob.setCollection. */
  setCollection(
    key: string,
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
  ): Promise<void> {
    return this.#job.setCollection(key, recipe, components, tasks);
  }

  /** As ScoringJob.metrics. */
  async metrics(
    key: string,
    factors: Factors | undefined,
    port: MessagePort | undefined,
  ): Promise<MetricsByDirection> {
    const { signal, close } = listenForAbort(port);
    try {
      return await this.#job.metrics(key, factors, signal);
    } finally {
      close();
    }
  }

  /** As ScoringJob.ranks. */
  async ranks(
    key: string,
    direction: Direction,
    factors: Factors | undefined,
    port: MessagePort | undefined,
  ): Promise<Uint32Array> {
    const { signal, close } = listenForAbort(port);
    try {
      const ranks = await this.#job.ranks(key, direction, factors, signal);
      return transfer(ranks, [ranks.buffer as ArrayBuffer]);
    } finally {
      close();
    }
  }
}
