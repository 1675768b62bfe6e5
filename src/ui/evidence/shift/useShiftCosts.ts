/** What each condition costs against the clean collection, with intervals: at the slider, and along it where asked. */
import { useMemo } from 'react';
import type { MetricId } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import type { HalfChoice } from '../../../state/evidence/figures.ts';
import { costAt, nearestValue } from '../../../state/evidence/shiftFigures.ts';
import { factorsOf } from '../../../state/selectors.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { useLaterEach, type Later } from '../tasks/useLater.ts';
import type { ConditionLine } from './useShift.ts';

const PAUSE_MS = 120;

export interface ShiftCosts {
  /** At the slider's nearest value, by condition. */
  here: ReadonlyMap<string, Later<Interval>>;
  /** Along the slider, by condition, where all of its values are counted. */
  along: ReadonlyMap<string, Interval[]>;
}

export function useShiftCosts(
  lines: readonly ConditionLine[],
  info: TaskInfo,
  metric: MetricId,
  half: HalfChoice,
  withBands: boolean,
): ShiftCosts {
  const factors = useLab(factorsOf);
  const clean = lines.find(({ condition }) => condition.id === 'clean')?.line;
  const jobs = useMemo(() => {
    const here = new Map<string, () => Interval | undefined>();
    const along = new Map<string, () => Interval | undefined>();
    for (const { condition, line } of lines) {
      if (!line || !clean || line === clean) continue;
      here.set(condition.id, () => costAt(line, clean, info, nearestValue(line, factors), metric, half));
      if (!withBands) continue;
      line.values.forEach((_, i) =>
        along.set(`${condition.id} ${i}`, () => costAt(line, clean, info, i, metric, half)),
      );
    }
    return { here, along };
  }, [lines, clean, info, factors, metric, half, withBands]);
  const here = useLaterEach(jobs.here, PAUSE_MS);
  const each = useLaterEach(jobs.along, PAUSE_MS);
  return useMemo(() => {
    const found = new Map<string, Later<Interval>>();
    for (const [id, { value, stale }] of here) if (value) found.set(id, { value, stale });
    const along = new Map<string, Interval[]>();
    for (const { condition, line } of lines) {
      const own = line?.values.flatMap((_, i) => each.get(`${condition.id} ${i}`)?.value ?? []) ?? [];
      if (line && own.length === line.values.length) along.set(condition.id, own);
    }
    return { here: found, along };
  }, [here, each, lines]);
}
