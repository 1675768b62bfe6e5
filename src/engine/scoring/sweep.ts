/** Ranks of every right answer of one task at many settings: in batches of settings, tile by tile. */
import { numpy as np } from '@jax-js/jax';
import type { Modality } from '../../base/modality.ts';
import {
  answersAt,
  packQueries,
  padColumns,
  rankFrom,
  scoreAnswers,
  weightsOf,
  type BatchEntry,
  type CoefficientsByModality,
} from './hostTask.ts';
import type { Kernels } from './kernels.ts';
import { toHost, type JaxMode, type TaskPlanes } from './taskPlanes.ts';

/** Scores of one dispatch: about 10 ms on two cores, so that a slider that comes meanwhile hardly waits. */
const PAIRS_A_PART = 2 ** 24;
const MAX_BATCH = 32;
/** So many rows of a batch repay contracting the gallery's side for them. */
const MIN_CONTRACTED = 4;

/** Groups of settings with the same gallery coefficients, by their numbers. Coefficients are compared by identity. */
function groupByGallery(settings: readonly CoefficientsByModality[], gallery: Modality): number[][] {
  const groups = new Map<Float32Array, number[]>();
  settings.forEach((coefficients, s) => {
    const v = coefficients[gallery]!;
    const group = groups.get(v);
    if (group) group.push(s);
    else groups.set(v, [s]);
  });
  return [...groups.values()];
}

/** The largest even batches of n rows within the limit. */
function batchSize(n: number, limit: number): number {
  return Math.ceil(n / Math.ceil(n / limit));
}

/**
 * Settings of equal gallery coefficients share the contraction of their gallery side, C_i = sum_j v_j P_ij, one tile at a
 * time; then each dispatch counts a batch of settings and answers. Yields the share of the work that is done; returns
 * [nSettings, nAnswers]. A generator that is returned frees what it holds.
 */
export async function* sweepTask(
  { host, tiling, planes, positions }: TaskPlanes,
  settings: readonly CoefficientsByModality[],
  nItems: (modality: Modality) => number,
  kernels: Kernels,
  mode: JaxMode,
): AsyncGenerator<number, Uint32Array> {
  const { nTiles, nRows, nColumns } = tiling;
  const nGallery = host.gallery.nItems;
  const nAnswers = host.answerItems.length;
  const nPadding = nColumns - nGallery;
  const nSlots = Math.max(...host.task.relevant.map(({ length }) => length));
  const slots = Array.from({ length: nSlots }, (_, slot) => answersAt(host, slot));
  const atAnswers = planes.map((plane) => plane.atAnswers);
  const limit = Math.max(1, Math.min(MAX_BATCH, Math.round(PAIRS_A_PART / (nRows * nColumns))));
  const out = new Uint32Array(settings.length * nAnswers);
  let nDone = 0;
  for (const group of groupByGallery(settings, host.task.galleryModality)) {
    const rows = group.flatMap((s) => {
      const setting = scoreAnswers(host, weightsOf(host, settings[s]!, nItems), atAnswers);
      return slots.map((answers) => ({ s, setting, answers }));
    });
    const batch = batchSize(rows.length, limit);
    const v = padColumns(rows[0]!.setting.gallery, nGallery, nColumns);
    const gallery = () => np.array(v.slice()).reshape([-1, nColumns]);
    const contracts = rows.length >= MIN_CONTRACTED;
    for (let tile = 0; tile < nTiles; tile++) {
      const whole = () => planes.map(({ tiles }) => tiles[tile]!.ref);
      const held = contracts ? (kernels.contractGallery(whole(), gallery()) as np.Array[]) : [];
      try {
        const range = { start: tile * nRows, nRows };
        const end = Math.min(host.queries.nItems, range.start + nRows);
        for (let start = 0; start < rows.length; start += batch) {
          const entries = rows.slice(start, start + batch);
          const [count] = kernels.count([
            [
              contracts ? held.map((one) => one.ref) : whole(),
              np.array(packQueries(host, entries, batch, range)).reshape([-1, batch, nRows]),
              contracts ? [] : [gallery()],
              positions.ref,
            ],
          ]) as [np.Array];
          const counts = await toHost(count, mode);
          entries.forEach(({ s, setting: { scores }, answers }: BatchEntry & { s: number }, b) => {
            for (let q = range.start; q < end; q++) {
              const a = answers[q]!;
              if (a < 0) continue;
              out[s * nAnswers + a] = rankFrom(counts[b * nRows + q - range.start]!, scores[a]!, nPadding);
            }
          });
          nDone += entries.length / (nSlots * nTiles);
          yield nDone / settings.length;
        }
      } finally {
        for (const array of held) array.dispose();
      }
    }
  }
  return out;
}
