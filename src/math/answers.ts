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
  const { offsets, ranks } = answers;
  const start = setting * nAnswersOf(answers);
  return Uint32Array.from({ length: nQueriesOf(answers) }, (_, q) => {
    let best = ranks[start + offsets[q]!]!;
    for (let a = offsets[q]! + 1; a < offsets[q + 1]!; a++) best = Math.min(best, ranks[start + a]!);
    return best;
  });
}

/** Each query's own value of a metric at a setting, [nQueries]: 0 or 1 of R@k, the best rank of MedR, 1 / rank, AP, nDCG. */
export function queryValues(answers: AnswerRanks, setting: number, metric: MetricId): Float64Array {
  const { offsets, ranks } = answers;
  const n = nQueriesOf(answers);
  const start = setting * nAnswersOf(answers);
  const own = (q: number) => ranks.subarray(start + offsets[q]!, start + offsets[q + 1]!);
  if (metric === 'mAP') return Float64Array.from({ length: n }, (_, q) => averagePrecision(own(q)));
  if (metric === 'nDCG10') return Float64Array.from({ length: n }, (_, q) => ndcgAt(10, own(q)));
  return Float64Array.from(bestRanks(answers, setting), VALUE_OF_RANK[metric]);
}

const within = (k: number) => (rank: number) => (rank <= k ? 1 : 0);
const VALUE_OF_RANK: Record<Exclude<MetricId, 'mAP' | 'nDCG10'>, (rank: number) => number> = {
  R1: within(1),
  R5: within(5),
  R10: within(10),
  MedR: (rank) => rank,
  MRR: (rank) => 1 / rank,
};

/** A metric of queries' values: their mean, or their lower median for MedR. `subset` are positions in `values`. NaN of none. */
export function summarise(values: Float64Array, metric: MetricId, subset?: ArrayLike<number>): number {
  const taken = subset ? Float64Array.from(subset, (q) => values[q]!) : values;
  if (metric === 'MedR') return taken.slice().sort()[(taken.length - 1) >> 1] ?? NaN;
  return taken.reduce((sum, value) => sum + value, 0) / taken.length;
}

/** A metric at every setting, [nSettings], over all queries or a subset of their positions. */
export function metricBySetting(
  answers: AnswerRanks,
  metric: MetricId,
  subset?: ArrayLike<number>,
): Float64Array {
  return Float64Array.from({ length: answers.nSettings }, (_, s) =>
    summarise(queryValues(answers, s, metric), metric, subset),
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
