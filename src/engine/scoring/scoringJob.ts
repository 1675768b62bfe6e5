import { CapabilityError, DisposedError, InputError, messageOf } from '../../base/errors.ts';
import type { Direction, Modality } from '../../base/modality.ts';
import { gramOf, type Gram } from '../../math/components.ts';
import { chanceOf, taskMetrics, type Chance } from '../../math/metrics.ts';
import { checkFactors, coefficients, type Nest } from '../../recipe/coefficients.ts';
import { nestOfComponents } from '../../recipe/taskScores.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { Backend, ComponentSet, MetricsByDirection } from '../types.ts';
import { SerialLock } from '../workers/serialLock.ts';
import {
  checkAllComponents,
  createHostTask,
  type CoefficientsByModality,
  type HostTask,
} from './hostTask.ts';
import { openDevice, openWasm, type LoadedTasks, type ScoringDevice } from './scoringDevice.ts';

export interface DeviceChoice {
  backend: Backend;
  reason: string;
}

interface Collection {
  recipe: Recipe | undefined;
  /** How each modality is fused, and from what. */
  sides: { modality: Modality; nest: Nest; gram: Gram }[];
  hosts: HostTask[];
  chances: Chance[];
  loaded?: { device: ScoringDevice; tasks: LoadedTasks };
  /** The newest answer: metrics and ranks of one setting are computed once. */
  last?: { setting: string; ranks: Uint32Array[] };
}

export interface ScoringJobOptions {
  open?: () => Promise<ScoringDevice>;
  /** The way on when a WebGPU device fails; told why. */
  fallBack?: (why: string) => Promise<ScoringDevice>;
  onDevice?: (choice: DeviceChoice) => void;
}

/**
 * Scores collections: planes are built once, then each setting of the factors costs a few multiply-adds a pair. Requests
 * run one after another, in order; one whose signal is aborted before its turn is not begun. The device is chosen at the
 * first request; a WebGPU device that fails or is lost is replaced by WebAssembly for good, and planes are rebuilt.
 */
export class ScoringJob {
  readonly #lock = new SerialLock();
  readonly #collections = new Map<string, Collection>();
  readonly #options: ScoringJobOptions;
  #device: ScoringDevice | undefined;
  #disposed = false;

  constructor(options: ScoringJobOptions = {}) {
    this.#options = options;
  }

