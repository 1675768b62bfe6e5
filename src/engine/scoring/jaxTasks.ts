/**
 * All-query ranking in jax-js: the fast twin of taskRanks and taskAnswerRanks (src/recipe/taskScores.ts). Planes are built
 * once and stay on the device; a factor change sends coefficients and thresholds and brings one count a query back. All
 * directions are one jit-compiled program.
 */
import type { numpy as np } from '@jax-js/jax';
import type { Modality } from '../../base/modality.ts';
import {
  bestAnswers,
  scoreAnswers,
  weightsOf,
  type CoefficientsByModality,
  type HostTask,
  type Weights,
} from './hostTask.ts';
import { createKernels, type Kernels } from './kernels.ts';
import type { PlaneType } from './planMemory.ts';
import { galleryArray, kernelArguments, queryArray, ranksOf, type Contraction } from './rankRun.ts';
import { sweepTask } from './sweep.ts';
import {
  buildTaskPlanes,
  disposePlanes,
  disposeTaskPlanes,
  planesToBuild,
  toHost,
  type JaxMode,
  type Plane,
  type PlaneForm,
  type TaskPlanes,
} from './taskPlanes.ts';

/** What a collection's tasks are loaded with. */
export interface LoadOptions {
  planes: PlaneType;
  /** Whether a drag of one side's factor keeps the other side's contraction (memory for speed). */
  contracts: boolean;
  tileBytes?: number | undefined;
  /** Tasks whose planes are taken over where their content is the same; disposed in any case. */
  previous?: { dispose(): void } | undefined;
}

interface Loaded extends TaskPlanes {
  contraction?: Contraction | undefined;
  /** The newest coefficients and their ranks. */
  last?: { w: Float32Array; v: Float32Array; ranks: Uint32Array };
}

/** The tasks of one collection on jax-js's present default device. Not reentrant: one ranks() or sweep part at a time. */
export class JaxTasks {
  readonly #tasks: Loaded[];
  readonly #nItems: (modality: Modality) => number;
  readonly #mode: JaxMode;
  readonly #contracts: boolean;
  readonly #kernels: Kernels;
  readonly nBuilt: number;
  readonly nReused: number;
  #disposed = false;

  private constructor(
    tasks: TaskPlanes[],
    nItems: (modality: Modality) => number,
    mode: JaxMode,
    contracts: boolean,
    nReused: number,
  ) {
    this.nReused = nReused;
    this.nBuilt = tasks.reduce((sum, { planes }) => sum + planes.length, 0) - nReused;
    this.#tasks = tasks.map((task) => ({ ...task }));
    this.#nItems = nItems;
    this.#mode = mode;
    this.#contracts = contracts;
    this.#kernels = createKernels(mode.layout);
  }

  /**
   * Builds the planes of tasks that have queries and a gallery; `nItems` counts all items of a modality. Yields the share
   * that is built, in small parts; a generator that is returned frees what it made.
   */
  static async *load(
    hosts: readonly HostTask[],
    nItems: (modality: Modality) => number,
    mode: JaxMode,
    { planes, contracts, tileBytes, previous }: LoadOptions,
  ): AsyncGenerator<number, JaxTasks> {
    const old = previous instanceof JaxTasks ? previous.#takePlanes() : new Map<string, Plane>();
    previous?.dispose();
    const form: PlaneForm = { mode, type: planes, tileBytes };
    const tasks: TaskPlanes[] = [];
    let made: JaxTasks | undefined;
    let complete = false;
    try {
      const todo = hosts.map((host) => planesToBuild(host, form));
      const wanted = new Set(todo.flatMap(({ keys }) => keys));
      for (const [key, plane] of old) {
        if (wanted.has(key)) continue;
        disposePlanes([plane]);
        old.delete(key);
      }
      const sizes = hosts.map(({ queries, gallery }) => queries.nItems * gallery.nItems);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      let done = 0;
      for (const [t, one] of todo.entries()) {
        const building = buildTaskPlanes(one, form, (key) => old.get(key));
        tasks.push(yield* withShare(building, (share) => (done + sizes[t]! * share) / total));
        done += sizes[t]!;
      }
      const nReused = todo.flatMap(({ keys }) => keys).filter((key) => old.has(key)).length;
      made = new JaxTasks(tasks, nItems, mode, contracts, nReused);
      yield* made.#warmUp();
      complete = true;
      return made;
    } finally {
      disposePlanes([...old.values()]);
      if (!complete && made) made.dispose();
      else if (!complete) tasks.forEach(disposeTaskPlanes);
    }
  }

