/** .npy files of any size and type (numpy.lib.format, versions 1 to 3). */
import { FormatError } from '../../base/errors.ts';
import { NPY_PREFIX, npyHeaderBytes, readNpyHeader } from '../npy.ts';
import { shown, type Dtype } from '../tensors.ts';
import type { ByteSource } from './byteSource.ts';
import { MAX_STRING, numbersAt, stringsAt, type LazyArray } from './lazyArray.ts';

const NUMBERS: Readonly<Record<string, Dtype>> = {
  f8: 'F64',
  f4: 'F32',
  f2: 'F16',
  i8: 'I64',
  i4: 'I32',
  i2: 'I16',
  i1: 'I8',
  u8: 'U64',
  u4: 'U32',
  u2: 'U16',
  u1: 'U8',
  b1: 'BOOL',
  // ml_dtypes' bfloat16, which NumPy saves as raw bytes.
  V2: 'BF16',
};

/**
 * The array of a .npy file; only its header is read.
 * @throws FormatError when it is cut or damaged, or of objects, dates, complex numbers or a structured type.
 */
export async function openNpy(name: string, source: ByteSource): Promise<LazyArray> {
  const prefix = await source.read(0, Math.min(NPY_PREFIX, source.size));
  const end = npyHeaderBytes(prefix);
  if (end > source.size)
    throw new FormatError(`The .npy header ends at byte ${end} of ${source.size}: the file is cut.`);
  const header = readNpyHeader(await source.read(0, end), source.size);
  const { descr, fortran, shape, start: offset } = header;
  if (descr === 'bfloat16')
    return numbersAt({ name, shape, dtype: 'BF16', fortran, bigEndian: false, source, offset });
  const [, order, kind] = /^([<>=|]?)([a-zA-Z]\d*)$/.exec(descr) ?? [];
  const bigEndian = order === '>';
  const dtype = kind !== undefined && Object.hasOwn(NUMBERS, kind) ? NUMBERS[kind] : undefined;
  if (dtype) return numbersAt({ name, shape, dtype, fortran, bigEndian, source, offset });
  const [, letter, digits] = /^([US])(\d+)$/.exec(kind ?? '') ?? [];
  if (letter !== undefined && shape.length === 1) {
    const length = Number(digits);
    const count = shape[0]!;
    return letter === 'U'
      ? stringsAt(name, count, 4 * length, { source, offset }, (bytes) => utf32(bytes, bigEndian))
      : stringsAt(name, count, length, { source, offset }, latin);
  }
  throw new FormatError(whyNot(kind ?? descr, shape));
}

function whyNot(descr: string, shape: readonly number[]): string {
  if (descr.startsWith('O'))
    return 'It holds Python objects, which only running them as a program could read: save it as numbers or strings, np.asarray(x, dtype="float32") or dtype="U".';
  if (/^[US]\d/.test(descr))
    return `It holds strings of the shape [${shape.join(', ')}]: save one list, [rows].`;
  if (descr.startsWith('['))
    return 'It holds records of several fields: save each field as an array of its own.';
  if (descr.startsWith('c')) return 'It holds complex numbers.';
  return `It holds values of type ${shown(descr)}: floats, whole numbers, booleans and strings can be read.`;
}

/** NumPy's U: code points of 4 bytes, padded with zeros. What is no code point becomes U+FFFD. */
function utf32(padded: Uint8Array<ArrayBuffer>, bigEndian: boolean): string {
  const bytes = unpadded(padded);
  const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
  let out = '';
  for (let at = 0; at < bytes.length && out.length < MAX_STRING; at += 4) {
    const point = view.getUint32(at, !bigEndian);
    out += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return out;
}

/** NumPy's S: bytes, padded with zeros; UTF-8 where they are it, else Latin-1. */
function latin(padded: Uint8Array<ArrayBuffer>): string {
  return decodeText(unpadded(padded)).slice(0, MAX_STRING);
}

function unpadded(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** UTF-8, or where bytes are none of it, Windows' Latin-1. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
