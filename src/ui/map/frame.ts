import type { MarkColors } from './scene.ts';
import { toCanvas, type Place, type Viewport } from './viewport.ts';

/** What changes from frame to frame, beside the scene. */
export interface Frame {
  viewport: Viewport;
  /** [nItems, 2], NaN without a place; [nItems] */
  positions: Float32Array;
  opacity: Float32Array;
  /** Colour of the slice now, on its way to scene.color while it morphs. */
  color: string;
  colors: MarkColors;
  atlas: { image: CanvasImageSource; tilePx: number; columns: number } | undefined;
  hoverIndex: number | undefined;
  focusIndex: number | undefined;
  /** Of the ring around a playing sound, in [0, 1]. */
  pulse: number;
}

/** Place of an item on the canvas, or undefined where it is not seen. */
export function placeOf(
  i: number,
  { viewport, positions, opacity }: Pick<Frame, 'viewport' | 'positions' | 'opacity'>,
): Place | undefined {
  if (!(opacity[i]! > 0.01)) return undefined;
  return toCanvas(positions[2 * i]!, positions[2 * i + 1]!, viewport);
}
