/** A seeded sample of a task's queries, where all of them would pass the memory budget. */
import { createRandom } from '../../base/random.ts';
import type { RetrievalTask } from '../../world/types.ts';

/** Positions of a task's queries that a sample of n keeps, ascending; all of them where there are no more than n. */
export function sampledQueries(nQueries: number, n: number, seed: number): Uint32Array {
  const all = Array.from({ length: nQueries }, (_, q) => q);
  const taken = nQueries <= n ? all : createRandom(seed).shuffled(all).slice(0, n);
  return Uint32Array.from(taken).sort();
}

/** The task with those queries alone; the gallery stays whole. */
export function sampleTask(task: RetrievalTask, n: number, seed: number): RetrievalTask {
  const kept = sampledQueries(task.queries.length, n, seed);
  return {
    ...task,
    queries: kept.map((q) => task.queries[q]!),
    relevant: Array.from(kept, (q) => task.relevant[q]!),
  };
}
