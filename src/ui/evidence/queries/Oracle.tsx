import { useMemo } from 'react';
import type { AnswerRanks } from '../../../math/answers.ts';
import { metricOf } from '../../../math/answers.ts';
import { figureOf, metricName, type BestFound } from '../../../state/evidence/figures.ts';
import { oracleOf } from '../../../state/evidence/queryFigures.ts';
import { figureAt } from '../../../state/evidence/taskFigures.ts';
import type { Grid } from '../../../state/types.ts';
import { useLater } from '../tasks/useLater.ts';
import { figureWords, HALF_WORDS } from '../tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

/** The metric at the base, at one setting for all, and if each query could stand at its own best. */
export function Oracle({ grid, base, best }: { grid: Grid; base: AnswerRanks; best: BestFound | undefined }) {
  const engine = useLab((s) => s.engine);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const info = engine.task(task);
  const answers = grid.result[task];
  const count = useMemo(
    () => answers && (() => oracleOf(grid, info, metric, half)),
    [answers, grid, info, metric, half],
  );
  const oracle = useLater(`${grid.recipeId} ${task} ${metric} ${half}`, count)?.value;
  const name = metricName(task, metric, metricOf(metric).name);
  const atBest = best && answers ? figureOf(info, answers, best.setting, metric, half) : undefined;
  return (
    <>
      <h3>
        If each query could choose <small>{name}</small>
      </h3>
      <dl className={styles.oracle}>
        <div>
          <dt>base</dt>
          <dd className={styles.atBase}>{figureWords(metric, figureAt(info, base, metric, half))}</dd>
        </div>
        <div>
          <dt>one setting for all</dt>
          <dd>{figureWords(metric, atBest)}</dd>
        </div>
        <Hint
          text={`${name} over ${HALF_WORDS[half]} with each query at its own best setting of the grid. No method reaches it: it is chosen by looking at the right answers it is measured by.`}
        >
          <div tabIndex={0}>
            <dt>each its own</dt>
            <dd>{oracle === undefined ? '…' : figureWords(metric, oracle)}</dd>
          </div>
        </Hint>
      </dl>
      <p className={styles.note}>
        “Each its own” is an upper bound, tuned on the very answers it is measured by. Its distance to one
        setting for all is the most that a factor chosen per query could add.
      </p>
    </>
  );
}
