/** The lines of the focus task along one slider, and the wish for those that are not counted yet. */
import { useEffect, useMemo } from 'react';
import type { Slider } from '../../../recipe/sliders.ts';
import { lineFits } from '../../../state/evidence/shiftFigures.ts';
import { factorsOf } from '../../../state/selectors.ts';
import type { ShiftLine, Status } from '../../../state/types.ts';
import type { WorldCondition } from '../../../world/conditions.ts';
import { useLab } from '../../shared/LabContext.tsx';

/** Another slider that is being dragged would ask anew at each of its steps. */
const PAUSE_MS = 400;

export interface ConditionLine {
  condition: WorldCondition;
  status: Status<ShiftLine>;
  /** Where the status is ready and of this slider. */
  line: ShiftLine | undefined;
}

/** `conditions` is kept by useMemo, "clean" first. A count that failed is not asked again by itself. */
export function useShift(conditions: readonly WorldCondition[], slider: Slider | undefined): ConditionLine[] {
  const shift = useLab((s) => s.studies.shift);
  const factors = useLab(factorsOf);
  const task = useLab((s) => s.task);
  // A recipe that does not serve the task never will: it is not asked again and again.
  const served = useLab((s) => s.studies.current?.result[s.task] !== undefined);
  const askShift = useLab((s) => s.askShift);
  const lines = useMemo(
    () =>
      conditions.map((condition): ConditionLine => {
        const status = shift[condition.id] ?? { status: 'idle' };
        const line =
          status.status === 'ready' && status.value.slider.id === slider?.id ? status.value : undefined;
        return { condition, status, line };
      }),
    [conditions, shift, slider],
  );
  const missing = lines
    .filter(
      ({ status, line }) =>
        status.status === 'idle' ||
        (status.status === 'ready' &&
          !(line && slider && lineFits(line, slider, factors) && (line.result[task] || !served))),
    )
    .map(({ condition }) => condition.id)
    .join(' ');
  useEffect(() => {
    if (missing === '' || !slider) return undefined;
    const timer = setTimeout(() => {
      for (const id of missing.split(' ')) askShift(id, slider.id);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
    // The factors restart the pause while another slider is being dragged.
  }, [missing, slider, askShift, factors]);
  return lines;
}
