import { throwIfAborted } from '../../base/errors.ts';

/**
 * Runs jobs one after another, in the order in which they were handed in. A job that fails rejects its own caller only:
 * the next one runs as if nothing had happened.
 */
export class SerialLock {
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * The job's result. A job whose signal is aborted before its turn is never begun; one that has begun is finished.
   * @throws AbortedError, or whatever the job throws.
   */
  run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const outcome = this.#tail.then(() => {
      throwIfAborted(signal);
      return job();
    });
    this.#tail = outcome.catch(() => undefined);
    return outcome;
  }
}
