/**
 * Retrieval metrics from the ranks of every right answer (design: docs/decisions.md). A setting of the factors gives one rank
 * an answer; every metric of the lab follows from these alone. Legend: q query, r its right answers, N the gallery.
 */
import { InputError } from '../base/errors.ts';
import { chanceRecallAt } from './ranks.ts';

/** Ranks of every right answer of every query, at one setting or several. */
export interface AnswerRanks {
  nSettings: number;
  nGallery: number;
  /** [nQueries + 1]: the answers of query q are offsets[q] .. offsets[q + 1] - 1, in ascending gallery order. */
  offsets: Uint32Array;
  /** [nSettings, nAnswers] row-major, from 1: 1 + #(s > s_a) + #(s = s_a, index < a). */
  ranks: Uint32Array;
}

/** R1, R5, R10: R@k. MedR: lower median rank. MRR, mAP, nDCG10. On a task with class labels R1 and R5 are top-1 and top-5. */
export type MetricId = 'R1' | 'R5' | 'R10' | 'MedR' | 'MRR' | 'mAP' | 'nDCG10';

export interface Metric {
  id: MetricId;
  /** On screen: "R@1". */
  name: string;
  /** One sentence for a hint. */
  about: string;
  /** False of MedR alone: a lower rank is better. */
  higherIsBetter: boolean;
}

export const METRICS: readonly Metric[] = [
  { id: 'R1', name: 'R@1', about: 'Share of queries whose first item is right.', higherIsBetter: true },
  {
    id: 'R5',
    name: 'R@5',
    about: 'Share of queries with a right item among the first 5.',
    higherIsBetter: true,
  },
  {
    id: 'R10',
    name: 'R@10',
    about: 'Share of queries with a right item among the first 10.',
    higherIsBetter: true,
  },
  {
    id: 'MedR',
    name: 'MedR',
    about: 'Lower median of the rank of each query’s best right item; lower is better.',
    higherIsBetter: false,
  },
  {
    id: 'MRR',
    name: 'MRR',
    about: 'Mean of 1 / rank of each query’s best right item.',
    higherIsBetter: true,
  },
  {
    id: 'mAP',
    name: 'mAP',
    about: 'Mean over queries of the average precision at their right items.',
    higherIsBetter: true,
  },
  {
    id: 'nDCG10',
    name: 'nDCG@10',
    about: 'Discounted gain of right items among the first 10, as a share of the best possible.',
    higherIsBetter: true,
  },
];

/** The metric of an id. @throws InputError on an unknown one. */
export function metricOf(id: MetricId): Metric {
  const found = METRICS.find((metric) => metric.id === id);
  if (!found) {
    throw new InputError(`There is no metric "${id}"; there are ${METRICS.map((one) => one.id).join(', ')}.`);
  }
  return found;
}

export const nAnswersOf = ({ offsets }: AnswerRanks) => offsets[offsets.length - 1]!;
export const nQueriesOf = ({ offsets }: AnswerRanks) => offsets.length - 1;

/** Offsets of flattened lists: [0, l_0, l_0 + l_1, ...]. */
export function offsetsOf(lists: readonly ArrayLike<unknown>[]): Uint32Array {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach(({ length }, i) => (offsets[i + 1] = offsets[i]! + length));
  return offsets;
}

/** Average precision of right items at `ranks` (any order): mean over them of (how many stand at or above) / rank. */
export function averagePrecision(ranks: ArrayLike<number>): number {
  if (ranks.length === 1) return 1 / ranks[0]!;
  const sorted = Float64Array.from(ranks).sort();
  return sorted.reduce((sum, rank, i) => sum + (i + 1) / rank, 0) / sorted.length;
}

/** nDCG@k of right items of equal gain at `ranks`: sum over ranks <= k of 1 / log2(1 + rank), over the best possible. */
export function ndcgAt(k: number, ranks: ArrayLike<number>): number {
  let gain = 0;
  for (let a = 0; a < ranks.length; a++) if (ranks[a]! <= k) gain += 1 / Math.log2(1 + ranks[a]!);
  return gain / idealGain(k, ranks.length);
}

function idealGain(k: number, nRelevant: number): number {
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(k, nRelevant); rank++) ideal += 1 / Math.log2(1 + rank);
  return ideal;
}

/** Rank of each query's best right answer at a setting, [nQueries]. */
export function bestRanks(answers: AnswerRanks, setting: number): Uint32Array {
  return Uint32Array.from(queryValues(answers, setting, 'MedR'));
}

/**
 * Each query's own value of a metric at a setting: 0 or 1 of R@k, the best rank of MedR, 1 / rank, AP, nDCG. Of all queries,
 * [nQueries], or of those at `positions`, in that order.
 */
