/** Arrays of a file whose rows are read when they are asked for. */
import { FormatError, InputError } from '../../base/errors.ts';
import { countOf, DTYPE_BYTES, shown, toFloat32, type Dtype } from '../tensors.ts';
import type { ByteSource } from './byteSource.ts';

/** Types of values; TEXT is a list of strings. */
export type ArrayDtype = Dtype | 'TEXT';

export interface LazyArray {
  /** As the file names it; "" where a file holds one array without a name. */
  name: string;
  /** Outermost axis first. A list of strings has one axis. */
  shape: readonly number[];
  dtype: ArrayDtype;
  /** Column-major in the file. */
  fortran: boolean;
  /**
   * Rows `start` to `start + n` as float32 [n, dim], row-major, whatever the order in the file. Rows run over all axes but the last (of
   * [2, N, D]: 2 N rows of D); of one axis, dim is 1. Wider numbers are rounded to nearest.
   * @throws InputError outside the array or on text, FormatError where the file does not hold what it claims.
   */
  rows: (start: number, n: number) => Promise<Float32Array<ArrayBuffer>>;
  /** Every value as words, of text and of whole numbers with one axis. @throws FormatError */
  strings?: () => Promise<string[]>;
}

/** Longest list of words, and longest word, that are read. */
export const MAX_STRINGS = 2_000_000;
export const MAX_STRING = 10_000;
/** Bytes of a list that are read at a time. */
const STRING_STEP = 4 * 2 ** 20;

export function rowsOf(shape: readonly number[]): number {
  return shape.slice(0, Math.max(1, shape.length - 1)).reduce((product, size) => product * size, 1);
}

export function dimOf(shape: readonly number[]): number {
  return shape.length < 2 ? 1 : shape.at(-1)!;
}

/** @throws InputError where rows are asked for that are not there. */
export function checkRows(start: number, n: number, total: number): void {
  if (!Number.isInteger(start) || !Number.isInteger(n) || start < 0 || n < 0 || start + n > total)
    throw new InputError(`Rows ${start} to ${start + n} are asked for; the array has ${total}.`);
}

/** Where and how numbers lie in a source. */
export interface NumbersAt {
  name: string;
  shape: readonly number[];
  dtype: Dtype;
  fortran: boolean;
  bigEndian: boolean;
  source: ByteSource;
  /** Byte of the first value. */
  offset: number;
}

/**
 * Numbers of any type and order as a lazy array.
 * @throws FormatError where the shape needs more bytes than the source has, or Fortran order has more than three axes.
 */
export function numbersAt(place: NumbersAt): LazyArray {
  const { name, shape, dtype, bigEndian, source, offset } = place;
  const width = DTYPE_BYTES[dtype];
  const needed = countOf(shape, name) * width;
  if (!(offset + needed <= source.size))
    throw new FormatError(
      `The array [${shape.join(', ')}] needs ${needed} bytes; the file has ${Math.max(0, source.size - offset)}.`,
    );
  // Of one axis, both orders are the same.
  const fortran = place.fortran && shape.length > 1;
  if (fortran && shape.length > 3)
    throw new FormatError(`${shown(name)} has ${shape.length} axes in Fortran order: save it in C order.`);
  const [total, dim] = [rowsOf(shape), dimOf(shape)];
  const values = async (from: number, count: number) => {
    const bytes = await source.read(offset + from * width, offset + (from + count) * width);
    return toFloat32(dtype, bigEndian ? swapped(bytes, width) : bytes);
  };
  return {
    name,
    shape,
    dtype,
    fortran,
    async rows(start, n) {
      checkRows(start, n, total);
      return fortran ? fortranRows(shape, values, start, n) : values(start * dim, n * dim);
    },
    ...(shape.length === 1 && WHOLE.has(dtype)
      ? { strings: () => wholeNumbers(source, offset, total, dtype, bigEndian) }
      : {}),
  };
}

type Values = (from: number, count: number) => Promise<Float32Array>;

/**
 * Rows of a column-major array: value (r, d) of [N, D] lies at r + N d, value (a, b, c) of [A, B, C] at a + A (b + B c). A run of one
 * column is read at once.
 */
