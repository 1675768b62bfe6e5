/** Runs long computations on this thread in slices that leave the page fluid. */
import { throwIfAborted } from '../../base/errors.ts';
import type { Steps } from '../../math/steps.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import type { MicroscopeOptions } from './types.ts';

/** Longest that a slice keeps the thread, but for its last step. */
const SLICE_MS = 6;

/**
 * Drives a computation to its end and lets everything else have its turn after each slice: messages, frames, aborts.
 * @throws AbortedError
 */
export async function inSlices<T>(steps: Steps<T>, { signal, onProgress }: MicroscopeOptions): Promise<T> {
  for (;;) {
    throwIfAborted(signal);
    const start = performance.now();
    do {
      const next = steps.next();
      if (next.done) return next.value;
      onProgress?.(next.value);
    } while (performance.now() - start < SLICE_MS);
    await nextTurn();
  }
}

/** The options of part `index` of `n` equal parts of a study. */
export function partOf(
  { signal, onProgress }: MicroscopeOptions,
  index: number,
  n: number,
): MicroscopeOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (fraction: number) => onProgress((index + fraction) / n) }),
  };
}
