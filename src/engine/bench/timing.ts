import { nextTurn } from '../scoring/nextTurn.ts';

export interface TimingOptions {
  /** Timings that count. */
  nRuns: number;
  /** Runs before them that compile and warm up. */
  nWarm?: number;
  /** Runs that make one timing, for work that is shorter than the tick of the clock. */
  nRepeats?: number;
}

/**
 * Milliseconds of each run of a job, [nRuns]. The job is told the number of its run, so that every one can have a setting of
 * its own. Other messages are taken in between runs.
 */
export async function timings(
  job: (run: number) => unknown,
  { nRuns, nWarm = 1, nRepeats = 1 }: TimingOptions,
): Promise<number[]> {
  const timesMs: number[] = [];
  for (let timing = -nWarm; timing < nRuns; timing++) {
    const start = performance.now();
    for (let repeat = 0; repeat < nRepeats; repeat++) {
      const done = job((timing + nWarm) * nRepeats + repeat);
      if (done instanceof Promise) await done;
    }
    if (timing >= 0) timesMs.push((performance.now() - start) / nRepeats);
    await nextTurn();
  }
  return timesMs;
}

/** Timings of several jobs in turns, [nJobs][nRuns]: what else the machine does meets all of them alike. */
export async function timingsInTurns(
  jobs: readonly ((run: number) => unknown)[],
  { nRuns, nWarm = 1 }: TimingOptions,
): Promise<number[][]> {
  const timesMs = jobs.map((): number[] => []);
  for (let run = -nWarm; run < nRuns; run++) {
    for (const [j, job] of jobs.entries()) {
      const [ms] = await timings(() => job(run + nWarm), { nRuns: 1, nWarm: 0 });
      if (run >= 0) timesMs[j]!.push(ms!);
    }
  }
  return timesMs;
}
