/** What is measured, in which sizes: one list for the page and for `npm run bench`. */
import type { QueryPlan } from './queryBench.ts';
import type { RankPlan } from './rankBench.ts';

export interface Plan {
  query: QueryPlan[];
  ranks: Omit<RankPlan, 'backend'>;
}

/** Under a quarter of a minute on two cores; at most 400 MB. */
export const SHORT: Plan = {
  query: [
    { nItems: 100_000, dim: 16, nRuns: 60, nRivalRuns: 0 },
    { nItems: 10_000, dim: 1024, nRuns: 40, nRivalRuns: 5 },
  ],
  ranks: {
    dim: 512,
    ranks: { nItems: 2000, nRuns: 25, nRivalRuns: 0 },
    landscape: { nItems: 1000, steps: 21, nRuns: 2, nRivalRuns: 2 },
    planes: { nItems: 1000, nRuns: 5 },
  },
};

/** The sizes of papers; minutes, and about 3 GB. */
export const FULL: Plan = {
  query: [{ nItems: 100_000, dim: 1024, nRuns: 100, nRivalRuns: 7 }],
  ranks: {
    dim: 1024,
    ranks: { nItems: 5000, nRuns: 60, nRivalRuns: 2 },
    landscape: { nItems: 1000, steps: 21, nRuns: 5, nRivalRuns: 3 },
    planes: { nItems: 2000, nRuns: 7 },
  },
};
