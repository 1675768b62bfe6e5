/** The edge of a region of a grid's cells. */

/** A stretch of edge between two corners, in cells: corner (0, 0) is the lower left of the first cell. */
export interface Edge {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/**
 * The edges of the cells that are inside, where their neighbour is not; cell iy * nX + ix. Edges in one line are joined.
 */
export function outlineOf(inside: ArrayLike<boolean>, nX: number, nY: number): Edge[] {
  const at = (ix: number, iy: number) =>
    ix >= 0 && iy >= 0 && ix < nX && iy < nY && inside[iy * nX + ix] === true;
  const edges: Edge[] = [];
  for (let y = 0; y <= nY; y++) {
    joined(
      nX,
      (x) => at(x, y) !== at(x, y - 1),
      (from, to) => edges.push({ x1: from, y1: y, x2: to, y2: y }),
    );
  }
  for (let x = 0; x <= nX; x++) {
    joined(
      nY,
      (y) => at(x, y) !== at(x - 1, y),
      (from, to) => edges.push({ x1: x, y1: from, x2: x, y2: to }),
    );
  }
  return edges;
}

/** Calls `add` with every run of places 0 .. n - 1 that are edges: from the first to past the last. */
function joined(
  n: number,
  isEdge: (place: number) => boolean,
  add: (from: number, to: number) => void,
): void {
  let from: number | undefined;
  for (let place = 0; place <= n; place++) {
    const edge = place < n && isEdge(place);
    if (edge) from ??= place;
    else if (from !== undefined) {
      add(from, place);
      from = undefined;
    }
  }
}
