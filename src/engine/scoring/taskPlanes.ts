/** The planes of one task on the device, built tile by tile: P_ij = E_i(queries) . E_j(gallery)'. */
import { numpy as np } from '@jax-js/jax';
import { contentId } from './contentId.ts';
import type { HostTask } from './hostTask.ts';
import type { Layout } from './kernels.ts';
import { tilingOf, type PlaneType, type Tiling } from './planMemory.ts';

export interface JaxMode {
  layout: Layout;
  /** True where the worker waits for threads or a GPU; false where it computes itself (WebAssembly only). */
  waits: boolean;
}

export async function toHost(array: np.Array, { waits }: JaxMode): Promise<Float32Array> {
  return (waits ? await array.data() : array.dataSync()) as Float32Array;
}

/** One plane P_ij. Its arrays are the owner's: every holder has references of its own. */
export interface Plane {
  /** What it was built from: equal keys, equal numbers. */
  key: string;
  /** [nTiles] of [T, G] or [G, T] */
  tiles: np.Array[];
  /** [nAnswers], as the device has them. */
  atAnswers: Float32Array;
}

export interface TaskPlanes {
  host: HostTask;
  tiling: Tiling;
  /** In the order i * nJ + j. */
  planes: Plane[];
  /** [G] = 0, 1, 2, ... */
  positions: np.Array;
}

/** How planes are built and kept. */
export interface PlaneForm {
  mode: JaxMode;
  type: PlaneType;
  tileBytes?: number | undefined;
}

/** What is built: the tiling, and a key a plane. */
export interface PlanesToBuild {
  host: HostTask;
  tiling: Tiling;
  keys: string[];
}

/** Rows [start, start + nRows) of x [nItems, dim], with zero rows beyond its end. */
function paddedRows(x: Float32Array, dim: number, start: number, nRows: number): np.Array {
  const rows = new Float32Array(nRows * dim);
  rows.set(x.subarray(start * dim, (start + nRows) * dim));
  return np.array(rows).reshape([nRows, dim]);
}

/** Cuts a task into tiles and names its planes by the content of both components, the right answers and the form. */
export function planesToBuild(host: HostTask, { mode, type, tileBytes }: PlaneForm): PlanesToBuild {
  const { queries, gallery, answerItems, offsets } = host;
  const tiling = tilingOf({ nQueries: queries.nItems, nGallery: gallery.nItems }, tileBytes);
  const form = `${tiling.nRows}x${tiling.nColumns} ${type} ${mode.layout}`;
  const answers = `${contentId(answerItems)} ${contentId(offsets)}`;
  const [qs, gs] = [queries, gallery].map(({ data }) => data.map((rows) => contentId(rows))) as [
    string[],
    string[],
  ];
  return { host, tiling, keys: qs.flatMap((q) => gs.map((g) => `${q} ${g} ${answers} ${form}`)) };
}

/** Positions in a tile's plane of its right answers, and which answers they are. */
function answersInTile(
  { offsets, answerQueries, answerItems, task }: HostTask,
  tile: number,
  tiling: Tiling,
  layout: Layout,
) {
  const { nRows, nColumns } = tiling;
  const first = offsets[Math.min(task.queries.length, tile * nRows)]!;
  const last = offsets[Math.min(task.queries.length, (tile + 1) * nRows)]!;
  const at = Int32Array.from({ length: last - first }, (_, k) => {
    const row = answerQueries[first + k]! - tile * nRows;
    const column = answerItems[first + k]!;
    return layout === 'query rows' ? row * nColumns + column : column * nRows + row;
  });
  return { first, at };
}

/**
 * Builds a task's planes, those that `reuse` does not have. Yields the share that is built after each tile of each plane; a
 * generator that is returned or fails frees what it made.
 */
export async function* buildTaskPlanes(
  { host, tiling, keys }: PlanesToBuild,
  { mode, type }: PlaneForm,
  reuse: (key: string) => Plane | undefined,
): AsyncGenerator<number, TaskPlanes> {
  const { layout } = mode;
  const { queries, gallery } = host;
  const { dim } = queries;
  const { nTiles, nRows, nColumns } = tiling;
  const nJ = gallery.data.length;
  const nAnswers = host.answerItems.length;
  const planes = keys.map((key): Plane => {
    const old = reuse(key);
    if (old) return { key, tiles: old.tiles.map((tile) => tile.ref), atAnswers: old.atAnswers };
    return { key, tiles: [], atAnswers: new Float32Array(nAnswers) };
  });
  const missing = planes.flatMap((plane, k) =>
    plane.tiles.length === 0 ? [{ plane, i: Math.floor(k / nJ), j: k % nJ }] : [],
  );
  const held: np.Array[] = [];
  let nBuilt = 0;
  let complete = false;
  try {
    const galleryRows = new Map<number, np.Array>();
    for (const { j } of missing) {
      if (galleryRows.has(j)) continue;
      const rows = paddedRows(gallery.data[j]!, dim, 0, nColumns);
      galleryRows.set(j, rows);
      held.push(rows);
    }
    const inTiles = Array.from({ length: nTiles }, (_, tile) => answersInTile(host, tile, tiling, layout));
    // All tiles look up as many answers, so that one program does for all.
    const nLookUps = Math.max(...inTiles.map(({ at }) => at.length));
    for (let tile = 0; tile < nTiles && missing.length > 0; tile++) {
      const { first, at } = inTiles[tile]!;
      const lookUps = new Int32Array(nLookUps);
      lookUps.set(at);
      for (const { plane, i, j } of missing) {
        const x = paddedRows(queries.data[i]!, dim, tile * nRows, nRows);
        const y = galleryRows.get(j)!.ref;
        const product =
          layout === 'query rows' ? np.matmul(x, np.matrixTranspose(y)) : np.matmul(y, np.matrixTranspose(x));
        const made = type === 'float16' ? product.astype(np.float16) : product;
        plane.tiles.push(made);
        const found = np.take(made.ref.reshape([-1]), np.array(lookUps.slice())).astype(np.float32);
        plane.atAnswers.set((await toHost(found, mode)).subarray(0, at.length), first);
        yield ++nBuilt / (nTiles * missing.length);
      }
    }
    const positions = np.array(Float32Array.from({ length: nColumns }, (_, g) => g));
    complete = true;
    return { host, tiling, planes, positions };
  } finally {
    for (const array of held) array.dispose();
    if (!complete) disposePlanes(planes);
  }
}

export function disposePlanes(planes: readonly Plane[]): void {
  for (const { tiles } of planes) for (const tile of tiles) tile.dispose();
}

export function disposeTaskPlanes({ planes, positions }: TaskPlanes): void {
  disposePlanes(planes);
  positions.dispose();
}
