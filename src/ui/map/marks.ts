/** The shapes of the modalities: picture = circle, sound = triangle, text = square; about equal in area. */
import type { Modality } from '../../base/modality.ts';

/** Adds a mark to a path. `r` is the radius of the circle that stands for a picture. */
export function addMark(path: CanvasPath, modality: Modality, x: number, y: number, r: number): void {
  if (modality === 'image') {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  } else if (modality === 'text') {
    const half = r * 0.886;
    path.rect(x - half, y - half, 2 * half, 2 * half);
  } else {
    const reach = r * 1.4;
    path.moveTo(x, y - reach);
    path.lineTo(x + reach * 0.89, y + reach * 0.62);
    path.lineTo(x - reach * 0.89, y + reach * 0.62);
    path.closePath();
  }
}
