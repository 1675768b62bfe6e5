/** Rank correlation (Spearman 1904) of rows with one entry left out. */

/**
 * Mid-ranks of values [n], from 1, equal values sharing their mean rank; entry `leftOut` is left out and gets 0.
 * `sorted` [n - 1] is scratch.
 */
export function midRanksInto(
  out: Float64Array,
  values: Float32Array,
  leftOut: number,
  sorted: Float32Array,
): void {
  sorted.set(values.subarray(0, leftOut));
  sorted.set(values.subarray(leftOut + 1), leftOut);
  sorted.sort();
  for (let j = 0; j < values.length; j++) {
    out[j] =
      j === leftOut ? 0 : (nBefore(sorted, values[j]!, false) + nBefore(sorted, values[j]!, true) + 1) / 2;
  }
}

/** How many of ascending values are below one, or also at it. */
function nBefore(sorted: Float32Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle]! === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pearson correlation of two rows of mid-ranks [n] with one entry left out: Spearman's. 0 where one is constant. */
export function rankCorrelationOf(a: Float64Array, b: Float64Array, leftOut: number): number {
  const mean = a.length / 2; // of the ranks 1 .. n - 1
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let j = 0; j < a.length; j++) {
    if (j === leftOut) continue;
    const x = a[j]! - mean;
    const y = b[j]! - mean;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
