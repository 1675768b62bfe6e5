/** The rows of the table of tasks: what is at hand at once, intervals and optima one a macrotask. */
import { useMemo } from 'react';
import type { Interval } from '../../../math/bootstrap.ts';
import { positionsOf, type BestFound } from '../../../state/evidence/figures.ts';
import {
  chanceAt,
  endColumns,
  figureAt,
  keptBestFound,
  keptChangeOf,
  verdictOf,
  type EndColumn,
  type TaskLine,
  type Verdict,
} from '../../../state/evidence/taskFigures.ts';
import { recipeOf } from '../../../state/selectors.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { useLaterEach, type Later } from './useLater.ts';

/** A drag asks anew at each of its steps: intervals wait for its end. */
const PAUSE_MS = 160;

export interface TaskRowData extends TaskLine {
  key: string;
  info: TaskInfo;
  /** Queries of the half. */
  nQueries: number;
  /** The ends of this task were counted. */
  counted: boolean;
  chance: number | undefined;
  ends: { column: EndColumn; value: number | undefined }[];
  current: number | undefined;
  change: (Later<Interval> & { verdict: Verdict }) | undefined;
  best: BestFound | undefined;
}

export interface TaskRows {
  columns: EndColumn[];
  rows: TaskRowData[];
}

/** `lines` is kept by useMemo. */
export function useTaskRows(lines: readonly TaskLine[]): TaskRows {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const half = useLab((s) => s.half);
  const ends = useLab((s) => (s.studies.ends.status === 'ready' ? s.studies.ends.value : undefined));
  const grid = useLab((s) => (s.studies.grid.status === 'ready' ? s.studies.grid.value : undefined));
  const current = useLab((s) => s.studies.current?.result);
  const columns = useMemo(() => endColumns(recipe, engine.spaces), [recipe, engine]);

  const fixed = useMemo(
    () =>
      lines.map(({ task, metric }) => {
        const info = engine.task(task);
        return {
          task,
          metric,
          key: `${recipe.id} ${task} ${metric} ${half}`,
          info,
          nQueries: positionsOf(info, half).length,
          counted: ends?.base[task] !== undefined,
          chance: chanceAt(info, ends, metric, half),
          ends: columns.map((column) => ({
            column,
            value: ends && figureAt(info, column.answers(ends, task), metric, half),
          })),
        };
      }),
    [lines, engine, recipe, half, ends, columns],
  );
  const changes = useLaterEach(
    useMemo(() => {
      const jobs = new Map<string, () => Interval | undefined>();
      for (const { key, task, metric, info } of fixed) {
        const [after, before] = [current?.[task], ends?.base[task]];
        if (!after || !before) continue;
        const [a, b] = [
          { answers: after, setting: 0 },
          { answers: before, setting: 0 },
        ];
        jobs.set(key, () => keptChangeOf(info, a, b, metric, half));
      }
      return jobs;
    }, [fixed, current, ends, half]),
    PAUSE_MS,
  );
  const best = useLaterEach(
    useMemo(() => {
      const jobs = new Map<string, () => BestFound | undefined>();
      for (const { key, task, metric, info } of fixed) {
        const before = ends?.base[task];
        if (!grid?.result[task] || !before) continue;
        jobs.set(key, () => keptBestFound(grid, info, { answers: before, setting: 0 }, metric));
      }
      return jobs;
    }, [fixed, grid, ends]),
  );
  const rows = fixed.map((row): TaskRowData => {
    const { key, task, metric, info } = row;
    const later = changes.get(key);
    return {
      ...row,
      current: figureAt(info, current?.[task], metric, half),
      change: later?.value && {
        value: later.value,
        stale: later.stale,
        verdict: verdictOf(metric, later.value),
      },
      best: best.get(key)?.value,
    };
  });
  return { columns, rows };
}
