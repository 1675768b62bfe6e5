/** Rankings of one query on the main thread: prepared once, then a few multiply-adds per item and slider step. */
import type { Modality } from '../base/modality.ts';
import type { ComponentSet } from '../engine/types.ts';
import { plane } from '../math/fusion.ts';
import { gatherRows } from '../math/pseudoPairs.ts';
import { rankOf, topK } from '../math/topK.ts';
import { defaultFactors, nestOf } from '../recipe/coefficients.ts';
import { createQueryScorer } from '../recipe/queryScorer.ts';
import type { Factors, Recipe } from '../recipe/types.ts';
import type { Column, RankedRow, Ranking } from './types.ts';

/** Rows shown of each ranking. */
export const N_ROWS = 10;

/** The expert's own space, or why it has no say. */
export type ExpertSide =
  | { kind: 'absent'; reason: string }
  | { kind: 'present'; query: Float32Array; gallery: Float32Array; dim: number };

export interface RankingInputs {
  recipe: Recipe;
  queryModality: Modality;
  /** One unit vector a component, in the order of `queryNames`. */
  query: readonly Float32Array[];
  queryNames: readonly string[];
  galleryModality: Modality;
  components: ComponentSet;
  /** [nGallery] item indices, ascending. */
  gallery: Uint32Array;
  galleryIds: readonly string[];
  /** Positions of the right answers in `gallery`. */
  right: Uint32Array;
  expert: ExpertSide;
}

/** A prepared query: its gallery ranked at any factors. */
export interface RankingModel {
  at(factors: Factors): Ranking;
  /** The first k rows alone. */
  top(factors: Factors, k: number): RankedRow[];
}

/** Prepares a query. @throws InputError when components do not fit the recipe. */
export function createRankingModel(inputs: RankingInputs): RankingModel {
  const { recipe, gallery, right, components } = inputs;
  const scorer = createQueryScorer(
    {
      nest: nestOf(recipe, inputs.queryModality, inputs.queryNames),
      components: { nItems: 1, dim: components.dim, data: inputs.query },
    },
    { nest: nestOf(recipe, inputs.galleryModality, components.names), components },
    gallery,
  );
  const rightSet = new Set(right);
  const scores = new Float32Array(gallery.length);

  const row = (from: Float32Array, position: number, rank: number): RankedRow => {
    const index = gallery[position]!;
    return {
      index,
      id: inputs.galleryIds[index]!,
      score: from[position]!,
      rank,
      right: rightSet.has(position),
    };
  };
  const rows = (from: Float32Array, k: number) =>
    [...topK(from, k)].map((position, i) => row(from, position, i + 1));
  const toColumn = (from: Float32Array): Column => ({
    kind: 'ranked',
    rows: rows(from, N_ROWS),
    right: [...right]
      .map((position) => row(from, position, rankOf(from, position)))
      .sort((a, b) => a.rank - b.rank),
  });
  const score = (factors: Factors): Float32Array => {
    scorer.scoresInto(scores, factors);
    return scores;
  };
  const base = toColumn(score(defaultFactors(recipe)));
  const { expert } = inputs;
  const expertColumn: Column =
    expert.kind === 'absent'
      ? expert
      : toColumn(plane(expert.query, gatherRows(expert.gallery, gallery, expert.dim), expert.dim));
  return {
    at: (factors) => ({
      base,
      current: toColumn(score(factors)),
      expert: expertColumn,
      nGallery: gallery.length,
    }),
    top: (factors, k) => rows(score(factors), k),
  };
}
