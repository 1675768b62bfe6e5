/** The heat map's one scale: from the worst to the best of a grid, lighter to stronger. */
import { isBetter, type MetricId } from '../../../math/answers.ts';

/** The weakest cell is still a cell. */
const FAINTEST_PERCENT = 4;

export interface HeatScale {
  worst: number;
  best: number;
  /** Place of a value between worst (0) and best (1); beyond them it is held at the end. */
  at: (value: number) => number;
}

/** The scale over a grid's values; undefined where none is a number. */
export function heatScale(values: ArrayLike<number>, metric: MetricId): HeatScale | undefined {
  const given = Array.from(values).filter((value) => !Number.isNaN(value));
  if (given.length === 0) return undefined;
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const [worst, best] = isBetter(metric, 1, 0) ? [low, high] : [high, low];
  const at = (value: number) =>
    best === worst ? 0.5 : Math.max(0, Math.min(1, (value - worst) / (best - worst)));
  return { worst, best, at };
}

/** The colour of a place on the scale: one hue, of the theme in use. */
export function heatColor(share: number): string {
  const percent = FAINTEST_PERCENT + (100 - FAINTEST_PERCENT) * share;
  return `color-mix(in oklab, var(--bl-up) ${percent.toFixed(1)}%, var(--bl-surface))`;
}
