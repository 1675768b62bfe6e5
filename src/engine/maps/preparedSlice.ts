/** The vectors of one slice with their exact neighbours. */
import { nearestInPlane, planeOf, selfPlane } from '../../math/neighbours.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import type { MapSliceId, MapSliceInput } from './types.ts';

/**
 * The laid items that a slice knows, their vectors, plane and exact cosine neighbours. Plane and neighbours are computed
 * when first asked for and kept; the plane, [nItems, nItems], until releasePlane().
 */
export class PreparedSlice {
  readonly id: MapSliceId;
  readonly dim: number;
  /** [nItems] indices into the request's items, ascending. */
  readonly items: Uint32Array;
  /** [nItems, dim] unit rows. */
  readonly vectors: Float32Array;
  /** Neighbours of each item, fewer than asked for only where there are too few items. */
  readonly k: number;
  #plane: Float32Array | undefined;
  #neighbours: Uint32Array | undefined;

  constructor(input: MapSliceInput, sample: Uint32Array, nNeighbors: number) {
    this.id = input.id;
    this.dim = input.dim;
    this.items = input.known ? sample.filter((item) => input.known![item] !== 0) : sample;
    this.vectors = gatherRows(input.vectors, this.items, input.dim);
    this.k = Math.max(0, Math.min(nNeighbors, this.items.length - 1));
  }

  get nItems(): number {
    return this.items.length;
  }

  /** [nItems, nItems] cosines. */
  plane(): Float32Array {
    return (this.#plane ??= selfPlane(this.vectors, this.dim));
  }

  /** [nItems, k] positions in `items`, nearest first. */
  neighbours(): Uint32Array {
    return (this.#neighbours ??= nearestInPlane(this.plane(), this.nItems, this.k));
  }

  /**
   * Neighbours among some of the slice's items only: `items` are request indices, ascending, all of them known here.
   * [items.length, min(k, items.length - 1)] positions in `items`.
   */
  neighboursAmong(items: Uint32Array, k: number): Uint32Array {
    if (items.length === this.nItems && k === this.k) return this.neighbours();
    const place = new Map([...this.items].map((item, at) => [item, at]));
    const own = Array.from(items, (item) => place.get(item)!);
    return nearestInPlane(planeOf(own, this.plane(), this.nItems), items.length, k);
  }

  releasePlane(): void {
    this.#plane = undefined;
  }

  /** Whether this was made from the same numbers: a slice that has not moved need not be prepared again. */
  matches(other: PreparedSlice): boolean {
    return (
      this.dim === other.dim &&
      this.k === other.k &&
      sameNumbers(this.items, other.items) &&
      sameNumbers(this.vectors, other.vectors)
    );
  }
}

function sameNumbers(a: Uint32Array | Float32Array, b: Uint32Array | Float32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