  /**
   * Takes what is scored under a key, in place of the old, builds its planes and runs them once. Tasks without queries
   * are left out of all answers.
   * @throws InputError on NaN, cut arrays, tasks or names that do not fit.
   */
  setCollection(
    key: string,
    recipe: Recipe | undefined,
    components: Partial<Record<Modality, ComponentSet>>,
    tasks: Partial<Record<Direction, RetrievalTask>>,
  ): Promise<void> {
    return this.#run(async () => {
      checkAllComponents(components);
      const hosts = (Object.entries(tasks) as [Direction, RetrievalTask][])
        .map(([direction, task]) => createHostTask(direction, task, components))
        .filter(({ task }) => task.queries.length > 0);
      const sides = (Object.entries(components) as [Modality, ComponentSet][]).map(([modality, set]) => ({
        modality,
        nest: nestOfComponents(recipe, modality, set),
        gram: gramOf(set),
      }));
      const chances = hosts.map(({ task }) => chanceOf(task.relevant, task.gallery.length));
      this.#collections.get(key)?.loaded?.tasks.dispose();
      const collection: Collection = { recipe, sides, hosts, chances };
      this.#collections.set(key, collection);
      await this.#ranksOf(collection, undefined); // compiles, so that the first drag does not
    });
  }

  /** @throws InputError on an unknown key or factors that do not fit, AbortedError. */
  metrics(key: string, factors: Factors | undefined, signal?: AbortSignal): Promise<MetricsByDirection> {
    return this.#run(async () => {
      const collection = this.#collection(key);
      const ranks = await this.#ranksOf(collection, factors);
      return Object.fromEntries(
        collection.hosts.map(({ direction, task }, t) => [
          direction,
          taskMetrics(ranks[t]!, task.gallery.length, collection.chances[t]!),
        ]),
      );
    }, signal);
  }

  /** @throws InputError on an unknown key or direction or factors that do not fit, AbortedError. */
  ranks(
    key: string,
    direction: Direction,
    factors: Factors | undefined,
    signal?: AbortSignal,
  ): Promise<Uint32Array> {
    return this.#run(async () => {
      const collection = this.#collection(key);
      const t = collection.hosts.findIndex((host) => host.direction === direction);
      if (t < 0) throw new InputError(`"${key}" has no queries for ${direction}.`);
      return (await this.#ranksOf(collection, factors))[t]!.slice();
    }, signal);
  }

  device(): DeviceChoice | undefined {
    return this.#device && { backend: this.#device.backend, reason: this.#device.reason };
  }

  /** Frees all planes; later requests throw DisposedError. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    for (const { loaded } of this.#collections.values()) loaded?.tasks.dispose();
    this.#collections.clear();
  }

  #run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#lock.run(() => {
      if (this.#disposed) throw new DisposedError('The scoring');
      return job();
    }, signal);
  }

  #collection(key: string): Collection {
    const found = this.#collections.get(key);
    if (!found) throw new InputError(`Nothing is scored under "${key}"; call setCollection first.`);
    return found;
  }

  async #ranksOf(collection: Collection, factors: Factors | undefined): Promise<Uint32Array[]> {
    const { recipe } = collection;
    if (!recipe && factors && Object.keys(factors).length > 0) {
      throw new InputError('A space of its own has no sliders; leave the factors out.');
    }
    const checked = recipe ? checkFactors(recipe, factors ?? {}) : {};
    const setting = JSON.stringify(checked);
    if (collection.last?.setting === setting) return collection.last.ranks;
    const w: CoefficientsByModality = {};
    for (const { modality, nest, gram } of collection.sides) w[modality] = coefficients(nest, checked, gram);
    const ranks = await this.#onDevice(collection, (tasks) => tasks.ranks(w));
    collection.last = { setting, ranks };
    return ranks;
  }

  /** Runs on the present device, and once more on WebAssembly when a WebGPU device fails. */
  async #onDevice<T>(collection: Collection, run: (tasks: LoadedTasks) => Promise<T>): Promise<T> {
    const device = this.#device ?? (await this.#use(this.#options.open ?? openDevice));
    try {
      return await run(await this.#load(collection, device)); // a read from a lost device rejects
    } catch (error) {
      if (device.backend !== 'webgpu') {
        throw new CapabilityError(`Scoring failed on WebAssembly: ${messageOf(error)}. Reload the page.`);
      }
      if (this.#device === device) await this.#leave(messageOf(error));
      return this.#onDevice(collection, run);
    }
  }

  async #use(open: () => Promise<ScoringDevice>): Promise<ScoringDevice> {
    const device = await open();
    this.#device = device;
    this.#options.onDevice?.({ backend: device.backend, reason: device.reason });
    void device.lost.then((message) =>
      this.#lock.run(async () => {
        if (this.#device === device && !this.#disposed) await this.#leave(`the device was lost: ${message}`);
      }),
    );
    return device;
  }

  async #leave(message: string): Promise<void> {
    const why = `WebGPU failed (${message}), so WebAssembly took over.`;
    await this.#use(() => (this.#options.fallBack ?? openWasm)(why));
  }

  async #load(collection: Collection, device: ScoringDevice): Promise<LoadedTasks> {
    if (collection.loaded?.device === device) return collection.loaded.tasks;
    const { sides, hosts, loaded: old } = collection;
    old?.tasks.dispose();
    delete collection.loaded;
    const tasks = await device.load(
      hosts,
      (modality) => sides.find((side) => side.modality === modality)!.gram.nItems,
    );
    collection.loaded = { device, tasks };
    return tasks;
  }
}
