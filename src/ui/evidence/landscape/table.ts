import { metricOf, type MetricId } from '../../../math/answers.ts';
import { valueAt } from '../../../recipe/sliders.ts';
import { metricName, valuesOf, type HalfChoice } from '../../../state/evidence/figures.ts';
import type { Table, TableColumn } from '../../../state/tables.ts';
import type { Grid } from '../../../state/types.ts';
import { TASKS } from '../../../world/tasks.ts';
import type { TaskId, TaskInfo } from '../../../world/types.ts';

const HALVES: readonly HalfChoice[] = ['validation', 'test'];

/** Every setting of a grid with the metric of each counted task on both halves, one row a setting. */
export function gridTable(
  grid: Grid,
  infoOf: (task: TaskId) => TaskInfo,
  metric: MetricId,
  name: string,
): Table {
  const columns: TableColumn[] = [
    { key: grid.x.id, label: `factor ${grid.x.id}` },
    { key: grid.y.id, label: `factor ${grid.y.id}` },
  ];
  const rows: Table['rows'] = grid.settings.map((factors) => ({
    [grid.x.id]: valueAt(factors, grid.x),
    [grid.y.id]: valueAt(factors, grid.y),
  }));
  for (const task of TASKS) {
    if (!grid.result[task]) continue;
    for (const half of HALVES) {
      const values = valuesOf(grid, infoOf(task), metric, half)!;
      const key = `${task} ${half}`;
      const label = `${task} ${metricName(task, metric, metricOf(metric).name)}, ${half} half`;
      columns.push({ key, label });
      rows.forEach((row, s) => (row[key] = Number.isNaN(values[s]) ? null : values[s]!));
    }
  }
  return {
    name,
    title: `${metricOf(metric).name} at ${grid.settings.length} settings of two factors`,
    columns,
    rows,
    notes: [
      'Factors run from 0 (base) to 1 (expert). A factor is chosen on the validation half and reported on the test half.',
    ],
  };
}
