import { numpy as np } from '@jax-js/jax';

/**
 * The fast twin of scoresFromPlanes in jax-js, on its current default device; same shapes and order.
 * The arrays given are copied; everything made on the device is released.
 */
export async function deviceScores(
  planes: readonly Float32Array[],
  w: Float32Array,
  v: Float32Array,
  nQueries: number,
  nGallery: number,
): Promise<Float32Array> {
  if (nQueries === 0 || nGallery === 0) return new Float32Array(0);
  const nJ = v.length / nGallery;
  let total: np.Array | undefined;
  planes.forEach((values, k) => {
    const i = Math.floor(k / nJ);
    const j = k % nJ;
    const rows = np.array(w.slice(i * nQueries, (i + 1) * nQueries)).reshape([nQueries, 1]);
    const columns = np.array(v.slice(j * nGallery, (j + 1) * nGallery)).reshape([1, nGallery]);
    const part = np.array(values.slice()).reshape([nQueries, nGallery]).mul(rows).mul(columns);
    total = total ? total.add(part) : part;
  });
  return total ? ((await total.data()) as Float32Array) : new Float32Array(nQueries * nGallery);
}
