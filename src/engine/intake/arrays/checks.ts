/** What is counted over an array's rows, block by block. */
import { throwIfAborted } from '../../../base/errors.ts';
import type { RowChecks } from '../types.ts';

/** Rows of [n, dim] on demand. */
export interface Rows {
  nRows: number;
  dim: number;
  /** Column-major in the file: long blocks are cheaper. */
  fortran: boolean;
  rows(start: number, n: number): Promise<Float32Array<ArrayBuffer>>;
}

export interface Checked {
  checks: RowChecks;
  /** [nRows] 1 of rows that cannot be used: with NaN or infinities, or all zero. */
  bad: Uint8Array<ArrayBuffer>;
  /** Equal of arrays whose rows are equal to the bit. */
  digest: string;
}

/** Numbers of a block: 8 MB, or 32 MB of an array in columns. */
const BLOCK = 2 ** 21;
const FORTRAN_BLOCK = 2 ** 23;
/** How far a length may be off 1. */
const UNIT = 1e-3;

export interface WalkOptions {
  signal?: AbortSignal | undefined;
  /** Called with the number of rows that are done. */
  onRows?: ((done: number) => void) | undefined;
}

/** Goes through an array in blocks of rows. @throws AbortedError, and as the array's rows(). */
export async function eachBlock(
  array: Rows,
  take: (block: Float32Array<ArrayBuffer>, start: number, n: number) => void,
  { signal, onRows }: WalkOptions = {},
): Promise<void> {
  const numbers = array.fortran ? FORTRAN_BLOCK : BLOCK;
  const step = Math.max(1, Math.floor(numbers / Math.max(1, array.dim)));
  for (let start = 0; start < array.nRows; start += step) {
    throwIfAborted(signal);
    const n = Math.min(step, array.nRows - start);
    take(await array.rows(start, n), start, n);
    onRows?.(start + n);
  }
}

/**
 * Counts what is odd about an array's rows. Equal rows are told by 53 bits of a hash: of a million rows, two different ones are
 * taken for equal with a chance below 1e-4.
 * @throws AbortedError, and as the array's rows().
 */
export async function checkRowsOf(array: Rows, options: WalkOptions = {}): Promise<Checked> {
  const { dim, nRows } = array;
  const checks: RowChecks = { notFinite: 0, zero: 0, notUnit: 0, norms: [Infinity, 0], duplicates: 0 };
  const bad = new Uint8Array(nRows);
  const seen = new Set<number>();
  let digest = `${nRows} ${dim}`;
  const whole = [0x811c9dc5, 0x9e3779b9];
  await eachBlock(
    array,
    (block, start, n) => {
      const bits = new Uint32Array(block.buffer, block.byteOffset, block.length);
      for (let i = 0; i < n; i++) {
        let [squares, h1, h2] = [0, 0x811c9dc5, 0x9e3779b9];
        for (let at = i * dim; at < (i + 1) * dim; at++) {
          squares += block[at]! * block[at]!;
          h1 = Math.imul(h1 ^ bits[at]!, 0x01000193);
          h2 = Math.imul((h2 << 13) | (h2 >>> 19), 0x85ebca6b) ^ bits[at]!;
        }
        h1 ^= h1 >>> 15;
        h2 ^= h2 >>> 16;
        whole[0] = Math.imul(whole[0]! ^ h1, 0x01000193);
        whole[1] = Math.imul(whole[1]! ^ h2, 0x85ebca6b);
        if (!Number.isFinite(squares)) checks.notFinite++;
        else if (squares === 0) checks.zero++;
        else {
          const norm = Math.sqrt(squares);
          if (Math.abs(norm - 1) > UNIT) checks.notUnit++;
          checks.norms[0] = Math.min(checks.norms[0], norm);
          checks.norms[1] = Math.max(checks.norms[1], norm);
          const key = (h1 >>> 0) * 2 ** 21 + (h2 & 0x1fffff);
          if (seen.has(key)) checks.duplicates++;
          else seen.add(key);
          continue;
        }
        bad[start + i] = 1;
      }
    },
    options,
  );
  digest += ` ${whole.join(' ')}`;
  if (checks.norms[0] === Infinity) checks.norms = [0, 0];
  return { checks, bad, digest };
}
