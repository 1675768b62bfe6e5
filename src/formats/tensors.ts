/** Tensors of a file that are read when they are asked for: a file's directory costs nothing, and lies in it cost no memory. */
import { FormatError } from '../base/errors.ts';
import { bf16ToFloat, f16ToFloat } from './float16.ts';

export interface LazyTensor {
  shape: readonly number[];
  /** Row-major values as float32. @throws FormatError where the file does not hold what it claims. */
  read(): Float32Array;
}

/** Element types that are read, with their bytes a value. */
export const DTYPE_BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8 } as const;
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
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), f16ToFloat);
    case 'BF16':
      return Float32Array.from(new Uint16Array(buffer), bf16ToFloat);
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
  }
}

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
