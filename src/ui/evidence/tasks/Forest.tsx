/** Changes with their intervals on one scale: better to the right, whatever the metric. */
import type { MetricId } from '../../../math/answers.ts';
import { metricOf } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import type { Verdict } from '../../../state/evidence/taskFigures.ts';
import { changeWords } from './words.ts';
import { styles } from './styles.ts';

export interface ForestScale {
  metric: MetricId;
  low: number;
  high: number;
}

/** Nearer to 0 than this, in percent of the width, an end has no label: the two would touch. */
const CLOSE = 28;

/** Place of a change from 0 to 100; mirrored where lower is better. */
function placeOf({ metric, low, high }: ForestScale, value: number): number {
  const share = (value - low) / (high - low);
  return 100 * (metricOf(metric).higherIsBetter ? share : 1 - share);
}

/** The head of the column: which way is better, and what the ends stand for. */
export function ForestAxis({ scale }: { scale: ForestScale }) {
  const ends = metricOf(scale.metric).higherIsBetter ? [scale.low, scale.high] : [scale.high, scale.low];
  const zero = placeOf(scale, 0);
  return (
    <span className={styles.axis} aria-hidden="true">
      <span>{zero > CLOSE && changeWords(scale.metric, ends[0]!)}</span>
      <span style={{ left: `${zero}%` }}>0</span>
      <span>{zero < 100 - CLOSE && changeWords(scale.metric, ends[1]!)}</span>
    </span>
  );
}

/** One change: its interval as a line, its value as a dot, filled where the interval excludes 0. */
export function ForestMark({
  scale,
  change,
  verdict,
  stale = false,
}: {
  scale: ForestScale;
  change: Interval | undefined;
  verdict: Verdict | undefined;
  /** Counted for the setting before. */
  stale?: boolean;
}) {
  const x = (value: number) => `${placeOf(scale, value).toFixed(2)}%`;
  return (
    <svg className={styles.forest} data-verdict={verdict} aria-hidden="true">
      <line className={styles.zero} x1={x(0)} x2={x(0)} y1="0" y2="100%" />
      {change && (
        <g data-stale={stale || undefined}>
          <line className={styles.span} x1={x(change.low)} x2={x(change.high)} y1="50%" y2="50%" />
          <circle className={styles.dot} cx={x(change.mean)} cy="50%" r="4.5" />
        </g>
      )}
    </svg>
  );
}
