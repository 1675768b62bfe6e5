/** Aligned layouts: the work of the maps' worker, as a plain class. */
import { InputError, LabError, throwIfAborted } from '../../base/errors.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { computeKept, computeSliceFigures } from './figures.ts';
import {
  frameOf,
  framed,
  lastPlaces,
  linksTo,
  meanOf,
  readPositions,
  startPositions,
  toPicture,
  type Places,
} from './places.ts';
import { PreparedSlice } from './preparedSlice.ts';
import { checkRequest, resolveSettings, sampleItems } from './request.ts';
import { MIN_UMAP_ITEMS, type Point, SliceUmap } from './sliceUmap.ts';
import type { MapFigures, MapFrame, MapLayout, MapLayoutRequest, MapProgress, MapSettings } from './types.ts';

export interface MapJobHooks {
  onProgress?: (progress: MapProgress) => void;
  signal?: AbortSignal;
}

/** Longest stretch of passes between two looks at the signal. */
const BREATH_MS = 40;
/** First learning rate when a slice is re-laid. Its places come from the start, which lets them hold at full rate. */
const RELAY_LEARNING_RATE = 1;
/**
 * Weight of the link from an item to its own last position when its slice is re-laid. It keeps the picture still where the
 * vectors did not move, and lets go of what moves far; measured, it costs no trustworthiness.
 */
const ANCHOR_WEIGHT = 0.2;

/** A slice on its way; without a umap it has too few items for one and stands still. */
interface Laid extends Places {
  slice: PreparedSlice;
  umap: SliceUmap | undefined;
}

interface Run {
  request: MapLayoutRequest;
  settings: MapSettings;
  random: Random;
  slices: PreparedSlice[];
  sample: Uint32Array;
  startedMs: number;
  report(words: string, fraction: number): Promise<void>;
}

/**
 * Lays aligned maps. Jobs may overlap, but share nothing except the slices prepared last, which are recognised by content.
 * The same request gives the same layout. Holds no resources beyond memory.
 */
export class MapJob {
  #prepared: PreparedSlice[] = [];

  /**
   * Lays all slices at once from the principal plane of the first.
   * @throws InputError on a request that does not fit; AbortedError when the signal aborts.
   */
  async layout(request: MapLayoutRequest, hooks: MapJobHooks = {}): Promise<MapLayout> {
    const run = await this.#begin(request, hooks);
    const starts = startPositions(run.slices, run.random);
    const laid: Laid[] = [];
    for (const [s, slice] of run.slices.entries()) {
      await run.report(`Weighing the neighbours (${slice.id})`, 0.2 + (0.2 * s) / run.slices.length);
      laid.push(beginSlice(slice, starts, run.settings.epochs, 1, run.random));
    }
    for (const [s, { slice, umap }] of laid.entries()) {
      const next = [laid[s - 1], laid[s + 1]].filter((other) => other !== undefined);
      umap?.link(linksTo(slice, next), run.settings.linkWeight);
    }
    await runPasses(laid, run.settings.epochs, run, 0.4, 0.85);
    const frame = frameOf(laid);
    return this.#finish(run, laid, frame, { nNeighbors: run.settings.nNeighbors, slices: {}, kept: [] }, {});
  }

  /**
   * Lays the current slice anew from its picture in `last`; the other pictures, the frame and their figures stay.
   * Items that had no position start among their neighbours.
   * @throws InputError when there is no current slice or `last` is of another collection; AbortedError on abort.
   */
  async relay(request: MapLayoutRequest, last: MapLayout, hooks: MapJobHooks = {}): Promise<MapLayout> {
    const at = request.slices.findIndex(({ id }) => id === 'current');
    if (at < 0) throw new InputError('Only the current slice can be re-laid, and the request has none.');
    checkLast(last, request.nItems);
    const run = await this.#begin(request, hooks);
    const slice = run.slices[at]!;
    const starts = new Map<number, Point>();
    // The slice's own last position wins over that of its neighbouring slices.
    for (const id of ['expert', 'unified', 'current'] as const) readPositions(last, id, slice.items, starts);
    await run.report('Weighing the neighbours (current)', 0.3);
    const current = beginSlice(slice, starts, run.settings.relayEpochs, RELAY_LEARNING_RATE, run.random);
    const fixed = run.slices.filter(({ id }) => id !== 'current').map((other) => lastPlaces(other, last));
    current.umap?.link(linksTo(slice, fixed), run.settings.linkWeight);
    current.umap?.link(linksTo(slice, [lastPlaces(slice, last)]), ANCHOR_WEIGHT);
    await runPasses([current], run.settings.relayEpochs, run, 0.5, 0.85);
    const figures: MapFigures = {
      nNeighbors: run.settings.nNeighbors,
      slices: last.figures.slices,
      kept: last.figures.kept.filter(({ from, to }) => from !== 'current' && to !== 'current'),
    };
    return this.#finish(run, [current], last.frame, figures, last.pictures);
  }

