/** Tensors of a file that are read when they are asked for: a file's directory costs nothing, and lies in it cost no memory. */
import { FormatError } from '../base/errors.ts';
import { bf16ToFloats, f16ToFloats } from './float16.ts';

export interface LazyTensor {
  shape: readonly number[];
  /** Row-major values as float32. @throws FormatError where the file does not hold what it claims. */
  read(): Float32Array;
}

/** Element types that are read, with their bytes a value. */
export const DTYPE_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;
export type Dtype = keyof typeof DTYPE_BYTES;

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPE_BYTES, name);
}

/** Little-endian values as float32: rounded to nearest where they are wider, exact where they are narrower. */
export function toFloat32(dtype: Dtype, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const { buffer } = bytes.slice(); // aligned, and no longer a part of the file
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return f16ToFloats(new Uint16Array(buffer));
    case 'BF16':
      return bf16ToFloats(new Uint16Array(buffer));
    case 'BOOL':
      return Float32Array.from(new Uint8Array(buffer), (value) => (value === 0 ? 0 : 1));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer), Number);
    default:
      return new Float32Array(new NUMBERS[dtype](buffer));
  }
}

/** Types whose values typed arrays hold as numbers. */
const NUMBERS = {
  F64: Float64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
} as const;

/** Sizes and offsets of files: whole, not negative, and exact as a double. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Values of a shape. @throws FormatError where they are more than a double counts exactly. */
export function countOf(shape: readonly number[], name: string): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count))
    throw new FormatError(
      `${shown(name)} claims the shape [${shape.slice(0, 8).join(', ')}]: no file holds that.`,
    );
  return count;
}

/** A name out of a file as it may stand in a message: quoted, without control characters, cut. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
