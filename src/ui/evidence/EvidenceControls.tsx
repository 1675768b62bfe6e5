import { SegmentedControl, Select } from '@mantine/core';
import { METRICS, type MetricId } from '../../math/answers.ts';
import type { HalfChoice } from '../../state/evidence/figures.ts';
import { recipeOf } from '../../state/selectors.ts';
import { tasksServed } from '../../state/served.ts';
import type { TaskId } from '../../world/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { taskWords } from '../shared/modality.tsx';
import styles from './EvidenceControls.module.css';

const METRIC_DATA = METRICS.map(({ id, name }) => ({ value: id, label: name }));
const HALVES: { value: HalfChoice; label: string }[] = [
  { value: 'test', label: 'Test half' },
  { value: 'validation', label: 'Validation half' },
  { value: 'all', label: 'All' },
];

export interface EvidenceControlsProps {
  task?: boolean;
  metric?: boolean;
  half?: boolean;
}

/** What the figures of a panel are drawn for: the task, the metric, and whose queries. One setting for all panels. */
export function EvidenceControls({ task = false, metric = false, half = false }: EvidenceControlsProps) {
  const set = useLab((s) => s.set);
  const chosen = useLab((s) => s.task);
  const measured = useLab((s) => s.metric);
  const shown = useLab((s) => s.half);
  const tasks = useLab((s) => tasksServed(s.engine, recipeOf(s)));
  return (
    <div className={styles.controls}>
      {task && (
        <Select
          aria-label="Task"
          className={styles.task}
          size="xs"
          allowDeselect={false}
          value={chosen}
          data={tasks.map((id) => ({ value: id, label: taskWords(id) }))}
          onChange={(id) => id && set({ task: id as TaskId })}
        />
      )}
      {metric && (
        <Select
          aria-label="Metric"
          className={styles.metric}
          size="xs"
          allowDeselect={false}
          value={measured}
          data={METRIC_DATA}
          onChange={(id) => id && set({ metric: id as MetricId })}
        />
      )}
      {half && (
        <Hint text="Items are split once into two halves, those that belong together into the same one. Factors are chosen on the validation half and reported on the test half, so that no figure is tuned on what it reports.">
          <SegmentedControl
            aria-label="Queries"
            size="xs"
            value={shown}
            data={HALVES}
            onChange={(next) => set({ half: next as HalfChoice })}
          />
        </Hint>
      )}
    </div>
  );
}
