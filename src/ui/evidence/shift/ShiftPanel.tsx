import { Chip, Group, SegmentedControl, Select } from '@mantine/core';
import { useId, useMemo, useRef, useState } from 'react';
import { metricOf } from '../../../math/answers.ts';
import { valueAt } from '../../../recipe/sliders.ts';
import { chanceOfTask, metricName, positionsOf, valuesOf } from '../../../state/evidence/figures.ts';
import { bestOfLine, conditionsOfTask } from '../../../state/evidence/shiftFigures.ts';
import { slidersOfTask } from '../../../state/evidence/taskFigures.ts';
import { tableOf } from '../../../state/evidence/tables.ts';
import { factorsOf, recipeOf } from '../../../state/selectors.ts';
import type { WorldCondition } from '../../../world/conditions.ts';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import { PlotFigure, type PlotHandle } from '../charts/PlotFigure.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { emptyWords } from '../landscape/words.ts';
import { sliderName } from '../tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { taskWords } from '../../shared/modality.tsx';
import { ShiftSummary } from './ShiftSummary.tsx';
import { ShiftTable } from './ShiftTable.tsx';
import { CLEAN_LOOK, lookOfLine, shiftPlot, type DrawnLine, type ShiftPlotParts } from './shiftPlot.ts';
import { useShift } from './useShift.ts';
import { useShiftCosts } from './useShiftCosts.ts';
import { styles } from './styles.ts';

type Drawn = 'levels' | 'differences';
const DRAWN: { value: Drawn; label: string }[] = [
  { value: 'levels', label: 'Level' },
  { value: 'differences', label: 'Difference to clean' },
];

/** "10 dB", "seen style", "clean" */
function shortName({ modality, snrDb }: WorldCondition): string {
  if (modality === undefined) return 'clean';
  return snrDb === undefined ? 'seen style' : `${snrDb} dB`;
}

