import type { RunRecord, Training } from '../../../engine/training/types.ts';
import { useLab } from '../../shared/LabContext.tsx';

/** Runs that were seen moving since the page opened. */
const seenMoving = new WeakMap<Training, Set<string>>();

/** True of a paused run that never moved while this page was open: a reload or a closed tab cut it. */
export function useWasCut({ id, status }: Pick<RunRecord, 'id' | 'status'>): boolean {
  const training = useLab((s) => s.engine.training);
  const seen = seenMoving.get(training) ?? new Set<string>();
  seenMoving.set(training, seen);
  if (status !== 'paused') seen.add(id);
  return status === 'paused' && !seen.has(id);
}
