import { useMemo } from 'react';
import type { MetricId } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { keptChangeOf } from '../../../state/evidence/taskFigures.ts';
import type { Ends, Grid } from '../../../state/types.ts';
import type { LabEngine } from '../../../engine/types.ts';
import { TASKS } from '../../../world/tasks.ts';
import type { TaskId } from '../../../world/types.ts';
import { TaskName } from '../../shared/modality.tsx';
import { changeWords, digitsOf, signOfChange } from './words.ts';
import { signed } from '../../shared/mix.ts';
import shared from '../Panel.module.css';
import styles from './Landscape.module.css';

interface Cost {
  task: TaskId;
  change: Interval;
}

/** What a setting of the grid changes in each task, against the base, on the test half. */
function costsOf(
  engine: LabEngine,
  grid: Grid,
  ends: Ends,
  setting: number,
  metric: MetricId,
  without: TaskId,
): Cost[] {
  return TASKS.filter((task) => task !== without).flatMap((task) => {
    const [answers, base] = [grid.result[task], ends.base[task]];
    if (!answers || !base) return [];
    const change = keptChangeOf(
      engine.task(task),
      { answers, setting },
      { answers: base, setting: 0 },
      metric,
      'test',
    );
    return change ? [{ task, change }] : [];
  });
}

/** What the best for one task costs, or brings, elsewhere: change and interval of each other task, around a line of no change. */
export function Elsewhere(props: {
  engine: LabEngine;
  grid: Grid;
  ends: Ends;
  setting: number;
  metric: MetricId;
  task: TaskId;
  baseName: string;
}) {
  const { engine, grid, ends, setting, metric, task, baseName } = props;
  const costs = useMemo(
    () => costsOf(engine, grid, ends, setting, metric, task),
    [engine, grid, ends, setting, metric, task],
  );
  const reach = Math.max(
    ...costs.flatMap(({ change: { low, high } }) => [Math.abs(low), Math.abs(high)]),
    1e-9,
  );
  const at = (value: number) => `${(50 + (value / reach) * 46).toFixed(2)}%`;
  return (
    <table className={styles.elsewhere}>
      <caption>
        And elsewhere <span className={styles.quiet}>test half, against {baseName}, 95% intervals</span>
      </caption>
      <thead className={shared.unseen}>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">Change</th>
          <th scope="col">Interval</th>
        </tr>
      </thead>
      <tbody>
        {costs.map(({ task: other, change }) => {
          const sign = signOfChange(metric, change);
          return (
            <tr key={other} data-sign={sign}>
              <th scope="row">
                <TaskName task={other} />
              </th>
              <td className={styles.change}>{signed(change.mean, digitsOf(metric))}</td>
              <td>
                <span className={styles.whisker} title={changeWords(metric, change)}>
                  <span className={styles.zero} />
                  <span
                    className={styles.span}
                    style={{ left: at(change.low), right: `calc(100% - ${at(change.high)})` }}
                  />
                  <span className={styles.point} style={{ left: at(change.mean) }} />
                </span>
                <span className={shared.unseen}>{changeWords(metric, change)}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
