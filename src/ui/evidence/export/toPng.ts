import { MediaError } from '../../../base/errors.ts';
import type { StandaloneSvg } from './standaloneSvg.ts';

/** Pixels of the picture for one of the chart: sharp in print and on dense screens. */
const SCALE = 2;

/** The chart as a PNG, drawn by the browser. @throws MediaError where it does not draw it. */
export async function toPng({ text, widthPx, heightPx }: StandaloneSvg): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(widthPx * SCALE);
    canvas.height = Math.round(heightPx * SCALE);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (picture) return picture;
  } catch {
    // Said below: the browser does not tell more.
  } finally {
    URL.revokeObjectURL(url);
  }
  throw new MediaError('The browser did not draw the chart as a picture. Save it as SVG instead.');
}
