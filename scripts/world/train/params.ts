import { numpy as np, tree } from '@jax-js/jax';
import type { Random } from '../../../src/base/random.ts';

/** Weights by name, as they are stored and exported. */
export type Params = Record<string, np.Array>;
/** The same on the host: shape and row-major values. */
export type HostParams = Record<string, { shape: number[]; data: Float32Array }>;

export function constant(shape: number[], value: number): np.Array {
  return np.full(shape, value);
}

/** Normal draws of the given standard deviation. */
export function normal(random: Random, shape: number[], deviation: number): np.Array {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = random.normal() * deviation;
  return np.array(data).reshape(shape);
}

/** A weight matrix [fanIn, fanOut] with variance gain / fanIn. */
export function dense(random: Random, fanIn: number, fanOut: number, gain = 1): np.Array {
  return normal(random, [fanIn, fanOut], Math.sqrt(gain / fanIn));
}

/** Copies the weights to the host; the device keeps its own. */
export async function toHost(params: Params): Promise<HostParams> {
  const out: HostParams = {};
  for (const [name, value] of Object.entries(params)) {
    out[name] = {
      shape: [...value.shape],
      data: Float32Array.from((await value.ref.data()) as Float32Array),
    };
  }
  return out;
}

export function fromHost(host: HostParams): Params {
  return Object.fromEntries(
    Object.entries(host).map(([name, { shape, data }]) => [name, np.array(data).reshape(shape)]),
  );
}

/** Another reference to every weight, for a function that takes ownership. */
export function borrow(params: Params): Params {
  return tree.ref(params) as Params;
}