async function fortranRows(
  shape: readonly number[],
  values: Values,
  start: number,
  n: number,
): Promise<Float32Array<ArrayBuffer>> {
  const dim = shape.at(-1)!;
  const nA = shape.length === 3 ? shape[0]! : 1;
  const nB = shape.at(-2)!;
  const out = new Float32Array(n * dim);
  for (let done = 0; done < n;) {
    // Rows of one `a`: flat row r = a nB + b.
    const a = Math.floor((start + done) / nB);
    const b = (start + done) % nB;
    const count = Math.min(n - done, nB - b);
    for (let c = 0; c < dim; c++) {
      const run = await values(nA * (b + nB * c), nA * count);
      for (let i = 0; i < count; i++) out[(done + i) * dim + c] = run[i * nA + a]!;
    }
    done += count;
  }
  return out;
}

/** Turns the bytes of each value round, in place. */
function swapped(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}

const WHOLE: ReadonlySet<Dtype> = new Set<Dtype>([
  'I64',
  'I32',
  'I16',
  'I8',
  'U64',
  'U32',
  'U16',
  'U8',
  'BOOL',
]);

/** Whole numbers as words: exact, also beyond 2^53. */
async function wholeNumbers(
  source: ByteSource,
  offset: number,
  count: number,
  dtype: Dtype,
  bigEndian: boolean,
): Promise<string[]> {
  checkStrings(count);
  const width = DTYPE_BYTES[dtype];
  const bytes = await source.read(offset, offset + count * width);
  const view = new DataView(bytes.buffer);
  const little = !bigEndian;
  const READ: Partial<Record<Dtype, (at: number) => number | bigint | boolean>> = {
    I64: (at) => view.getBigInt64(at, little),
    I32: (at) => view.getInt32(at, little),
    I16: (at) => view.getInt16(at, little),
    I8: (at) => view.getInt8(at),
    U64: (at) => view.getBigUint64(at, little),
    U32: (at) => view.getUint32(at, little),
    U16: (at) => view.getUint16(at, little),
    U8: (at) => view.getUint8(at),
    BOOL: (at) => view.getUint8(at) !== 0,
  };
  const read = READ[dtype]!;
  return Array.from({ length: count }, (_, i) => String(read(i * width)));
}

function checkStrings(count: number): void {
  if (count > MAX_STRINGS)
    throw new FormatError(`The list has ${count} values; lists of up to ${MAX_STRINGS} can be read.`);
}

/**
 * A list of strings that all have `width` bytes in the file, decoded one by one.
 * @throws FormatError where the source is too short for them.
 */
export function stringsAt(
  name: string,
  count: number,
  width: number,
  { source, offset }: { source: ByteSource; offset: number },
  decode: (bytes: Uint8Array<ArrayBuffer>) => string,
): LazyArray {
  const needed = countOf([count, width], name);
  if (!(offset + needed <= source.size))
    throw new FormatError(
      `The list of ${count} strings needs ${needed} bytes; the file has ${source.size - offset}.`,
    );
  return textList(name, count, async () => {
    checkStrings(count);
    const out: string[] = [];
    const step = Math.max(1, Math.floor(STRING_STEP / Math.max(1, width)));
    // Of very long strings the beginning alone is read; what lies behind it is padding as a rule.
    const kept = Math.min(width, 4 * MAX_STRING);
    for (let from = 0; from < count; from += step) {
      const n = Math.min(step, count - from);
      if (kept < width) {
        for (let i = from; i < from + n; i++)
          out.push(decode(await source.read(offset + i * width, offset + i * width + kept)));
        continue;
      }
      const bytes = await source.read(offset + from * width, offset + (from + n) * width);
      for (let i = 0; i < n; i++) out.push(decode(bytes.subarray(i * width, (i + 1) * width)));
    }
    return out;
  });
}

/** A list of strings. */
export function textList(name: string, count: number, strings: () => Promise<string[]>): LazyArray {
  return {
    name,
    shape: [count],
    dtype: 'TEXT',
    fortran: false,
    rows: () => Promise.reject(new InputError(`${shown(name)} is a list of words, not of numbers.`)),
    strings,
  };
}
