/** What a mixture costs on this device: time and bytes, beside the encoder that the base needs anyway. */
import { throwIfAborted } from '../../base/errors.ts';
import { timings, timingsInTurns } from '../bench/timing.ts';
import type { BatchTime, CostReport, CostRequest, CostRow, CostSubject, MicroscopeOptions } from './types.ts';

/** Shortest that a timing lasts: below it, the clock's ticks and the thread's turns would be timed. */
const LEAST_MS = 8;
/** Runs of a timing, however short one is. */
const MAX_REPEATS = 64;
/** What the timings of a batch may take together: where encoders run hundreds of inputs, fewer timings are made, but so many. */
const BUDGET_MS = 20_000;
const LEAST_RUNS = 5;

/** Value at a share of sorted values, nearest rank. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/**
 * As Microscope.costStudy. For each batch size every subject is warmed up and timed in turns with the others, so that what else
 * the machine does meets all of them alike; runs that are too short for the clock are repeated within a timing.
 */
export async function costStudy(
  { subjects, batches = [1, 32, 256], nRuns = 15 }: CostRequest,
  { signal, onProgress }: MicroscopeOptions = {},
): Promise<CostReport> {
  const rows = subjects.map(({ id, name, kind, nMembers, bytes }): CostRow => {
    return { id, name, kind, nMembers, bytes, times: [] };
  });
  for (const [b, batch] of batches.entries()) {
    const jobs: WarmJob[] = [];
    for (const subject of subjects) jobs.push(await warmJob(subject, batch, signal));
    const roundMs = jobs.reduce((sum, { ms }) => sum + ms, 0);
    const runs = Math.min(nRuns, Math.max(LEAST_RUNS, Math.floor(BUDGET_MS / roundMs)));
    let done = 0;
    const counted = jobs.map(({ job }) => async () => {
      throwIfAborted(signal);
      await job();
      onProgress?.((b + ++done / (jobs.length * (runs + 1))) / batches.length);
    });
    const times = await timingsInTurns(counted, { nRuns: runs });
    rows.forEach((row, s) => row.times.push(batchTime(batch, times[s]!, jobs[s]!.nRepeats)));
  }
  onProgress?.(1);
  return { rows };
}

/** A subject's runs that make one timing. */
interface WarmJob {
  job: () => Promise<void>;
  nRepeats: number;
  /** About what a timing takes. */
  ms: number;
}

/** A subject's job for one batch, run already, and how many runs a timing takes. */
async function warmJob(
  subject: CostSubject,
  batch: number,
  signal: AbortSignal | undefined,
): Promise<WarmJob> {
  throwIfAborted(signal);
  const run = await subject.prepare(batch, signal);
  const [ms] = await timings(() => run(signal), { nRuns: 1 });
  const runMs = Math.max(ms!, 1e-3);
  const nRepeats = Math.min(MAX_REPEATS, Math.max(1, Math.ceil(LEAST_MS / runMs)));
  const job = async () => {
    for (let repeat = 0; repeat < nRepeats; repeat++) await run(signal);
  };
  return { job, nRepeats, ms: nRepeats * runMs };
}

function batchTime(batch: number, timesMs: readonly number[], nRepeats: number): BatchTime {
  const perThousand = timesMs.map((ms) => (ms / nRepeats / batch) * 1000).sort((a, b) => a - b);
  return {
    batch,
    msPerThousand: quantile(perThousand, 0.5),
    lower: quantile(perThousand, 0.25),
    upper: quantile(perThousand, 0.75),
    nRuns: timesMs.length,
  };
}
