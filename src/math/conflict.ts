/**
 * How far two experts disagree on the items that both know. Legend: A and B the experts, i and j items, n of them, k
 * neighbours; p_A(i) the projection of item i by A's ensemble into the common target.
 */
import { InputError } from '../base/errors.ts';
import { meanEstimate, type Estimate } from './estimates.ts';
import { dotRows } from './fusion.ts';
import { midRanksInto, rankCorrelationOf } from './midRanks.ts';
import { largestInto } from './neighbours.ts';
import type { Steps } from './steps.ts';
import { cosinesInto, keptByItem } from './surroundings.ts';

/** One expert's vectors of the shared items, row i the same item for both. */
export interface ExpertView {
  /** Unit rows [nItems, dim] in its own space. */
  own: Float32Array;
  dim: number;
  /** Unit rows [nItems, targetDim] in the common target. */
  projected: Float32Array;
}

/** What two experts say of each shared item. */
export interface Overlap {
  nItems: number;
  k: number;
  /** The k nearest items in each own space, [nItems, k]. */
  neighbours: readonly [Uint32Array, Uint32Array];
  /** Share of the k neighbours that is the same, [nItems]. */
  shared: Float64Array;
  /** Spearman correlation between the item's cosines to all others in A and in B, [nItems], in [-1, 1]. */
  rankCorrelation: Float64Array;
  /** The same of its projections: p_A(i) . p_A(j) with p_B(i) . p_B(j), [nItems]. */
  withinRanks: Float64Array;
  /**
   * The same within one expert's projections and across to the other's, p_A(i) . p_A(j) with p_A(i) . p_B(j), mean of both
   * directions, [nItems].
   */
  acrossRanks: Float64Array;
  /** p_A(i) . p_B(i), [nItems]. */
  cosine: Float64Array;
  /** mean_{i != j} p_A(i) . p_B(j): the expected cosine when B's items are shuffled. */
  shuffledCosine: number;
  /**
   * Share of the other items j for which a shuffled cosine, p_A(i) . p_B(j) or p_A(j) . p_B(i), beats the item's own, [nItems];
   * ties count half. 0: each projection finds its item among the other expert's; 1/2: no better than chance.
   */
  beaten: Float64Array;
}

/**
 * From this score on, averaging the two experts is likely to hurt. Chosen where pairs of experts begin to lose when they are
 * averaged: made-up ones of many strengths (conflict.test.ts holds it to that), and the embedded ones damaged step by step
 * (docs/workshop.md).
 */
export const CONFLICT_THRESHOLD = 0.6;

/** Projections whose disagreement is below this do no harm worth a warning, whatever it is made of. */
const LEAST_DISAGREEMENT = 0.1;

/** One expert's side of the pass over the items. */
interface Side extends ExpertView {
  /** Cosines of one item to all, and their ranks: in the own space, then within its projections and across to the other's. */
  row: Float32Array;
  ranks: Float64Array;
  withinRanks: Float64Array;
  acrossRanks: Float64Array;
  neighbours: Uint32Array;
}

/** 1 where a beats b, 1/2 on a tie, else 0. */
function winOf(a: number, b: number): number {
  return a > b ? 1 : a === b ? 0.5 : 0;
}

/**
 * Compares two experts over their shared items: n^2 (dim_A + dim_B + 4 targetDim) products and 6 n sorts of n numbers, an
 * item a step. The result is the same when an own space is rotated, or the target for both; when A and B change places, only
 * the two lists of neighbours do.
 * @throws InputError below three items, or where rows do not fit.
 */
