/** Colours of the microscope's charts. */
import type { Verdict } from '../../../state/evidence/taskFigures.ts';

/** Green of what helps, red of what hurts, grey of what cannot be told from nothing. */
export function verdictColor(verdict: Verdict): string {
  if (verdict === 'open') return 'var(--bl-muted)';
  return verdict === 'better' ? 'var(--bl-up)' : 'var(--bl-down)';
}
