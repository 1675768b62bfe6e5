import { Select } from '@mantine/core';
import { memo, useMemo, useRef, useState } from 'react';
import type { RunRecord } from '../../../engine/training/types.ts';
import { learningRate } from '../../../math/adam.ts';
import type { TaskId } from '../../../world/types.ts';
import { directionsOf, MEAN } from '../../../state/workshop/trainFigures.ts';
import { curvesTable, recordText } from '../../../state/workshop/trainTables.ts';
import { PlotFigure, type PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { Hint } from '../../shared/Hint.tsx';
import { taskWords } from '../../shared/modality.tsx';
import { useTypeScale } from '../microscope/useTypeScale.ts';
import { linesPlot, lossLines, ratePlot, recallLines } from './curvePlots.ts';
import { SaveMenu } from './SaveMenu.tsx';
import { saveItems } from './saveItems.ts';
import { styles } from './runStyles.ts';
import { usePaced } from './usePaced.ts';

const LOSS_PX = 212;
/** Points come several times a second; charts are drawn once. */
const DRAW_MS = 1000;
/** As high as the loss with the learning rate below it. */
const RECALL_PX = 310;

/** How a run learns: loss, validation R@1, and the learning rate below them. */
export const Curves = memo(function Curves(props: { record: RunRecord; focus: string }) {
  const { focus } = props;
  const record = usePaced(props.record, DRAW_MS);
  const [chosen, setChosen] = useState(MEAN);
  const lossChart = useRef<PlotHandle>(null);
  const recallChart = useRef<PlotHandle>(null);
  const { settings } = record.request;
  const { curves } = record;
  const directions = useMemo(() => directionsOf(curves), [curves]);
  const direction = chosen === MEAN || directions.includes(chosen) ? chosen : MEAN;
  const done = curves.find(({ member }) => member === focus)?.points.at(-1)?.step ?? 0;
  const scale = useTypeScale();
  const loss = useMemo(() => {
    const lines = lossLines({ curves }, focus);
    if (lines.length === 0) return undefined;
    return linesPlot({
      lines,
      steps: settings.steps,
      yLabel: 'loss, nats',
      level: { value: Math.log(settings.batch), label: `guessing: ln ${settings.batch}` },
      words: (value) => value.toFixed(3),
      heightPx: LOSS_PX,
      scale,
    });
  }, [curves, focus, settings, scale]);
  const recall = useMemo(() => {
    const lines = recallLines({ curves }, focus, direction);
    if (lines.length === 0) return undefined;
    const best = lines
      .find(({ focused }) => focused)
      ?.values.reduce((most, one) => (one.value > most.value ? one : most));
    return linesPlot({
      lines,
      steps: settings.steps,
      yLabel: 'R@1, validation half',
      best,
      words: (value) => value.toFixed(3),
      heightPx: RECALL_PX,
      fromZero: true,
      scale,
    });
  }, [curves, focus, direction, settings, scale]);
  const rate = useMemo(() => ratePlot(settings, done), [settings, done]);
  const svgOf = (chart: typeof lossChart) => () => chart.current?.svg();
  return (
    <div className={styles.curves}>
      <figure>
        <figcaption>
          <Hint text="Symmetric InfoNCE at τ₂, mean over the pairs of modalities: how surprised the projector is by the right partners among a batch. Guessing costs ln(batch).">
            <b tabIndex={0}>Loss</b>
          </Hint>
        </figcaption>
        {loss ? (
          <PlotFigure
            ref={lossChart}
            options={loss}
            minHeightPx={LOSS_PX}
            label={`Loss of ${record.name} against the step, a line a member; ${focus} in colour.`}
          />
        ) : (
          <p className={styles.waiting}>The curve begins after the first steps.</p>
        )}
      </figure>
      <figure className={styles.recall}>
        <figcaption>
          <Hint text="Share of validation queries whose nearest neighbour is right, with this member’s projections alone. Choices are made on it; the test half has no say.">
            <b tabIndex={0}>R@1, validation</b>
          </Hint>
          {directions.length > 0 && (
            <Select
              aria-label="Direction of R@1"
              size="xs"
              className={styles.direction!}
              allowDeselect={false}
              value={direction}
              data={[
                { value: MEAN, label: 'mean of all directions' },
                ...directions.map((one) => ({ value: one, label: taskWords(one as TaskId) })),
              ]}
              onChange={(next) => setChosen(next ?? MEAN)}
            />
          )}
          <SaveMenu
            items={() =>
              saveItems({
                name: record.id,
                record: () => recordText(record, __BONDLAB_VERSION__),
                table: curvesTable(record),
                charts: [
                  { name: 'Loss', suffix: 'loss', svg: svgOf(lossChart) },
                  { name: 'R@1', suffix: 'recall', svg: svgOf(recallChart) },
                ],
                about: `${record.name}, run ${record.id}, seed ${settings.seed}`,
              })
            }
          />
        </figcaption>
        {recall ? (
          <PlotFigure
            ref={recallChart}
            options={recall}
            minHeightPx={RECALL_PX}
            label={`Validation R@1 of ${record.name} against the step, a line a member; ${focus} in colour, its best ringed.`}
          />
        ) : (
          <p className={styles.waiting}>It is measured now and then: the first figure follows.</p>
        )}
      </figure>
      <figure className={styles.rate}>
        <figcaption>
          <Hint text="It rises over the warm-up and falls along a cosine: large steps while much is wrong, small ones to settle.">
            <b tabIndex={0}>Learning rate</b>
          </Hint>
          <span className={styles.note}>
            {done > 0
              ? `${learningRate(done, settings).toExponential(1)} at step ${done} of ${focus}`
              : 'before the first step'}
          </span>
        </figcaption>
        <PlotFigure
          options={rate}
          minHeightPx={64}
          label={`Learning rate over ${settings.steps} steps, from 0 to ${settings.peakRate} and back to 0.`}
        />
      </figure>
    </div>
  );
});
