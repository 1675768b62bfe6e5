import { text, type Markish } from '@observablehq/plot';
import { placeLabels, widthOf, type Disc } from './placeLabels.ts';

export interface NamedMark {
  name: string;
  /** In the chart's units. */
  x: number;
  y: number;
  radiusPx: number;
}

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const FONT_PX = 13;

/**
 * A label beside each mark, out of the way of the others; the most important first. `toX` and `toY` are the chart's scales, in
 * pixels; `others` is what else is drawn, in pixels.
 */
export function labelMarks(
  marks: readonly NamedMark[],
  frame: Frame,
  toX: (value: number) => number,
  toY: (value: number) => number,
  others: readonly Disc[] = [],
): Markish[] {
  const places = placeLabels(
    marks.map(({ name, x, y, radiusPx }) => ({
      x: toX(x),
      y: toY(y),
      radiusPx,
      widthPx: widthOf(name, FONT_PX),
    })),
    frame,
    FONT_PX + 3,
    others,
  );
  return marks.map(({ name, x, y }, i) => {
    const { anchor, dx, dy } = places[i]!;
    return text([name], {
      x: () => x,
      y: () => y,
      text: (words: string) => words,
      textAnchor: anchor,
      dx,
      dy,
      fontSize: FONT_PX,
      fontWeight: 600,
      fill: 'var(--bl-text)',
      stroke: 'var(--bl-surface)',
      strokeWidth: 4,
      strokeOpacity: 0.85,
    });
  });
}

/** A linear scale: `domain` to `range`. */
export function linear(domain: readonly [number, number], range: readonly [number, number]) {
  return (value: number) =>
    range[0] + ((value - domain[0]) / (domain[1] - domain[0])) * (range[1] - range[0]);
}
