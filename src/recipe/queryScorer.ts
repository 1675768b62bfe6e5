/** One query against a gallery in closed form: what re-ranks the visible list in the frame of the slider. */
import { InputError } from '../base/errors.ts';
import { checkComponents, gatherComponents, gramOf, type Components, type Gram } from '../math/components.ts';
import { plane } from '../math/fusion.ts';
import { coefficientsInto, type Nest } from './coefficients.ts';
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

/** One side of a scorer: how its vectors are fused and what from. A nest of one component needs no recipe: singleNest. */
export interface ScoredSide {
  nest: Nest;
  components: Components;
}

/**
 * Builds the query's rows of the planes and both sides' Gram numbers once; a factor change then costs K_q K_g + 3 K_g^2
 * multiply-adds an item, whatever the dimension. The query is one item; `gallery` are indices into the gallery's
 * items (all of them where it is left out), and positions in it number the scores.
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
  const queryGram: Gram = gramOf(queryComponents);
  const galleryGram: Gram = gramOf(galleryComponents);
  const nI = queryComponents.data.length;
  const nJ = galleryComponents.data.length;
  // [nI * nJ, nGallery]
  const rows = queryComponents.data.flatMap((x) => galleryComponents.data.map((y) => plane(x, y, dim)));
  const w = new Float32Array(nI);
  const v = new Float32Array(nJ * N);
  const weigh = (factors: Factors) => {
    coefficientsInto(query.nest, factors, queryGram, w);
    coefficientsInto(gallerySide.nest, factors, galleryGram, v);
  };
  return {
    nGallery: N,
    scoresInto(out, factors) {
      if (out.length !== N)
        throw new InputError(`Scores of ${N} items do not fit an array of ${out.length}.`);
      weigh(factors);
      out.fill(0);
      for (let i = 0; i < nI; i++) {
        for (let j = 0; j < nJ; j++) {
          const row = rows[i * nJ + j]!;
          for (let g = 0; g < N; g++) out[g]! += w[i]! * v[j * N + g]! * row[g]!;
        }
      }
    },
    parts(item, factors) {
      if (!(item >= 0 && item < N)) throw new InputError(`The gallery has ${N} items and no item ${item}.`);
      weigh(factors);
      return rows.map((row, k) => {
        const [i, j] = [Math.floor(k / nJ), k % nJ];
        return { query: i, gallery: j, value: w[i]! * v[j * N + item]! * row[item]! };
      });
    },
  };
}
