import type { OwnEnsemble } from '../../../engine/training/types.ts';
import { useLab } from '../../shared/LabContext.tsx';

/** The user's own ensembles, newest first, those that join no space yet among them. */
export function useOwnEnsembles(): readonly OwnEnsemble[] {
  const training = useLab((s) => s.engine.training);
  // Another object whenever the training tells of a change.
  useLab((s) => s.workshop);
  return training.ensembles();
}
