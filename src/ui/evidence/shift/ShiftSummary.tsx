import { metricOf, type MetricId } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { bestOfLine } from '../../../state/evidence/shiftFigures.ts';
import { verdictOf } from '../../../state/evidence/taskFigures.ts';
import { factorsOf } from '../../../state/selectors.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { changeWords, intervalWords } from '../tasks/words.ts';
import { placeWords } from './words.ts';
import type { ConditionLine } from './useShift.ts';
import type { ShiftCosts } from './useShiftCosts.ts';
import { styles } from './styles.ts';

/** A change that excludes 0, without its sign. */
function sizeOf({ mean, low, high }: Interval): Interval {
  return mean < 0 ? { mean: -mean, low: -high, high: -low } : { mean, low, high };
}

/** The strongest condition in a sentence: what it costs at the slider, and whether the best factor moves. */
export function ShiftSummary({
  lines,
  costs,
  info,
  metric,
  sliderLabel,
  stale,
}: {
  lines: readonly ConditionLine[];
  costs: ShiftCosts;
  info: TaskInfo;
  metric: MetricId;
  sliderLabel: string;
  /** Counted with other sliders where they stood before. */
  stale: boolean;
}) {
  const factors = useLab(factorsOf);
  const [clean] = lines;
  const last = lines.at(-1);
  if (!clean || !last || last === clean) {
    return <p className={styles.summary}>Choose a condition to compare with the clean collection.</p>;
  }
  const cost = costs.here.get(last.condition.id)?.value;
  if (!clean.line || !last.line || !cost) {
    return (
      <p className={styles.summary} role="status">
        Counting {last.condition.name} …
      </p>
    );
  }
  const [before, after] = [bestOfLine(clean.line, info, metric), bestOfLine(last.line, info, metric)];
  const place = placeWords(last.line, factors, sliderLabel);
  const verdict = verdictOf(metric, cost);
  const { name } = last.condition;
  const words = {
    better: 'changes it for the better by',
    worse: 'costs',
    open: 'is not told apart from clean:',
  }[verdict];
  // A verb that says the direction takes the size alone.
  const told = verdict === 'open' ? cost : sizeOf(cost);
  const size = changeWords(metric, told.mean).replace(verdict === 'open' ? '' : /^[+−±]/, '');
  const interval = intervalWords(metric, told).replaceAll(verdict === 'open' ? '' : '+', '');
  return (
    <p className={styles.summary} data-stale={stale || undefined}>
      {place[0]!.toUpperCase() + place.slice(1)}, <b>{name}</b> {words} <b>{size}</b> {metricOf(metric).name}{' '}
      {interval}
      {before && after && (
        <>
          ; the best factor{' '}
          {before.value === after.value ? (
            <>
              stays at <b>{after.value.toFixed(2)}</b>
            </>
          ) : (
            <>
              moves from <b>{before.value.toFixed(2)}</b> to <b>{after.value.toFixed(2)}</b>
            </>
          )}
        </>
      )}
      .{stale && ' Counted with another slider where it stood before; counting …'}
    </p>
  );
}
