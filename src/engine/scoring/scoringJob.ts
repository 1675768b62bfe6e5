import { CapabilityError, DisposedError, InputError } from '../../base/errors.ts';
import type { Direction, Modality } from '../../base/modality.ts';
import type { AnswerRanks } from '../../math/answers.ts';
import { taskMetrics } from '../../math/metrics.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { ComponentSet, MetricsByDirection } from '../types.ts';
import { SerialLock } from '../workers/serialLock.ts';
import { Collection } from './collection.ts';
import { DeviceKeeper, type DeviceChoice, type DeviceKeeperOptions } from './deviceKeeper.ts';
import { nextTurn } from './nextTurn.ts';
import type { PlaneType } from './planMemory.ts';
import { drain, type LoadedTasks, type ScoringDevice } from './scoringDevice.ts';
import type { CollectionOptions, CollectionReport, MemoryReport, PartOptions } from './scoringTypes.ts';
import { Shelf, type Held } from './shelf.ts';

export interface ScoringJobOptions extends Omit<DeviceKeeperOptions, 'inTurn'> {
  onMemory?: (report: MemoryReport) => void;
  /** Bytes of one tile of a plane in float32 (for tests). */
  tileBytes?: number;
}

/**
 * Scores collections: planes are built once, then each setting of the factors costs a few multiply-adds a pair. Requests
 * run one after another, in order; one whose signal is aborted before its turn is not begun. Long work (building planes,
 * sweeps) is done in parts that each wait for their turn, so that a slider's request is answered after the part under way.
 * The device is chosen at the first request; a WebGPU device that fails or is lost is replaced by WebAssembly for good, and
 * planes are rebuilt. Planes never take more than the budget.
 */
export class ScoringJob {
  readonly #lock = new SerialLock();
  readonly #shelf: Shelf;
  /** Collections on their way, by key: requests for them wait. */
  readonly #building = new Map<string, Promise<unknown>>();
  readonly #options: ScoringJobOptions;
  readonly #devices: DeviceKeeper;
  #disposed = false;

  constructor(options: ScoringJobOptions = {}) {
    this.#options = options;
    this.#shelf = new Shelf(options);
    const inTurn = (job: () => Promise<void>) =>
      this.#lock.run(() => (this.#disposed ? Promise.resolve() : job()));
    this.#devices = new DeviceKeeper({ ...options, inTurn });
  }

  /**
   * Takes what is scored under a key, in place of the old, builds its planes in parts and runs them once. Planes between
   * components that are the same as in the old are kept. Tasks without queries are left out of all answers. After an abort or
   * a failure while building, nothing is scored under the key.
   * @throws InputError on NaN, cut arrays, tasks or names that do not fit; MemoryBudgetError when the planes would not fit
   * (the old collection stays); CapabilityError on half precision where the device has none; AbortedError.
   */
  setCollection(
    key: string,
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
    options: CollectionOptions = {},
  ): Promise<CollectionReport> {
    const { sampleQueries, sampleSeed: seed = 1, planes = 'float32' } = options;
    const sample = sampleQueries === undefined ? undefined : { nQueries: sampleQueries, seed };
    const before = this.#building.get(key) ?? Promise.resolve();
    const built = before
      .catch(() => undefined)
      .then(() => this.#build(key, () => new Collection(recipe, components, tasks, sample), planes, options));
    const done = built.finally(() => {
      if (this.#building.get(key) === done) this.#building.delete(key);
    });
    this.#building.set(key, done);
    return done;
  }

  /** @throws InputError on an unknown key or factors that do not fit, AbortedError. */
  metrics(key: string, factors: Factors | undefined, signal?: AbortSignal): Promise<MetricsByDirection> {
    return this.#request(
      key,
      async (held) => {
        const ranks = await this.#ranksOf(held, factors);
        const { hosts, chances } = held.collection;
        return Object.fromEntries(
          hosts.map(({ direction, task }, t) => [
            direction,
            taskMetrics(ranks[t]!, task.gallery.length, chances[t]!),
          ]),
        );
      },
      signal,
    );
  }

  /** @throws InputError on an unknown key or direction or factors that do not fit, AbortedError. */
  ranks(
    key: string,
    direction: Direction,
    factors: Factors | undefined,
    signal?: AbortSignal,
  ): Promise<Uint32Array> {
    return this.#request(
      key,
      async (held) => {
        const t = held.collection.hosts.findIndex((host) => host.direction === direction);
        if (t < 0) throw new InputError(`"${key}" has no queries for ${direction}.`);
        return (await this.#ranksOf(held, factors))[t]!.slice();
      },
      signal,
    );
  }

  /**
   * Ranks of every right answer at every setting, by direction; directions without queries are left out. Works in parts:
   * other requests are answered in between.
   * @throws InputError on an unknown key or factors that do not fit, AbortedError (also when the collection is replaced
   * meanwhile).
   */
  async answerRanks(
    key: string,
    directions: readonly Direction[],
    settings: readonly Factors[],
    { signal, onProgress }: PartOptions = {},
  ): Promise<Partial<Record<Direction, AnswerRanks>>> {
    const { held, w } = await this.#request(
      key,
      (found) => {
        const checked = settings.map((factors) => found.collection.check(factors));
        return Promise.resolve({ held: found, w: checked.map((one) => found.collection.coefficients(one)) });
      },
      signal,
    );
    const out: Partial<Record<Direction, AnswerRanks>> = {};
    const served = held.collection.hosts.flatMap((host, t) =>
      directions.includes(host.direction) ? [{ host, t }] : [],
    );
    for (const [nDone, { host, t }] of served.entries()) {
      const ranks = await this.#inParts(
        async (device) => (await this.#load(held, device)).sweep(t, w),
        () => this.#shelf.check(key, held),
        { ...(signal && { signal }), onProgress: (share) => onProgress?.((nDone + share) / served.length) },
      );
      onProgress?.((nDone + 1) / served.length);
      const { offsets, task } = host;
      out[host.direction] = {
        nSettings: settings.length,
        nGallery: task.gallery.length,
        offsets: offsets.slice(),
        ranks,
      };
    }
    return out;
  }

