/** The page's side of a measurement: a worker of its own, so that nothing waits for it, ended when it is over. */
import { proxy } from 'comlink';
import { AbortedError, throwIfAborted } from '../../base/errors.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { BenchService } from './benchService.ts';
import type { MeasureProgress } from './measure.ts';
import type { Plan } from './plans.ts';

export interface MeasureOptions {
  signal?: AbortSignal;
  onProgress: (progress: MeasureProgress) => void;
}

/**
 * Measures this device and answers with a sentence on its backends; the rows come by `onProgress`. A cancel ends the worker
 * at once.
 * @throws AbortedError, ModelError when the worker died, and as measure().
 */
export async function measureDevice(plan: Plan, { signal, onProgress }: MeasureOptions): Promise<string> {
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
    return await worker.call((remote) => remote.measure(plan, proxy(onProgress)));
  } catch (error) {
    if (signal?.aborted) throw new AbortedError('The measurement was cancelled.');
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.dispose();
  }
}
