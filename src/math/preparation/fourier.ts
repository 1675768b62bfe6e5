/** Power spectra of frames: a radix-2 Fourier transform in float64. */
import { InputError } from '../../base/errors.ts';

/**
 * Power spectrum |X_k|^2, k = 0 ... n / 2, of real frames of n values, n a power of two. The returned function writes into
 * `power` [n / 2 + 1] and leaves the frame as it is.
 * @throws InputError where n is no power of two from 2 on.
 */
export function powerSpectrum(n: number): (frame: Float64Array, power: Float64Array) => void {
  if (!(n >= 2 && Number.isInteger(Math.log2(n))))
    throw new InputError(`A spectrum of ${n} points is no power of two.`);
  const cos = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sin = Float64Array.from({ length: n / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / n));
  const order = reversedBits(n);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  return (frame, power) => {
    for (let i = 0; i < n; i++) re[i] = frame[order[i]!]!;
    im.fill(0);
    for (let half = 1; half < n; half *= 2) {
      const step = n / (2 * half);
      for (let start = 0; start < n; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const a = start + k;
          const b = a + half;
          const [c, s] = [cos[k * step]!, sin[k * step]!];
          const tr = re[b]! * c - im[b]! * s;
          const ti = re[b]! * s + im[b]! * c;
          re[b] = re[a]! - tr;
          im[b] = im[a]! - ti;
          re[a]! += tr;
          im[a]! += ti;
        }
      }
    }
    for (let k = 0; k <= n / 2; k++) power[k] = re[k]! * re[k]! + im[k]! * im[k]!;
  };
}

function reversedBits(n: number): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 1; i < n; i++) order[i] = (order[i >> 1]! >> 1) | (i & 1 ? n >> 1 : 0);
  return order;
}
