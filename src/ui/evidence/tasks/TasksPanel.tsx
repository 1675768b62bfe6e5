import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { metricOf } from '../../../math/answers.ts';
import { metricName } from '../../../state/evidence/figures.ts';
import {
  currentOf,
  linesOfMetric,
  linesOfTask,
  scaleOf,
  type EndColumn,
} from '../../../state/evidence/taskFigures.ts';
import { baseName } from '../../../state/workshop/recipesWords.ts';
import { tableOf } from '../../../state/evidence/tables.ts';
import { meanFactor, recipeOf } from '../../../state/selectors.ts';
import { CLASS_CAVEAT } from '../../../world/classes.ts';
import { tasksServed } from '../../../state/served.ts';
import { isClassTask } from '../../../world/tasks.ts';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import { CountFailed } from '../CountFailed.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { Hint } from '../../shared/Hint.tsx';
import { Counting } from '../../shared/Counting.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixColor, mixInk } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';
import { ForestAxis, type ForestScale } from './Forest.tsx';
import { Prompts } from './Prompts.tsx';
import { TaskRow } from './TaskRow.tsx';
import { useTaskRows, type TaskRowData } from './useTaskRows.ts';
import { counted, HALF_WORDS, settingWords } from './words.ts';
import { styles } from './styles.ts';

type Mode = 'task' | 'metric';
const MODES: { value: Mode; label: string }[] = [
  { value: 'task', label: 'All tasks' },
  { value: 'metric', label: 'All metrics' },
];
/** The forest's scale is never drawn finer than this. */
const LEAST = 0.02;

/** What each task gains and pays: both ends, the present setting with its change, and the best that was found. */
export default function TasksPanel() {
  const [mode, setMode] = useState<Mode>('task');
  const metric = useLab((s) => s.metric);
  const task = useLab((s) => s.task);
  const tasks = useLab((s) => tasksServed(s.engine, recipeOf(s)));
  const lines = useMemo(
    () => (mode === 'task' ? linesOfMetric(metric, tasks) : linesOfTask(task)),
    [mode, metric, task, tasks],
  );
  const { columns, rows } = useTaskRows(lines);
  const store = useLabStore();
  const tables = () => {
    const state = store.getState();
    return state.studies.ends.status === 'ready' ? [tableOf(state, 'tasks')] : [];
  };
  return (
    <section className={styles.panel} aria-labelledby="tasks-title">
      <header className={styles.head}>
        <h2 id="tasks-title">
          {mode === 'task' ? 'What each task gains and pays' : `Every metric of ${taskWords(task)}`}
        </h2>
        <div className={styles.controls}>
          <SegmentedControl
            aria-label="Rows of the table"
            size="xs"
            data={MODES}
            value={mode}
            onChange={(value) => setMode(value as Mode)}
          />
          <EvidenceControls task={mode === 'metric'} metric={mode === 'task'} half />
          <ExportMenu name="tasks" tables={tables} python />
        </div>
      </header>
      <Summary rows={rows} mode={mode} />
      <TaskTable columns={columns} rows={rows} mode={mode} />
      <Notes />
    </section>
  );
}

/** The table in one sentence. */
function Summary({ rows, mode }: { rows: readonly TaskRowData[]; mode: Mode }) {
  const recipe = useLab(recipeOf);
  const spaces = useLab((s) => s.engine.spaces);
  const factors = useLab((s) => s.studies.current?.factors);
  const ends = useLab((s) => s.studies.ends);
  if (ends.status === 'failed') return <CountFailed what="The ends" message={ends.message} />;
  if (ends.status === 'ready' && recipe.bonds.length === 0) {
    return <p className={styles.summary}>{recipe.name} as it is: nothing is bound that could gain or pay.</p>;
  }
  const told = rows.flatMap(({ change }) => (change ? [change] : []));
  if (!factors || told.length === 0) {
    return (
      <p className={styles.summary}>{ends.status === 'loading' ? ends.words : 'Counting every query …'}</p>
    );
  }
  const count = (verdict: string) => told.filter((change) => change.verdict === verdict).length;
  const [better, worse] = [count('better'), count('worse')];
  const unit: [one: string, many: string] = mode === 'task' ? ['task', 'tasks'] : ['metric', 'metrics'];
  return (
    <p className={styles.summary} data-stale={told.some(({ stale }) => stale) || undefined}>
      At <b>{settingWords(recipe, factors, spaces)}</b>:{' '}
      <b className={better > 0 ? styles.up : undefined}>{better} better</b>,{' '}
      <b className={worse > 0 ? styles.down : undefined}>{worse} worse</b> than {baseName(recipe, spaces)}, of{' '}
      {counted(told.length, ...unit)}
      {told.length > better + worse && '; of the others the 95% interval holds 0'}.
    </p>
  );
}

