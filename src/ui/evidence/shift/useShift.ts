/** The lines of the focus task along one slider, and the wish for those that are not counted yet. */
import { useEffect, useMemo } from 'react';
import type { Slider } from '../../../recipe/sliders.ts';
import { lineFits, linesTogether } from '../../../state/evidence/shiftFigures.ts';
import { factorsOf } from '../../../state/selectors.ts';
import type { ShiftLine, Status } from '../../../state/types.ts';
import type { WorldCondition } from '../../../world/conditions.ts';
import { useLab } from '../../shared/LabContext.tsx';

/** Another slider that is being dragged would ask anew at each of its steps. */
const PAUSE_MS = 400;

export interface ConditionLine {
  condition: WorldCondition;
  status: Status<ShiftLine>;
  /** Where it is there and can stand beside the others (linesTogether). */
  line: ShiftLine | undefined;
}

export interface ShownShift {
  lines: ConditionLine[];
  /** They were counted with other sliders where those stood before; the new ones are on their way. */
  stale: boolean;
}

/** `conditions` is kept by useMemo, "clean" first. A count that failed is not asked again by itself. */
export function useShift(conditions: readonly WorldCondition[], slider: Slider | undefined): ShownShift {
  const shift = useLab((s) => s.studies.shift);
  const factors = useLab(factorsOf);
  const task = useLab((s) => s.task);
  // A recipe that does not serve the task never will: it is not asked again and again.
  const served = useLab((s) => s.studies.current?.result[s.task] !== undefined);
  const askShift = useLab((s) => s.askShift);
  const shown = useMemo((): ShownShift => {
    const statuses = conditions.map(({ id }): Status<ShiftLine> => shift[id] ?? { status: 'idle' });
    const ready = statuses.map((status) => (status.status === 'ready' ? status.value : undefined));
    const together = slider && linesTogether(ready, slider, factors);
    return {
      lines: conditions.map((condition, i) => ({
        condition,
        status: statuses[i]!,
        line: together?.lines[i],
      })),
      stale: together?.stale ?? false,
    };
  }, [conditions, shift, slider, factors]);
  const isThere = (line: ShiftLine) =>
    slider !== undefined && lineFits(line, slider, factors) && (line.result[task] !== undefined || !served);
  const missing = shown.lines
    .filter(({ status }) => status.status === 'idle' || (status.status === 'ready' && !isThere(status.value)))
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
  return shown;
}
