import { Button } from '@mantine/core';
import { memo } from 'react';
import type { Ends, Status } from '../../../state/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { TaskName, taskWords } from '../../shared/modality.tsx';
import { CountFailed } from '../CountFailed.tsx';
import { Elsewhere } from './Elsewhere.tsx';
import { inPlane } from './plane.ts';
import type { Landscape } from './useLandscape.ts';
import { changeWords, figureWords, metricWords, placeWords } from './words.ts';
import styles from './Landscape.module.css';

/** The best of the map, what it reaches on the half that had no say, the way there, and what it costs elsewhere. */
export const BestFigures = memo(function BestFigures({
  landscape,
  ends,
}: {
  landscape: Landscape;
  ends: Status<Ends>;
}) {
  const { grid, task, metric, parts, best, baseName } = landscape;
  const engine = useLab((s) => s.engine);
  const setFactors = useLab((s) => s.setFactors);
  if (ends.status === 'failed') {
    return (
      <aside className={styles.aside}>
        <CountFailed what="The base" message={ends.message} />
      </aside>
    );
  }
  if (!best || ends.status !== 'ready') {
    return (
      <aside className={styles.aside}>
        <p className={styles.quiet} role="status">
          {ends.status === 'ready' && ends.value.base[task]
            ? `No query of ${taskWords(task)} is on the validation half: no best is chosen.`
            : 'Counting the base …'}
        </p>
      </aside>
    );
  }
  const nAlike = parts.plateau?.filter(Boolean).length;
  return (
    <aside className={styles.aside}>
      <div className={styles.best}>
        <h3 className={styles.title}>
          <span aria-hidden="true">★</span> Best for <TaskName task={task} />
        </h3>
        <p className={styles.place}>{placeWords(best.factors, [grid.x, grid.y])}</p>
        <p className={styles.reached}>
          <b className={styles.big}>{figureWords(metric, best.reported)}</b> {metricWords(task, metric)} on
          the test half
          {best.change && (
            <>
              {', '}
              <span className={styles.nowrap}>{changeWords(metric, best.change)}</span> against {baseName}
            </>
          )}
        </p>
        <p className={styles.quiet}>
          Chosen on the validation half, where it reaches {figureWords(metric, best.chosen)}; the test half
          had no say.{' '}
          {nAlike === undefined
            ? 'Comparing every setting with it …'
            : `Outlined on the map: ${nAlike} of ${grid.settings.length} settings that cannot be told from it there (the 95% interval of their difference holds 0).`}
        </p>
        <Button size="xs" variant="default" onClick={() => setFactors(inPlane(grid, best.setting))}>
          Go to the best
        </Button>
      </div>
      <Elsewhere
        engine={engine}
        grid={grid}
        ends={ends.value}
        setting={best.setting}
        metric={metric}
        task={task}
        baseName={baseName}
      />
    </aside>
  );
});
