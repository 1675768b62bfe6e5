import { Select } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { Experiment } from '../../../engine/training/types.ts';
import {
  AXES,
  experimentDirections,
  experimentSeries,
  experimentWords,
  percentWords,
} from '../../../state/workshop/trainExperiments.ts';
import { MEAN } from '../../../state/workshop/trainFigures.ts';
import { experimentTable, recordText } from '../../../state/workshop/trainTables.ts';
import type { TaskId } from '../../../world/types.ts';
import { PlotFigure, type PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { taskWords } from '../../shared/modality.tsx';
import { experimentPlot } from './experimentPlot.ts';
import { SaveMenu } from './SaveMenu.tsx';
import { saveItems } from './saveItems.ts';
import { styles } from './experimentStyles.ts';

/** The curve of an experiment: R@1 against its axis, on both halves, with the spread over seeds. */
export function ExperimentView({ experiment }: { experiment: Experiment }) {
  const [chosen, setChosen] = useState(MEAN);
  const chart = useRef<PlotHandle>(null);
  const { name, request, points, status } = experiment;
  const { axis } = request;
  const directions = useMemo(() => experimentDirections({ points }), [points]);
  const direction = chosen === MEAN || directions.includes(chosen) ? chosen : MEAN;
  const { test, validation } = useMemo(
    () => ({
      test: experimentSeries({ points }, direction, 'test'),
      validation: experimentSeries({ points }, direction, 'validation'),
    }),
    [points, direction],
  );
  const options = useMemo(
    () =>
      test.length === 0 ? undefined : experimentPlot({ test, validation, axis, values: request.values }),
    [test, validation, axis, request.values],
  );
  const said = experimentWords(test, axis);
  return (
    <section className={styles.view} aria-labelledby="experiment-title">
      <header className={styles.head}>
        <h3 id="experiment-title">{name}</h3>
        <div className={styles.controls}>
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
          <SaveMenu
            items={() =>
              saveItems({
                name: experiment.id,
                record: () => recordText(experiment, __BONDLAB_VERSION__),
                table: experimentTable(experiment),
                charts: [{ name: 'Chart', suffix: 'chart', svg: () => chart.current?.svg() }],
                about: `${name}: mean over seeds with its 95% interval (Student’s t).`,
              })
            }
          />
        </div>
      </header>
      <p className={styles.summary}>{said && <b>{said}</b>}</p>
      {options ? (
        <PlotFigure
          ref={chart}
          options={options}
          minHeightPx={300}
          label={`R@1 against ${AXES[axis].label.toLowerCase()}: ${said ?? `${points.length} trainings so far.`}`}
        />
      ) : (
        <p className={styles.waiting} role="status">
          {status === 'waiting' || status === 'running'
            ? 'The curve begins with the first training that is over.'
            : 'It ended before a training was over: there is no curve.'}
        </p>
      )}
      {options && (
        <div className={styles.scroll} role="region" aria-label="Table of the experiment" tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{AXES[axis].label}</th>
                <th scope="col">R@1, test half</th>
                <th scope="col">95% interval</th>
                <th scope="col">R@1, validation half</th>
                <th scope="col">trainings</th>
              </tr>
            </thead>
            <tbody>
              {test.map(({ value, mean, interval, repeats }) => (
                <tr key={value}>
                  <th scope="row">{percentWords(value)}</th>
                  <td>{mean.toFixed(3)}</td>
                  <td>{interval ? `[${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : '–'}</td>
                  <td>{validation.find((one) => one.value === value)?.mean.toFixed(3) ?? '–'}</td>
                  <td>{repeats.length}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className={styles.note}>
        Every dot is a training with a seed of its own; the line is their mean, the band its 95% interval over
        seeds (Student’s t). The interval says what other seeds would give, not what another collection would.
      </p>
    </section>
  );
}
