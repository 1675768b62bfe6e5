/** One ranking of one task: what its dispatches read, and ranks from what they count. */
import { numpy as np } from '@jax-js/jax';
import { packQueries, padColumns, rankFrom, type HostSetting, type Weights } from './hostTask.ts';
import type { KernelArguments } from './kernels.ts';
import type { TaskPlanes } from './taskPlanes.ts';

/** Planes contracted over the side whose coefficients stand still. */
export interface Contraction {
  side: 'gallery' | 'queries';
  /** Coefficients of all items of the side that stands still. */
  still: Float32Array;
  /** [nTiles] of nI or nJ planes */
  tiles: np.Array[][];
}

/** v [nJ, G] */
export function galleryArray({ host, tiling: { nColumns } }: TaskPlanes, { gallery }: Weights): np.Array {
  return np.array(padColumns(gallery, host.gallery.nItems, nColumns)).reshape([-1, nColumns]);
}

/** w [nI, T] of one tile */
export function queryArray(
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
export interface Run {
  task: TaskPlanes;
  setting: HostSetting;
  /** [nQueries] the answer that each query is ranked by. */
  answers: Int32Array;
  contraction: Contraction | undefined;
}

/** One dispatch a tile. */
export function kernelArguments({ task, setting, answers, contraction }: Run): KernelArguments[] {
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
export function ranksOf(
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
