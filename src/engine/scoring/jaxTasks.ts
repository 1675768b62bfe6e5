/**
 * All-query ranking in jax-js: the fast twin of taskRanks (src/recipe/taskScores.ts). Planes are built once and stay on the
 * device; a factor change sends coefficients and thresholds and brings one count a query back. All directions are one
 * jit-compiled program. Legend: q query, g gallery item, i and j their components.
 */
import { jit, numpy as np } from '@jax-js/jax';
import type { Modality } from '../../base/modality.ts';
import type { Components } from '../../math/components.ts';
import { packSetting, type CoefficientsByModality, type HostTask } from './hostTask.ts';

/** Rows and columns come in multiples of this: the vector lanes and unrolled steps of the WebAssembly kernels. */
const TILE = 8;
/** On WebGPU, jax-js writes sums of up to 32 terms out in full; with many planes such a shader compiles for minutes. */
const MIN_GALLERY = 40;
/** Above every score. A literal infinity is no WGSL constant. */
const NEVER = 3e38;

/**
 * What a plane's rows are. Counts run along the gallery: WebAssembly reads it lane by lane, so queries are rows; on a GPU
 * one thread takes one query and neighbours should read neighbours, so queries are columns.
 */
export type Layout = 'query rows' | 'query columns';

/** One task's arrays: planes [nI, nJ, Q, G] or [nI, nJ, G, Q], queries [nI + 3, Q], gallery [nJ, G], positions [G]. */
type KernelArguments = [planes: np.Array, queries: np.Array, gallery: np.Array, positions: np.Array];

const roundUp = (n: number) => Math.ceil(n / TILE) * TILE;
const paddedQueries = ({ queries }: HostTask) => roundUp(queries.nItems);
const paddedGallery = ({ gallery }: HostTask) => roundUp(Math.max(MIN_GALLERY, gallery.nItems));

/** Lays [n] along a plane's queries or gallery. */
const alongQueries = (x: np.Array, layout: Layout) => x.reshape(layout === 'query rows' ? [-1, 1] : [1, -1]);
const alongGallery = (x: np.Array, layout: Layout) => x.reshape(layout === 'query rows' ? [1, -1] : [-1, 1]);

/**
 * score(q, g) = sum_j v_j(g) sum_i w_i(q) P_ij[q, g]: planes [nI, nJ, ...plane], w [>= nI, Q] (further rows are ignored),
 * v [nJ, G]. Returns one plane. Takes ownership of planes and v, borrows w.
 */
export function combinePlanes(planes: np.Array, w: np.Array, v: np.Array, layout: Layout): np.Array {
  const [nI, nJ] = planes.shape as [number, number];
  let score: np.Array | undefined;
  for (let j = 0; j < nJ; j++) {
    let sum: np.Array | undefined;
    for (let i = 0; i < nI; i++) {
      const term = planes.ref.slice(i, j).mul(alongQueries(w.ref.slice(i), layout));
      sum = sum ? sum.add(term) : term;
    }
    const part = sum!.mul(alongGallery(v.ref.slice(j), layout));
    score = score ? score.add(part) : part;
  }
  planes.dispose();
  v.dispose();
  return score!;
}

/**
 * Number of gallery items that stand before each query's best right answer, [Q]: those whose score passes the threshold
 * of their side (packSetting). The answer itself never counts, even where a GPU contracts the sum differently.
 */
function countBefore([planes, queries, gallery, positions]: KernelArguments, layout: Layout): np.Array {
  const nI = planes.shape[0]!;
  const row = (k: number) => alongQueries(queries.ref.slice(nI + k), layout);
  const at = alongGallery(positions, layout);
  const score = combinePlanes(planes, queries, gallery, layout);
  const side = np.where(np.less(at.ref, row(2)), row(1), row(0));
  const threshold = np.where(np.notEqual(at, row(2)), side, NEVER);
  queries.dispose();
  // A comparison summed as int32 does not compile on WebAssembly in jax-js 0.1.25: sum float32.
  return np.where(np.less(threshold, score), 1, 0).sum(layout === 'query rows' ? 1 : 0);
}

/** P_ij = E_i(queries) . E_j(gallery)', with zero rows and columns as padding. */
function buildPlanes(host: HostTask, layout: Layout): np.Array {
  const { queries, gallery } = host;
  const stacked = ({ data, dim }: Components, nPadded: number, batch: [number, number]) => {
    const all = new Float32Array(data.length * nPadded * dim);
    data.forEach((rows, k) => all.set(rows, k * nPadded * dim));
    return np.array(all).reshape([...batch, nPadded, dim]);
  };
  const x = stacked(queries, paddedQueries(host), [queries.data.length, 1]);
  const y = stacked(gallery, paddedGallery(host), [1, gallery.data.length]);
  return layout === 'query rows' ? np.matmul(x, np.matrixTranspose(y)) : np.matmul(y, np.matrixTranspose(x));
}

