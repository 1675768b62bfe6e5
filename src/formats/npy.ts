/** NumPy's .npy format, versions 1 to 3 (numpy.lib.format). */
import { FormatError, InputError } from '../base/errors.ts';
import type { Tensor } from './safetensors.ts';
import { isCount, shown } from './tensors.ts';

/** The numbers of an array: float32, float64, uint32 or uint8. */
export type NpyData = Float32Array | Float64Array | Uint32Array | Uint8Array;

/** An array as .npy holds it: row-major (C order) values of a shape. */
export interface NpyArray {
  shape: number[];
  data: NpyData;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const KINDS = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '<u4': Uint32Array,
  '|u1': Uint8Array,
} as const;
type Descr = keyof typeof KINDS;
const DESCRS = Object.keys(KINDS) as Descr[];

const isDescr = (text: string): text is Descr => Object.hasOwn(KINDS, text);
const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** What stands at the head of a .npy file. */
export interface NpyHeader {
  /** "<f4", "|b1", "<U12", "bfloat16", or the text of a structured type. */
  descr: string;
  fortran: boolean;
  shape: number[];
  /** Byte of the first value. */
  start: number;
}

/** Bytes of which npyHeaderBytes() tells how many the header has. */
export const NPY_PREFIX = 12;
/** numpy.save writes 64 to a few hundred; a structured type may need more. */
const MAX_NPY_HEADER = 2 ** 20;

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Bytes of the header, magic included, from the first 12 of a file.
 * @throws FormatError when it is no .npy file, of a version that is not 1 to 3, or claims a header of more than 1 MiB.
 */
export function npyHeaderBytes(bytes: Uint8Array): number {
  if (bytes.length < NPY_PREFIX || !isNpy(bytes))
    throw new FormatError('This is no .npy file: it does not start with \\x93NUMPY.');
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw new FormatError(`The .npy file is of version ${version}; 1 to 3 can be read.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = version >= 2 ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (end > MAX_NPY_HEADER)
    throw new FormatError(`The .npy header claims ${end} bytes; up to ${MAX_NPY_HEADER} can be read.`);
  return end;
}

/**
 * Reads a header; `bytes` begin with the file and hold all of it, `size` is the file's.
 * @throws FormatError when it is cut or cannot be read, or a size of the shape is negative or no whole number.
 */
export function readNpyHeader(bytes: Uint8Array, size: number): NpyHeader {
  const end = npyHeaderBytes(bytes);
  if (end > size || end > bytes.length)
    throw new FormatError(`The .npy header ends at byte ${end} of ${size}: the file is cut.`);
  const header = new TextDecoder().decode(bytes.subarray(bytes[6]! >= 2 ? 12 : 10, end));
  const descr = /'descr':\s*(?:'([^']*)'|(\[[^\]]*\]))/.exec(header);
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  if (!descr || sizes === undefined || order === undefined)
    throw new FormatError(`The .npy header cannot be read: ${shown(header)}`);
  // Python 2 wrote "3L".
  const shape = sizes
    .split(',')
    .flatMap((one) => (one.trim() === '' ? [] : [Number(one.trim().replace(/L$/, ''))]));
  if (!shape.every(isCount) || shape.length > 32)
    throw new FormatError(`The .npy header claims the shape (${shown(sizes)}): no file holds that.`);
  return { descr: descr[1] ?? descr[2]!, fortran: order === 'True', shape, start: end };
}

/**
 * Reads a little-endian array of float32, float64, uint32 or uint8 in C order, with its own type.
 * @throws FormatError when the file is cut, of another kind, or of another dtype or order.
 */
export function readNpyArray(buffer: ArrayBuffer): NpyArray {
  const { descr, fortran, shape, start } = readNpyHeader(new Uint8Array(buffer), buffer.byteLength);
  if (!isDescr(descr))
    throw new FormatError(`The array has dtype ${descr}; ${DESCRS.join(', ')} can be read.`);
  if (fortran) throw new FormatError('The array is in Fortran order; save it in C order.');
  const needed = countOf(shape) * KINDS[descr].BYTES_PER_ELEMENT;
  if (!(start + needed <= buffer.byteLength)) {
    throw new FormatError(
      `The array [${shape.join(', ')}] needs ${needed} bytes; the file has ${buffer.byteLength - start}.`,
    );
  }
  return { shape, data: new KINDS[descr](buffer.slice(start, start + needed)) };
}

/**
 * Reads a little-endian float32 or float64 array in C order as float32.
 * @throws FormatError as readNpyArray, and of whole numbers.
 */
export function readNpy(buffer: ArrayBuffer): Tensor {
  const { shape, data } = readNpyArray(buffer);
  if (data instanceof Float32Array) return { shape, data };
  if (data instanceof Float64Array) return { shape, data: Float32Array.from(data) };
  throw new FormatError('The array holds whole numbers; <f4 and <f8 can be read here.');
}

/**
 * Writes an array as .npy version 1.0, little-endian and in C order; the values start at a multiple of 64 bytes, as NumPy
 * writes them.
 * @throws InputError when the shape does not fit the number of values.
 */
export function writeNpy({
  shape,
  data,
}: {
  shape: readonly number[];
  data: NpyData;
}): Uint8Array<ArrayBuffer> {
  if (countOf(shape) !== data.length) {
    throw new InputError(`An array [${shape.join(', ')}] does not have ${data.length} numbers.`);
  }
  const descr = DESCRS.find((one) => data instanceof KINDS[one])!;
  // A tuple of one has a comma in Python.
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = 64 * Math.ceil((10 + text.length + 1) / 64);
  const header = new TextEncoder().encode(`${text.padEnd(start - 11)}\n`);
  const out = new Uint8Array(start + data.byteLength);
  out.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8]);
  out.set(header, 10);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return out;
}
