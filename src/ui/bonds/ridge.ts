/** The geometry of a metric along a slider. Heights are shares of the ridge's room, 0 at its foot. */
import { bestSetting, isBetter, type MetricId } from '../../math/answers.ts';

/** A flat line is drawn flat: a smaller difference than this does not fill the room. */
const LEAST_SPAN_FRACTION = 0.05;
const LEAST_SPAN_MEDIAN_SHARE = 0.2;
/** The lowest point still shows. */
const FLOOR = 0.15;

export interface Ridge {
  /** [n] places along the slider, ascending in [0, 1] */
  values: readonly number[];
  /** [n] the better, the higher: FLOOR .. 1 */
  heights: readonly number[];
  /** Worst and best of the metric along the slider. */
  worst: number;
  best: number;
}

/** The ridge of a metric [n] at places [n] along a slider; undefined where there is nothing to draw. */
export function ridgeOf(
  values: readonly number[],
  metrics: ArrayLike<number>,
  metric: MetricId,
): Ridge | undefined {
  const given = Array.from(metrics);
  if (given.length < 2 || given.some(Number.isNaN)) return undefined;
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const least = metric === 'MedR' ? LEAST_SPAN_MEDIAN_SHARE * high : LEAST_SPAN_FRACTION;
  const span = Math.max(high - low, least);
  const up = isBetter(metric, 1, 0);
  const [worst, best] = up ? [low, high] : [high, low];
  return {
    values,
    heights: given.map((value) => FLOOR + (1 - FLOOR) * (Math.abs(value - worst) / span)),
    worst,
    best,
  };
}

/** Height of the ridge between its points. */
export function heightAt({ values, heights }: Pick<Ridge, 'values' | 'heights'>, value: number): number {
  const next = values.findIndex((place) => place >= value);
  if (next < 0) return heights.at(-1)!;
  if (next === 0) return heights[0]!;
  const [from, to] = [values[next - 1]!, values[next]!];
  const share = (value - from) / (to - from);
  return heights[next - 1]! * (1 - share) + heights[next]! * share;
}

/** The line along the ridge and the area under it, as SVG paths in a box of 100 x 100. */
export function ridgePaths({ values, heights }: Pick<Ridge, 'values' | 'heights'>): {
  line: string;
  area: string;
} {
  const points = values.map(
    (value, i) => `${(value * 100).toFixed(2)} ${(100 - heights[i]! * 100).toFixed(2)}`,
  );
  const line = `M${points.join('L')}`;
  return { line, area: `${line}V100H0Z` };
}

/** The place of the best metric along a slider; of equal ones the nearest to the base. */
export function bestPlace(
  values: readonly number[],
  metrics: ArrayLike<number>,
  metric: MetricId,
): number | undefined {
  const best = bestSetting(metrics, metric);
  return best < 0 || Number.isNaN(metrics[best]) ? undefined : values[best];
}
