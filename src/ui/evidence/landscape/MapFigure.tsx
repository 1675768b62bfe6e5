import { memo, useState, type Ref } from 'react';
import { nearestSetting } from '../../../state/evidence/figures.ts';
import { factorsOf, meanFactor, meanOf } from '../../../state/selectors.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';
import type { PlotHandle } from '../charts/PlotFigure.tsx';
import { HeatMap } from './HeatMap.tsx';
import { isAt } from './plane.ts';
import { Readout } from './Readout.tsx';
import { ScaleBar, type ScaleMark } from './ScaleBar.tsx';
import type { Landscape } from './useLandscape.ts';
import { figureWords, HALF_WORDS, metricWords, placeWords } from './words.ts';
import styles from './Landscape.module.css';

/** The map between the line that reads it and the scale of its colours: all that follows a hand. */
export const MapFigure = memo(function MapFigure({
  landscape,
  chart,
}: {
  landscape: Landscape;
  chart: Ref<PlotHandle>;
}) {
  const { grid, task, metric, half, values, parts, best } = landscape;
  const [hovered, setHovered] = useState<number>();
  const nearest = useLab((s) => nearestSetting(grid, factorsOf(s)));
  const onGrid = useLab((s) => isAt(grid, nearest, factorsOf(s)));
  const { scale } = parts;
  const over = `${metricWords(task, metric)} of ${taskWords(task)} over ${parts.x.name.toLowerCase()} and ${parts.y.name.toLowerCase()}`;
  const ends = `from ${figureWords(metric, scale.worst)} to ${figureWords(metric, scale.best)} on ${HALF_WORDS[half]}`;
  const starred = best
    ? ` Best on the validation half at ${placeWords(best.factors, [grid.x, grid.y])}.`
    : '';
  return (
    <figure className={styles.figure}>
      <Readout
        landscape={landscape}
        setting={hovered ?? nearest}
        lead={hovered === undefined ? (onGrid ? 'Now' : 'Near') : 'Here'}
      />
      <HeatMap
        parts={parts}
        label={`${over}, ${ends}.${starred}`}
        hovered={hovered}
        onHover={setHovered}
        ref={chart}
      />
      <ScaleBar
        scale={scale}
        metric={metric}
        about={`${taskWords(task)}, ${metricWords(task, metric)} on ${HALF_WORDS[half]}: worst to best of the ${grid.settings.length} settings of the map.`}
        marks={useMarks(landscape, values[nearest]!, hovered)}
      />
    </figure>
  );
});

/** The values that matter, on the scale: the base, the best, where the sliders stand and what is read. */
function useMarks(
  { grid, values, baseName, baseValue, best }: Landscape,
  now: number,
  hovered: number | undefined,
): ScaleMark[] {
  const color = mixColor(useLab(meanFactor));
  const marks: ScaleMark[] = [];
  if (baseValue !== undefined) {
    marks.push({ name: baseName, value: baseValue, look: 'base', color: 'var(--bl-base)' });
  }
  if (best) {
    marks.push({ name: 'Best', value: values[best.setting]!, look: 'best', color: 'var(--bl-text)' });
  }
  marks.push({ name: 'Now', value: now, look: 'current', color });
  if (hovered !== undefined) {
    const ofHovered = mixColor(meanOf(grid.settings[hovered]!));
    marks.push({ name: 'Here', value: values[hovered]!, look: 'hover', color: ofHovered });
  }
  return marks;
}
