/** One slice of an aligned layout, moved by umap-js. */
import { UMAP } from 'umap-js';
import type { Random } from '../../base/random.ts';
import type { PreparedSlice } from './preparedSlice.ts';

/** A position, moved in place: rows are shared between slices that are linked. */
export type Point = [x: number, y: number];

/** An item of this slice and its own position in a neighbouring slice. */
export interface Link {
  own: number;
  other: Point;
}

/**
 * What umap-js 1.4.0 keeps of a running layout. Its types hide it, and it offers no way to add an edge, so the version is
 * pinned and sliceUmap.test.ts holds the meaning of these fields: edge e pulls headEmbedding[head[e]] to
 * tailEmbedding[tail[e]] once in epochsPerSample[e] passes, and pushes it from random rows below nVertices once in
 * epochsPerNegativeSample[e]; `moveOther` pulls the tail as well.
 */
interface OptimizationState {
  head: number[];
  tail: number[];
  epochsPerSample: number[];
  epochOfNextSample: number[];
  epochsPerNegativeSample: number[];
  epochOfNextNegativeSample: number[];
  tailEmbedding: number[][];
  moveOther: boolean;
}

/**
 * Fewest items for a graph: umap-js wants more items than neighbours, itself counted among them.
 */
export const MIN_UMAP_ITEMS = 4;

/**
 * Pushes a pull: UMAP's rate is 5 where an edge pulls both of its ends. Here only the head is pulled, each pair being
 * listed in both directions, so half of it keeps the same balance at half of the work.
 */
const NEGATIVE_SAMPLE_RATE = 2.5;

/**
 * A slice's fuzzy graph over its own exact neighbours (built by umap-js; McInnes et al., arXiv 1802.03426) with links to
 * the same items elsewhere, as in AlignedUMAP: links pull but never push, and random pushes come from the slice alone, so
 * that slices lie over one another instead of side by side.
 */
export class SliceUmap {
  /** [nItems] positions in UMAP's units, moved by step(). */
  readonly positions: Point[];
  readonly #umap: UMAP;

  /** @param slice at least MIN_UMAP_ITEMS items. */
  constructor(slice: PreparedSlice, epochs: number, learningRate: number, random: Random) {
    const n = slice.nItems;
    const k = Math.min(slice.k, n - 2);
    const neighbours = slice.neighbours();
    const plane = slice.plane();
    const indices: number[][] = [];
    const distances: number[][] = [];
    for (let i = 0; i < n; i++) {
      const row = [...neighbours.subarray(i * slice.k, i * slice.k + k)];
      indices.push([i, ...row]);
      // Rounding can lift the cosine of equal vectors above 1.
      distances.push([0, ...row.map((j) => Math.max(0, 1 - plane[i * n + j]!))]);
    }
    this.#umap = new UMAP({
      nNeighbors: k + 1,
      nEpochs: epochs,
      learningRate,
      negativeSampleRate: NEGATIVE_SAMPLE_RATE,
      random: () => random.float(),
    });
    this.#umap.setPrecomputedKNN(indices, distances);
    // With neighbours given, umap-js reads the number of rows only.
    this.#umap.initializeFit(indices);
    this.positions = this.#umap.getEmbedding() as Point[];
    this.#state.moveOther = false;
  }

  get #state(): OptimizationState {
    return (this.#umap as unknown as { optimizationState: OptimizationState }).optimizationState;
  }

  /**
   * Ties items to positions elsewhere, which are read and never moved. Before the first step.
   * @param weight in edges of full membership; 0 leaves the slice alone.
   */
  link(links: readonly Link[], weight: number): void {
    if (weight === 0) return;
    const state = this.#state;
    if (state.tailEmbedding === this.positions) state.tailEmbedding = [...this.positions];
    // umap-js pulls an edge at most once a pass: heavier links are several edges.
    const copies = Math.ceil(weight);
    for (const { own, other } of links) {
      const tail = state.tailEmbedding.push(other) - 1;
      for (let copy = 0; copy < copies; copy++) {
        state.head.push(own);
        state.tail.push(tail);
        state.epochsPerSample.push(copies / weight);
        state.epochOfNextSample.push(copies / weight);
        // One push in so many passes: none.
        state.epochsPerNegativeSample.push(1e9);
        state.epochOfNextNegativeSample.push(0);
      }
    }
  }

  /** One pass over the edges; the learning rate falls to zero over the passes. */
  step(): void {
    this.#umap.step();
  }
}
