import { defaultDevice, numpy as np } from '@jax-js/jax';
import type { Backend, ComponentSet } from '../types.ts';
import { quantile } from './rows.ts';
import { timings, type TimingOptions } from './timing.ts';

/**
 * Milliseconds of jax-js's plain matrix product x y' of two sets' first components, [nItems, dim] each; by the faster of its
 * two ways to be asked: y transposed in place, or laid out anew beforehand. The backend must have been initialised.
 */
export async function matmulTimings(
  x: ComponentSet,
  y: ComponentSet,
  backend: Backend,
  options: TimingOptions,
): Promise<number[]> {
  defaultDevice(backend);
  const { nItems, dim } = x;
  const flipped = new Float32Array(nItems * dim); // [dim, nItems]
  for (let n = 0; n < nItems; n++) {
    for (let d = 0; d < dim; d++) flipped[d * nItems + n] = y.data[0]![n * dim + d]!;
  }
  const left = np.array(x.data[0]!).reshape([nItems, dim]);
  const right = np.array(y.data[0]!).reshape([nItems, dim]);
  const anew = np.array(flipped).reshape([dim, nItems]);
  const product = async (of: () => np.Array) => {
    const out = np.matmul(left.ref, of());
    await out.blockUntilReady();
    out.dispose();
  };
  try {
    const transposedMs = await timings(() => product(() => np.matrixTranspose(right.ref)), options);
    const anewMs = await timings(() => product(() => anew.ref), options);
    return quantile(transposedMs, 0.5) < quantile(anewMs, 0.5) ? transposedMs : anewMs;
  } finally {
    for (const array of [left, right, anew]) array.dispose();
  }
}