function scaleOfRows(rows: readonly TaskRowData[]): ForestScale | undefined {
  const shared = rows.filter(({ metric }) => metric !== 'MedR');
  const drawn = shared.length > 0 ? shared : rows;
  const [first] = drawn;
  if (!first) return undefined;
  const intervals = drawn.flatMap(({ change }) => (change ? [change.value] : []));
  const [low, high] = scaleOf(intervals, first.metric === 'MedR' ? 2 : LEAST);
  return { metric: first.metric, low, high };
}

function TaskTable({
  columns,
  rows,
  mode,
}: {
  columns: readonly EndColumn[];
  rows: readonly TaskRowData[];
  mode: Mode;
}) {
  const recipe = useLab(recipeOf);
  const spaces = useLab((s) => s.engine.spaces);
  const half = useLab((s) => s.half);
  const mean = useLab(meanFactor);
  const metric = useLab((s) => s.metric);
  const against = baseName(recipe, spaces);
  const scale = scaleOfRows(rows);
  const directions = rows.filter(({ task }) => mode === 'metric' || !isClassTask(task));
  const classes = rows.filter((row) => !directions.includes(row));
  const rowOf = (row: TaskRowData) => (
    <TaskRow
      key={row.key}
      row={row}
      named={mode}
      // Median ranks lie on no scale of shares.
      scale={scale && (row.metric === 'MedR') === (scale.metric === 'MedR') ? scale : undefined}
      againstName={against}
    />
  );
  return (
    <div className={styles.scroll} role="region" aria-label="Table of tasks" tabIndex={0}>
      <table
        className={styles.table}
        data-crowded={columns.length > 3 || undefined}
        style={{ '--mix': mixColor(mean), '--mix-ink': mixInk(mean) } as React.CSSProperties}
      >
        <thead>
          <tr>
            <th scope="col">{mode === 'task' ? metricOf(metric).name : 'metric'}</th>
            <th scope="col" className={styles.quiet}>
              chance
            </th>
            {columns.map(({ key, name, how, about, factor }) => (
              <th key={key} scope="col">
                <Hint text={about}>
                  <span className={styles.columnName} tabIndex={0}>
                    {name}
                    <small>{how}</small>
                    <i style={{ background: mixColor(factor) }} />
                  </span>
                </Hint>
              </th>
            ))}
            <th scope="col">
              <span className={styles.columnName}>
                current
                <small>the sliders</small>
                <i style={{ background: 'var(--mix)' }} />
              </span>
            </th>
            <th scope="col">
              change
              <small>95% interval</small>
            </th>
            <th scope="col" className={styles.forestHead}>
              <span className={styles.ways}>
                <span>worse</span>
                <span>better</span>
              </span>
              {scale && <ForestAxis scale={scale} />}
            </th>
            <th scope="col" className={styles.bestHead}>
              <Hint text="The setting of the grid that is best on the validation half, with what it reaches on the test half, which had no say in the choice. Of equal settings the one nearest to the base is taken.">
                <span tabIndex={0}>
                  best found
                  <small>on the test half</small>
                </span>
              </Hint>
            </th>
          </tr>
        </thead>
        <tbody>{directions.map(rowOf)}</tbody>
        {classes.length > 0 && (
          <tbody>
            <tr className={styles.group}>
              <th scope="rowgroup" colSpan={6 + columns.length}>
                Zero-shot classes, {metricName('audio>class', metric, metricOf(metric).name)} <Prompts />
              </th>
            </tr>
            {classes.map(rowOf)}
          </tbody>
        )}
      </table>
      <p className={styles.unseen} aria-live="polite">
        Figures over {HALF_WORDS[half]}.
      </p>
    </div>
  );
}

/** What the figures are of, and what is still being counted. */
function Notes() {
  const embedded = useLab((s) => s.engine.embedded);
  const half = useLab((s) => s.half);
  const grid = useLab((s) => s.studies.grid);
  const isCurrent = useLab((s) => currentOf(s) !== undefined);
  return (
    <>
      <p className={styles.note}>
        Figures over {HALF_WORDS[half]}
        {half === 'validation' && ': choices are made here, so report the test half'}. Intervals are paired,
        over independent groups, and not corrected for how many are shown.
        {grid.status === 'loading' && (
          <span role="status">
            {' '}
            Best found: <Counting words={grid.words} />
          </span>
        )}
        {!isCurrent && <span> The present setting is being counted …</span>}
      </p>
      {embedded && <p className={styles.note}>{CLASS_CAVEAT}</p>}
      {grid.status === 'failed' && (
        <CountFailed what="Best found" message={grid.message} className={styles.note} />
      )}
    </>
  );
}
