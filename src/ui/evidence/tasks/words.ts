/** How figures, changes and settings are written in the evidence. */
import type { MetricId } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { slidersOf, valueAt, type Slider } from '../../../recipe/sliders.ts';
import type { Factors, Recipe, Space } from '../../../recipe/types.ts';
import type { HalfChoice } from '../../../state/evidence/figures.ts';
import { signed, toFixed2 } from '../../shared/mix.ts';
import { MODALITY_WORDS } from '../../shared/modality.tsx';

/** "0.463"; "12" of a median rank; "–" where there is none. */
export function figureWords(metric: MetricId, value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return metric === 'MedR' ? String(value) : value.toFixed(3);
}

/** "+0.124"; "−3" of a median rank. */
export function changeWords(metric: MetricId, change: number): string {
  return signed(change, metric === 'MedR' ? 0 : 3);
}

/** "[+0.081, +0.167]"; an end that reads as nothing has no sign: "[0.000, +0.017]". */
export function intervalWords(metric: MetricId, { low, high }: Interval): string {
  return `[${changeWords(metric, low)}, ${changeWords(metric, high)}]`.replaceAll('±', '');
}

/** "Audio"; "Foley audio" where a recipe has several experts. */
export function sliderName(recipe: Recipe, slider: Slider, spaces: readonly Space[]): string {
  const word = MODALITY_WORDS[slider.modality].slider;
  const several = new Set(slidersOf(recipe).map(({ key }) => key)).size > 1;
  if (!several) return word;
  const experts = slider.experts.map((id) => spaces.find((space) => space.id === id)?.name ?? id);
  return `${experts.join(' and ')} ${word.toLowerCase()}`;
}

/** "Text 0.10, Audio 0.50" */
export function settingWords(recipe: Recipe, factors: Factors, spaces: readonly Space[]): string {
  return slidersOf(recipe)
    .map((slider) => `${sliderName(recipe, slider, spaces)} ${toFixed2(valueAt(factors, slider))}`)
    .join(', ');
}

export const HALF_WORDS: Record<HalfChoice, string> = {
  test: 'the test half',
  validation: 'the validation half',
  all: 'all queries',
};

/** "3 queries", "1 query" */
export function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
