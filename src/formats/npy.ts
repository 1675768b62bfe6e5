/** NumPy's .npy format, versions 1 to 3 (numpy.lib.format). */
import { FormatError, InputError } from '../base/errors.ts';
import type { Tensor } from './safetensors.ts';

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

/**
 * Reads a little-endian array of float32, float64, uint32 or uint8 in C order, with its own type.
 * @throws FormatError when the file is cut, of another kind, or of another dtype or order.
 */
export function readNpyArray(buffer: ArrayBuffer): NpyArray {
  const bytes = new Uint8Array(buffer);
  if (bytes.length < 12 || !MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new FormatError('This is no .npy file: it does not start with \\x93NUMPY.');
  }
  const view = new DataView(buffer);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length)
    throw new FormatError(`The .npy header ends at byte ${end} of ${bytes.length}: the file is cut.`);
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || sizes === undefined)
    throw new FormatError(`The .npy header cannot be read: ${header}`);
  if (!isDescr(descr))
    throw new FormatError(`The array has dtype ${descr}; ${DESCRS.join(', ')} can be read.`);
  if (!/'fortran_order':\s*False/.test(header))
    throw new FormatError('The array is in Fortran order; save it in C order.');
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const needed = countOf(shape) * KINDS[descr].BYTES_PER_ELEMENT;
  if (!(end + needed <= bytes.length)) {
    throw new FormatError(
      `The array [${shape.join(', ')}] needs ${needed} bytes; the file has ${bytes.length - end}.`,
    );
  }
  return { shape, data: new KINDS[descr](buffer.slice(end, end + needed)) };
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
