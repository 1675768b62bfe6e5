import { useMemo, type Ref } from 'react';
import { valueAt } from '../../../recipe/sliders.ts';
import type { BestFound } from '../../../state/evidence/figures.ts';
import { ownBestOf } from '../../../state/evidence/queryFigures.ts';
import { slidersOfTask } from '../../../state/evidence/taskFigures.ts';
import { recipeOf } from '../../../state/selectors.ts';
import type { Grid } from '../../../state/types.ts';
import { PlotFigure, type PlotHandle } from '../charts/PlotFigure.tsx';
import { useLater } from '../tasks/useLater.ts';
import { sliderName } from '../tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ownBestPlot, type OwnBestAxis } from './ownBestPlot.ts';
import { styles } from './styles.ts';

/** Where each query has its own best setting. */
export function OwnBest({
  grid,
  best,
  chart,
}: {
  grid: Grid;
  best: BestFound | undefined;
  chart: Ref<PlotHandle>;
}) {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const task = useLab((s) => s.task);
  const half = useLab((s) => s.half);
  const info = engine.task(task);
  const answers = grid.result[task];

  const count = useMemo(() => answers && (() => ownBestOf(grid, info, half)), [answers, grid, info, half]);
  const own = useLater(`${recipe.id} ${task} ${half}`, count)?.value;

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
  const medianWord = movingAxes.length === 2 ? 'Medians' : 'Median';
  return (
    <>
      {own && options ? (
        <>
          <p className={styles.told}>
            <b>
              {own.atBase} of {own.total}
            </b>{' '}
            are best left at the base: no setting ranks their right answer higher. {medianWord}: {median}.
          </p>
          <PlotFigure
            ref={chart}
            options={options}
            minHeightPx={230}
            label={`The setting at which each query ranks its right answer highest. ${own.atBase} of ${own.total} at the base; ${medianWord.toLowerCase()}: ${median}.`}
          />
          <p className={styles.note}>
            Of equal settings the nearest to the base is taken. The{' '}
            {movingAxes.length === 2 ? 'diamond' : 'dashed line'} is the best found for all.
          </p>
        </>
      ) : (
        <p className={styles.quiet}>Counting each query’s own best …</p>
      )}
    </>
  );
}
