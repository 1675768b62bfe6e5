/** How figures, settings and halves are written in the landscape, in the trade-off and above the sliders. */
import { metricOf, type MetricId } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { valueAt, type Slider } from '../../../recipe/sliders.ts';
import type { Factors } from '../../../recipe/types.ts';
import { metricName, positionsOf, type HalfChoice } from '../../../state/evidence/figures.ts';
import type { Grid } from '../../../state/types.ts';
import type { TaskId, TaskInfo } from '../../../world/types.ts';
import { signed, toFixed2 } from '../../shared/mix.ts';
import { MODALITY_WORDS, taskWords } from '../../shared/modality.tsx';

export const HALF_WORDS: Readonly<Record<HalfChoice, string>> = {
  test: 'the test half',
  validation: 'the validation half',
  all: 'all queries',
};

/** Decimals of a metric: a median rank is a whole number, the others are shares. */
export const digitsOf = (metric: MetricId) => (metric === 'MedR' ? 0 : 3);

/** "0.412", "7" */
export function figureWords(metric: MetricId, value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digitsOf(metric));
}

/** "R@1", or "top-1" where the gallery is a list of classes. */
export function metricWords(task: TaskId, metric: MetricId): string {
  return metricName(task, metric, metricOf(metric).name);
}

/** "+0.083 [+0.051, +0.115]" */
export function changeWords(metric: MetricId, { mean, low, high }: Interval): string {
  const digits = digitsOf(metric);
  return `${signed(mean, digits)} [${signed(low, digits)}, ${signed(high, digits)}]`;
}

/** Whether a change is for the better or the worse, or cannot be told from none: its interval holds 0. */
export function signOfChange(metric: MetricId, { low, high }: Interval): 'up' | 'down' | 'same' {
  if (low <= 0 && high >= 0) return 'same';
  return low > 0 === metricOf(metric).higherIsBetter ? 'up' : 'down';
}

/** "Audio", "Text"; "pictext text", "foley text" where two bonds move the same modality. */
export function axisNames(sliders: readonly Slider[]): string[] {
  const alike = new Set(sliders.map(({ modality }) => modality)).size < sliders.length;
  return sliders.map(({ modality, experts }) =>
    alike ? `${experts.join(' and ')} ${modality}` : MODALITY_WORDS[modality].slider,
  );
}

/** "Audio 0.30 · Text 0.55" */
export function placeWords(factors: Factors, sliders: readonly Slider[]): string {
  const names = axisNames(sliders);
  return sliders.map((slider, i) => `${names[i]!} ${toFixed2(valueAt(factors, slider))}`).join(' · ');
}

/** Why a grid shows nothing of tasks: one of them is not counted yet, or has no queries on the half. */
export function waitingWords(grid: Grid, infos: readonly TaskInfo[], half: HalfChoice): string {
  const missing = infos.find(({ id }) => !grid.result[id]);
  if (missing) return `Counting ${taskWords(missing.id)} at ${grid.settings.length} settings …`;
  const empty = infos.find((info) => positionsOf(info, half).length === 0) ?? infos[0]!;
  return emptyWords(empty.id, half);
}

/** That a half has no queries of a task, and what to do. */
export function emptyWords(task: TaskId, half: HalfChoice): string {
  return `No query of ${taskWords(task)} is on ${HALF_WORDS[half]}: choose another half, or a larger sample.`;
}
