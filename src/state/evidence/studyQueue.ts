/** Jobs in the background, one at a time, the most urgent first. */
import { AbortedError } from '../../base/errors.ts';

export type StudyJob = (signal: AbortSignal) => Promise<void>;

export interface StudyQueue {
  /**
   * Runs a job when its turn comes; one of the same name that waits is replaced. `restart`: one of the same name that runs is
   * cut short; else it is finished first.
   */
  ask(name: string, job: StudyJob, restart?: boolean): void;
  /** Forgets what waits and cuts short what runs. */
  clear(): void;
}

/**
 * Creates a queue. `urgency` names jobs, the most urgent first. A job's own failure goes to `onError`; one that was cut short
 * is none.
 */
export function createStudyQueue(urgency: readonly string[], onError: (error: unknown) => void): StudyQueue {
  const waiting = new Map<string, StudyJob>();
  let running: { name: string; abort: AbortController } | undefined;
  const rank = (name: string) => urgency.findIndex((one) => name.startsWith(one));

  const pump = async () => {
    if (running) return;
    for (;;) {
      const [next] = [...waiting].sort(([a], [b]) => rank(a) - rank(b));
      if (!next) break;
      const [name, job] = next;
      waiting.delete(name);
      running = { name, abort: new AbortController() };
      try {
        await job(running.abort.signal);
      } catch (error) {
        if (!(error instanceof AbortedError)) onError(error);
      }
    }
    running = undefined;
  };
  return {
    ask(name, job, restart = false) {
      waiting.set(name, job);
      if (restart && running?.name === name) running.abort.abort();
      void pump();
    },
    clear() {
      waiting.clear();
      running?.abort.abort();
    },
  };
}
