import { CapabilityError, MediaError } from '../../base/errors.ts';
import { checkBlob, nameOf } from './blobs.ts';
import { PICTURE_PX } from './inputs.ts';

const READABLE = 'Pictures can be PNG, JPEG, WebP, GIF, AVIF, BMP or SVG.';
/** Larger files are refused before they are decoded. */
export const MAX_PICTURE_BYTES = 50_000_000;
/** A decoded picture takes 4 bytes a pixel: 256 MB at most. */
const MAX_PIXELS = 64_000_000;
/** First size drawn from a large picture, before it is halved down: within every browser's canvas limits. */
const MAX_HALVINGS = 5;

/**
 * A picture file as straight RGBA, [64, 64, 4]: see drawPicture.
 * @throws MediaError when the file is empty, of another type, damaged, too large, or shows nothing.
 */
export async function readPicture(blob: Blob): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const context = await drawPicture(blob, PICTURE_PX);
  return checkVisible(
    blob,
    context.getImageData(0, 0, PICTURE_PX, PICTURE_PX).data as Uint8ClampedArray<ArrayBuffer>,
  );
}

/**
 * A picture file drawn into a square of `px` x `px`: the whole picture centred ("contain"), transparent around it where it is
 * not square, the first frame of an animation, upright as its EXIF data say. It is halved step by step, since a browser's own
 * reduction by a large factor skips pixels. SVG is drawn at this size; browsers let it load nothing and run nothing. Main
 * thread only: workers decode no SVG.
 * @throws MediaError when the file is empty, of another type, damaged or too large; CapabilityError without a canvas.
 */
export async function drawPicture(blob: Blob, px: number): Promise<OffscreenCanvasRenderingContext2D> {
  checkBlob(blob, { types: /^image\//, readable: READABLE, maxBytes: MAX_PICTURE_BYTES });
  const drawable = blob.type.startsWith('image/svg') ? await sizedSvg(blob, px) : blob;
  const url = URL.createObjectURL(drawable);
  try {
    const image = new Image();
    const damaged = new MediaError(
      `${nameOf(blob)} could not be decoded: it is damaged or of a type that this browser cannot read. ${READABLE}`,
    );
    // Loading reads the header; only decoding takes memory for every pixel.
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(damaged);
      image.src = url;
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width * height > MAX_PIXELS) {
      throw new MediaError(
        `${nameOf(blob)} has ${width} x ${height} pixels; at most ${MAX_PIXELS / 1e6} million are taken. Choose a smaller picture.`,
      );
    }
    try {
      await image.decode();
    } catch {
      throw damaged;
    }
    return drawContained(image, width, height, px);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function checkVisible(blob: Blob, pixels: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! > 0) return pixels;
  throw new MediaError(`${nameOf(blob)} shows nothing: every pixel is transparent. Choose another picture.`);
}

function canvasOf(px: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(px, px).getContext('2d', { willReadFrequently: true });
  if (!context) throw new CapabilityError('This browser gives no 2-D canvas, so pictures cannot be read.');
  context.imageSmoothingQuality = 'high';
  return context;
}

/** Draws width x height into a square of px x px, first larger where the picture is, then halved down. */
function drawContained(
  image: CanvasImageSource,
  width: number,
  height: number,
  px: number,
): OffscreenCanvasRenderingContext2D {
  const longer = Math.max(width, height);
  const halvings = Math.max(0, Math.min(MAX_HALVINGS, Math.floor(Math.log2(longer / px))));
  let side = px * 2 ** halvings;
  let context = canvasOf(side);
  const w = (side * width) / longer;
  const h = (side * height) / longer;
  context.drawImage(image, (side - w) / 2, (side - h) / 2, w, h);
  for (; side > px; side /= 2) {
    const larger = context.canvas;
    context = canvasOf(side / 2);
    context.drawImage(larger, 0, 0, side / 2, side / 2);
  }
  return context;
}

/** The SVG with a size: without one, browsers disagree on how large it is, and some draw nothing. @throws MediaError */
async function sizedSvg(blob: Blob, px: number): Promise<Blob> {
  const svg = new DOMParser().parseFromString(await blob.text(), 'image/svg+xml');
  const root = svg.documentElement;
  if (svg.querySelector('parsererror') || root.localName !== 'svg')
    throw new MediaError(
      `${nameOf(blob)} is no readable SVG: its markup is damaged. Choose another picture.`,
    );
  const lengths = [root.getAttribute('width'), root.getAttribute('height')].map((value) =>
    value?.trim().endsWith('%') ? NaN : Number.parseFloat(value ?? ''),
  );
  const box = root
    .getAttribute('viewBox')
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const [width, height] = (box?.length === 4 ? box.slice(2) : lengths) as [number, number];
  if (!(width > 0 && height > 0)) {
    throw new MediaError(
      `${nameOf(blob)} does not say how large it is: give it a viewBox or a width and height.`,
    );
  }
  if (box?.length !== 4) root.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const scale = px / Math.max(width, height);
  root.setAttribute('width', String(width * scale));
  root.setAttribute('height', String(height * scale));
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' });
}
