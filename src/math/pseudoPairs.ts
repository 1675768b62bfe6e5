import { dotRows } from './fusion.ts';

/**
 * Index of the most similar gallery row of each query (hard top-1 mining of pseudo-pairs, FreeBind section 3.2): unit
 * rows x [nQueries, dim] and y [nGallery, dim]; a tie goes to the lower index. Sees embeddings only. Returns [nQueries].
 */
export function nearestRows(x: Float32Array, y: Float32Array, dim: number): Uint32Array {
  const nGallery = y.length / dim;
  return Uint32Array.from({ length: x.length / dim }, (_, q) => {
    let best = 0;
    let top = -Infinity;
    for (let g = 0; g < nGallery; g++) {
      const score = dotRows(x, q, y, g, dim);
      if (score > top) {
        top = score;
        best = g;
      }
    }
    return best;
  });
}

/** Rows of x [n, dim] at the given indices, [indices.length, dim]. */
export function gatherRows(x: Float32Array, indices: ArrayLike<number>, dim: number): Float32Array {
  const out = new Float32Array(indices.length * dim);
  for (let i = 0; i < indices.length; i++)
    out.set(x.subarray(indices[i]! * dim, (indices[i]! + 1) * dim), i * dim);
  return out;
}
