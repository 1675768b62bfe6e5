import { memo } from 'react';
import { metricOf, type MetricId } from '../../../math/answers.ts';
import { slidersOf } from '../../../recipe/sliders.ts';
import { metricName } from '../../../state/evidence/figures.ts';
import { meanOf, recipeOf } from '../../../state/selectors.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor, mixInk } from '../../shared/mix.ts';
import { TaskName, taskWords } from '../../shared/modality.tsx';
import { ForestMark, type ForestScale } from './Forest.tsx';
import type { TaskRowData } from './useTaskRows.ts';
import { changeWords, figureWords, HALF_WORDS, intervalWords, settingWords } from './words.ts';
import { styles } from './styles.ts';

const SIGN = { better: '▲', worse: '▼', open: '' } as const;
const SAID = { better: 'better', worse: 'worse', open: 'not told apart from 0' } as const;

/** A row: of a task, or in the table of one task, of a metric. */
export function TaskRow({
  row,
  named,
  scale,
  againstName,
}: {
  row: TaskRowData;
  /** What tells the row from the others of its table. */
  named: 'task' | 'metric';
  scale: ForestScale | undefined;
  /** What changes are counted against. */
  againstName: string;
}) {
  const { task, metric, info } = row;
  const set = useLab((s) => s.set);
  const half = useLab((s) => s.half);
  const failed = useLab((s) => s.studies.ends.status === 'failed');
  const focused = useLab((s) => (named === 'task' ? s.task === task : s.metric === metric));
  const name = metricName(task, metric, metricOf(metric).name);
  const what = `${name} of ${taskWords(task)}, ${row.nQueries} queries (${HALF_WORDS[half]}) among ${info.nGallery} ${info.classes ? 'classes' : 'items'}`;
  return (
    <tr data-focused={focused || undefined} data-task={task} data-metric={metric}>
      <th scope="row">
        <Hint
          text={
            named === 'task'
              ? `${row.nQueries} queries, ${info.nGallery} ${info.classes ? 'classes' : 'items to rank'}. Click: the other panels show this task.`
              : `${metricOf(metric).about} Click: the other panels show this metric.`
          }
        >
          <button
            type="button"
            className={styles.rowName}
            aria-pressed={focused}
            onClick={() => set(named === 'task' ? { task } : { metric })}
          >
            {named === 'task' ? <TaskName task={task} /> : name}
          </button>
        </Hint>
      </th>
      {!row.counted ? (
        <td className={styles.waitingCell} colSpan={5 + row.ends.length}>
          {failed ? 'not counted' : 'counting …'}
        </td>
      ) : (
        <>
          <Figure
            className={styles.quiet}
            label="chance"
            what={`Chance: ${what}, in a random order`}
            metric={metric}
            value={row.chance}
          />
          {row.ends.map(({ column, value }) => (
            <Figure
              key={column.key}
              label={`${column.name}, ${column.how}`}
              what={`${column.name}, ${column.how}: ${value === undefined ? 'it does not know both sides of this task' : what}`}
              metric={metric}
              value={value}
            />
          ))}
          <Figure
            className={styles.current}
            label="current"
            what={`At the present setting: ${what}`}
            metric={metric}
            value={row.current}
          />
          <Change row={row} againstName={againstName} what={what} />
          <td className={styles.forestCell}>
            {scale ? (
              <ForestMark
                scale={scale}
                change={row.change?.value}
                verdict={row.change?.verdict}
                stale={row.change?.stale === true}
              />
            ) : (
              <small>in ranks</small>
            )}
          </td>
          <Best task={task} metric={metric} best={row.best} name={name} />
        </>
      )}
    </tr>
  );
}

const Figure = memo(function Figure({
  label,
  what,
  metric,
  value,
  className,
}: {
  /** Beside the figure where the columns have no heads: on a narrow screen. */
  label: string;
  what: string;
  metric: MetricId;
  value: number | undefined;
  className?: string | undefined;
}) {
  return (
    <td className={`${styles.figure} ${className ?? ''}`} data-label={label} title={`${what}.`}>
      {figureWords(metric, value)}
    </td>
  );
});

function Change({ row, againstName, what }: { row: TaskRowData; againstName: string; what: string }) {
  const { change, metric } = row;
  if (!change) return <td className={styles.quiet}>…</td>;
  const { value, stale, verdict } = change;
  return (
    <td className={styles.change} data-verdict={verdict}>
      <Hint
        text={`${what}: ${changeWords(metric, value.mean)} against ${againstName}, ${SAID[verdict]}. In brackets: paired bootstrap 95% interval, 2,000 draws of independent groups.${stale ? ' Of the setting before; counting …' : ''}`}
      >
        <span tabIndex={0} data-stale={stale || undefined}>
          <b>
            <span className={styles.sign} aria-hidden="true">
              {SIGN[verdict]}
            </span>
            {changeWords(metric, value.mean)}
            <span className={styles.unseen}> {SAID[verdict]}</span>
          </b>
          <small>{intervalWords(metric, value)}</small>
        </span>
      </Hint>
    </td>
  );
}

const Best = memo(function Best({
  task,
  metric,
  best,
  name,
}: Pick<TaskRowData, 'task' | 'metric' | 'best'> & { name: string }) {
  const recipe = useLab(recipeOf);
  const spaces = useLab((s) => s.engine.spaces);
  const setFactors = useLab((s) => s.setFactors);
  if (slidersOf(recipe).length < 2) {
    return (
      <td
        className={styles.quiet}
        title={`${recipe.name} has no two sliders: there is no grid to choose from.`}
      >
        –
      </td>
    );
  }
  if (!best) return <td className={styles.quiet}>…</td>;
  const { factors, reported, chosen, change } = best;
  const mean = meanOf(factors);
  return (
    <td className={styles.best} data-label="best found">
      <Hint
        text={`Best of the grid for ${name} of ${taskWords(task)}: chosen on the validation half, where it has ${figureWords(metric, chosen)}; it reaches ${figureWords(metric, reported)} on the test half${change ? `, ${changeWords(metric, change.mean)} ${intervalWords(metric, change)} against the base there` : ''}. Click: the sliders go there.`}
      >
        <button
          type="button"
          style={{ '--mix': mixColor(mean), '--mix-ink': mixInk(mean) } as React.CSSProperties}
          onClick={() => setFactors(factors)}
        >
          <b>{figureWords(metric, reported)}</b>
          <small>{settingWords(recipe, factors, spaces)}</small>
        </button>
      </Hint>
    </td>
  );
});