export function* overlapSteps(a: ExpertView, b: ExpertView, k: number): Steps<Overlap> {
  const n = a.own.length / a.dim;
  if (b.own.length / b.dim !== n || a.projected.length !== b.projected.length) {
    throw new InputError('Two experts are compared over the same items, both projected into one space.');
  }
  if (!(n >= 3 && k >= 1))
    throw new InputError(`Experts are compared over three items or more; there are ${n}.`);
  const kept = Math.min(k, n - 1);
  const side = (view: ExpertView): Side => ({
    ...view,
    row: new Float32Array(n),
    ranks: new Float64Array(n),
    withinRanks: new Float64Array(n),
    acrossRanks: new Float64Array(n),
    neighbours: new Uint32Array(n * kept),
  });
  const [sideA, sideB] = [side(a), side(b)];
  const targetDim = a.projected.length / n;
  const sorted = new Float32Array(n - 1);
  const rankCorrelation = new Float64Array(n);
  const withinRanks = new Float64Array(n);
  const acrossRanks = new Float64Array(n);
  const beaten = new Float64Array(n);
  // In float32, so that equal rows tie.
  const projectedInto = (row: Float32Array, from: ExpertView, to: ExpertView, i: number) => {
    for (let j = 0; j < n; j++) row[j] = dotRows(from.projected, i, to.projected, j, targetDim);
  };
  const cosine = Float64Array.from({ length: n }, (_, i) =>
    Math.fround(dotRows(a.projected, i, b.projected, i, targetDim)),
  );
  let across = 0;
  for (let i = 0; i < n; i++) {
    for (const [own, other] of [
      [sideA, sideB],
      [sideB, sideA],
    ] as const) {
      const { row, ranks, neighbours } = own;
      cosinesInto(row, own.own, i, own.dim);
      midRanksInto(ranks, row, i, sorted);
      row[i] = -Infinity;
      largestInto(row, neighbours.subarray(i * kept, (i + 1) * kept));
      projectedInto(row, own, own, i);
      midRanksInto(own.withinRanks, row, i, sorted);
      projectedInto(row, own, other, i);
      midRanksInto(own.acrossRanks, row, i, sorted);
      acrossRanks[i]! += rankCorrelationOf(own.withinRanks, own.acrossRanks, i) / 2;
    }
    rankCorrelation[i] = rankCorrelationOf(sideA.ranks, sideB.ranks, i);
    withinRanks[i] = rankCorrelationOf(sideA.withinRanks, sideB.withinRanks, i);
    // What is left in the rows: the shuffled cosines of item i, from A to B and from B to A.
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      across += sideA.row[j]!;
      for (const { row } of [sideA, sideB]) beaten[i]! += winOf(row[j]!, cosine[i]!) / (2 * (n - 1));
    }
    yield (i + 1) / n;
  }
  const neighbours = [sideA.neighbours, sideB.neighbours] as const;
  return {
    nItems: n,
    k: kept,
    neighbours,
    shared: keptByItem(neighbours[0], neighbours[1], kept),
    rankCorrelation,
    withinRanks,
    acrossRanks,
    cosine,
    shuffledCosine: across / (n * (n - 1)),
    beaten,
  };
}

/** Share of neighbours that two random orders have in common: k / (n - 1). */
export function sharedByChance({ k, nItems }: Pick<Overlap, 'k' | 'nItems'>): number {
  return k / (nItems - 1);
}

const clip = (x: number) => Math.min(1, Math.max(0, x));

/** What is above chance as a share of what could be, (x - chance) / (1 - chance), within [0, 1]; 1 where nothing can differ. */
function aboveChance(x: number, chance: number): number {
  return chance < 1 ? clip((x - chance) / (1 - chance)) : 1;
}

/** What the conflict of two experts is made of; all in [0, 1]. */
export interface ConflictParts {
  /** N: shared neighbours above chance, (mean shared - k/(n-1)) / (1 - k/(n-1)). */
  neighbours: number;
  /** R: mean rank correlation. */
  ranks: number;
  /** P: projected cosine above the shuffled one, (mean cosine - shuffled) / (1 - shuffled). */
  place: number;
  /** W: mean rank correlation of the projections, each among its own. */
  within: number;
  /** X: mean rank correlation across the projections. */
  across: number;
  /** Q: 2 mean beaten; the share of items that the projections confuse. */
  confused: number;
  /** E = max(0, min(N, R, W) - max(P, X)): structure that both see and project, but to different places. */
  misplaced: number;
  score: number;
}

type Means = Omit<ConflictParts, 'misplaced' | 'score'>;

function partsOf(means: Means): ConflictParts {
  const { neighbours, ranks, within, place, across, confused } = means;
  const misplaced = Math.max(0, Math.min(neighbours, ranks, within) - Math.max(place, across));
  const score = Math.min(1, (confused + misplaced) / Math.max(1 - place, LEAST_DISAGREEMENT));
  return { ...means, misplaced, score };
}