  /** Sets how many bytes planes may take. @throws InputError when they take more already. */
  setBudget(bytes: number): Promise<void> {
    return this.#run(() => Promise.resolve(this.#shelf.setBudget(bytes)));
  }

  memory(): MemoryReport {
    return this.#shelf.memory();
  }

  device(): DeviceChoice | undefined {
    return this.#devices.choice();
  }

  /** Frees all planes; later requests throw DisposedError. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    this.#shelf.dispose();
  }

  async #build(
    key: string,
    create: () => Collection,
    planes: PlaneType,
    { signal, onProgress }: PartOptions,
  ): Promise<CollectionReport> {
    const { held, old } = await this.#run(async () => {
      const collection = create();
      const device = await this.#devices.get();
      if (planes === 'float16' && device.noHalf !== undefined) {
        throw new CapabilityError(`There are no half-precision planes: ${device.noHalf}. Use float32.`);
      }
      return this.#shelf.put(key, collection, planes, device);
    }, signal);
    try {
      let previous = old?.loaded;
      held.loaded = await this.#inParts(
        (device) => {
          // Planes on a device that failed cannot be taken over.
          if (previous?.device !== device) previous?.tasks.dispose();
          const tasks = previous?.device === device ? previous.tasks : undefined;
          previous = undefined;
          const loading = this.#startLoading(held, device, tasks);
          return Promise.resolve(mapResult(loading, (made) => ({ device, tasks: made })));
        },
        () => this.#shelf.check(key, held),
        { ...(signal && { signal }), ...(onProgress && { onProgress }) },
      );
      // Compiles, so that the first drag does not: all tasks, then those that a drag of each modality touches.
      for (const factors of held.collection.warmUps()) {
        await this.#run(() => this.#ranksOf(held, factors), signal);
      }
      return { bytes: held.plan.bytes, nBuilt: held.loaded.tasks.nBuilt, nReused: held.loaded.tasks.nReused };
    } catch (error) {
      old?.loaded?.tasks.dispose();
      held.loaded?.tasks.dispose();
      this.#shelf.remove(key, held);
      throw error;
    }
  }

  /** A request's turn, after the collection that it asks for is built. */
  async #request<T>(key: string, job: (held: Held) => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#building.get(key)?.catch(() => undefined);
    return this.#run(() => job(this.#shelf.get(key)), signal);
  }

  #run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#lock.run(() => {
      if (this.#disposed) throw new DisposedError('The scoring');
      return job();
    }, signal);
  }

  /** Drives a generator, each step in a turn of its own; begun anew when the device is replaced. */
  async #inParts<T>(
    make: (device: ScoringDevice) => Promise<AsyncGenerator<number, T>>,
    check: () => void,
    { signal, onProgress }: PartOptions,
  ): Promise<T> {
    let work: { device: ScoringDevice; generator: AsyncGenerator<number, T> } | undefined;
    const next = async (device: ScoringDevice) => {
      if (work?.device !== device) {
        // What was begun on a device that is gone lets go of its arrays; the device may no longer answer.
        void work?.generator.return(undefined as T).catch(() => undefined);
        work = { device, generator: await make(device) };
      }
      return work.generator.next();
    };
    try {
      for (;;) {
        const step = await this.#run(() => {
          check();
          return this.#devices.attempt(next);
        }, signal);
        if (step.done) return step.value;
        onProgress?.(step.value);
        await nextTurn();
      }
    } finally {
      await work?.generator.return(undefined as T);
    }
  }

  async #ranksOf(held: Held, factors: Factors | undefined): Promise<Uint32Array[]> {
    const checked = held.collection.check(factors ?? {});
    const setting = JSON.stringify(checked);
    if (held.last?.setting === setting) return held.last.ranks;
    const w = held.collection.coefficients(checked);
    const ranks = await this.#devices.attempt(async (device) => (await this.#load(held, device)).ranks(w));
    held.last = { setting, ranks };
    return ranks;
  }

  /** A collection's planes on the present device; built anew, at one go, where the device was replaced. */
  async #load(held: Held, device: ScoringDevice): Promise<LoadedTasks> {
    if (held.loaded?.device === device) return held.loaded.tasks;
    held.loaded?.tasks.dispose();
    delete held.loaded;
    const tasks = await drain(this.#startLoading(held, device));
    held.loaded = { device, tasks };
    return tasks;
  }

  #startLoading(
    held: Held,
    device: ScoringDevice,
    previous?: LoadedTasks,
  ): AsyncGenerator<number, LoadedTasks> {
    if (device.noHalf !== undefined && held.planes === 'float16') this.#shelf.widen(held, device);
    const { collection, planes, plan } = held;
    const { tileBytes } = this.#options;
    const options = { planes, contracts: plan.contracts, tileBytes, previous };
    return device.load(collection.hosts, collection.nItems, options);
  }
}

/** A generator with its result changed. */
async function* mapResult<A, B>(
  generator: AsyncGenerator<number, A>,
  to: (a: A) => B,
): AsyncGenerator<number, B> {
  return to(yield* generator);
}
