/** Pictures as themselves, from the atlas. */
import { placeOf, type Frame } from './frame.ts';
import { DIMMED_ALPHA, isHighlighted, type Scene } from './scene.ts';
import { isInside, tileSizePx, type Place } from './viewport.ts';

/** Every picture in view, each on its place. */
export function paintTiles(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const size = tileSizePx(frame.viewport.zoom);
  for (const { modality, category, indices } of scene.groups) {
    if (modality !== 'image') continue;
    const { edge } = frame.colors(modality, category, frame.color);
    for (const i of indices) {
      const place = placeOf(i, frame);
      if (!place || !isInside(place, frame.viewport, size)) continue;
      context.globalAlpha =
        frame.opacity[i]! * (isHighlighted(scene.items[i]!, scene.highlight) ? 1 : DIMMED_ALPHA);
      paintTile(context, scene, frame, i, place, size, edge);
    }
  }
  context.globalAlpha = 1;
}

/** A picture on a disc with its edge, so that it keeps its shape, the circle. */
export function paintTile(
  context: CanvasRenderingContext2D,
  scene: Scene,
  frame: Frame,
  i: number,
  [x, y]: Place,
  size: number,
  edge: string,
): void {
  const { tile } = scene.items[i]!;
  if (tile === undefined || !frame.atlas) return;
  const { image, tilePx, columns } = frame.atlas;
  context.beginPath();
  context.arc(x, y, size * 0.66, 0, 2 * Math.PI);
  // A little lighter than a dark page: many pictures have black parts.
  context.fillStyle =
    scene.theme === 'dark'
      ? `color-mix(in oklab, ${scene.ink.text} 20%, ${scene.ink.surface})`
      : scene.ink.surface;
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = edge;
  context.stroke();
  // Half a pixel inside the tile: smoothing would fetch its neighbours' edges.
  const side = tilePx - 1;
  const left = (tile % columns) * tilePx + 0.5;
  const top = Math.floor(tile / columns) * tilePx + 0.5;
  context.drawImage(image, left, top, side, side, x - size / 2, y - size / 2, size, size);
}