  async #begin(request: MapLayoutRequest, { onProgress, signal }: MapJobHooks): Promise<Run> {
    const startedMs = performance.now();
    throwIfAborted(signal);
    checkRequest(request);
    const settings = resolveSettings(request.settings);
    const seed = request.seed ?? 1;
    const sample = sampleItems(request.nItems, settings.maxItems, seed);
    const report = async (words: string, fraction: number) => {
      onProgress?.({ words, fraction });
      // A turn of the event loop, so that a cancel can arrive.
      await new Promise((resolve) => setTimeout(resolve, 0));
      throwIfAborted(signal);
    };
    const slices: PreparedSlice[] = [];
    for (const [s, input] of request.slices.entries()) {
      await report(`Finding exact neighbours (${input.id})`, (0.2 * s) / request.slices.length);
      const fresh = new PreparedSlice(input, sample, settings.nNeighbors);
      const slice = this.#prepared.find((old) => old.id === fresh.id && old.matches(fresh)) ?? fresh;
      slice.neighbours();
      slices.push(slice);
    }
    this.#prepared = slices;
    return { request, settings, random: createRandom(seed), slices, sample, startedMs, report };
  }

  /** Writes the pictures of what was laid, measures them, and completes what is given of a last layout. */
  async #finish(
    run: Run,
    laid: readonly Laid[],
    frame: MapFrame,
    { nNeighbors, slices, kept }: MapFigures,
    lastPictures: MapLayout['pictures'],
  ): Promise<MapLayout> {
    const { request } = run;
    const pictures = { ...lastPictures };
    const figures: MapFigures = { nNeighbors, slices: { ...slices }, kept: [...kept] };
    const isLaid = new Set(laid.map(({ slice }) => slice));
    for (const [s, { slice, positions }] of laid.entries()) {
      await run.report(`Measuring what the picture keeps (${slice.id})`, 0.85 + (0.15 * s) / laid.length);
      const points = Float32Array.from(positions.flatMap((point) => framed(point, frame)));
      pictures[slice.id] = toPicture(slice.items, points, request.nItems);
      figures.slices[slice.id] = computeSliceFigures(slice, points, request.modality, request.pairs);
    }
    for (const [s, from] of run.slices.entries()) {
      for (const to of run.slices.slice(s + 1)) {
        if (isLaid.has(from) || isLaid.has(to)) {
          figures.kept.push(computeKept(from, to, nNeighbors));
          await run.report('Comparing the neighbours of the slices', 0.99);
        }
      }
    }
    for (const slice of run.slices) slice.releasePlane();
    const elapsedMs = performance.now() - run.startedMs;
    return { frame, pictures, figures, nLaid: run.sample.length, elapsedMs };
  }
}

/** Sets a slice at its first positions; with too few items for a graph it stays there. */
function beginSlice(
  slice: PreparedSlice,
  starts: ReadonlyMap<number, Point>,
  epochs: number,
  learningRate: number,
  random: Random,
): Laid {
  if (slice.nItems < MIN_UMAP_ITEMS) {
    const onCircle = (at: number): Point => [Math.cos(2.1 * at), Math.sin(2.1 * at)];
    return {
      slice,
      items: slice.items,
      umap: undefined,
      positions: Array.from(slice.items, (item, at) => [...(starts.get(item) ?? onCircle(at))]),
    };
  }
  const umap = new SliceUmap(slice, epochs, learningRate, random);
  const neighbours = slice.neighbours();
  slice.items.forEach((item, at) => {
    const near = [...neighbours.subarray(at * slice.k, (at + 1) * slice.k)]
      .map((j) => starts.get(slice.items[j]!))
      .filter((point) => point !== undefined);
    const start = starts.get(item) ?? (near.length > 0 ? meanOf(near) : undefined);
    // Without any neighbour that has a place, umap-js's own random start stays.
    if (start) [umap.positions[at]![0], umap.positions[at]![1]] = start;
  });
  return { slice, items: slice.items, umap, positions: umap.positions };
}

/** All slices in turn, pass by pass, so that linked items move towards each other. */
async function runPasses(
  laid: readonly Laid[],
  epochs: number,
  run: Run,
  from: number,
  to: number,
): Promise<void> {
  let breathMs = -Infinity;
  for (let pass = 0; pass < epochs; pass++) {
    if (performance.now() - breathMs > BREATH_MS) {
      await run.report(
        `Laying the picture, pass ${pass + 1} of ${epochs}`,
        from + ((to - from) * pass) / epochs,
      );
      breathMs = performance.now();
    }
    for (const { umap } of laid) umap?.step();
  }
  for (const { slice, positions } of laid) {
    if (!positions.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))) {
      throw new LabError(
        'internal',
        `The layout of slice ${slice.id} left the numbers; lay it with another seed.`,
      );
    }
  }
}

function checkLast({ pictures }: MapLayout, nItems: number): void {
  for (const picture of Object.values(pictures)) {
    if (picture.coordinates.length !== 2 * nItems) {
      throw new InputError(
        `The last layout has ${picture.coordinates.length / 2} items, the request ${nItems}: lay the map from the start.`,
      );
    }
  }
}
