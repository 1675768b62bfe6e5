/** The page's side of scoring: one worker that holds the planes and ranks all queries. */
import { proxy, transfer, type Remote } from 'comlink';
import { DisposedError, InputError } from '../../base/errors.ts';
import type { Direction, Modality } from '../../base/modality.ts';
import type { AnswerRanks } from '../../math/answers.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend, ComponentSet, MetricsByDirection } from '../types.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import { told } from '../workers/told.ts';
import type { DeviceChoice } from './deviceKeeper.ts';
import { DEFAULT_BUDGET_BYTES, MemoryBudgetError, type MemoryRefusal } from './planMemory.ts';
import type { CollectionOptions, CollectionReport, MemoryReport, PartOptions } from './scoringTypes.ts';
import type { PlainCollectionOptions, ScoringService, StartOptions } from './scoringService.ts';

export interface ScoringClient {
  /**
   * Gives the worker what it scores, under a key (a recipe's id, or a name for a space with single components), in place of
   * the old; planes between unchanged components are kept. Arrays are copied. Tasks without queries are left out of all
   * answers. After an abort or failure while planes are built, nothing is scored under the key.
   * @throws InputError on NaN, cut arrays, tasks or names that do not fit; MemoryBudgetError when the planes would not fit
   * (its `refusal` says what would; the old collection stays); CapabilityError on half precision where the device has none;
   * AbortedError; ModelError when the worker died.
   */
  setCollection(
    key: string,
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
    options?: CollectionOptions,
  ): Promise<void>;
  /** What the newest setCollection of a key made; undefined where nothing is scored under it. */
  report(key: string): CollectionReport | undefined;
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
  /**
   * Ranks of EVERY right answer at every setting, by direction; directions without queries are left out. For a space of its
   * own the settings are [{}]. Worked in small parts: metrics() and ranks() asked for meanwhile are answered in between.
   * `onProgress` is told the share of the work done, in (0, 1].
   * @throws InputError on an unknown key or factors that do not fit, AbortedError (also when the collection is replaced
   * meanwhile), ModelError.
   */
  answerRanks(
    key: string,
    directions: readonly Direction[],
    settings: readonly Factors[],
    options?: PartOptions,
  ): Promise<Partial<Record<Direction, AnswerRanks>>>;
  /** Whether a collection is held under a key; one can be lost with its worker. */
  holds(key: string): boolean;
  /** Sets how many bytes all planes may take; 1 GiB at first. @throws InputError when they take more already. */
  setBudget(bytes: number): Promise<void>;
  /** Bytes that planes take and may take, as last told by the worker. */
  memory(): MemoryReport;
  /** Calls back whenever memory() changes; returns the unsubscriber. */
  onMemory(listener: () => void): () => void;
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

type CollectionArguments = [
  key: string,
  recipe: Recipe | undefined,
  components: Partial<Record<Modality, ComponentSet>>,
  tasks: Partial<Record<Direction, RetrievalTask>>,
  options: PlainCollectionOptions,
];

/** Creates the client; the worker is made at the first call, and made anew with the same collections after it died. */
export function createScoring({ backend }: ScoringOptions = {}): ScoringClient {
  const collections = new Map<string, CollectionArguments>();
  const reports = new Map<string, CollectionReport>();
  const newest = new Map<string, AbortController>();
  const deviceListeners = new Set<() => void>();
  const memoryListeners = new Set<() => void>();
  let choice: DeviceChoice | undefined;
  let memory: MemoryReport = { usedBytes: 0, budgetBytes: DEFAULT_BUDGET_BYTES };
  let afterDeath: StartOptions = {};
  let disposed = false;

  const setChoice = (next: DeviceChoice | undefined) => {
    choice = next;
    for (const listener of deviceListeners) listener();
  };
  const setMemory = (next: MemoryReport) => {
    memory = next;
    for (const listener of memoryListeners) listener();
  };

  const worker = new RestartableWorker<ScoringService>({
    name: NAME,
    create: () => new Worker(new URL('./scoring.worker.ts', import.meta.url), { type: 'module' }),
    async start(remote) {
      const { budgetBytes } = memory;
      const onDevice = proxy(setChoice);
      const onMemory = proxy(setMemory);
      await remote.start({ ...(backend ? { backend } : afterDeath), budgetBytes }, onDevice, onMemory);
      for (const [key, [, ...rest]] of collections) {
        const plain = rest[3];
        // After a death the new worker may have no half precision, or less room: what it cannot hold is given anew when
        // it is asked for (holds()).
        const kept: CollectionArguments = [key, rest[0], rest[1], rest[2], { ...plain, planes: 'float32' }];
        const made = await remote.setCollection(...kept, undefined, undefined).catch(() => undefined);
        if (made && !('refusal' in made)) collections.set(key, kept);
        else collections.delete(key);
      }
    },
    onDeath(reason) {
      // A trial that kills would kill each time: WebGPU is the likelier cause.
      afterDeath = {
        withoutGpu: `The scoring worker failed (${reason}); it was started anew on WebAssembly.`,
      };
      setChoice(undefined);
      setMemory({ ...memory, usedBytes: 0 });
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
    async setCollection(key, recipe, components, tasks, { signal, onProgress, ...plain } = {}) {
      const collection: CollectionArguments = [key, recipe, components, tasks, plain];
      const old = collections.get(key);
      collections.delete(key);
      try {
        const made = await call<CollectionReport | { refusal: MemoryRefusal }>(signal, (remote, port) =>
          told(onProgress, async (progress) => remote.setCollection(...collection, port, progress)),
        );
        if ('refusal' in made) throw new MemoryBudgetError(made.refusal);
        collections.set(key, collection);
        reports.set(key, made);
      } catch (error) {
        const stays = error instanceof MemoryBudgetError || error instanceof InputError;
        if (old && stays) collections.set(key, old);
        else reports.delete(key);
        throw error;
      }
    },
    report: (key) => reports.get(key),
    holds: (key) => collections.has(key),
    setBudget: (bytes) => call(undefined, (remote) => remote.setBudget(bytes)),
    memory: () => memory,
    onMemory(listener) {
      memoryListeners.add(listener);
      return () => memoryListeners.delete(listener);
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
    answerRanks: (key, directions, settings, { signal, onProgress } = {}) =>
      call(signal, (remote, port) =>
        told(onProgress, (progress) => remote.answerRanks(key, directions, settings, port, progress)),
      ),
    device: () => choice,
    onDevice(listener) {
      deviceListeners.add(listener);
      return () => deviceListeners.delete(listener);
    },
    dispose() {
      disposed = true;
      deviceListeners.clear();
      memoryListeners.clear();
      collections.clear();
      reports.clear();
      worker.dispose();
    },
  };
}