/**
 * The conflict of two experts, in [0, 1]: the part of their disagreement in the target that is systematic,
 *
 *   score = min(1, (Q + E) / max(1 - P, 0.1)),
 *
 * with the letters of ConflictParts. 1 - P is all that the projections disagree on. Some of it is scatter, which averaging
 * takes away rather than suffers from: it leaves every item recognisable (Q near 0). What hurts an average are items that one
 * expert takes for others (Q), and a structure that both see but that is projected to different places (E). E counts what both
 * own spaces show, in their neighbours and in their order, and both projections keep, each among its own, but neither in
 * place nor around one another: projectors that scatter lower W as they lower X, and experts that know little share little.
 * The plain sum of 1 - N, 1 - R
 * and 1 - P takes scatter for conflict, and orders pairs of experts by the harm of averaging them far worse; the test measures
 * both. What no score of two experts can see is which of them is the weaker one: averaging with that one may hurt without any
 * conflict.
 */
export function conflictOf(overlap: Overlap): ConflictParts {
  const mean = (values: Float64Array) => meanEstimate(values).value;
  return partsOf({
    neighbours: aboveChance(mean(overlap.shared), sharedByChance(overlap)),
    ranks: clip(mean(overlap.rankCorrelation)),
    place: aboveChance(mean(overlap.cosine), overlap.shuffledCosine),
    within: clip(mean(overlap.withinRanks)),
    across: clip(mean(overlap.acrossRanks)),
    confused: clip(2 * mean(overlap.beaten)),
  });
}

/**
 * The score with the influence of each item by the chain rule; the other items of its pairs, and the shuffled cosine, are
 * held. Where a part is cut to [0, 1], items no longer change it.
 */
export function conflictEstimate(overlap: Overlap): Estimate {
  const parts = conflictOf(overlap);
  const { neighbours, ranks, within, place, across, confused, misplaced, score } = parts;
  const chance = sharedByChance(overlap);
  const free = (part: number) => Number(part > 0 && part < 1);
  const disagreed = Math.max(1 - place, LEAST_DISAGREEMENT);
  const apart = Number(misplaced > 0) / disagreed;
  const scaled = 1 - place > LEAST_DISAGREEMENT ? score / disagreed : 0;
  const least = Math.min(neighbours, ranks, within);
  /** 1 / disagreed where E counts a part that is the least of what is shared, or the most of what is kept. */
  const shares = (part: number) => (part === least ? free(part) * apart : 0);
  const keeps = (part: number, other: number) => (part >= other ? free(part) * apart : 0);
  const ofPlace = free(place) * scaled - keeps(place, across);
  /** How the score moves with the mean of each of the overlap's values. */
  const slopes: [Float64Array, number][] = [
    [overlap.shared, chance < 1 ? shares(neighbours) / (1 - chance) : 0],
    [overlap.rankCorrelation, shares(ranks)],
    [overlap.withinRanks, shares(within)],
    [overlap.cosine, overlap.shuffledCosine < 1 ? ofPlace / (1 - overlap.shuffledCosine) : 0],
    [overlap.acrossRanks, -keeps(across, place)],
    [overlap.beaten, (2 * free(confused)) / disagreed],
  ];
  const influence = new Float64Array(overlap.nItems);
  if (score < 1) {
    for (const [values, slope] of slopes) {
      meanEstimate(values).influence.forEach((one, i) => (influence[i]! += slope * one));
    }
  }
  return { value: score, influence };
}

/**
 * How far the experts disagree on each item, [nItems] in [0, 1]: the mean of 1 - shared above chance, twice the share that
 * beats it (at most 1), and 1 - its projected cosine above the shuffled one.
 */
export function disagreements(overlap: Overlap): Float64Array {
  const { shared, beaten, cosine, shuffledCosine } = overlap;
  const chance = sharedByChance(overlap);
  return shared.map((one, i) => {
    const place = aboveChance(cosine[i]!, shuffledCosine);
    return (1 - aboveChance(one, chance) + clip(2 * beaten[i]!) + (1 - place)) / 3;
  });
}
