/** What is painted over the marks: pairs, right answers, the query, what is pointed at, captions. */
import { addMark } from './marks.ts';
import { placeOf, type Frame } from './frame.ts';
import type { Modality } from '../../base/modality.ts';
import { paintLabel } from './labels.ts';
import type { Scene } from './scene.ts';
import { paintTile } from './tiles.ts';
import { markRadiusPx, tileSizePx, toCanvas, type Place } from './viewport.ts';

function queryPlace(scene: Scene, frame: Frame): Place | undefined {
  if (scene.queryIndex !== undefined) return placeOf(scene.queryIndex, frame);
  return scene.own && toCanvas(scene.own.x, scene.own.y, frame.viewport);
}

/** Lines from the query to its right answers. */
export function paintQueryPairs(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const from = queryPlace(scene, frame);
  if (!from) return;
  context.strokeStyle = scene.ink.text;
  context.lineWidth = 1.2;
  for (const i of scene.rightIndices) {
    const place = placeOf(i, frame);
    if (!place) continue;
    context.globalAlpha = 0.55 * frame.opacity[i]!;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...place);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Right answers in full colour, each with a ring. */
export function paintRight(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const r = markRadiusPx(frame.viewport.zoom) * 1.25;
  for (const i of scene.rightIndices) {
    const place = placeOf(i, frame);
    if (!place) continue;
    context.globalAlpha = frame.opacity[i]!;
    const reach = paintOne(context, scene, frame, i, place, r);
    ring(context, place, reach + 2.6, 3.4, scene.ink.surface);
    ring(context, place, reach + 2.6, 1.6, scene.ink.text);
  }
  context.globalAlpha = 1;
}

/** One item on top of the others; returns how far it reaches from its place. */
function paintOne(
  context: CanvasRenderingContext2D,
  scene: Scene,
  frame: Frame,
  i: number,
  place: Place,
  r: number,
): number {
  const item = scene.items[i]!;
  const category = scene.colorMode === 'category' ? item.category : undefined;
  const { fill, edge } = frame.colors(item.modality, category, frame.color);
  const size = tileSizePx(frame.viewport.zoom);
  if (size > 0 && item.tile !== undefined && frame.atlas) {
    paintTile(context, scene, frame, i, place, size, edge);
    return size * 0.66;
  }
  stamp(context, item.modality, place, r, fill, edge, 1);
  return r * 1.15;
}

function stamp(
  context: CanvasRenderingContext2D,
  modality: Modality,
  [x, y]: Place,
  r: number,
  fill: string,
  edge: string,
  lineWidth: number,
): void {
  context.beginPath();
  addMark(context, modality, x, y, r);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = edge;
  context.lineWidth = lineWidth;
  context.stroke();
}

function ring(
  context: CanvasRenderingContext2D,
  [x, y]: Place,
  r: number,
  lineWidth: number,
  color: string,
): void {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.lineWidth = lineWidth;
  context.strokeStyle = color;
  context.stroke();
}

/** The query, the user's own point, what plays, and what is pointed at: always on top. */
export function paintSpecial(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const r = markRadiusPx(frame.viewport.zoom);
  const { ink } = scene;
  for (const i of new Set([frame.hoverIndex, frame.focusIndex])) {
    const place = i === undefined ? undefined : placeOf(i, frame);
    if (i === undefined || !place) continue;
    const reach = paintOne(context, scene, frame, i, place, r * 1.5);
    ring(context, place, reach + 3, 2, i === frame.focusIndex ? frame.color : ink.muted);
  }
  if (scene.playingIndex !== undefined) {
    const place = placeOf(scene.playingIndex, frame);
    if (place) {
      context.globalAlpha = 1 - frame.pulse;
      ring(context, place, r * 1.6 + 16 * frame.pulse, 2.4, frame.color);
      context.globalAlpha = 1;
    }
  }
  const place = queryPlace(scene, frame);
  if (!place) return;
  const modality =
    scene.queryIndex === undefined ? scene.own!.modality : scene.items[scene.queryIndex]!.modality;
  const caption =
    scene.queryIndex === undefined ? scene.own!.caption : scene.items[scene.queryIndex]!.caption;
  const own = scene.queryIndex === undefined;
  // A large mark in the text colour with a halo: found at a glance in any colouring.
  const big = Math.max(7, r * 1.7);
  stamp(context, modality, place, big + 2.6, ink.surface, ink.surface, 3);
  stamp(context, modality, place, big, frame.color, ink.text, 2.2);
  if (own) {
    context.setLineDash([3, 3]);
    ring(context, place, big + 7, 1.5, ink.text);
    context.setLineDash([]);
  }
  const label = own ? `yours: ${caption}` : caption;
  paintLabel(context, scene, frame.viewport, label, place, big + (own ? 12 : 7), 12);
}
