/** Where items stand: first positions, links, and the frame of the pictures. */
import type { Random } from '../../base/random.ts';
import { principalCoordinates } from '../../math/principal.ts';
import type { PreparedSlice } from './preparedSlice.ts';
import type { Link, Point } from './sliceUmap.ts';
import type { MapFrame, MapLayout, MapPicture, MapSliceId } from './types.ts';

/** How far the first positions reach from the centre, in UMAP's units, as in its own implementations. */
const START_REACH = 10;

/** Items, as indices into the request's, and where they stand. */
export interface Places {
  items: Uint32Array;
  /** [items.length] */
  positions: Point[];
}

/** First positions by item: the principal plane of the first slice that has items, scaled to START_REACH. */
export function startPositions(slices: readonly PreparedSlice[], random: Random): Map<number, Point> {
  const starts = new Map<number, Point>();
  const first = slices.find(({ nItems }) => nItems > 0);
  if (!first) return starts;
  const plane = principalCoordinates(first.vectors, first.dim);
  let reach = 1e-9;
  for (const value of plane) reach = Math.max(reach, Math.abs(value));
  const scale = START_REACH / reach;
  // A little noise parts items with equal vectors: UMAP never pushes two points at one place apart.
  const noise = () => 1e-3 * START_REACH * random.normal();
  first.items.forEach((item, at) =>
    starts.set(item, [plane[2 * at]! * scale + noise(), plane[2 * at + 1]! * scale + noise()]),
  );
  return starts;
}

export function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** The items of a slice with their positions elsewhere. */
export function linksTo(slice: PreparedSlice, others: readonly Places[]): Link[] {
  const place = new Map([...slice.items].map((item, at) => [item, at]));
  return others.flatMap((other) =>
    [...other.items].flatMap((item, at) => {
      const own = place.get(item);
      return own === undefined ? [] : [{ own, other: other.positions[at]! }];
    }),
  );
}

/** The frame that holds every position of every slice in [-1, 1]; one point stands in its centre. */
export function frameOf(laid: readonly Places[]): MapFrame {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { positions } of laid) {
    for (const [x, y] of positions) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
    }
  }
  if (left > right) return { centerX: 0, centerY: 0, unitsPerFrame: 1 };
  const unitsPerFrame = Math.max(right - left, top - bottom) / 2 || 1;
  return { centerX: (left + right) / 2, centerY: (bottom + top) / 2, unitsPerFrame };
}

/** A position in UMAP's units in the frame. */
export function framed([x, y]: Point, { centerX, centerY, unitsPerFrame }: MapFrame): Point {
  return [(x - centerX) / unitsPerFrame, (y - centerY) / unitsPerFrame];
}

/** A picture of all items of the request from the points of some. */
export function toPicture(items: Uint32Array, points: Float32Array, nItems: number): MapPicture {
  const coordinates = new Float32Array(2 * nItems).fill(NaN); // [nItems, 2]
  items.forEach((item, at) => coordinates.set(points.subarray(2 * at, 2 * at + 2), 2 * item));
  return { coordinates };
}

/** Adds the positions that a last layout has of items, in UMAP's units. */
export function readPositions(
  last: MapLayout,
  id: MapSliceId,
  items: Uint32Array,
  into: Map<number, Point>,
): void {
  const { coordinates } = last.pictures[id] ?? {};
  if (!coordinates) return;
  const { centerX, centerY, unitsPerFrame } = last.frame;
  for (const item of items) {
    const [x, y] = [coordinates[2 * item]!, coordinates[2 * item + 1]!];
    if (!Number.isNaN(x)) into.set(item, [x * unitsPerFrame + centerX, y * unitsPerFrame + centerY]);
  }
}

/** Where the items of a slice lay; an item that had no position is left out. */
export function lastPlaces(slice: PreparedSlice, last: MapLayout): Places {
  const positions = new Map<number, Point>();
  readPositions(last, slice.id, slice.items, positions);
  return { items: Uint32Array.from(positions.keys()), positions: [...positions.values()] };
}
