/**
 * One query against a gallery in closed form: what re-ranks the visible list in the frame of the slider.
 *
 *   score(g) = sum_j v_j(g) r_j(g),  r_j(g) = sum_i w_i P_ij[g]
 *
 * with w, v the coefficients of query and gallery (coefficients.ts) and P_ij the query's row of a plane. The query's side is
 * contracted first, so that nJ rows remain, whatever the recipe. Legend: g gallery item, N how many; i and j components of
 * the query and of the gallery, nJ how many of the latter.
 */
import { InputError } from '../base/errors.ts';
import { checkComponents, gatherComponents, gramOf, type Components, type Gram } from '../math/components.ts';
import { plane } from '../math/fusion.ts';
import { coefficients, coefficientsInto, stepWeights, type Nest, type Step } from './coefficients.ts';
import type { Factors } from './types.ts';

/** A share of a score: query component i with gallery component j. The shares of a pair sum to its score. */
export interface ScorePart {
  query: number;
  gallery: number;
  value: number;
}

export interface QueryScorer {
  readonly nGallery: number;
  /** Writes score(q, g) of every gallery item to `out` [nGallery]. Factors as checkFactors() gives them. */
  scoresInto(out: Float32Array, factors: Factors): void;
  /** The named parts of one item's score: w_i(q) v_j(g) P_ij, in the order i * nComponents + j. */
  parts(item: number, factors: Factors): ScorePart[];
}

/** Items that are scored at a time: their rows stay in the processor's cache between the passes. */
const BLOCK = 4096;

/** One side of a scorer: how its vectors are fused and what from. A nest of one component needs no recipe: singleNest. */
export interface ScoredSide {
  nest: Nest;
  components: Components;
}

/**
 * Builds the query's rows of the planes and both sides' Gram numbers once; a factor change then costs a few multiply-adds
 * an item, whatever the dimension. The coefficients of a side whose factors did not move are kept. Scores depend on the
 * factors alone, never on which came before. The query is one item; `gallery` are indices into the gallery's items (all
 * of them where it is left out), and positions in it number the scores.
 * @throws InputError when the query is not one item, dimensions differ or a number is not finite.
 */
export function createQueryScorer(
  query: ScoredSide,
  gallerySide: ScoredSide,
  gallery?: ArrayLike<number>,
): QueryScorer {
  const { components: queryComponents } = query;
  if (queryComponents.nItems !== 1) {
    throw new InputError(`A query is one item; this one has ${queryComponents.nItems}.`);
  }
  if (queryComponents.dim !== gallerySide.components.dim) {
    throw new InputError(
      `A query of dimension ${queryComponents.dim} does not meet a gallery of ${gallerySide.components.dim}.`,
    );
  }
  checkComponents(queryComponents, 'The query');
  const galleryComponents = gallery
    ? gatherComponents(gallerySide.components, gallery)
    : gallerySide.components;
  checkComponents(galleryComponents, 'The gallery');
  const { dim, nItems: N } = galleryComponents;
  const queryGram = gramOf(queryComponents);
  const galleryGram = gramOf(galleryComponents);
  // Row j, i: the query's row [nGallery] of the plane P_ij.
  const planeRows = galleryComponents.data.map((y) => queryComponents.data.map((x) => plane(x, y, dim)));
  const contracted = planeRows.map(() => new Float32Array(N));
  const w = new Float32Array(queryComponents.data.length);
  const queryMoved = watchFactors(query.nest);
  const galleryMoved = watchFactors(gallerySide.nest);
  const weighing = createWeighing(gallerySide.nest, galleryGram, contracted);
  return {
    nGallery: N,
    scoresInto(out, factors) {
      if (out.length !== N)
        throw new InputError(`Scores of ${N} items do not fit an array of ${out.length}.`);
      const newQuery = queryMoved(factors);
      const newGallery = galleryMoved(factors);
      if (newQuery) coefficientsInto(query.nest, factors, queryGram, w);
      if (newGallery) weighing.move(factors);
      for (let from = 0; from < N; from += BLOCK) {
        const to = Math.min(N, from + BLOCK);
        if (newQuery) contracted.forEach((row, j) => combineInto(row, w, planeRows[j]!, from, to));
        weighing.scoresInto(out, newGallery, from, to);
      }
    },
    parts(item, factors) {
      if (!(item >= 0 && item < N)) throw new InputError(`The gallery has ${N} items and no item ${item}.`);
      const own = coefficients(query.nest, factors, queryGram);
      const v = coefficients(gallerySide.nest, factors, gramOfItem(galleryGram, item));
      return [...own].flatMap((weight, i) =>
        planeRows.map((rows, j) => ({ query: i, gallery: j, value: weight * v[j]! * rows[i]![item]! })),
      );
    },
  };
}

/** Tells whether a nest's own factors differ from those it was told last; the first time they do. */
function watchFactors({ steps, modality }: Nest): (factors: Factors) => boolean {
  const keys = steps.flatMap(({ experts }) => experts.map(({ factorKey }) => factorKey));
  let last: number[] | undefined;
  return (factors) => {
    const now = keys.map((key) => factors[key]?.[modality] ?? 0);
    const moved = last === undefined || now.some((value, k) => value !== last![k]);
    last = now;
    return moved;
  };
}

