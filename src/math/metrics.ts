/** The figures of one retrieval task. */
import { chanceRecallAt, meanReciprocalRank, medianRank, recallAt } from './ranks.ts';

/** R@1, R@5 and R@10 of a random order, in [0, 1]. */
export interface Chance {
  R1: number;
  R5: number;
  R10: number;
}

/** Figures of one direction: fractions in [0, 1], ranks from 1; NaN of no queries. */
export interface TaskMetrics {
  R1: number;
  R5: number;
  R10: number;
  MedR: number;
  MRR: number;
  nQueries: number;
  nGallery: number;
  chance: Chance;
}

/** The chance level of a task, exact for each query's number of right answers, averaged over the queries. */
export function chanceOf(relevant: readonly Uint32Array[], nGallery: number): Chance {
  const counts = new Map<number, number>();
  for (const { length } of relevant) counts.set(length, (counts.get(length) ?? 0) + 1);
  const at = (k: number) => {
    let sum = 0;
    for (const [nRelevant, nQueries] of counts) sum += nQueries * chanceRecallAt(k, nRelevant, nGallery);
    return sum / relevant.length;
  };
  return { R1: at(1), R5: at(5), R10: at(10) };
}

/** The figures of ranks [nQueries]; `chance` comes from chanceOf, once a task. */
export function taskMetrics(ranks: Uint32Array, nGallery: number, chance: Chance): TaskMetrics {
  return {
    R1: recallAt(1, ranks),
    R5: recallAt(5, ranks),
    R10: recallAt(10, ranks),
    MedR: medianRank(ranks),
    MRR: meanReciprocalRank(ranks),
    nQueries: ranks.length,
    nGallery,
    chance,
  };
}
