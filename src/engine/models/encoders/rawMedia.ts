/** Decodes own pictures and sounds whole, for encoders that prepare them themselves. Main thread only. */
import { MediaError } from '../../../base/errors.ts';
import { checkBlob, nameOf } from '../../encoders/blobs.ts';
import { drawPicture, MAX_PICTURE_BYTES } from '../../encoders/picture.ts';
import { decodeSound } from '../../encoders/sound.ts';
import type { OwnInput } from '../../types.ts';
import type { MonoSound, SentInput } from './tower.ts';

/** How own media are decoded. */
export interface MediaReader {
  /** A picture in full size, upright, at most 64 million pixels. @throws MediaError, CapabilityError */
  picture(blob: Blob): Promise<ImageBitmap>;
  /** A sound's samples at its own rate, the mean of its channels, at most 60 s. @throws MediaError, CapabilityError */
  sound(blob: Blob): Promise<MonoSound>;
}

const PICTURES = 'Pictures can be PNG, JPEG, WebP, GIF, AVIF, BMP or SVG.';
const MAX_PIXELS = 64_000_000;
/** Side of the square in which an SVG, which has no size of its own, is drawn. */
const SVG_PX = 512;

/** Colours are taken as the file stores them, without its colour profile, as Python's PIL does. */
async function readBitmap(blob: Blob): Promise<ImageBitmap> {
  if (blob.type.startsWith('image/svg'))
    return (await drawPicture(blob, SVG_PX)).canvas.transferToImageBitmap();
  checkBlob(blob, { types: /^image\//, readable: PICTURES, maxBytes: MAX_PICTURE_BYTES });
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, {
      imageOrientation: 'from-image',
      premultiplyAlpha: 'none',
      colorSpaceConversion: 'none',
    });
  } catch {
    throw new MediaError(
      `${nameOf(blob)} could not be decoded: it is damaged or of a type that this browser cannot read. ${PICTURES}`,
    );
  }
  const { width, height } = bitmap;
  if (width * height <= MAX_PIXELS) return bitmap;
  bitmap.close();
  throw new MediaError(
    `${nameOf(blob)} has ${width} x ${height} pixels; at most ${MAX_PIXELS / 1e6} million are taken. Choose a smaller picture.`,
  );
}

/** Decodes with what the browser has. */
export const BROWSER_MEDIA: MediaReader = { picture: readBitmap, sound: decodeSound };

const MAX_TEXT_CHARACTERS = 10_000;

/**
 * An input as it crosses to the worker.
 * @throws MediaError where it is empty, damaged, too long or of another kind; CapabilityError
 */
export async function decodeInput(input: OwnInput, media: MediaReader): Promise<SentInput> {
  if (input.modality === 'text') return { modality: 'text', text: readText(input.text) };
  return input.modality === 'image'
    ? { modality: 'image', bitmap: await media.picture(input.blob) }
    : { modality: 'audio', sound: await media.sound(input.blob) };
}

function readText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new MediaError('The text is empty. Type a word or a sentence.');
  if (trimmed.length <= MAX_TEXT_CHARACTERS) return trimmed;
  throw new MediaError(
    `The text has ${trimmed.length} characters; at most ${MAX_TEXT_CHARACTERS} are taken.`,
  );
}
