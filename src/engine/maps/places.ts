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

/** Share of the positions at each end of an axis that do not stretch the frame: a few strays would shrink all others. */
const STRAY_FRACTION = 0.01;
/** Room around what the frame holds, as a share of it. */
const MARGIN = 0.06;

/** The range of all but the strays; undefined of nothing. */
function rangeOf(values: readonly number[]): readonly [low: number, high: number] | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const strays = Math.floor(STRAY_FRACTION * sorted.length);
  return [sorted[strays]!, sorted.at(-1 - strays)!];
}

/** The frame that holds the positions of every slice, all but a few strays, in [-1, 1]; one point stands in its centre. */
export function frameOf(laid: readonly Places[]): MapFrame {
  const positions = laid.flatMap((places) => places.positions);
  const x = rangeOf(positions.map(([value]) => value));
  const y = rangeOf(positions.map(([, value]) => value));
  if (!x || !y) return { centerX: 0, centerY: 0, unitsPerFrame: 1 };
  const unitsPerFrame = (Math.max(x[1] - x[0], y[1] - y[0]) / 2) * (1 + MARGIN) || 1;
  return { centerX: (x[0] + x[1]) / 2, centerY: (y[0] + y[1]) / 2, unitsPerFrame };
}

/** A position in UMAP's units in the frame; a stray beyond it stands at its edge. */
export function framed([x, y]: Point, { centerX, centerY, unitsPerFrame }: MapFrame): Point {
  const inside = (value: number) => Math.max(-1, Math.min(1, value / unitsPerFrame));
  return [inside(x - centerX), inside(y - centerY)];
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
