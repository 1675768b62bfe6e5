/** The components that items have in one target space, and their Gram numbers. */
import { InputError } from '../base/errors.ts';
import { dotRows } from './fusion.ts';
import { gatherRows } from './pseudoPairs.ts';

/** K components of n items: one [nItems, dim] row-major array of unit rows per component. */
export interface Components {
  nItems: number;
  dim: number;
  data: readonly Float32Array[];
}

/**
 * Dot products of every item's components with each other: the packed upper triangle of its Gram matrix, diagonal
 * included, `products` [K (K + 1) / 2, nItems]; see gramRow. In float64, because a fuse of nearly opposite vectors
 * subtracts nearly equal numbers.
 */
export interface Gram {
  nComponents: number;
  nItems: number;
  products: Float64Array;
}

/** Row of the pair (i, j) in `Gram.products`, i <= j < nComponents. */
export function gramRow(i: number, j: number, nComponents: number): number {
  return i * nComponents - (i * (i - 1)) / 2 + (j - i);
}

/**
 * Checks what comes from outside once: lengths that fit and numbers that are numbers.
 * @throws InputError naming the array that does not fit.
 */
export function checkComponents({ nItems, dim, data }: Components, what: string): void {
  if (data.length === 0) throw new InputError(`${what} have no components.`);
  data.forEach((rows, k) => {
    if (rows.length !== nItems * dim) {
      throw new InputError(
        `Component ${k} of ${what} has ${rows.length} numbers; ${nItems} x ${dim} are ${nItems * dim}.`,
      );
    }
    if (!allFinite(rows)) {
      const bad = rows.findIndex((value) => !Number.isFinite(value));
      throw new InputError(
        `Component ${k} of ${what} holds ${rows[bad]} in row ${Math.floor(bad / dim)}; embed that item again.`,
      );
    }
  });
}

/** Numbers less themselves sum to 0 where all are finite, else to NaN; a test of each takes several times as long. */
function allFinite(rows: Float32Array): boolean {
  const n = rows.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const value = rows[i]!;
    sum += value - value;
  }
  return sum === 0;
}

/** G of every item, G_ij = e_i . e_j. */
export function gramOf({ nItems, dim, data }: Components): Gram {
  const nComponents = data.length;
  const products = new Float64Array(((nComponents * (nComponents + 1)) / 2) * nItems);
  let row = 0;
  for (let i = 0; i < nComponents; i++) {
    for (let j = i; j < nComponents; j++, row++) {
      for (let n = 0; n < nItems; n++) products[row * nItems + n] = dotRows(data[i]!, n, data[j]!, n, dim);
    }
  }
  return { nComponents, nItems, products };
}

/** The components of the items at `indices`, in that order: the same ones, not copied, where these are all items in theirs. */
export function gatherComponents(all: Components, indices: ArrayLike<number>): Components {
  const { nItems, dim, data } = all;
  if (isWhole(indices, nItems)) return all;
  return { nItems: indices.length, dim, data: data.map((rows) => gatherRows(rows, indices, dim)) };
}

function isWhole(indices: ArrayLike<number>, nItems: number): boolean {
  if (indices.length !== nItems) return false;
  for (let n = 0; n < nItems; n++) if (indices[n] !== n) return false;
  return true;
}

/** The columns of rows [nRows, nColumns] at `indices`: [nRows, indices.length]. */
export function gatherColumns(
  rows: Float32Array,
  nColumns: number,
  indices: ArrayLike<number>,
): Float32Array {
  const nRows = nColumns > 0 ? rows.length / nColumns : 0;
  const out = new Float32Array(nRows * indices.length);
  for (let r = 0; r < nRows; r++) {
    for (let c = 0; c < indices.length; c++) out[r * indices.length + c] = rows[r * nColumns + indices[c]!]!;
  }
  return out;
}
