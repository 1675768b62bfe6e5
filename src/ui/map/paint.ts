/** Paints one frame of the map. */
import { placeOf, type Frame } from './frame.ts';
import { paintLabels } from './labels.ts';
import { addMark } from './marks.ts';
import { paintQueryPairs, paintRight, paintSpecial } from './overlay.ts';
import { DIMMED_ALPHA, isHighlighted, type Scene } from './scene.ts';
import { paintTiles } from './tiles.ts';
import { isInside, markRadiusPx, tileSizePx } from './viewport.ts';

const LABEL_ZOOM = 7;
/** Beside a query the other items step back a little. */
const BESIDE_QUERY = 0.62;

export function paint(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const { viewport } = frame;
  context.setTransform(viewport.density, 0, 0, viewport.density, 0, 0);
  context.clearRect(0, 0, viewport.widthPx, viewport.heightPx);
  context.lineJoin = 'round';
  if (scene.pairMode === 'all') paintAllPairs(context, scene, frame);
  paintMarks(context, scene, frame);
  if (tileSizePx(viewport.zoom) > 0) paintTiles(context, scene, frame);
  if (scene.pairMode !== 'none') paintQueryPairs(context, scene, frame);
  paintRight(context, scene, frame);
  paintSpecial(context, scene, frame);
  if (viewport.zoom >= LABEL_ZOOM) paintLabels(context, scene, frame);
}

function paintMarks(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const r = markRadiusPx(frame.viewport.zoom);
  const beside = scene.queryIndex !== undefined || scene.own ? BESIDE_QUERY : 0.9;
  // Thin where marks crowd, so that a crowd is not all edge.
  context.lineWidth = Math.min(1.1, 0.6 * Math.sqrt(frame.viewport.zoom));
  for (const { modality, category, indices } of scene.groups) {
    const { fill, edge } = frame.colors(modality, category, frame.color);
    const lit = new Path2D();
    const dim = new Path2D();
    const fading: number[] = [];
    for (const i of indices) {
      const place = placeOf(i, frame);
      if (!place || !isInside(place, frame.viewport, r * 2)) continue;
      if (frame.opacity[i]! < 0.99) fading.push(i);
      else if (isHighlighted(scene.items[i]!, scene.highlight)) addMark(lit, modality, ...place, r);
      else addMark(dim, modality, ...place, r);
    }
    context.fillStyle = fill;
    context.strokeStyle = edge;
    const ink = (path: Path2D, alpha: number) => {
      context.globalAlpha = alpha;
      context.fill(path);
      context.stroke(path);
    };
    ink(dim, DIMMED_ALPHA);
    ink(lit, scene.highlight ? 1 : beside);
    for (const i of fading) {
      const path = new Path2D();
      addMark(path, modality, ...placeOf(i, frame)!, r);
      ink(path, beside * frame.opacity[i]!);
    }
  }
  context.globalAlpha = 1;
}

function paintAllPairs(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const path = new Path2D();
  for (let p = 0; p < scene.pairs.length; p += 2) {
    const a = placeOf(scene.pairs[p]!, frame);
    const b = placeOf(scene.pairs[p + 1]!, frame);
    if (!a || !b) continue;
    path.moveTo(...a);
    path.lineTo(...b);
  }
  context.strokeStyle = scene.ink.muted;
  context.globalAlpha = scene.theme === 'dark' ? 0.2 : 0.16;
  context.lineWidth = 0.7;
  context.stroke(path);
  context.globalAlpha = 1;
}
