/** Rankings of one query on the main thread: prepared once, then a few multiply-adds per item and slider step. */
import { InputError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import type { ComponentSet } from '../engine/types.ts';
import { gatherComponents, gramOf, type Components } from '../math/components.ts';
import { dotRows, plane } from '../math/fusion.ts';
import { rankOf, topK } from '../math/topK.ts';
import { coefficients, componentSource, defaultFactors, nestOf } from '../recipe/coefficients.ts';
import { createQueryScorer } from '../recipe/queryScorer.ts';
import { withValue, type Slider } from '../recipe/sliders.ts';
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

/** Where a followed item stands in the three rankings, from 1. */
export interface PinnedRank {
  /** Item index in the gallery's modality. */
  index: number;
  id: string;
  right: boolean;
  /** Cosine at the current factors. */
  score: number;
  base: number;
  current: number;
  /** Undefined where the expert's own space cannot rank this gallery. */
  expert: number | undefined;
}

/** A named share of a score: value = queryWeight * itemWeight * cosine. */
export interface ScoreShare {
  /** Component of the query and of the item, as in ComponentSet.names. */
  query: string;
  item: string;
  /** Base with base, an expert with itself, or two different ones. */
  kind: 'base' | 'expert' | 'crossed';
  /** w_i of the query, v_j of the item: coefficients of the fused unit vector on its components. */
  queryWeight: number;
  itemWeight: number;
  /** P_ij, the dot product of the two unit components, in [-1, 1]. */
  cosine: number;
  value: number;
}

/** Another item of the same ranking, set against the one that is explained. */
export interface Rival {
  index: number;
  id: string;
  rank: number;
  score: number;
  /** Its shares, in the order of Explanation.parts. */
  values: number[];
  /** The explained item's score less the rival's. */
  lead: number;
  /** Position in `parts` of the share that gives most of the lead; undefined where the two score the same. */
  decides: number | undefined;
}

/** Why an item stands where it does: its score split by components, as a sum. */
export interface Explanation {
  index: number;
  id: string;
  rank: number;
  right: boolean;
  nGallery: number;
  /** As ranked, in float32; the parts sum to it to about 1e-6. */
  score: number;
  /** Every pair of a query's and an item's component, the query's first. */
  parts: ScoreShare[];
  /** By component name. */
  queryWeights: Record<string, number>;
  itemWeights: Record<string, number>;
  /** The item one rank higher; undefined of the first. */
  above: Rival | undefined;
  /** The item one rank lower; undefined of the last. */
  below: Rival | undefined;
  /** The first; undefined of itself. */
  top: Rival | undefined;
}

/** A prepared query: its gallery ranked at any factors. */
export interface RankingModel {
  readonly nGallery: number;
  /** The three columns, and where followed items stand (`pins`, item indices; those of another gallery are left out). */
  at(factors: Factors, pins?: readonly number[]): Ranking;
  /** The first k rows alone. */
  top(factors: Factors, k: number): RankedRow[];
  /** Why an item stands where it does. @throws InputError when it is not in the gallery. */
  explain(factors: Factors, index: number): Explanation;
  /** Ranks of some items along one slider, the others as they stand: one list an item, one rank a value. @throws InputError */
  ranksAlong(
    factors: Factors,
    slider: Slider,
    values: readonly number[],
    indices: readonly number[],
  ): number[][];
  /** True of the items that are ranked. */
  has(index: number): boolean;
}

/** Prepares a query. @throws InputError when components do not fit the recipe. */
export function createRankingModel(inputs: RankingInputs): RankingModel {
  const { recipe, gallery, right, components, expert } = inputs;
  const query: Components = { nItems: 1, dim: components.dim, data: inputs.query };
  const queryNest = nestOf(recipe, inputs.queryModality, inputs.queryNames);
  const itemNest = nestOf(recipe, inputs.galleryModality, components.names);
  const scorer = createQueryScorer(
    { nest: queryNest, components: query },
    { nest: itemNest, components },
    gallery,
  );
  const queryGram = gramOf(query);
  const rightSet = new Set(right);
  const positions = new Map(Array.from(gallery, (index, position) => [index, position]));
  const scores = new Float32Array(gallery.length);

  const positionOf = (index: number): number => {
    const position = positions.get(index);
    if (position === undefined) {
      throw new InputError(
        `Item ${index} is not among the ${gallery.length} that ${recipe.name} ranks for this query.`,
      );
    }
    return position;
  };
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
  const baseScores = score(defaultFactors(recipe)).slice();
  const expertScores =
    expert.kind === 'absent' ? undefined : plane(expert.query, expertRows(expert, gallery), expert.dim);
  const base = toColumn(baseScores);
  const expertColumn: Column = expertScores
    ? toColumn(expertScores)
    : (expert as { kind: 'absent'; reason: string });

  /** Ranks that no slider moves, found when an item is first followed. */
  const fixed = new Map<number, Pick<PinnedRank, 'base' | 'expert'>>();
  const fixedRanks = (position: number) => {
    const known = fixed.get(position) ?? {
      base: rankOf(baseScores, position),
      expert: expertScores && rankOf(expertScores, position),
    };
    fixed.set(position, known);
    return known;
  };
  const follow = (from: Float32Array, pins: readonly number[]): PinnedRank[] =>
    pins.flatMap((index) => {
      const position = positions.get(index);
      if (position === undefined) return [];
      const {
        id,
        right: isRight,
        rank: current,
        score: cosine,
      } = row(from, position, rankOf(from, position));
      return [{ index, id, right: isRight, score: cosine, current, ...fixedRanks(position) }];
    });

  const itemWeights = (factors: Factors, position: number) =>
    coefficients(itemNest, factors, gramOf(gatherComponents(components, [gallery[position]!])));
  const rivalOf = (factors: Factors, position: number, rank: number, mine: Explanation): Rival => {
    const { index, id, score: theirs } = row(scores, position, rank);
    const values = scorer.parts(position, factors).map(({ value }) => value);
    const lead = mine.score - theirs;
    return { index, id, rank, score: theirs, values, lead, decides: decisive(mine.parts, values, lead) };
  };
  const explain = (factors: Factors, index: number): Explanation => {
    const position = positionOf(index);
    const from = score(factors);
    const rank = rankOf(from, position);
    const w = coefficients(queryNest, factors, queryGram);
    const v = itemWeights(factors, position);
    const named = (names: readonly string[], weights: Float32Array) =>
      Object.fromEntries(names.map((name, k) => [name, weights[k]!]));
    const parts = scorer.parts(position, factors).map(({ query: i, gallery: j, value }): ScoreShare => {
      const [queryName, itemName] = [inputs.queryNames[i]!, components.names[j]!];
      const source = componentSource(recipe, queryName);
      const isBase = 'space' in source ? source.space === recipe.base : source.bond.kind === 'displacement';
      const own = isBase ? 'base' : 'expert';
      return {
        query: queryName,
        item: itemName,
        kind: queryName === itemName ? own : 'crossed',
        queryWeight: w[i]!,
        itemWeight: v[j]!,
        cosine: dotRows(inputs.query[i]!, 0, components.data[j]!, index, components.dim),
        value,
      };
    });
    const mine: Explanation = {
      ...row(from, position, rank),
      nGallery: gallery.length,
      parts,
      queryWeights: named(inputs.queryNames, w),
      itemWeights: named(components.names, v),
      above: undefined,
      below: undefined,
      top: undefined,
    };
    const { above, below, top } = neighbours(from, position);
    const rival = (other: number | undefined, at: number) =>
      other === undefined ? undefined : rivalOf(factors, other, at, mine);
    return { ...mine, above: rival(above, rank - 1), below: rival(below, rank + 1), top: rival(top, 1) };
  };
  return {
    nGallery: gallery.length,
    at(factors, pins = []) {
      const from = score(factors);
      return {
        base,
        current: toColumn(from),
        expert: expertColumn,
        nGallery: gallery.length,
        pinned: follow(from, pins),
      };
    },
    top: (factors, k) => rows(score(factors), k),
    explain,
    ranksAlong(factors, slider, values, indices) {
      const followed = indices.map(positionOf);
      const along = values.map((value) => {
        const from = score(withValue(factors, slider, value));
        return followed.map((position) => rankOf(from, position));
      });
      return followed.map((_, i) => along.map((ranks) => ranks[i]!));
    },
    has: (index) => positions.has(index),
  };
}

/** Rows of the gallery in the expert's own space, [nGallery, dim]. */
function expertRows(
  { gallery: rows, dim }: ExpertSide & { kind: 'present' },
  gallery: Uint32Array,
): Float32Array {
  return gatherComponents({ nItems: rows.length / dim, dim, data: [rows] }, gallery).data[0]!;
}

/** The positions that stand one before, one behind, and first, by the order of ranks; each undefined where there is none. */
function neighbours(
  scores: Float32Array,
  position: number,
): { above: number | undefined; below: number | undefined; top: number | undefined } {
  /** True where a stands before b: the higher score, the lower index on a tie. */
  const before = (a: number, b: number) => scores[a]! > scores[b]! || (scores[a] === scores[b] && a < b);
  let above: number | undefined;
  let below: number | undefined;
  let top: number | undefined;
  for (let g = 0; g < scores.length; g++) {
    if (g === position) continue;
    if (before(g, position)) {
      if (above === undefined || before(above, g)) above = g;
      if (top === undefined || before(g, top)) top = g;
    } else if (below === undefined || before(g, below)) below = g;
  }
  return { above, below, top };
}

/** The share that gives most of a lead: the largest difference in its direction. */
function decisive(parts: readonly ScoreShare[], rival: readonly number[], lead: number): number | undefined {
  if (lead === 0) return undefined;
  let best = 0;
  const push = (k: number) => (parts[k]!.value - rival[k]!) * Math.sign(lead);
  for (let k = 1; k < parts.length; k++) if (push(k) > push(best)) best = k;
  return best;
}
