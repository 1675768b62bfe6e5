/** How own pictures and sounds look in lists and on maps. */
import type { Modality } from '../../../base/modality.ts';
import { computePeaks } from '../../../world/peaks.ts';
import { SAMPLE_RATE_HZ } from '../../encoders/inputs.ts';
import { drawPicture } from '../../encoders/picture.ts';
import { readSound } from '../../encoders/sound.ts';

/** Side of a tile in a collection's atlas. */
export const TILE_PX = 96;

export type Look =
  /** TILE_PX square; the caller closes it. */
  | { modality: 'image'; tile: ImageBitmap }
  /** Heights of the waveform, [N_PEAKS] in 0..255. */
  | { modality: 'audio'; peaks: Uint8Array<ArrayBuffer>; durationS: number };

/**
 * A picture as a tile of 96 x 96 pixels: whole, centred, upright, transparent around it where it is not square. The caller closes it.
 * Main thread only. @throws MediaError as drawPicture.
 */
export async function thumbnail(blob: Blob): Promise<ImageBitmap> {
  const context = await drawPicture(blob, TILE_PX);
  return context.canvas.transferToImageBitmap();
}

/**
 * The look of an item: a tile, or peaks and duration; a text has none. Give it blobs with a type (typedBlob). Main thread only.
 * @throws MediaError as drawPicture and readSound.
 */
export async function lookOf(modality: Modality, blob: Blob): Promise<Look | undefined> {
  if (modality === 'text') return undefined;
  if (modality === 'image') return { modality, tile: await thumbnail(blob) };
  const samples = await readSound(blob);
  return { modality, peaks: computePeaks(samples), durationS: samples.length / SAMPLE_RATE_HZ };
}
