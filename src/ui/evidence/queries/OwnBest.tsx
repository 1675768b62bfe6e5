import { useMemo } from 'react';
import { metricOf } from '../../../math/answers.ts';
import { valueAt } from '../../../recipe/sliders.ts';
import { figureOf, metricName, type BestFound } from '../../../state/evidence/figures.ts';
import { oracleOf, ownBestOf } from '../../../state/evidence/queryFigures.ts';
import { figureAt, slidersOfTask } from '../../../state/evidence/taskFigures.ts';
import { recipeOf } from '../../../state/selectors.ts';
import type { Grid } from '../../../state/types.ts';
import { PlotFigure } from '../charts/PlotFigure.tsx';
import { useLater } from '../tasks/useLater.ts';
import { figureWords, HALF_WORDS, sliderName } from '../tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { ownBestPlot, type OwnBestAxis } from './ownBestPlot.ts';
import styles from './Queries.module.css';

/** Where each query has its own best setting, and what the metric would be if each could stand there. */
export function OwnBest({ grid, best }: { grid: Grid; best: BestFound | undefined }) {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const base = useLab((s) =>
    s.studies.ends.status === 'ready' ? s.studies.ends.value.base[task] : undefined,
  );
  const info = useMemo(() => engine.task(task), [engine, task]);
  const answers = grid.result[task];

  const jobs = useMemo(
    () => ({
      own: answers && (() => ownBestOf(grid, info, half)),
      oracle: answers && (() => oracleOf(grid, info, metric, half)),
    }),
    [answers, grid, info, metric, half],
  );
  const own = useLater(`${recipe.id} ${task} ${half}`, jobs.own)?.value;
  const oracle = useLater(`${recipe.id} ${task} ${metric} ${half}`, jobs.oracle)?.value;

  const moving = useMemo(() => slidersOfTask(recipe, info).map(({ id }) => id), [recipe, info]);
  const axes = useMemo(() => {
    const axisOf = (slider: Grid['x']): OwnBestAxis => ({
      name: sliderName(recipe, slider, engine.spaces),
      moves: moving.includes(slider.id),
      best: best && valueAt(best.factors, slider),
    });
    return { x: axisOf(grid.x), y: axisOf(grid.y) };
  }, [recipe, engine, moving, best, grid]);
  const options = useMemo(() => own && ownBestPlot(own, axes.x, axes.y), [own, axes]);

  const name = metricName(task, metric, metricOf(metric).name);
  const movingAxes = (['x', 'y'] as const).filter((along) => axes[along].moves);
  if (movingAxes.length === 0) {
    return (
      <p className={styles.quiet}>
        Neither slider of the landscape moves this task: choose other axes there.
      </p>
    );
  }
  const median =
    own && movingAxes.map((along) => `${axes[along].name} ${own.median[along].toFixed(2)}`).join(', ');
  return (
    <>
      {own && options ? (
        <>
          <p className={styles.told}>
            <b>
              {own.atBase} of {own.total}
            </b>{' '}
            are best left at the base: no setting ranks their right answer higher. Medians: {median}.
          </p>
          <PlotFigure
            options={options}
            minHeightPx={230}
            label={`The setting at which each query ranks its right answer highest. ${own.atBase} of ${own.total} at the base; medians ${median}.`}
          />
        </>
      ) : (
        <p className={styles.quiet}>Counting each query’s own best …</p>
      )}
      <dl className={styles.oracle}>
        <div>
          <dt>base</dt>
          <dd>{figureWords(metric, figureAt(info, base, metric, half))}</dd>
        </div>
        <div>
          <dt>best found for all</dt>
          <dd>
            {figureWords(
              metric,
              best && answers ? figureOf(info, answers, best.setting, metric, half) : undefined,
            )}
          </dd>
        </div>
        <Hint
          text={`${name} over ${HALF_WORDS[half]} if each query could stand at its own best setting of the grid. No method reaches it: it is chosen by looking at the right answers it is measured by.`}
        >
          <div tabIndex={0}>
            <dt>each its own</dt>
            <dd>{figureWords(metric, oracle)}</dd>
          </div>
        </Hint>
      </dl>
      <p className={styles.note}>
        {name}. “Each its own” is an upper bound, tuned on the very answers it is measured by; the distance
        says how much one setting for all leaves. Of equal settings the nearest to the base is taken; the
        diamond or dashed line is the best found for all.
      </p>
    </>
  );
}
