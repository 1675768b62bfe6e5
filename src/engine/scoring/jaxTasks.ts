/**
 * All-query ranking in jax-js: the fast twin of taskRanks and taskAnswerRanks (src/recipe/taskScores.ts). Planes are built
 * once and stay on the device; a factor change sends coefficients and thresholds and brings one count a query back. All
 * directions are one jit-compiled program.
 */
import { numpy as np } from '@jax-js/jax';
import type { Modality } from '../../base/modality.ts';
import {
  bestAnswers,
  packQueries,
  padColumns,
  rankFrom,
  scoreAnswers,
  weightsOf,
  type CoefficientsByModality,
  type HostSetting,
  type HostTask,
  type Weights,
} from './hostTask.ts';
import { createKernels, type KernelArguments, type Kernels } from './kernels.ts';
import type { PlaneType } from './planMemory.ts';
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

/** Planes contracted over the side whose coefficients stand still. */
interface Contraction {
  side: 'gallery' | 'queries';
  /** Coefficients of all items of the side that stands still. */
  still: Float32Array;
  /** [nTiles] of nI or nJ planes */
  tiles: np.Array[][];
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
      complete = true;
      const nReused = todo.flatMap(({ keys }) => keys).filter((key) => old.has(key)).length;
      return new JaxTasks(tasks, nItems, mode, contracts, nReused);
    } finally {
      disposePlanes([...old.values()]);
      if (!complete) tasks.forEach(disposeTaskPlanes);
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
    if (!this.#contracts || tiling.nTiles === 1 || !last) return undefined;
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

/** v [nJ, G] */
function galleryArray({ host, tiling: { nColumns } }: TaskPlanes, { gallery }: Weights): np.Array {
  return np.array(padColumns(gallery, host.gallery.nItems, nColumns)).reshape([-1, nColumns]);
}

/** w [nI, T] of one tile */
function queryArray(
  { host, tiling: { nRows } }: TaskPlanes,
  { queries: w }: Weights,
  tile: number,
): np.Array {
  const n = host.queries.nItems;
  const nI = w.length / n;
  const rows = new Float32Array(nI * nRows);
  for (let i = 0; i < nI; i++) {
    rows.set(w.subarray(i * n + tile * nRows, i * n + Math.min(n, (tile + 1) * nRows)), i * nRows);
  }
  return np.array(rows).reshape([nI, nRows]);
}

/** A ranking of one task that is to be run. */
interface Run {
  task: TaskPlanes;
  setting: HostSetting;
  /** [nQueries] the answer that each query is ranked by. */
  answers: Int32Array;
  contraction: Contraction | undefined;
}

/** One dispatch a tile. */
function kernelArguments({ task, setting, answers, contraction }: Run): KernelArguments[] {
  const { host, tiling, planes, positions } = task;
  const { nTiles, nRows } = tiling;
  const withWeights = contraction?.side !== 'queries';
  const gallery = contraction?.side === 'gallery' ? [] : [galleryArray(task, setting)];
  const dispatches = Array.from({ length: nTiles }, (_, tile): KernelArguments => {
    const range = { start: tile * nRows, nRows };
    const packed = packQueries(host, [{ setting, answers }], 1, range, withWeights);
    return [
      (contraction?.tiles[tile] ?? planes.map(({ tiles }) => tiles[tile]!)).map((plane) => plane.ref),
      np.array(packed).reshape([-1, 1, nRows]),
      gallery.map((v) => v.ref),
      positions.ref,
    ];
  });
  for (const v of gallery) v.dispose();
  return dispatches;
}

/** Ranks of a task's queries, [nQueries], from the counts of its tiles, [nTiles] of [T]. */
function ranksOf(
  { host, tiling: { nRows, nColumns } }: TaskPlanes,
  tiles: readonly Float32Array[],
  { scores }: HostSetting,
  answers: Int32Array,
): Uint32Array {
  const ranks = new Uint32Array(answers.length);
  for (let q = 0; q < ranks.length; q++) {
    const count = tiles[Math.floor(q / nRows)]![q % nRows]!;
    ranks[q] = rankFrom(count, scores[answers[q]!]!, nColumns - host.gallery.nItems);
  }
  return ranks;
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
