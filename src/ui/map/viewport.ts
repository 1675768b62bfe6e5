/** From the frame of the pictures to the canvas, and how large marks are there. All lengths in CSS pixels. */

export interface Viewport {
  widthPx: number;
  heightPx: number;
  /** Pixels of the screen to one of the page. */
  density: number;
  /** x_canvas = offsetX + scale * x, y_canvas = offsetY - scale * y: the picture's y points up. */
  scale: number;
  offsetX: number;
  offsetY: number;
  /** Times the whole picture: 1 shows it all. */
  zoom: number;
}

export type Place = readonly [x: number, y: number];

/** Room around the whole picture. */
const EDGE_PX = 14;
const TILE_ZOOM = 2.4;

/** The viewport of a canvas under d3-zoom's transform (x' = k x + transform.x, and so for y). */
export function viewportOf(
  size: { widthPx: number; heightPx: number },
  density: number,
  transform: { k: number; x: number; y: number },
): Viewport {
  const { widthPx, heightPx } = size;
  const { k, x, y } = transform;
  const fit = Math.max(1, Math.min(widthPx, heightPx) / 2 - EDGE_PX);
  return {
    widthPx,
    heightPx,
    density,
    scale: k * fit,
    offsetX: x + (k * widthPx) / 2,
    offsetY: y + (k * heightPx) / 2,
    zoom: k,
  };
}

/** A point of the picture on the canvas. */
export function toCanvas(x: number, y: number, { offsetX, offsetY, scale }: Viewport): Place {
  return [offsetX + scale * x, offsetY - scale * y];
}

/** A point of the canvas in the picture. */
export function toPicture(xPx: number, yPx: number, { offsetX, offsetY, scale }: Viewport): Place {
  return [(xPx - offsetX) / scale, (offsetY - yPx) / scale];
}

export function isInside([x, y]: Place, { widthPx, heightPx }: Viewport, marginPx: number): boolean {
  return x > -marginPx && y > -marginPx && x < widthPx + marginPx && y < heightPx + marginPx;
}

/** Marks grow more slowly than the picture: zooming in parts them. */
export function markRadiusPx(zoom: number): number {
  return Math.min(8, 2.6 * zoom ** 0.42);
}

/** Side of a picture's tile; 0 where only its circle is shown. */
export function tileSizePx(zoom: number): number {
  return zoom < TILE_ZOOM ? 0 : Math.min(46, 6.4 * zoom ** 0.8);
}