  /** Ranks of every task's queries, [nQueries] each, from the coefficients of all items. */
  async ranks(coefficients: CoefficientsByModality): Promise<Uint32Array[]> {
    const runs = this.#tasks.flatMap((task) => {
      const { queryModality, galleryModality } = task.host.task;
      const w = coefficients[queryModality]!;
      const v = coefficients[galleryModality]!;
      // A task whose two sides both stand still keeps its ranks.
      if (task.last?.w === w && task.last.v === v) return [];
      const weights = weightsOf(task.host, coefficients, this.#nItems);
      const contraction = this.#contractionFor(task, w, v, weights);
      const atAnswers = task.planes.map((plane) => plane.atAnswers);
      const order = contraction?.side === 'queries' ? 'queries first' : 'gallery first';
      const setting = scoreAnswers(task.host, weights, atAnswers, order);
      return [{ task, w, v, contraction, setting, answers: bestAnswers(task.host, setting) }];
    });
    if (runs.length > 0) {
      const dispatches = runs.flatMap((run) => kernelArguments(run));
      const counts = this.#kernels.count(dispatches) as np.Array[];
      const values = await Promise.all(counts.map((count) => toHost(count, this.#mode)));
      let first = 0;
      for (const { task, w, v, setting, answers } of runs) {
        const tiles = values.slice(first, (first += task.tiling.nTiles));
        task.last = { w, v, ranks: ranksOf(task, tiles, setting, answers) };
      }
    }
    return this.#tasks.map(({ last }) => last!.ranks);
  }

  /**
   * Ranks of every right answer of task `t`, [nSettings, nAnswers], at each setting's coefficients of all items; settings
   * that share a side's coefficients should share the array. Yields the share that is done.
   */
  sweep(t: number, settings: readonly CoefficientsByModality[]): AsyncGenerator<number, Uint32Array> {
    return sweepTask(this.#tasks[t]!, settings, this.#nItems, this.#kernels, this.#mode);
  }

  /** Frees the planes. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const task of this.#tasks) {
      disposeContraction(task);
      disposeTaskPlanes(task);
    }
    for (const kernel of Object.values(this.#kernels)) kernel.dispose();
  }

  /** Compiles and runs once what drags of large tasks need, so that the first drag need not. */
  async *#warmUp(): AsyncGenerator<number, void> {
    if (!this.#tasks.some((task) => this.#canContract(task))) return;
    const still: CoefficientsByModality = {};
    for (const { host } of this.#tasks) {
      const { queryModality, galleryModality } = host.task;
      still[queryModality] ??= new Float32Array(host.queries.data.length * this.#nItems(queryModality));
      still[galleryModality] ??= new Float32Array(host.gallery.data.length * this.#nItems(galleryModality));
    }
    await this.ranks(still);
    for (const modality of Object.keys(still) as Modality[]) {
      yield 1;
      still[modality] = still[modality]!.slice();
      await this.ranks(still);
    }
  }

  #canContract({ tiling }: TaskPlanes): boolean {
    return this.#contracts && tiling.nTiles > 1;
  }

  /** References to all planes, by key; the caller frees them. */
  #takePlanes(): Map<string, Plane> {
    const planes = new Map<string, Plane>();
    if (this.#disposed) return planes;
    for (const task of this.#tasks) {
      for (const plane of task.planes) {
        if (planes.has(plane.key)) continue;
        planes.set(plane.key, { ...plane, tiles: plane.tiles.map((tile) => tile.ref) });
      }
    }
    return planes;
  }

  /**
   * The contraction that serves a step in which one side stands still; made at the second such step. None for small tasks,
   * which are fast without, and where that side has a single component.
   */
  #contractionFor(task: Loaded, w: Float32Array, v: Float32Array, weights: Weights): Contraction | undefined {
    const { host, tiling, last } = task;
    if (!last || !this.#canContract(task)) return undefined;
    const side = last.v === v ? 'gallery' : last.w === w ? 'queries' : undefined;
    if (!side || host[side].data.length === 1) return undefined;
    const still = side === 'gallery' ? v : w;
    if (task.contraction?.side === side && task.contraction.still === still) return task.contraction;
    disposeContraction(task);
    const { contractGallery, contractQueries } = this.#kernels;
    const tiles = Array.from({ length: tiling.nTiles }, (_, tile) => {
      const planes = task.planes.map((plane) => plane.tiles[tile]!.ref);
      const contracted =
        side === 'gallery'
          ? contractGallery(planes, galleryArray(task, weights))
          : contractQueries(planes, queryArray(task, weights, tile));
      return contracted as np.Array[];
    });
    task.contraction = { side, still, tiles };
    return task.contraction;
  }
}

function disposeContraction(task: Loaded): void {
  for (const planes of task.contraction?.tiles ?? []) for (const plane of planes) plane.dispose();
  task.contraction = undefined;
}

/** A generator with its yields changed. */
async function* withShare<T>(
  inner: AsyncGenerator<number, T>,
  share: (fraction: number) => number,
): AsyncGenerator<number, T> {
  try {
    for (;;) {
      const step = await inner.next();
      if (step.done) return step.value;
      yield share(step.value);
    }
  } finally {
    await inner.return(undefined as T);
  }
}
