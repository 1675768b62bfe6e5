/** Longest stretch of work between two breaths: less than a frame. */
const SLICE_MS = 10;

/** Called in every turn of a long loop: see createBreather. */
export type Breathe = () => Promise<void> | undefined;

/**
 * A function for long loops: `await` what it gives and the page stays alive. It gives a promise, resolved in the next task, once
 * 10 ms have passed since the last, and nothing before.
 */
export function createBreather(): Breathe {
  let last = performance.now();
  return () => {
    if (performance.now() - last < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        last = performance.now();
        resolve();
      });
    });
  };
}