/** The Gram matrix of one item alone. */
function gramOfItem({ nComponents, nItems, products }: Gram, item: number): Gram {
  const nRows = (nComponents * (nComponents + 1)) / 2;
  const own = Float64Array.from({ length: nRows }, (_, row) => products[row * nItems + item]!);
  return { nComponents, nItems: 1, products: own };
}

/** out = sum_k w_k rows_k, of the items from..to. */
function combineInto(
  out: Float32Array,
  w: Float32Array,
  rows: readonly Float32Array[],
  from: number,
  to: number,
): void {
  if (rows.length === 2) {
    combineTwoInto(out, w[0]!, rows[0]!, w[1]!, rows[1]!, from, to);
    return;
  }
  out.fill(0, from, to);
  rows.forEach((row, k) => combineTwoInto(out, 1, out, w[k]!, row, from, to));
}

function combineTwoInto(
  out: Float32Array,
  a: number,
  x: Float32Array,
  b: number,
  y: Float32Array,
  from: number,
  to: number,
): void {
  for (let g = from; g < to; g++) out[g] = a * x[g]! + b * y[g]!;
}

/** The gallery's coefficients, and what they make of the contracted rows. */
interface Weighing {
  /** Takes the factors; afterwards every item is scored once with `moved`. */
  move(factors: Factors): void;
  /** Writes sum_j v_j rows_j of the items from..to; `moved` where the factors were taken since. */
  scoresInto(out: Float32Array, moved: boolean, from: number, to: number): void;
}

function createWeighing(nest: Nest, gram: Gram, rows: readonly Float32Array[]): Weighing {
  const { nPrompts, steps } = nest;
  if (rows.length === 2 && nPrompts === 1 && steps.length === 1) {
    return createPairWeighing(nest, steps[0]!, gram, rows);
  }
  const { nItems: N } = gram;
  const v = new Float32Array(rows.length * N);
  const vRows = rows.map((_, j) => v.subarray(j * N, (j + 1) * N));
  return {
    move: (factors) => coefficientsInto(nest, factors, gram, v),
    scoresInto(out, _moved, from, to) {
      out.fill(0, from, to);
      rows.forEach((row, j) => addProductInto(out, vRows[j]!, row, from, to));
    },
  };
}

function addProductInto(
  out: Float32Array,
  v: Float32Array,
  row: Float32Array,
  from: number,
  to: number,
): void {
  for (let g = from; g < to; g++) out[g]! += v[g]! * row[g]!;
}

/**
 * One fuse of two components, by far the most frequent nest: v(g) = [a, b] scale(g), scale = 1 / sqrt(a^2 G_00 + 2 a b G_01 +
 * b^2 G_11), so that one pass over the rows gives the scores.
 */
function createPairWeighing(
  { start, modality }: Nest,
  step: Step,
  { nItems: N, products }: Gram,
  rows: readonly Float32Array[],
): Weighing {
  const [x, y] = rows as [Float32Array, Float32Array];
  const gram = [0, 1, 2].map((row) => products.subarray(row * N, (row + 1) * N));
  const [xx, xy, yy] = gram as [Float64Array, Float64Array, Float64Array];
  const scale = new Float32Array(N);
  let [a, b] = [0, 0];
  return {
    move(factors) {
      const { weights, keep } = stepWeights(step, modality, factors);
      const own = [0, 0];
      own[start]! += keep;
      for (const { component, weight } of weights) own[component]! += weight;
      [a, b] = own as [number, number];
    },
    scoresInto(out, moved, from, to) {
      if (moved) fuseTwoInto(out, scale, a, x, b, y, xx, xy, yy, from, to);
      else scaleTwoInto(out, scale, a, x, b, y, from, to);
    },
  };
}

function scaleTwoInto(
  out: Float32Array,
  scale: Float32Array,
  a: number,
  x: Float32Array,
  b: number,
  y: Float32Array,
  from: number,
  to: number,
): void {
  for (let g = from; g < to; g++) out[g] = scale[g]! * (a * x[g]! + b * y[g]!);
}

function fuseTwoInto(
  out: Float32Array,
  scale: Float32Array,
  a: number,
  x: Float32Array,
  b: number,
  y: Float32Array,
  xx: Float64Array,
  xy: Float64Array,
  yy: Float64Array,
  from: number,
  to: number,
): void {
  const [aa, ab, bb] = [a * a, 2 * a * b, b * b];
  for (let g = from; g < to; g++) {
    const squares = aa * xx[g]! + ab * xy[g]! + bb * yy[g]!;
    // Opposite vectors at 1/2 cancel to nothing, which scores nothing. Rounded here, so that it is the same when kept.
    const s = Math.fround(squares > 0 ? 1 / Math.sqrt(squares) : 0);
    scale[g] = s;
    out[g] = s * (a * x[g]! + b * y[g]!);
  }
}
