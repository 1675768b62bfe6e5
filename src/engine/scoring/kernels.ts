/**
 * The jax-js programs of all-query ranking. Legend: q query (T of them in a tile), g gallery item (G), i and j their
 * components (nI, nJ of them), b setting of the factors (B in a batch).
 *
 * score(q, g) = sum_i w_i(q) sum_j v_j(g) P_ij[q, g], in this order in float32: contracting the gallery's side first (C_i =
 * sum_j v_j P_ij, kept while v stays) gives the very same numbers. Contracting the queries' side first (D_j = sum_i w_i
 * P_ij) rounds in another order; see SumOrder.
 */
import { jit, numpy as np } from '@jax-js/jax';
import { NEVER } from './hostTask.ts';

/**
 * What a plane's rows are. Counts run along the gallery: WebAssembly reads it lane by lane, so queries are rows; on a GPU
 * one thread takes one query and neighbours should read neighbours, so queries are columns.
 */
export type Layout = 'query rows' | 'query columns';

/**
 * One dispatch: `planes` [T, G] or [G, T], in the order i * nJ + j; `queries` [nI + 3, B, T] as packQueries makes them, with
 * nI = 0 where planes are contracted over the queries' side; `gallery` one [nJ, G], or none where planes are contracted over
 * the gallery's side; `positions` [G] = 0, 1, 2, ...
 */
export type KernelArguments = [
  planes: np.Array[],
  queries: np.Array,
  gallery: np.Array[],
  positions: np.Array,
];

/** x [B, T] or [T] laid along a plane's queries. */
function alongQueries(x: np.Array, layout: Layout): np.Array {
  const nRows = x.shape.at(-1)!;
  return x.reshape(layout === 'query rows' ? [-1, nRows, 1] : [-1, 1, nRows]);
}

/** x [G] laid along a plane's gallery. */
function alongGallery(x: np.Array, layout: Layout): np.Array {
  return x.reshape(layout === 'query rows' ? [1, 1, -1] : [1, -1, 1]);
}

/** sum_k weights[k] * terms[k], from the first on. Takes ownership. */
function weightedSum(weights: np.Array[], terms: np.Array[]): np.Array {
  return terms.map((term, k) => term.mul(weights[k]!)).reduce((sum, term) => sum.add(term));
}

/** Planes as [1, ...plane] in float32. Takes ownership. */
function widened(planes: np.Array[]): np.Array[] {
  return planes.map((plane) => plane.astype(np.float32).reshape([1, ...plane.shape]));
}

/**
 * Scores [B, ...plane] of planes [1, ...plane] in float32. `weights` are the rows of w laid along the queries, `gallery` v;
 * either may be empty where the planes are contracted over that side. Takes ownership of planes and weights, borrows the
 * gallery.
 */
function combine(
  planes: np.Array[],
  weights: np.Array[],
  gallery: np.Array | undefined,
  layout: Layout,
): np.Array {
  const nJ = gallery?.shape[0] ?? 1;
  const rows = () => Array.from({ length: nJ }, (_, j) => alongGallery(gallery!.ref.slice(j), layout));
  if (weights.length === 0) return weightedSum(rows(), planes);
  const inner = weights.map((_, i) =>
    gallery ? weightedSum(rows(), planes.slice(i * nJ, (i + 1) * nJ)) : planes[i]!,
  );
  return weightedSum(weights, inner);
}

/** Scores [B, ...plane] from planes, w [nI, B, T] and v [nJ, G] (either may be left out). Takes ownership. */
export function scoresOf(
  planes: np.Array[],
  w: np.Array | undefined,
  v: np.Array | undefined,
  layout: Layout,
): np.Array {
  const weights = Array.from({ length: w?.shape[0] ?? 0 }, (_, i) => alongQueries(w!.ref.slice(i), layout));
  const scores = combine(widened(planes), weights, v, layout);
  w?.dispose();
  v?.dispose();
  return scores;
}

/**
 * Number of gallery items that stand before each query's chosen right answer, [B, T]: those whose score passes the threshold
 * of their side (packQueries). The answer's own score equals its threshold and does not pass.
 */
function countBefore([planes, queries, gallery, positions]: KernelArguments, layout: Layout): np.Array {
  const nI = queries.shape[0]! - 3;
  const row = (k: number) => alongQueries(queries.ref.slice(k), layout);
  const at = alongGallery(positions, layout);
  const weights = Array.from({ length: nI }, (_, i) => row(i));
  const score = combine(widened(planes), weights, gallery[0], layout);
  gallery[0]?.dispose();
  let threshold = np.where(np.less(at.ref, row(nI + 2)), row(nI + 1), row(nI));
  if (layout === 'query columns') {
    // A GPU may contract a product and a sum, so the answer's own score may differ from the host's: it never counts.
    threshold = np.where(np.notEqual(at, row(nI + 2)), threshold, NEVER);
  } else at.dispose();
  queries.dispose();
  // A comparison summed as int32 does not compile on WebAssembly in jax-js 0.1.25: sum float32.
  return np.where(np.less(threshold, score), 1, 0).sum(layout === 'query rows' ? 2 : 1);
}

/** C_i = sum_j v_j P_ij, nI planes in float32, of nI * nJ planes and v [nJ, G]. Takes ownership. */
function contractGallery(planes: np.Array[], v: np.Array, layout: Layout): np.Array[] {
  const nJ = v.shape[0]!;
  const wide = widened(planes);
  const contracted = Array.from({ length: planes.length / nJ }, (_, i) =>
    combine(wide.slice(i * nJ, (i + 1) * nJ), [], v, layout).reshape(planes[0]!.shape),
  );
  v.dispose();
  return contracted;
}

/** D_j = sum_i w_i P_ij, nJ planes in float32, of nI * nJ planes and w [nI, T]. Takes ownership. */
function contractQueries(planes: np.Array[], w: np.Array, layout: Layout): np.Array[] {
  const nI = w.shape[0]!;
  const nJ = planes.length / nI;
  const wide = widened(planes);
  const contracted = Array.from({ length: nJ }, (_, j) => {
    const weights = Array.from({ length: nI }, (__, i) => alongQueries(w.ref.slice(i), layout));
    const terms = weights.map((_w, i) => wide[i * nJ + j]!);
    return weightedSum(weights, terms).reshape(planes[0]!.shape);
  });
  w.dispose();
  return contracted;
}

/** The programs of one layout. Each is compiled at its first call with arrays of a shape, and kept. */
export function createKernels(layout: Layout) {
  return {
    /** Counts of several dispatches as one program. */
    count: jit((all: KernelArguments[]) => all.map((one) => countBefore(one, layout))),
    contractGallery: jit((planes: np.Array[], v: np.Array) => contractGallery(planes, v, layout)),
    contractQueries: jit((planes: np.Array[], w: np.Array) => contractQueries(planes, w, layout)),
  };
}

export type Kernels = ReturnType<typeof createKernels>;