/** How far the figures hold when pictures are in another style, or sounds in noise: a task along one slider. */
export default function ShiftPanel() {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const factors = useLab(factorsOf);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  // What was switched off: all that belong to a task are drawn at first.
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [sliderId, setSliderId] = useState<string>();
  const [drawn, setDrawn] = useState<Drawn>('levels');
  const store = useLabStore();
  const chart = useRef<PlotHandle>(null);
  const gradientId = `shift${useId().replaceAll(/\W/g, '')}`;

  const info = engine.task(task);
  const offered = useMemo(
    () => conditionsOfTask(engine.conditions, info).filter(({ modality }) => modality !== undefined),
    [engine, info],
  );
  const shown = useMemo(() => {
    const own = offered.filter(({ id }) => !hidden.includes(id));
    return [engine.conditions[0]!, ...own];
  }, [engine, offered, hidden]);
  const choose = (ids: readonly string[]) => {
    const elsewhere = hidden.filter((id) => offered.every((one) => one.id !== id));
    setHidden([...elsewhere, ...offered.flatMap(({ id }) => (ids.includes(id) ? [] : [id]))]);
  };
  const sliders = useMemo(() => slidersOfTask(recipe, info), [recipe, info]);
  const slider =
    sliders.find(({ id }) => id === sliderId) ??
    sliders.find(({ modality }) => modality === offered[0]?.modality) ??
    sliders[0];

  const { lines, stale } = useShift(shown, slider);
  const costs = useShiftCosts(lines, info, metric, half, drawn === 'differences');
  const sliderLabel = slider ? sliderName(recipe, slider, engine.spaces) : '';
  const empty = positionsOf(info, half).length === 0;
  const metricLabel = metricName(task, metric, metricOf(metric).name);
  const at = slider ? valueAt(factors, slider) : 0;

  const plotted = useMemo(() => {
    const differences = drawn === 'differences';
    const ready = lines.flatMap(({ condition, line }, i): DrawnLine[] => {
      const values = line && valuesOf(line, info, metric, half);
      if (!values) return [];
      const common = {
        id: condition.id,
        label: condition.modality === undefined ? 'clean' : condition.name,
        shortLabel: shortName(condition),
        values: line.values,
        look: i === 0 ? CLEAN_LOOK : lookOfLine(i - 1, lines.length - 1),
      };
      if (!differences) {
        return [{ ...common, figures: [...values], best: bestOfLine(line, info, metric)?.setting }];
      }
      const along = costs.along.get(condition.id);
      if (!along) return [];
      // One band alone can be read: that of the last condition, the strongest.
      const band = i === lines.length - 1 ? along : undefined;
      return [{ ...common, figures: along.map(({ mean }) => mean), ...(band && { band }) }];
    });
    if (ready.length === 0 || empty) return undefined;
    const answers = lines[0]?.line?.result[task];
    const parts: ShiftPlotParts = {
      lines: ready,
      metric: metricOf(metric),
      metricLabel,
      sliderLabel,
      at,
      chance: answers && chanceOfTask(info, answers, metric, half),
      gradientId,
      differences,
    };
    return (widthPx: number) => shiftPlot(parts, widthPx);
  }, [lines, costs, info, task, metric, half, empty, drawn, metricLabel, sliderLabel, at, gradientId]);

  return (
    <section className={styles.panel} aria-labelledby="shift-title">
      <header className={styles.head}>
        <h2 id="shift-title">How far it holds</h2>
        <div className={styles.controls}>
          <EvidenceControls task metric half />
          <ExportMenu
            name="shift"
            tables={() => (plotted ? [tableOf(store.getState(), 'shift')] : [])}
            figure={() => chart.current?.svg()}
          />
        </div>
      </header>
      {slider && (
        <>
          <ShiftSummary
            lines={lines}
            costs={costs}
            info={info}
            metric={metric}
            sliderLabel={sliderLabel}
            stale={stale}
          />
          <div className={styles.controls}>
            <Select
              aria-label="Slider"
              className={styles.slider}
              size="xs"
              allowDeselect={false}
              value={slider.id}
              data={sliders.map((one) => ({
                value: one.id,
                label: `Along ${sliderName(recipe, one, engine.spaces)}`,
              }))}
              onChange={(id) => setSliderId(id ?? undefined)}
            />
            <Chip.Group multiple value={shown.map(({ id }) => id)} onChange={(ids) => choose(ids)}>
              <Group gap={6}>
                {offered.map(({ id, name, about }) => (
                  <Hint key={id} text={about}>
                    <span>
                      <Chip value={id} size="xs" variant="outline" color="gray">
                        {name}
                      </Chip>
                    </span>
                  </Hint>
                ))}
              </Group>
            </Chip.Group>
            <SegmentedControl
              aria-label="What is drawn"
              size="xs"
              data={DRAWN}
              value={drawn}
              onChange={(value) => setDrawn(value as Drawn)}
            />
          </div>
          <div className={styles.chart} data-stale={stale || undefined}>
            {empty ? (
              <p className={styles.waiting}>{emptyWords(task, half)}</p>
            ) : plotted ? (
              <PlotFigure
                ref={chart}
                options={plotted}
                minHeightPx={340}
                label={`${metricLabel} of ${taskWords(task)} along the ${sliderLabel} slider, one line a condition.`}
              />
            ) : (
              <p className={styles.waiting} role="status">
                {drawn === 'differences' && lines.length < 2
                  ? 'Choose a condition to compare with the clean collection.'
                  : 'Counting the curves …'}
              </p>
            )}
          </div>
          <ShiftTable
            lines={lines}
            costs={costs}
            info={info}
            slider={slider}
            sliderLabel={sliderLabel}
            metric={metric}
            half={half}
          />
          <ul className={styles.notes}>
            {shown
              .filter(({ modality }, i) => modality === 'image' || (modality && i === shown.length - 1))
              .map(({ id, name, about }) => (
                <li key={id}>
                  <b>{name}</b>: {about}
                </li>
              ))}
            {drawn === 'differences' && shown.length > 1 && (
              <li>
                The band is the paired bootstrap 95% interval of {shown.at(-1)!.name}; the table has those of
                the others where the slider stands.
              </li>
            )}
            <li>
              The diamond is each condition’s own best factor, chosen on the validation half; the dots are at
              the counted value nearest to the slider. The other sliders stay as they are.
            </li>
          </ul>
        </>
      )}
    </section>
  );
}
