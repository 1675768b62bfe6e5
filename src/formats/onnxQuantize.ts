/**
 * Weights in few bits, as ONNX Runtime's MatMulNBits keeps them.
 *
 * Legend: K dIn, N dOut, S values a block along K, C = K / S blocks a column.
 */
import { InputError } from '../base/errors.ts';

/** A matrix [dIn, dOut], row-major. */
export interface Matrix {
  dIn: number;
  dOut: number;
  data: Float32Array;
}

/** Values of a column in blocks, each block with a scale of its own: w = scale * (q - 2^(bits - 1)). */
export interface BlockMatrix {
  bits: 4 | 8;
  blockSize: number;
  dIn: number;
  dOut: number;
  /** [N, C, S * bits / 8]; of two 4-bit values the first stands in the low half of the byte. */
  packed: Uint8Array;
  /** [N, C] */
  scales: Float32Array;
}

const BLOCK = 32;

/** The matrix with rows of zeros added up to a whole number of blocks; itself where there is none to add. */
export function wholeBlocks(matrix: Matrix, blockSize = BLOCK): Matrix {
  const dIn = blockSize * Math.ceil(matrix.dIn / blockSize);
  if (dIn === matrix.dIn) return matrix;
  const data = new Float32Array(dIn * matrix.dOut);
  data.set(matrix.data);
  return { dIn, dOut: matrix.dOut, data };
}

/** Values of a block are tried with the scale of the largest value and with these shares of it. */
const SHARES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];

/**
 * The scale of a block that leaves the smallest squared error among few candidates: the largest magnitude on
 * -2^(bits-1) (which has no positive twin), or a share of it with the excess cut. 0 where all values are.
 */
function blockScale(values: ArrayLike<number>, bits: 4 | 8): number {
  const half = 2 ** (bits - 1);
  let extreme = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(extreme)) extreme = values[i]!;
  if (extreme === 0) return 0;
  let best = 0;
  let least = Infinity;
  for (const share of SHARES) {
    for (let side = 0; side < 2; side++) {
      const scale = side === 0 ? (-extreme * share) / half : (extreme * share) / (half - 1);
      let error = 0;
      for (let i = 0; i < values.length && error < least; i++) {
        const q = Math.round(values[i]! / scale);
        const off = values[i]! - scale * (q < -half ? -half : q > half - 1 ? half - 1 : q);
        error += off * off;
      }
      if (error < least) {
        least = error;
        best = scale;
      }
    }
  }
  return Math.fround(best);
}

/** q in [0, 2 half - 1] with value nearest to scale * (q - half). */
function quantizeValue(value: number, scale: number, half: number): number {
  if (scale === 0) return half;
  return Math.min(2 * half - 1, Math.max(0, Math.round(value / scale) + half));
}

/**
 * Rounds a matrix to nearest in blocks along dIn.
 * @throws InputError where dIn is no multiple of blockSize.
 */
export function quantizeBlocks({ dIn, dOut, data }: Matrix, bits: 4 | 8, blockSize = BLOCK): BlockMatrix {
  if (dIn % blockSize !== 0)
    throw new InputError(`A matrix of ${dIn} rows cannot be cut into blocks of ${blockSize}.`);
  const half = 2 ** (bits - 1);
  const scales = new Float32Array((dOut * dIn) / blockSize);
  const values = new Uint8Array(dIn * dOut); // [N, K]
  const block = new Float32Array(blockSize);
  for (let n = 0; n < dOut; n++) {
    for (let k0 = 0; k0 < dIn; k0 += blockSize) {
      for (let k = 0; k < blockSize; k++) block[k] = data[(k0 + k) * dOut + n]!;
      const scale = blockScale(block, bits);
      scales[(n * dIn + k0) / blockSize] = scale;
      for (let k = 0; k < blockSize; k++) values[n * dIn + k0 + k] = quantizeValue(block[k]!, scale, half);
    }
  }
  return { bits, blockSize, dIn, dOut, packed: packValues(values, bits), scales };
}

/** Two 4-bit values a byte, the first in the low half; 8-bit values as they are. */
function packValues(values: Uint8Array, bits: 4 | 8): Uint8Array {
  if (bits === 8) return values;
  return Uint8Array.from({ length: values.length / 2 }, (_, i) => values[2 * i]! | (values[2 * i + 1]! << 4));
}

/** The matrix [dIn, dOut] that the blocks stand for; the plain truth of MatMulNBits' weights. */
export function dequantizeBlocks({ bits, blockSize, dIn, dOut, packed, scales }: BlockMatrix): Float32Array {
  const half = 2 ** (bits - 1);
  const out = new Float32Array(dIn * dOut);
  for (let n = 0; n < dOut; n++) {
    for (let k = 0; k < dIn; k++) {
      const at = n * dIn + k;
      const q = bits === 8 ? packed[at]! : (packed[at >> 1]! >> (4 * (at & 1))) & 15;
      out[k * dOut + n] = scales[Math.floor(at / blockSize)]! * (q - half);
    }
  }
  return out;
}

/** Rows in int8 with one scale a row (largest magnitude on 127): value = scale * q. rows [nRows, width]. */
export function quantizeRows(rows: Float32Array, width: number): { values: Int8Array; scales: Float32Array } {
  const nRows = rows.length / width;
  const values = new Int8Array(rows.length);
  const scales = new Float32Array(nRows);
  for (let r = 0; r < nRows; r++) {
    let extreme = 0;
    for (let i = r * width; i < (r + 1) * width; i++) extreme = Math.max(extreme, Math.abs(rows[i]!));
    scales[r] = extreme / 127;
    for (let i = r * width; i < (r + 1) * width; i++)
      values[i] = extreme > 0 ? Math.round((rows[i]! / extreme) * 127) : 0;
  }
  return { values, scales };
}