interface Loaded {
  host: HostTask;
  planes: np.Array;
  positions: np.Array;
  /** [nI * nJ, nAnswers] */
  planesAtAnswers: Float32Array;
}

export interface JaxMode {
  layout: Layout;
  /** True where the worker waits for threads or a GPU; false where it computes itself (WebAssembly only). */
  waits: boolean;
}

async function toHost(array: np.Array, { waits }: JaxMode): Promise<Float32Array> {
  return (waits ? await array.data() : array.dataSync()) as Float32Array;
}

/** One program for all tasks, compiled at its first call. */
const createCount = (layout: Layout) =>
  jit((all: KernelArguments[]) => all.map((one) => countBefore(one, layout)));

/** The tasks of one collection on jax-js's present default device. Not reentrant: one ranks() at a time. */
export class JaxTasks {
  readonly #tasks: Loaded[];
  readonly #nItems: (modality: Modality) => number;
  readonly #mode: JaxMode;
  readonly #count: ReturnType<typeof createCount>;
  #disposed = false;

  private constructor(tasks: Loaded[], nItems: (modality: Modality) => number, mode: JaxMode) {
    this.#tasks = tasks;
    this.#nItems = nItems;
    this.#mode = mode;
    this.#count = createCount(mode.layout);
  }

  /** Builds the planes of tasks that have queries and a gallery. `nItems` counts all items of a modality. */
  static async load(
    hosts: readonly HostTask[],
    nItems: (modality: Modality) => number,
    mode: JaxMode,
  ): Promise<JaxTasks> {
    const tasks: Loaded[] = [];
    for (const host of hosts) {
      const planes = buildPlanes(host, mode.layout);
      const values = await toHost(planes.ref, mode);
      const nQ = paddedQueries(host);
      const nG = paddedGallery(host);
      const nPlanes = values.length / (nQ * nG);
      const at = (q: number, g: number) => (mode.layout === 'query rows' ? q * nG + g : g * nQ + q);
      const answers = host.task.relevant.flatMap((right, q) => [...right].map((g) => at(q, g)));
      const planesAtAnswers = new Float32Array(nPlanes * answers.length);
      for (let k = 0; k < nPlanes; k++) {
        answers.forEach((from, a) => (planesAtAnswers[k * answers.length + a] = values[k * nQ * nG + from]!));
      }
      const positions = np.array(Float32Array.from({ length: nG }, (_, g) => g));
      tasks.push({ host, planes, positions, planesAtAnswers });
    }
    return new JaxTasks(tasks, nItems, mode);
  }

  /** Ranks of every task's queries, [nQueries] each, from the coefficients of all items. */
  async ranks(coefficients: CoefficientsByModality): Promise<Uint32Array[]> {
    const settings = this.#tasks.map(({ host, planesAtAnswers }) => {
      const [nQ, nG] = [paddedQueries(host), paddedGallery(host)];
      return packSetting(host, coefficients, this.#nItems, planesAtAnswers, nQ, nG);
    });
    const counts = this.#count(
      this.#tasks.map(({ host, planes, positions }, t): KernelArguments => {
        const { queries, gallery } = settings[t]!;
        return [
          planes.ref,
          np.array(queries).reshape([-1, paddedQueries(host)]),
          np.array(gallery).reshape([-1, paddedGallery(host)]),
          positions.ref,
        ];
      }),
    ) as np.Array[];
    const values = await Promise.all(counts.map((count) => toHost(count, this.#mode)));
    return this.#tasks.map(({ host }, t) => {
      const { nItems: nQueries } = host.queries;
      const { nItems: nGallery } = host.gallery;
      const { best } = settings[t]!;
      const nPadding = paddedGallery(host) - nGallery;
      // Padding scores exactly 0 and stands after every answer: it was counted where s* < 0.
      return Uint32Array.from(
        { length: nQueries },
        (_, q) => 1 + values[t]![q]! - (best[q]! < 0 ? nPadding : 0),
      );
    });
  }

  /** Frees the planes. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const { planes, positions } of this.#tasks) {
      planes.dispose();
      positions.dispose();
    }
    this.#count.dispose();
  }
}
