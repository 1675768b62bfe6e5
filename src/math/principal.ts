import { InputError } from '../base/errors.ts';

/**
 * Coordinates of vectors along their two principal axes: the two directions of largest variance, found by orthogonal
 * iteration on the centred rows (Golub and Van Loan, Matrix Computations, section 7.3.2). x [n, dim], n rows; returns
 * [n, 2]. Deterministic: fixed start, and each axis is turned so that its largest component is positive.
 * Only a start for layouts, so a fixed number of iterations serves. All zeros when the rows are equal.
 * @throws InputError when x is not made of rows of `dim`.
 */
export function principalCoordinates(x: Float32Array, dim: number, nIterations = 40): Float64Array {
  if (!(dim >= 1) || x.length % dim !== 0) {
    throw new InputError(`Cannot cut ${x.length} numbers into rows of ${dim}.`);
  }
  const n = x.length / dim;
  const mean = new Float64Array(dim);
  for (let at = 0; at < x.length; at++) mean[at % dim]! += x[at]! / n;
  const out = new Float64Array(2 * n);
  const axes = [new Float64Array(dim), new Float64Array(dim)] as const;
  // Two fixed, unlike directions with weight on every dimension.
  for (let d = 0; d < dim; d++) {
    axes[0][d] = Math.cos(d * d + 1);
    axes[1][d] = Math.sin(d * d + 2 * d + 3);
  }
  orthonormalise(axes);
  for (let iteration = 0; iteration < nIterations; iteration++) {
    projectInto(out, x, mean, axes, dim);
    for (const axis of axes) axis.fill(0);
    for (let i = 0; i < n; i++) {
      const u = out[2 * i]!;
      const v = out[2 * i + 1]!;
      for (let d = 0; d < dim; d++) {
        const centred = x[i * dim + d]! - mean[d]!;
        axes[0][d]! += u * centred;
        axes[1][d]! += v * centred;
      }
    }
    orthonormalise(axes);
  }
  axes.forEach(turnPositive);
  projectInto(out, x, mean, axes, dim);
  return out;
}

type Axes = readonly [Float64Array, Float64Array];

function projectInto(
  out: Float64Array,
  x: Float32Array,
  mean: Float64Array,
  [a, b]: Axes,
  dim: number,
): void {
  for (let i = 0; i < out.length / 2; i++) {
    let u = 0;
    let v = 0;
    for (let d = 0; d < dim; d++) {
      const centred = x[i * dim + d]! - mean[d]!;
      u += centred * a[d]!;
      v += centred * b[d]!;
    }
    out[2 * i] = u;
    out[2 * i + 1] = v;
  }
}

/** Gram-Schmidt; an axis without variance becomes zero. */
function orthonormalise([a, b]: Axes): void {
  normalise(a);
  const overlap = a.reduce((sum, value, d) => sum + value * b[d]!, 0);
  for (let d = 0; d < b.length; d++) b[d]! -= overlap * a[d]!;
  normalise(b);
}

function normalise(axis: Float64Array): void {
  const length = Math.hypot(...axis);
  for (let d = 0; d < axis.length; d++) axis[d] = length > 1e-12 ? axis[d]! / length : 0;
}

function turnPositive(axis: Float64Array): void {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let d = 0; d < axis.length; d++) axis[d] = -axis[d]!;
}
