/** Captions on the canvas. */
import { placeOf, type Frame } from './frame.ts';
import type { Scene } from './scene.ts';
import { isInside, markRadiusPx, tileSizePx, type Place, type Viewport } from './viewport.ts';

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
}

/** A caption beside its mark, on the side with more room, with a halo of the surface. */
export function paintLabel(
  context: CanvasRenderingContext2D,
  scene: Scene,
  viewport: Viewport,
  text: string,
  [x, y]: Place,
  gapPx: number,
  sizePx: number,
): void {
  if (!isInside([x, y], viewport, 0)) return;
  const onRight = x < viewport.widthPx / 2;
  context.font = `600 ${sizePx}px ${getFont(context)}`;
  context.textAlign = onRight ? 'left' : 'right';
  context.textBaseline = 'middle';
  context.lineWidth = 4;
  context.strokeStyle = scene.ink.surface;
  context.fillStyle = scene.ink.text;
  const at = x + (onRight ? gapPx : -gapPx);
  const roomPx = (onRight ? viewport.widthPx - at : at) - 4;
  let short = text;
  for (let length = text.length; length > 4 && context.measureText(short).width > roomPx; length--) {
    short = shorten(text, length - 1);
  }
  context.strokeText(short, at, y);
  context.fillText(short, at, y);
}

function getFont(context: CanvasRenderingContext2D): string {
  return getComputedStyle(context.canvas).fontFamily || 'sans-serif';
}

/** Captions of what is in view when zoomed far in, each only where it covers no other. */
export function paintLabels(context: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
  const { viewport } = frame;
  const gap = Math.max(markRadiusPx(viewport.zoom), tileSizePx(viewport.zoom) * 0.66);
  const taken: { left: number; right: number; y: number }[] = [];
  context.font = `11px ${getFont(context)}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.lineWidth = 3;
  context.strokeStyle = scene.ink.surface;
  context.fillStyle = scene.ink.muted;
  for (const group of scene.groups.toReversed()) {
    for (const i of group.indices) {
      const place = placeOf(i, frame);
      if (!place || i === scene.queryIndex || !isInside(place, viewport, 0)) continue;
      const text = shorten(scene.items[i]!.caption, 22);
      const half = context.measureText(text).width / 2;
      const [x] = place;
      const y = place[1] + (group.modality === 'image' ? gap : markRadiusPx(viewport.zoom)) + 3;
      if (taken.some((box) => Math.abs(box.y - y) < 13 && box.left < x + half && box.right > x - half))
        continue;
      taken.push({ left: x - half - 4, right: x + half + 4, y });
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  }
}
