/** Brings a picture to what an image encoder reads: resized, cropped, scaled, in the order of its channels. */
import { InputError } from '../../base/errors.ts';
import { resizePicture, type ResampleFilter, type RgbPicture } from './resize.ts';

/** How an encoder wants its pixels: what a preprocessor_config.json says, or a person chose. */
export interface PixelSpec {
  /**
   * "shortest": the shorter side gets `size` pixels, the longer one in proportion (rounded down); "squash": both get
   * `width` and `height`; "contain": the longer side gets `size` and the rest is filled with `fill`; undefined: as it is.
   */
  resize:
    | { mode: 'shortest' | 'contain'; size: number }
    | { mode: 'squash'; width: number; height: number }
    | undefined;
  filter: ResampleFilter;
  /** Taken from the centre; beyond the picture lies black. */
  crop: { width: number; height: number } | undefined;
  /** Bytes are multiplied by it ("rescale_factor"): 1 / 255, or 1 to leave them. */
  scale: number;
  /** A value becomes (value - mean) / std, by channel. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  layout: 'NCHW' | 'NHWC';
}

/** Background of what "contain" leaves free. */
const FILL = 255;

/** The largest picture that is made: 4096 x 4096. */
const MAX_PIXELS = 2 ** 24;

/** Sizes after the resize step. @throws InputError where they pass 16 million pixels (a long thin picture). */
function sizeAfter(
  { width, height }: RgbPicture,
  resize: PixelSpec['resize'],
): [width: number, height: number] {
  if (!resize) return [width, height];
  const sizes = ((): [number, number] => {
    if (resize.mode === 'squash') return [resize.width, resize.height];
    const [short, long] = width <= height ? [width, height] : [height, width];
    const { size } = resize;
    const [a, b] =
      resize.mode === 'shortest'
        ? [size, Math.trunc((size * long) / short)]
        : [Math.max(1, Math.trunc((size * short) / long)), size];
    return width <= height ? [a, b] : [b, a];
  })();
  if (sizes[0] * sizes[1] > MAX_PIXELS)
    throw new InputError(
      `A picture of ${width} x ${height} pixels would be resized to ${sizes.join(' x ')}: it is too long and thin. Crop it first.`,
    );
  return sizes;
}

/** A window of a picture around its centre; `fill` beyond its edges. */
function centred(
  { width, height, data }: RgbPicture,
  toWidth: number,
  toHeight: number,
  fill: number,
): RgbPicture & { data: Uint8ClampedArray } {
  const out = new Uint8ClampedArray(toWidth * toHeight * 3).fill(fill);
  const left = startOf(width, toWidth);
  const top = startOf(height, toHeight);
  for (let y = 0; y < toHeight; y++) {
    const fromY = y + top;
    if (fromY < 0 || fromY >= height) continue;
    for (let x = Math.max(0, -left); x < toWidth && x + left < width; x++)
      for (let c = 0; c < 3; c++) out[(y * toWidth + x) * 3 + c] = data[(fromY * width + x + left) * 3 + c]!;
  }
  return { width: toWidth, height: toHeight, data: out };
}

/** First pixel of a window: within a picture rounded down; where the window is larger, its extra pixel lies first. */
function startOf(has: number, wants: number): number {
  return wants <= has ? Math.floor((has - wants) / 2) : -Math.ceil((wants - has) / 2);
}

/** What the encoder will see, in bytes: the picture resized and cropped. @throws InputError as resizePicture. */
export function fitPicture(picture: RgbPicture, { resize, filter, crop }: PixelSpec): RgbPicture {
  const [width, height] = sizeAfter(picture, resize);
  let fitted: RgbPicture = resizePicture(picture, width, height, filter);
  if (resize?.mode === 'contain') fitted = centred(fitted, resize.size, resize.size, FILL);
  if (crop && (fitted.width !== crop.width || fitted.height !== crop.height))
    fitted = centred(fitted, crop.width, crop.height, 0);
  return fitted;
}

/**
 * The values of one picture, [3, height, width] (NCHW) or [height, width, 3] (NHWC):
 * (byte * scale - mean) / std.
 * @throws InputError where the picture's sides and bytes do not fit, or it is too long and thin.
 */
export function pixelValues(
  picture: RgbPicture,
  spec: PixelSpec,
): { data: Float32Array<ArrayBuffer>; width: number; height: number } {
  const { width, height, data } = fitPicture(picture, spec);
  const { scale, mean, std, layout } = spec;
  const out = new Float32Array(width * height * 3);
  const plane = width * height;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) {
      const value = (data[i * 3 + c]! * scale - mean[c]!) / std[c]!;
      out[layout === 'NCHW' ? c * plane + i : i * 3 + c] = value;
    }
  }
  return { data: out, width, height };
}
