/** Reduces and enlarges pictures as PIL does (Image.resize of Pillow, antialiased), byte for byte. */
import { InputError } from '../../base/errors.ts';

/** Straight bytes [height, width, 3], row after row. */
export interface RgbPicture {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** Filters by PIL's code, which is what `resample` of a preprocessor_config.json holds. */
export const RESAMPLE_FILTERS = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
  4: 'box',
  5: 'hamming',
} as const;
export type ResampleFilter = (typeof RESAMPLE_FILTERS)[keyof typeof RESAMPLE_FILTERS];

interface Kernel {
  /** Half of its width, in pixels of the coarser picture. */
  support: number;
  weight: (x: number) => number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const KERNELS: Readonly<Record<Exclude<ResampleFilter, 'nearest'>, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x))),
  },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic convolution with a = -0.5. */
function cubic(signed: number): number {
  const a = -0.5;
  const x = Math.abs(signed);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** Weights are whole multiples of 2^-22: sums are exact, and those of PIL. */
const ONE = 2 ** 22;

interface Taps {
  /** First input of each output, and how many. */
  first: Int32Array;
  count: Int32Array;
  /** [outputs, most] */
  weights: Int32Array;
  most: number;
}

function tapsOf(nIn: number, nOut: number, { support, weight }: Kernel): Taps {
  const scale = nIn / nOut;
  const stretch = Math.max(1, scale);
  const reach = support * stretch;
  const most = Math.ceil(reach) * 2 + 1;
  const taps: Taps = {
    first: new Int32Array(nOut),
    count: new Int32Array(nOut),
    weights: new Int32Array(nOut * most),
    most,
  };
  const row = new Float64Array(most);
  for (let i = 0; i < nOut; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(nIn, Math.trunc(centre + reach + 0.5)) - first;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      row[k] = weight((k + first - centre + 0.5) / stretch);
      sum += row[k]!;
    }
    for (let k = 0; k < count; k++) {
      const share = sum === 0 ? row[k]! : row[k]! / sum;
      taps.weights[i * most + k] = Math.trunc(share * ONE + (share < 0 ? -0.5 : 0.5));
    }
    taps.first[i] = first;
    taps.count[i] = count;
  }
  return taps;
}

/**
 * Filters along one axis. Values lie at `line * lineStep + place * step + channel`; sums are rounded to bytes.
 */
function pass(
  from: RgbPicture['data'],
  lines: number,
  taps: Taps,
  nOut: number,
  read: { lineStep: number; step: number },
  write: { lineStep: number; step: number },
  to: Uint8ClampedArray,
): void {
  for (let i = 0; i < nOut; i++) {
    const first = taps.first[i]!;
    const count = taps.count[i]!;
    for (let line = 0; line < lines; line++) {
      for (let c = 0; c < 3; c++) {
        let sum = ONE / 2;
        let at = line * read.lineStep + first * read.step + c;
        for (let k = 0; k < count; k++, at += read.step) sum += from[at]! * taps.weights[i * taps.most + k]!;
        to[line * write.lineStep + i * write.step + c] = Math.floor(sum / ONE);
      }
    }
  }
}

/** The inputs that PIL takes for "nearest": the one below each output's centre. */
function nearest(
  { width, height, data }: RgbPicture,
  toWidth: number,
  toHeight: number,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(toWidth * toHeight * 3);
  for (let y = 0; y < toHeight; y++) {
    const fromY = Math.min(height - 1, Math.floor(((y + 0.5) * height) / toHeight));
    for (let x = 0; x < toWidth; x++) {
      const fromX = Math.min(width - 1, Math.floor(((x + 0.5) * width) / toWidth));
      for (let c = 0; c < 3; c++) out[(y * toWidth + x) * 3 + c] = data[(fromY * width + fromX) * 3 + c]!;
    }
  }
  return out;
}

/**
 * The picture at another size: first its rows, then its columns are filtered, with the kernel widened by the reduction
 * (antialiasing) and bytes in between, as PIL does it.
 * @throws InputError where a side is no whole number from 1 on, or the bytes are not as many as the sides say.
 */
export function resizePicture(
  picture: RgbPicture,
  toWidth: number,
  toHeight: number,
  filter: ResampleFilter,
): RgbPicture & { data: Uint8ClampedArray<ArrayBuffer> } {
  const { width, height, data } = picture;
  for (const side of [width, height, toWidth, toHeight])
    if (!(Number.isSafeInteger(side) && side > 0))
      throw new InputError(`A picture has no side of ${side} pixels.`);
  if (data.length !== width * height * 3)
    throw new InputError(`${width} x ${height} pixels have ${width * height * 3} bytes, not ${data.length}.`);
  const sized = (bytes: Uint8ClampedArray<ArrayBuffer>) => ({
    width: toWidth,
    height: toHeight,
    data: bytes,
  });
  if (width === toWidth && height === toHeight) return sized(new Uint8ClampedArray(data));
  if (filter === 'nearest') return sized(nearest(picture, toWidth, toHeight));
  const kernel = KERNELS[filter];
  let wide: RgbPicture['data'] = data;
  if (width !== toWidth) {
    const steps = (sizeX: number) => ({ lineStep: sizeX * 3, step: 3 });
    const to = new Uint8ClampedArray(toWidth * height * 3);
    pass(data, height, tapsOf(width, toWidth, kernel), toWidth, steps(width), steps(toWidth), to);
    wide = to;
  }
  if (height === toHeight) return sized(new Uint8ClampedArray(wide));
  const out = new Uint8ClampedArray(toWidth * toHeight * 3);
  const steps = { lineStep: 3, step: toWidth * 3 };
  pass(wide, toWidth, tapsOf(height, toHeight, kernel), toHeight, steps, steps, out);
  return sized(out);
}
