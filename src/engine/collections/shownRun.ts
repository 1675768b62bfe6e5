import type { StoredRun } from './encodeWork.ts';
import type { Pace } from './pace.ts';
import type { EncodeRun } from './types.ts';

/** A run as the page sees it; `pace` of the one that runs in this window. */
export function shownRun(run: StoredRun, pace: Pace | undefined): EncodeRun {
  const { begun: _, ...rest } = run;
  return { ...rest, itemsPerS: pace?.itemsPerS(), secondsLeft: pace?.secondsLeft(run.of - run.done) };
}
