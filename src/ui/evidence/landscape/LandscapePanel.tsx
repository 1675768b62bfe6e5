import { Button } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { slidersOf, type Slider } from '../../../recipe/sliders.ts';
import { bestFound, figureOf, metricName, valuesOf, type At } from '../../../state/evidence/figures.ts';
import { meanFactor, meanOf, recipeOf } from '../../../state/selectors.ts';
import type { Ends, Grid } from '../../../state/types.ts';
import { metricOf } from '../../../math/answers.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor } from '../../shared/mix.ts';
import { MODALITY_WORDS, TaskName, taskWords } from '../../shared/modality.tsx';
import { baseWords } from '../../shared/recipeWords.ts';
import type { PlotHandle } from '../charts/PlotFigure.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { AxisPickers } from './AxisPickers.tsx';
import { Elsewhere } from './Elsewhere.tsx';
import { HeatMap, useNearest } from './HeatMap.tsx';
import { axisWords, type HeatMapParts } from './mapOptions.ts';
import { inPlane, presetsIn } from './plane.ts';
import { Readout } from './Readout.tsx';
import { heatScale } from './scale.ts';
import { ScaleBar, type ScaleMark } from './ScaleBar.tsx';
import { changeWords, figureWords, HALF_WORDS, placeWords } from './words.ts';
import styles from './Landscape.module.css';

/** A task's metric over two factors: a map to read, and a pad to move both sliders on. */
export default function LandscapePanel() {
  const grid = useLab((s) => s.studies.grid);
  const ends = useLab((s) => s.studies.ends);
  const recipe = useLab(recipeOf);
  const sliders = useMemo(() => slidersOf(recipe), [recipe]);
  return (
    <section className={styles.panel} aria-label="Landscape">
      <header className={styles.head}>
        <EvidenceControls task metric half />
        {grid.status === 'ready' && <AxisPickers x={grid.value.x} y={grid.value.y} />}
      </header>
      {sliders.length < 2 ? (
        <p className={styles.waiting}>
          {recipe.name} has {sliders.length === 1 ? 'one slider' : 'no slider'}: a landscape needs two.
        </p>
      ) : grid.status === 'ready' ? (
        <Landscape grid={grid.value} ends={ends.status === 'ready' ? ends.value : undefined} />
      ) : (
        <p className={styles.waiting} role={grid.status === 'failed' ? 'alert' : 'status'}>
          {grid.status === 'loading' && grid.words}
          {grid.status === 'failed' && `The landscape could not be counted: ${grid.message}`}
          {grid.status === 'idle' && 'The landscape follows the first ranking …'}
        </p>
      )}
    </section>
  );
}

function Landscape({ grid, ends }: { grid: Grid; ends: Ends | undefined }) {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const setFactors = useLab((s) => s.setFactors);
  const baseName = useLab(baseWords);
  const [hovered, setHovered] = useState<number>();
  const chart = useRef<PlotHandle>(null);

  const info = engine.task(task);
  const baseAnswers = ends?.base[task];
  const base = useMemo<At | undefined>(
    () => baseAnswers && { answers: baseAnswers, setting: 0 },
    [baseAnswers],
  );
  const values = useMemo(() => valuesOf(grid, info, metric, half), [grid, info, metric, half]);
  const best = useMemo(() => base && bestFound(grid, info, base, metric), [grid, info, base, metric]);
  const baseValue = useMemo(
    () => base && figureOf(info, base.answers, 0, metric, half),
    [base, info, metric, half],
  );
  const parts = useMemo<HeatMapParts | undefined>(() => {
    const scale = values && heatScale(values, metric);
    if (!scale) return undefined;
    const nameOf = (id: string) => engine.spaces.find((space) => space.id === id)?.name ?? id;
    const words = (slider: Slider) =>
      axisWords(slider, MODALITY_WORDS[slider.modality].slider, nameOf(recipe.base), nameOf);
    return {
      grid,
      values,
      scale,
      presets: presetsIn(grid, recipe),
      best: best?.factors,
      x: words(grid.x),
      y: words(grid.y),
    };
  }, [grid, values, metric, best, engine, recipe]);
  const nearest = useNearest(grid);
  const currentColor = mixColor(useLab(meanFactor));

  if (!values || !parts) {
    return (
      <p className={styles.waiting} role="status">
        Counting {taskWords(task)} at {grid.settings.length} settings …
      </p>
    );
  }
  const name = metricName(task, metric, metricOf(metric).name);
  const axes = [grid.x, grid.y];
  const shown = hovered ?? nearest;
  const marks: ScaleMark[] = [
    ...(baseValue === undefined
      ? []
      : [{ name: baseName, value: baseValue, look: 'base', color: 'var(--bl-base)' } as const]),
    ...(best
      ? [{ name: 'Best', value: values[best.setting]!, look: 'best', color: 'var(--bl-text)' } as const]
      : []),
    { name: 'Now', value: values[nearest]!, look: 'current', color: currentColor },
    ...(hovered === undefined
      ? []
      : [
          {
            name: 'Here',
            value: values[hovered]!,
            look: 'hover',
            color: mixColor(meanOf(grid.settings[hovered]!)),
          } as const,
        ]),
  ];
  const about = `${taskWords(task)}, ${name} on ${HALF_WORDS[half]}: worst to best of the ${grid.settings.length} settings of the map.`;
  const label =
    `${name} of ${taskWords(task)} over ${parts.x.name.toLowerCase()} and ${parts.y.name.toLowerCase()}, from ${figureWords(metric, parts.scale.worst)} to ${figureWords(metric, parts.scale.best)} on ${HALF_WORDS[half]}.` +
    (best ? ` Best on the validation half at ${placeWords(best.factors, axes)}.` : '');
  return (
    <div className={styles.body}>
      <figure className={styles.figure}>
        <Readout
          grid={grid}
          info={info}
          values={values}
          base={base}
          baseValue={baseValue}
          baseName={baseName}
          metric={metric}
          half={half}
          setting={shown}
          lead={hovered === undefined ? 'Now' : 'Here'}
        />
        <HeatMap parts={parts} label={label} hovered={hovered} onHover={setHovered} ref={chart} />
        <ScaleBar scale={parts.scale} metric={metric} about={about} marks={marks} />
      </figure>
      <aside className={styles.aside}>
        {best && ends ? (
          <>
            <div className={styles.best}>
              <h3 className={styles.title}>
                <span aria-hidden="true">★</span> Best for <TaskName task={task} />
              </h3>
              <p className={styles.place}>{placeWords(best.factors, axes)}</p>
              <p className={styles.reached}>
                <b className={styles.big}>{figureWords(metric, best.reported)}</b> {name} on the test half
                {best.change && (
                  <>
                    {', '}
                    <span className={styles.nowrap}>{changeWords(metric, best.change)}</span> against{' '}
                    {baseName}
                  </>
                )}
              </p>
              <p className={styles.quiet}>
                Chosen on the validation half, where it reaches {figureWords(metric, best.chosen)}; the test
                half had no say.
              </p>
              <Button size="xs" variant="default" onClick={() => setFactors(inPlane(grid, best.setting))}>
                Go to the best
              </Button>
            </div>
            <Elsewhere
              engine={engine}
              grid={grid}
              ends={ends}
              setting={best.setting}
              metric={metric}
              task={task}
              baseName={baseName}
            />
          </>
        ) : (
          <p className={styles.quiet} role="status">
            {ends
              ? `No query of ${taskWords(task)} is on the validation half: no best is chosen.`
              : 'Counting the base …'}
          </p>
        )}
      </aside>
    </div>
  );
}
