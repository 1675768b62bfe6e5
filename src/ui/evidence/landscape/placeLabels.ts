/** Where the labels of marks go, so that they lie on no other label, on no mark and inside the frame. */

/** A round thing that a label should not hide: centre and radius in pixels. */
export interface Disc {
  x: number;
  y: number;
  radiusPx: number;
}

export interface LabelledMark extends Disc {
  /** Width of the label; its height is that of the line. */
  widthPx: number;
}

export interface PlacedLabel {
  anchor: 'start' | 'middle' | 'end';
  /** From the mark's centre to the label's anchor on its middle line. */
  dx: number;
  dy: number;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const GAP_PX = 5;
/** An overlap with a mark hides less than one with words; outside the frame nothing is read. */
const WEIGHT = { label: 1, mark: 0.8, point: 0.6, outside: 3 };
/** The later of the eight places is taken only where it is clearly freer. */
const PREFERENCE_PX2 = 6;

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function boxOf({ x, y, widthPx }: LabelledMark, { anchor, dx, dy }: PlacedLabel, linePx: number): Box {
  const start = x + dx - { start: 0, middle: 0.5, end: 1 }[anchor] * widthPx;
  return { left: start, right: start + widthPx, top: y + dy - linePx / 2, bottom: y + dy + linePx / 2 };
}

/** The places round a mark, the most readable first: right, left, above, below, and the four corners. */
function placesOf({ radiusPx: r }: LabelledMark, linePx: number): PlacedLabel[] {
  const [side, over, corner] = [r + GAP_PX, r + GAP_PX + linePx / 2 - 2, r * 0.7 + GAP_PX];
  const diagonal = r * 0.7 + linePx / 2;
  return [
    { anchor: 'start', dx: side, dy: 0 },
    { anchor: 'end', dx: -side, dy: 0 },
    { anchor: 'middle', dx: 0, dy: -over },
    { anchor: 'middle', dx: 0, dy: over },
    { anchor: 'start', dx: corner, dy: -diagonal },
    { anchor: 'end', dx: -corner, dy: -diagonal },
    { anchor: 'start', dx: corner, dy: diagonal },
    { anchor: 'end', dx: -corner, dy: diagonal },
  ];
}

/**
 * A place for each label in turn, the first of equally free ones: give the most important mark first. `others` are what else is
 * drawn.
 */
export function placeLabels(
  marks: readonly LabelledMark[],
  frame: Box,
  linePx: number,
  others: readonly Disc[] = [],
): PlacedLabel[] {
  const square = ({ x, y, radiusPx: r }: Disc): Box => ({
    left: x - r,
    right: x + r,
    top: y - r,
    bottom: y + r,
  });
  const discs = marks.map(square);
  const points = others.map(square);
  const taken: Box[] = [];
  return marks.map((mark, i) => {
    let best: PlacedLabel | undefined;
    let least = Infinity;
    placesOf(mark, linePx).forEach((place, order) => {
      const box = boxOf(mark, place, linePx);
      const area = mark.widthPx * linePx;
      const cost =
        order * PREFERENCE_PX2 +
        WEIGHT.outside * (area - overlap(box, frame)) +
        WEIGHT.label * taken.reduce((sum, other) => sum + overlap(box, other), 0) +
        WEIGHT.point * points.reduce((sum, point) => sum + overlap(box, point), 0) +
        WEIGHT.mark * discs.reduce((sum, disc, j) => sum + (j === i ? 0 : overlap(box, disc)), 0);
      if (cost < least) [best, least] = [place, cost];
    });
    taken.push(boxOf(mark, best!, linePx));
    return best!;
  });
}

/** Width of words in the page's font, near enough to place them. */
export const widthOf = (words: string, fontPx: number) => words.length * fontPx * 0.63;
