/** How far figures hold when the collection changes: a task along one slider under one condition and another. */
import { bestSetting, type MetricId } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import { valueAt, withValue, type Slider } from '../../recipe/sliders.ts';
import type { Factors } from '../../recipe/types.ts';
import type { WorldCondition } from '../../world/conditions.ts';
import type { TaskInfo } from '../../world/types.ts';
import type { ShiftLine } from '../types.ts';
import { figureOf, valuesOf, type HalfChoice } from './figures.ts';
import { keptChangeOf } from './taskFigures.ts';

/** Conditions that change what a task asks or ranks; "clean" comes first in them. */
export function conditionsOfTask(conditions: readonly WorldCondition[], info: TaskInfo): WorldCondition[] {
  const touched = [info.queryModality, info.galleryModality];
  return conditions.filter(({ modality }) => modality === undefined || touched.includes(modality));
}

/** Two places of a slider nearer than this read the same. */
const EXACT = 0.005;

/** Whether a line was counted along this slider with the other sliders where they stand now. */
export function lineFits(line: ShiftLine, slider: Slider, factors: Factors): boolean {
  const rest = (of: Factors) => JSON.stringify(withValue(of, slider, 0));
  return line.slider.id === slider.id && rest(line.factors) === rest(factors);
}

/** Index of the value of a line that is nearest to where the slider stands. */
export function nearestValue({ values, slider }: ShiftLine, factors: Factors): number {
  const at = valueAt(factors, slider);
  return values.reduce(
    (best, value, i) => (Math.abs(value - at) < Math.abs(values[best]! - at) ? i : best),
    0,
  );
}

/** Where a line is read for a slider: its nearest value, and whether the slider stands right there. */
export function readPlace(line: ShiftLine, factors: Factors): { value: number; exact: boolean } {
  const value = line.values[nearestValue(line, factors)]!;
  return { value, exact: Math.abs(value - valueAt(factors, line.slider)) < EXACT };
}

/**
 * The lines of a slider that can stand side by side: those that fit the other sliders as they stand now, or where none does yet,
 * those that fit the first of the lines, as stale ones. Undefined in the place of a line that would mix with them.
 */
export function linesTogether(
  lines: readonly (ShiftLine | undefined)[],
  slider: Slider,
  factors: Factors,
): { lines: (ShiftLine | undefined)[]; stale: boolean } {
  const fit = (to: Factors) => lines.map((line) => (line && lineFits(line, slider, to) ? line : undefined));
  const now = fit(factors);
  const first = lines.find((line) => line?.slider.id === slider.id);
  if (!first || now.some((line) => line !== undefined)) return { lines: now, stale: false };
  return { lines: fit(first.factors), stale: true };
}

export interface LineBest {
  /** Index into the line's values. */
  setting: number;
  value: number;
  /** On the test half, which had no say. */
  reported: number;
}

/** The slider's best value under a condition: chosen on the validation half, the nearest to the base of equal ones. */
export function bestOfLine(line: ShiftLine, info: TaskInfo, metric: MetricId): LineBest | undefined {
  const answers = line.result[info.id];
  const values = valuesOf(line, info, metric, 'validation');
  if (!answers || !values || Number.isNaN(values[0])) return undefined;
  const setting = bestSetting(values, metric);
  return {
    setting,
    value: line.values[setting]!,
    reported: figureOf(info, answers, setting, metric, 'test'),
  };
}

/** How a metric changes from the clean collection to a condition at one value of the slider, with its paired interval. */
export function costAt(
  line: ShiftLine,
  clean: ShiftLine,
  info: TaskInfo,
  setting: number,
  metric: MetricId,
  half: HalfChoice,
): Interval | undefined {
  const [after, before] = [line.result[info.id], clean.result[info.id]];
  if (!after || !before) return undefined;
  return keptChangeOf(info, { answers: after, setting }, { answers: before, setting }, metric, half);
}