export function queryValues(
  answers: AnswerRanks,
  setting: number,
  metric: MetricId,
  positions?: ArrayLike<number>,
): Float64Array {
  const { offsets, ranks } = answers;
  const start = setting * nAnswersOf(answers);
  const value = VALUE_OF_RANKS[metric];
  const of = (q: number) => value(ranks, start + offsets[q]!, start + offsets[q + 1]!);
  if (positions) return Float64Array.from(positions, of);
  return Float64Array.from({ length: nQueriesOf(answers) }, (_, q) => of(q));
}

type ValueOfRanks = (ranks: Uint32Array, from: number, to: number) => number;

function bestOf(ranks: Uint32Array, from: number, to: number): number {
  let best = ranks[from]!;
  for (let a = from + 1; a < to; a++) best = Math.min(best, ranks[a]!);
  return best;
}

const within =
  (k: number): ValueOfRanks =>
  (ranks, from, to) =>
    bestOf(ranks, from, to) <= k ? 1 : 0;
const VALUE_OF_RANKS: Record<MetricId, ValueOfRanks> = {
  R1: within(1),
  R5: within(5),
  R10: within(10),
  MedR: bestOf,
  MRR: (ranks, from, to) => 1 / bestOf(ranks, from, to),
  mAP: (ranks, from, to) => averagePrecision(ranks.subarray(from, to)),
  nDCG10: (ranks, from, to) => ndcgAt(10, ranks.subarray(from, to)),
};

/** A metric of queries' values: their mean, or their lower median for MedR. NaN of none. */
export function summarise(values: Float64Array, metric: MetricId): number {
  if (metric === 'MedR') return values.slice().sort()[(values.length - 1) >> 1] ?? NaN;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** A metric at every setting, [nSettings], over all queries or a subset of their positions. */
export function metricBySetting(
  answers: AnswerRanks,
  metric: MetricId,
  subset?: ArrayLike<number>,
): Float64Array {
  return Float64Array.from({ length: answers.nSettings }, (_, s) =>
    summarise(queryValues(answers, s, metric, subset), metric),
  );
}

/** True where value a is better than b under a metric. */
export function isBetter(metric: MetricId, a: number, b: number): boolean {
  return metricOf(metric).higherIsBetter ? a > b : a < b;
}

/** Index of the best value; the first of several equal ones, -1 of an empty list. */
export function bestSetting(values: ArrayLike<number>, metric: MetricId): number {
  let best = values.length > 0 ? 0 : -1;
  for (let s = 1; s < values.length; s++) if (isBetter(metric, values[s]!, values[best]!)) best = s;
  return best;
}

/**
 * The metric of a random order, exact over the queries' numbers of right answers (MedR: the median of the best rank's
 * distribution over all queries together). `subset` are query positions. NaN of no queries.
 */
export function chanceMetric(
  metric: MetricId,
  { offsets, nGallery: N }: Pick<AnswerRanks, 'offsets' | 'nGallery'>,
  subset?: ArrayLike<number>,
): number {
  const counts = new Map<number, number>();
  const positions = subset ? Array.from(subset) : Array.from({ length: offsets.length - 1 }, (_, q) => q);
  for (const q of positions) {
    const r = offsets[q + 1]! - offsets[q]!;
    counts.set(r, (counts.get(r) ?? 0) + 1);
  }
  const mean = (of: (r: number) => number) => {
    let sum = 0;
    for (const [r, count] of counts) sum += count * of(r);
    return sum / positions.length;
  };
  switch (metric) {
    case 'R1':
      return mean((r) => chanceRecallAt(1, r, N));
    case 'R5':
      return mean((r) => chanceRecallAt(5, r, N));
    case 'R10':
      return mean((r) => chanceRecallAt(10, r, N));
    case 'MedR': {
      if (positions.length === 0) return NaN;
      let k = 1;
      while (k < N && mean((r) => chanceRecallAt(k, r, N)) < 0.5) k++;
      return k;
    }
    case 'MRR':
      // sum_k P(best rank = k) / k, with P(best rank > k) falling by (N - r - k) / (N - k) a step.
      return mean((r) => {
        let beyond = 1;
        let sum = 0;
        for (let k = 1; k <= N - r + 1; k++) {
          const next = (beyond * (N - r - k + 1)) / (N - k + 1);
          sum += (beyond - next) / k;
          beyond = next;
        }
        return sum;
      });
    case 'mAP':
      // E[precision at a right item of rank k] = (1 + (k - 1) (r - 1) / (N - 1)) / k, each rank with probability 1 / N.
      return mean((r) => {
        let sum = 0;
        for (let k = 1; k <= N; k++) sum += (1 + ((k - 1) * (r - 1)) / Math.max(1, N - 1)) / k;
        return sum / N;
      });
    case 'nDCG10':
      return mean((r) => (r / N) * (idealGain(10, N) / idealGain(10, r)));
  }
}
