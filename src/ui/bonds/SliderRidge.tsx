import { memo, useId, useMemo } from 'react';
import { valueAt, withValue, type Slider } from '../../recipe/sliders.ts';
import type { Factors } from '../../recipe/types.ts';
import { valuesOf } from '../../state/evidence/figures.ts';
import { factorsOf } from '../../state/selectors.ts';
import type { Track } from '../../state/types.ts';
import { figureWords, HALF_WORDS, metricWords } from '../evidence/landscape/words.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { mixColor, toFixed2 } from '../shared/mix.ts';
import { MODALITY_WORDS, taskWords } from '../shared/modality.tsx';
import { bestPlace, heightAt, ridgeOf, ridgePaths, type Ridge } from './ridge.ts';
import styles from './SliderRidge.module.css';

const STOPS = [0, 0.25, 0.5, 0.75, 1];

/** True where the other sliders stand as they did when the track was counted. */
function fits(track: Track, factors: Factors): boolean {
  const { slider } = track;
  const there = withValue(track.factors, slider, 0);
  const here = withValue(factors, slider, 0);
  return Object.entries(here).every(([key, byModality]) =>
    Object.entries(byModality).every(
      ([modality, value]) => value === (there[key]?.[modality as Slider['modality']] ?? 0),
    ),
  );
}

/**
 * The focus task's metric along a slider, painted above its track: where the road rises and where it falls. Faint while the
 * other sliders have moved on; its room is kept while there is none.
 */
export function SliderRidge({ slider, base, expert }: { slider: Slider; base: string; expert: string }) {
  const engine = useLab((s) => s.engine);
  const track = useLab((s) => s.studies.tracks[slider.id]);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const value = useLab((s) => valueAt(factorsOf(s), slider));
  const fresh = useLab((s) => track !== undefined && fits(track, factorsOf(s)));
  const drawn = useMemo(() => {
    if (!track) return undefined;
    const info = engine.task(task);
    const metrics = valuesOf(track, info, metric, half);
    const ridge = metrics && ridgeOf(track.values, metrics, metric);
    if (!ridge) return undefined;
    const choosing = valuesOf(track, info, metric, 'validation');
    return { ridge, best: choosing && bestPlace(track.values, choosing, metric) };
  }, [engine, track, task, metric, half]);
  if (!drawn) return <div className={styles.room} aria-hidden="true" />;
  const { ridge, best } = drawn;
  const hint =
    `${taskWords(task)}, ${metricWords(task, metric)} on ${HALF_WORDS[half]}, along this slider from ${base} to ${expert} with the others where they are: ` +
    `from ${figureWords(metric, ridge.worst)} to ${figureWords(metric, ridge.best)}${metric === 'MedR' ? ' (lower is better, drawn higher)' : ''}.` +
    (best === undefined ? '' : ` The mark at ${toFixed2(best)} is best on the validation half.`);
  return (
    <Hint text={hint}>
      <div
        className={styles.room}
        data-fresh={fresh}
        role="img"
        aria-label={`${metricWords(task, metric)} along the ${MODALITY_WORDS[slider.modality].slider} slider`}
        tabIndex={0}
      >
        <Hills ridge={ridge} />
        {best !== undefined && (
          <span
            className={styles.best}
            style={{ left: `${best * 100}%`, bottom: `${heightAt(ridge, best) * 100}%` }}
          />
        )}
        <span
          className={styles.dot}
          style={{
            left: `${value * 100}%`,
            bottom: `${heightAt(ridge, value) * 100}%`,
            background: mixColor(value),
          }}
        />
      </div>
    </Hint>
  );
}

/** Drawn anew only when the track is: a drag moves the dot alone. */
const Hills = memo(function Hills({ ridge }: { ridge: Ridge }) {
  const id = useId();
  const { line, area } = ridgePaths(ridge);
  return (
    <svg className={styles.hills} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <linearGradient id={id} gradientUnits="userSpaceOnUse" x1="0" x2="100">
        {STOPS.map((at) => (
          <stop key={at} offset={at} style={{ stopColor: mixColor(at) }} />
        ))}
      </linearGradient>
      <path d={area} fill={`url(#${id})`} opacity="0.28" />
      <path
        d={line}
        fill="none"
        stroke={`url(#${id})`}
        strokeWidth="1.75"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
});
