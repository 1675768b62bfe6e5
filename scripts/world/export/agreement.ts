/** How far rounded embeddings keep what the exact ones say. */

function centred(rows: Float32Array, mean: Float64Array): Float64Array {
  return Float64Array.from(rows, (value, i) => value - mean[i % mean.length]!);
}

/**
 * Mean over items of cos(exact_i - m, rounded_i - m), with m the mean of the exact embeddings: what all items share
 * would otherwise hide their differences. Rows [nItems, dim].
 */
export function centredCosine(exact: Float32Array, rounded: Float32Array, dim: number): number {
  const nItems = exact.length / dim;
  const mean = new Float64Array(dim);
  exact.forEach((value, i) => (mean[i % dim]! += value / nItems));
  const [a, b] = [centred(exact, mean), centred(rounded, mean)];
  let sum = 0;
  for (let i = 0; i < nItems; i++) {
    let [dot, aa, bb] = [0, 0, 0];
    for (let at = i * dim; at < (i + 1) * dim; at++) {
      dot += a[at]! * b[at]!;
      aa += a[at]! ** 2;
      bb += b[at]! ** 2;
    }
    sum += dot / Math.sqrt(aa * bb);
  }
  return sum / nItems;
}

/**
 * Share of an item's ten nearest others that stay when its own embedding is the rounded one, mean over items: an own
 * query is encoded in few bits, while the collection's embeddings are exact. Unit rows [nItems, dim].
 */
export function topTenOverlap(exact: Float32Array, rounded: Float32Array, dim: number): number {
  const nItems = exact.length / dim;
  let kept = 0;
  for (let i = 0; i < nItems; i++) {
    const wanted = new Set(nearest(exact, i, exact, dim));
    kept += nearest(rounded, i, exact, dim).filter((item) => wanted.has(item)).length / wanted.size;
  }
  return kept / nItems;
}

/** The ten rows of gallery nearest to row i of queries, without row i itself. */
function nearest(queries: Float32Array, i: number, gallery: Float32Array, dim: number): number[] {
  const scores = Float64Array.from({ length: gallery.length / dim }, (_, j) => {
    if (j === i) return -Infinity;
    let dot = 0;
    for (let d = 0; d < dim; d++) dot += queries[i * dim + d]! * gallery[j * dim + d]!;
    return dot;
  });
  return Array.from(scores.keys())
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, Math.min(10, scores.length - 1));
}
