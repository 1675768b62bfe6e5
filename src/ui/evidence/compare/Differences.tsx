import { useMemo } from 'react';
import { metricOf } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { metricName, positionsOf } from '../../../state/evidence/figures.ts';
import { figureAt, keptChangeOf, scaleOf, verdictOf } from '../../../state/evidence/taskFigures.ts';
import { meanOf } from '../../../state/selectors.ts';
import { tasksOf } from '../../../world/served.ts';
import type { TaskId } from '../../../world/types.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { mixInk } from '../../shared/mix.ts';
import { TaskName, taskWords } from '../../shared/modality.tsx';
import { ForestAxis, ForestMark, type ForestScale } from '../tasks/Forest.tsx';
import { useLaterEach } from '../tasks/useLater.ts';
import { changeWords, figureWords, HALF_WORDS, intervalWords } from '../tasks/words.ts';
import { changeKey, type Side } from './sides.ts';
import type { Counted } from './useSettings.ts';
import { styles } from './styles.ts';

const PAUSE_MS = 160;
const SIGN = { better: '▲', worse: '▼', open: '' } as const;
const SAID = { better: 'B is better', worse: 'B is worse', open: 'not told apart from 0' } as const;

export interface SideFigures {
  side: Side;
  counted: Counted;
}

/** Per task what B has more than A, over the same queries. */
export function Differences({
  a,
  b,
  under,
}: {
  a: SideFigures;
  b: SideFigures;
  /** As of SettingsNow. */
  under: string;
}) {
  const engine = useLab((s) => s.engine);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const tasks = useLab((s) => tasksOf(s.engine.manifest));
  const [before, after] = [a.counted.result, b.counted.result];
  const of = changeKey(a.side, b.side, metric, half, under);
  const jobs = useMemo(() => {
    const all = new Map<string, () => Interval | undefined>();
    for (const task of tasks) {
      const [from, to] = [before?.[task], after?.[task]];
      if (!from || !to) continue;
      all.set(`${task} ${of}`, () =>
        keptChangeOf(
          engine.task(task),
          { answers: to, setting: 0 },
          { answers: from, setting: 0 },
          metric,
          half,
        ),
      );
    }
    return all;
  }, [engine, tasks, before, after, metric, half, of]);
  const changes = useLaterEach<Interval | undefined>(jobs, PAUSE_MS);
  const intervals = [...changes.values()].flatMap(({ value }) => (value ? [value] : []));
  const [low, high] = scaleOf(intervals, metric === 'MedR' ? 2 : 0.02);
  const scale: ForestScale = { metric, low, high };
  const stale = a.counted.stale || b.counted.stale;
  return (
    <div className={styles.scroll} role="region" aria-label="Differences by task" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{metricOf(metric).name}</th>
            <th scope="col">
              A<small>{a.side.name}</small>
            </th>
            <th scope="col">
              B<small>{b.side.name}</small>
            </th>
            <th scope="col">
              B − A<small>95% interval</small>
            </th>
            <th scope="col" className={styles.forest}>
              <span className={styles.ways} aria-hidden="true">
                <span>◂ A</span>
                <span>B ▸</span>
              </span>
              <ForestAxis scale={scale} />
            </th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => {
            const info = engine.task(task);
            const change = changes.get(`${task} ${of}`);
            const isStale = stale || change?.stale === true;
            const verdict = change?.value && verdictOf(metric, change.value);
            const name = metricName(task, metric, metricOf(metric).name);
            const nQueries = positionsOf(info, half).length;
            const what = `${name} of ${taskWords(task)}, ${nQueries} queries (${HALF_WORDS[half]})`;
            return (
              <tr key={task} data-task={task}>
                <th scope="row">
                  <TaskName task={task} />
                </th>
                <Figure
                  what={what}
                  figures={a}
                  value={figureAt(info, before?.[task], metric, half)}
                  task={task}
                />
                <Figure
                  what={what}
                  figures={b}
                  value={figureAt(info, after?.[task], metric, half)}
                  task={task}
                />
                <td className={styles.change} data-verdict={verdict} data-stale={isStale || undefined}>
                  {change?.value && verdict ? (
                    <Hint
                      text={`${what}: B less A, ${SAID[verdict]}. In brackets: paired bootstrap 95% interval, 2,000 draws of independent groups.`}
                    >
                      <span tabIndex={0}>
                        <b>
                          <span aria-hidden="true">{SIGN[verdict]}</span>{' '}
                          {changeWords(metric, change.value.mean)}
                          <span className={styles.unseen}> {SAID[verdict]}</span>
                        </b>
                        <small>{intervalWords(metric, change.value)}</small>
                      </span>
                    </Hint>
                  ) : (
                    '–'
                  )}
                </td>
                <td className={styles.forest}>
                  <ForestMark scale={scale} change={isStale ? undefined : change?.value} verdict={verdict} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface FigureProps {
  what: string;
  figures: SideFigures;
  value: number | undefined;
  task: TaskId;
}

function Figure({ what, figures: { side, counted }, value, task }: FigureProps) {
  const metric = useLab((s) => s.metric);
  const absent = value === undefined && !counted.waits(task);
  return (
    <td
      style={{ color: mixInk(meanOf(side.factors)) }}
      data-stale={counted.stale || undefined}
      data-figure={task}
      title={`${side.name}: ${what}${absent ? ', not counted' : ''}.`}
    >
      {value === undefined && counted.waits(task) ? '…' : figureWords(metric, value)}
    </td>
  );
}
