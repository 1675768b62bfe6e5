/** The page's side of scoring: one worker that holds the planes and ranks all queries. */
import { proxy, transfer, type Remote } from 'comlink';
import { DisposedError } from '../../base/errors.ts';
import type { Direction, Modality } from '../../base/modality.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend, ComponentSet, MetricsByDirection } from '../types.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { DeviceChoice } from './scoringJob.ts';
import type { ScoringService, StartOptions } from './scoringService.ts';

export interface ScoringClient {
  /**
   * Gives the worker what it scores, under a key (a recipe's id, or a name for a space with single components), in place of
   * the old. Arrays are copied. Tasks without queries are left out of all answers.
   * @throws InputError on NaN, cut arrays, tasks or names that do not fit; ModelError when the worker died.
   */
  setCollection(
    key: string,
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
  ): Promise<void>;
  /**
   * Figures of every direction. The newest request of a key wins: one that is still pending is rejected with an
   * AbortedError, so during a drag ask again when the last answer came or the frame is over.
   * @throws InputError on an unknown key or factors that do not fit, AbortedError, ModelError.
   */
  metrics(key: string, factors: Factors | undefined, signal?: AbortSignal): Promise<MetricsByDirection>;
  /** Rank of each query's best right answer in one direction, [nQueries]. @throws as metrics(). */
  ranks(
    key: string,
    direction: Direction,
    factors: Factors | undefined,
    signal?: AbortSignal,
  ): Promise<Uint32Array>;
  /** What scores and why; undefined before the first request. */
  device(): DeviceChoice | undefined;
  /** Calls back whenever device() changes; returns the unsubscriber. */
  onDevice(listener: () => void): () => void;
  /** Ends the worker; pending calls get a DisposedError, later ones too. Idempotent. */
  dispose(): void;
}

export interface ScoringOptions {
  /** Pins the backend instead of trying (for tests). */
  backend?: Backend;
}

const NAME = 'The scoring worker';

/** Creates the client; the worker is made at the first call, and made anew with the same collections after it died. */
export function createScoring({ backend }: ScoringOptions = {}): ScoringClient {
  const collections = new Map<string, Parameters<ScoringService['setCollection']>>();
  const newest = new Map<string, AbortController>();
  const listeners = new Set<() => void>();
  let choice: DeviceChoice | undefined;
  let afterDeath: StartOptions = {};
  let disposed = false;

  const worker = new RestartableWorker<ScoringService>({
    name: NAME,
    create: () => new Worker(new URL('./scoring.worker.ts', import.meta.url), { type: 'module' }),
    async start(remote) {
      const onDevice = proxy((next: DeviceChoice) => {
        choice = next;
        for (const listener of listeners) listener();
      });
      await remote.start(backend ? { backend } : afterDeath, onDevice);
      for (const collection of collections.values()) await remote.setCollection(...collection);
    },
    onDeath(reason) {
      // A trial that kills would kill each time: WebGPU is the likelier cause.
      afterDeath = {
        withoutGpu: `The scoring worker failed (${reason}); it was started anew on WebAssembly.`,
      };
      choice = undefined;
      for (const listener of listeners) listener();
    },
  });

  const call = <R>(
    signal: AbortSignal | undefined,
    job: (remote: Remote<ScoringService>, port: MessagePort | undefined) => Promise<R>,
  ): Promise<R> => {
    if (disposed) return Promise.reject(new DisposedError(NAME));
    return abortable(signal, (port) => worker.call((remote) => job(remote, port && transfer(port, [port]))));
  };

  return {
    async setCollection(...collection) {
      const [key] = collection;
      collections.delete(key);
      await call(undefined, (remote) => remote.setCollection(...collection));
      collections.set(key, collection);
    },
    async metrics(key, factors, signal) {
      newest.get(key)?.abort();
      const mine = new AbortController();
      newest.set(key, mine);
      const either = signal ? AbortSignal.any([signal, mine.signal]) : mine.signal;
      try {
        return await call(either, (remote, port) => remote.metrics(key, factors, port));
      } finally {
        if (newest.get(key) === mine) newest.delete(key);
      }
    },
    ranks: (key, direction, factors, signal) =>
      call(signal, (remote, port) => remote.ranks(key, direction, factors, port)),
    device: () => choice,
    onDevice(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      disposed = true;
      listeners.clear();
      collections.clear();
      worker.dispose();
    },
  };
}
