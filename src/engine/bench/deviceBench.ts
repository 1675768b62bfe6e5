/** The page's side of a measurement: workers of its own, so that nothing waits for it. */
import type { Remote } from 'comlink';
import { AbortedError, throwIfAborted } from '../../base/errors.ts';
import type { Backend } from '../types.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { BenchService } from './benchService.ts';
import type { Part } from './measure.ts';
import type { Plan } from './plans.ts';
import type { MeasuredRow } from './rows.ts';

export interface MeasureProgress {
  /** What was measured since the last call. */
  rows: MeasuredRow[];
  /** Share of the parts that are done, in (0, 1]. */
  fraction: number;
}

export interface MeasureOptions {
  signal?: AbortSignal;
  onProgress: (progress: MeasureProgress) => void;
}

const RANK_TOPICS = ['ranks', 'landscape', 'planes'] as const;

/** A plan in the order in which it is measured. */
function partsOf(plan: Plan, backends: readonly Backend[]): Part[] {
  return [
    ...plan.query.map((size): Part => ({ topic: 'query', plan: size })),
    ...backends.flatMap((backend) =>
      RANK_TOPICS.map((topic): Part => ({ topic, plan: { ...plan.ranks, backend } })),
    ),
  ];
}

/**
 * Measures this device, part by part, and answers with a sentence on its backends; the rows come by `onProgress`. Each part
 * has a new worker, as the page's scoring has when it opens: what one part allocated or kept slows no other. A cancel ends
 * the worker at once.
 * @throws AbortedError, ModelError when a worker died, CapabilityError where WebAssembly cannot be had, InputError when a
 * rival gives other results.
 */
export async function measureDevice(plan: Plan, { signal, onProgress }: MeasureOptions): Promise<string> {
  const { backends, note } = await inNewWorker((remote) => remote.backendsHere(), signal);
  const parts = partsOf(plan, backends);
  for (const [i, part] of parts.entries()) {
    const rows = await inNewWorker((remote) => remote.measurePart(part), signal);
    onProgress({ rows, fraction: (i + 1) / parts.length });
  }
  return note;
}

/** Runs a job in a worker that is ended after it, or by the signal. */
async function inNewWorker<T>(
  job: (remote: Remote<BenchService>) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  throwIfAborted(signal);
  const worker = new RestartableWorker<BenchService>({
    name: 'The measuring worker',
    create: () => new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' }),
    start: () => Promise.resolve(),
    onDeath: () => undefined,
  });
  const stop = () => worker.dispose();
  signal?.addEventListener('abort', stop);
  try {
    return await worker.call(job);
  } catch (error) {
    if (signal?.aborted) throw new AbortedError('The measurement was cancelled.');
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.dispose();
  }
}
