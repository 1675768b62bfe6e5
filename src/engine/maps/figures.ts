/** The numbers beside the picture. */
import { MODALITIES } from '../../base/modality.ts';
import { neighboursKept, trustworthiness } from '../../math/neighbourhoods.ts';
import { nearestPoints } from '../../math/neighbours.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import { alignment, modalityGap, uniformity } from '../../math/sphere.ts';
import type { PreparedSlice } from './preparedSlice.ts';
import type { MapFigures, SliceFigures } from './types.ts';

/** An empty set yields no figure, not NaN. */
const orNone = (value: number) => (Number.isNaN(value) ? undefined : value);

/**
 * Figures of one slice. `modality` and `pairs` are of the request's items; `positions` is [slice.nItems, 2].
 * Trustworthiness is of slice.k neighbours.
 */
export function computeSliceFigures(
  slice: PreparedSlice,
  positions: Float32Array,
  modality: Uint8Array,
  pairs: Uint32Array,
): SliceFigures {
  const { nItems, dim, k, items, vectors } = slice;
  const plane = slice.plane();
  return {
    nItems,
    trustworthiness: orNone(trustworthiness(plane, nItems, nearestPoints(positions, k), k)),
    gaps: computeGaps(slice, modality),
    alignment: orNone(alignment(vectors, dim, ownPairs(items, pairs))),
    uniformity: orNone(uniformity(plane, nItems)),
  };
}

function computeGaps({ items, vectors, dim }: PreparedSlice, modality: Uint8Array): SliceFigures['gaps'] {
  const present = MODALITIES.map((name, m) => {
    const own = [...items.keys()].filter((at) => modality[items[at]!] === m);
    return { name, rows: gatherRows(vectors, own, dim) };
  }).filter(({ rows }) => rows.length > 0);
  return present.flatMap((a, at) =>
    present.slice(at + 1).map((b) => ({ a: a.name, b: b.name, distance: modalityGap(a.rows, b.rows, dim) })),
  );
}

/** The pairs whose two items the slice knows, as positions in `items`. */
function ownPairs(items: Uint32Array, pairs: Uint32Array): Uint32Array {
  const place = new Map([...items].map((item, at) => [item, at]));
  const out: number[] = [];
  for (let p = 0; p < pairs.length; p += 2) {
    const a = place.get(pairs[p]!);
    const b = place.get(pairs[p + 1]!);
    if (a !== undefined && b !== undefined) out.push(a, b);
  }
  return Uint32Array.from(out);
}

/**
 * Share of neighbours that two slices agree on, among the items that both know: an item that one of them cannot see is no
 * lost neighbour.
 */
export function computeKept(
  from: PreparedSlice,
  to: PreparedSlice,
  nNeighbors: number,
): MapFigures['kept'][0] {
  const there = new Set(to.items);
  const common = from.items.filter((item) => there.has(item));
  const k = Math.max(0, Math.min(nNeighbors, common.length - 1));
  const fraction = neighboursKept(from.neighboursAmong(common, k), to.neighboursAmong(common, k), k);
  return { from: from.id, to: to.id, fraction: orNone(fraction), nItems: common.length };
}
