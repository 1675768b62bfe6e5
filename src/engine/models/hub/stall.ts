/** Waiting for servers: not for ever, not too often. */
import { AbortedError, throwIfAborted } from '../../../base/errors.ts';
import { Setback } from './source.ts';

export interface Patience {
  /** Without a byte for so long, a connection counts as broken. */
  stallMs: number;
  /** Failures in a row, without a byte in between, before giving up. */
  tries: number;
  /** Before the second try; doubles with every further one, up to thirty seconds. */
  backOffMs: number;
}

export const PATIENCE: Patience = { stallMs: 30_000, tries: 6, backOffMs: 1000 };

const LONGEST_WAIT_MS = 30_000;

/**
 * Runs a piece of work that has to show signs of life. `alive` is to be called at each.
 * @throws Setback when none came for `stallMs`, AbortedError, or whatever the work throws.
 */
export async function watched<T>(
  stallMs: number,
  signal: AbortSignal,
  what: string,
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  signal.addEventListener('abort', onAbort);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stalled = false;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stalled = true;
      controller.abort();
    }, stallMs);
  };
  alive();
  try {
    return await work(controller.signal, alive);
  } catch (error) {
    if (signal.aborted) throw new AbortedError();
    if (!stalled) throw error;
    throw new Setback(`${what} sent nothing for ${Math.round(stallMs / 100) / 10} s.`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Resolves after a while. @throws AbortedError */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(new AbortedError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** How long to wait after a number of failures in a row. */
export function waitAfter(nFailures: number, error: unknown, { backOffMs }: Patience): number {
  const asked = error instanceof Setback ? error.waitMs : 0;
  return Math.min(LONGEST_WAIT_MS, Math.max(asked, backOffMs * 2 ** (nFailures - 1)));
}

/** Tries a request again while setbacks come. @throws the last one, or whatever else the work throws. */
export async function retried<T>(
  patience: Patience,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let nFailures = 1; ; nFailures++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Setback) || nFailures >= patience.tries) throw error;
      await pause(waitAfter(nFailures, error, patience), signal);
    }
  }
}
