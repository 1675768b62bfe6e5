/** The figures of the table of tasks: what a task reaches at each end, and what a setting changes. */
import type { AnswerRanks, MetricId } from '../../math/answers.ts';
import { METRICS, metricOf } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import { defaultFactors, targetSpace } from '../../recipe/coefficients.ts';
import { slidersOf, valueAt, withValue, type Slider } from '../../recipe/sliders.ts';
import type { Factors, Recipe, Space } from '../../recipe/types.ts';
import { TASKS } from '../../world/tasks.ts';
import type { TaskId, TaskInfo } from '../../world/types.ts';
import { factorsOf, recipeOf } from '../selectors.ts';
import type { Ends, Grid, LabState, Studies } from '../types.ts';
import { baseName, baseParts, inList, nameIn } from '../workshop/recipesWords.ts';
import {
  bestFound,
  chanceOfTask,
  changeOf,
  figureOf,
  type At,
  type BestFound,
  type HalfChoice,
} from './figures.ts';

/** A line of the table: a task under a metric. */
export interface TaskLine {
  task: TaskId;
  metric: MetricId;
}

/** Tasks under one metric. */
export const linesOfMetric = (metric: MetricId, tasks: readonly TaskId[] = TASKS): TaskLine[] =>
  tasks.map((task) => ({ task, metric }));

/** Every metric of one task. */
export const linesOfTask = (task: TaskId): TaskLine[] => METRICS.map(({ id }) => ({ task, metric: id }));

/** A column of figures at an end of the recipe. */
export interface EndColumn {
  key: string;
  /** "Foley" */
  name: string;
  /** "own space", "projected": what is done to it. */
  how: string;
  /** One sentence for a hint. */
  about: string;
  /** Where it stands between base (0) and expert (1): its colour. */
  factor: number;
  answers: (ends: Ends, task: TaskId) => AnswerRanks | undefined;
}

/** Every slider of a recipe at its expert end. */
export function expertFactors(recipe: Recipe): Factors {
  return slidersOf(recipe).reduce((factors, slider) => withValue(factors, slider, 1), defaultFactors(recipe));
}

/**
 * The columns between chance and the present setting: the base in its own space, every slider at the base where that is another
 * thing (a projected base, or one that an expert lends a modality), each expert in its own space, and every slider at the expert.
 */
export function endColumns(recipe: Recipe, spaces: readonly Space[]): EndColumn[] {
  const nameOf = (id: string) => nameIn(spaces, id);
  const experts = [...new Set(recipe.bonds.flatMap((bond) => bond.experts))];
  const all = inList(experts.map(nameOf));
  const base = baseParts(recipe, spaces);
  const zero = baseName(recipe, spaces);
  const target = nameOf(targetSpace(recipe));
  const own = (id: string, factor: number): EndColumn => ({
    key: `space ${id}`,
    name: nameOf(id),
    how: 'own space',
    about: `${nameOf(id)} in its own space, nothing bound. – where it does not know both sides of a task.`,
    factor,
    answers: (ends, task) => ends.spaces[id]?.[task],
  });
  // Nothing is encoded into some bases: they have no figures of their own.
  const hasOwn = spaces.find(({ id }) => id === recipe.base)?.modalities.length !== 0;
  const columns = hasOwn ? [own(recipe.base, 0)] : [];
  if (!hasOwn || zero !== base.name) {
    columns.push({
      key: 'base',
      name: base.name,
      how: base.projected ? 'projected' : 'sliders at 0',
      about: `Every slider at the base: ${zero}, in the space ${target}. Changes are counted against this.`,
      factor: 0,
      answers: (ends, task) => ends.base[task],
    });
  }
  // Nothing is bound: there is one end.
  if (experts.length === 0) return columns;
  const combined = recipe.bonds.every(({ kind }) => kind === 'combination');
  const single = combined && recipe.bonds.length === 1;
  return [
    ...columns,
    ...experts.map((id) => own(id, 1)),
    {
      key: 'expert',
      name: all,
      how: combined ? 'projected' : 'every slider',
      about: single
        ? `Every slider at the expert: ${all} projected into ${target}, which is not the same as ${experts.length > 1 ? 'their own spaces' : 'its own space'}.`
        : `Every slider at the expert: of each modality the last expert that knows it, and ${zero} where none does.`,
      factor: 1,
      answers: (ends, task) => ends.expert[task],
    },
  ];
}

/** A figure of a half, or undefined where the ranks are not there. */
export function figureAt(
  info: TaskInfo,
  answers: AnswerRanks | undefined,
  metric: MetricId,
  half: HalfChoice,
): number | undefined {
  return answers && figureOf(info, answers, 0, metric, half);
}

/** The metric of a random order, or undefined while nothing of the task is counted. */
export function chanceAt(
  info: TaskInfo,
  ends: Ends | undefined,
  metric: MetricId,
  half: HalfChoice,
): number | undefined {
  const answers = ends?.base[info.id];
  return answers && chanceOfTask(info, answers, metric, half);
}

/** Whether every slider of a recipe stands at the same place. */
export function sameFactors(recipe: Recipe, a: Factors, b: Factors): boolean {
  return slidersOf(recipe).every((slider) => valueAt(a, slider) === valueAt(b, slider));
}

/** The figures of the sliders where they stand now; undefined while those at hand are of where they stood before. */
export function currentOf(state: LabState): Studies['current'] {
  const { current } = state.studies;
  return current && sameFactors(recipeOf(state), current.factors, factorsOf(state)) ? current : undefined;
}

/** What an interval says of a change: open where it holds 0. */
export type Verdict = 'better' | 'worse' | 'open';

export function verdictOf(metric: MetricId, { low, high }: Interval): Verdict {
  if (low <= 0 && high >= 0) return 'open';
  return low > 0 === metricOf(metric).higherIsBetter ? 'better' : 'worse';
}

interface Kept<T> {
  before: AnswerRanks;
  value: T;
}
const keptChanges = new WeakMap<AnswerRanks, Map<string, Kept<Interval | undefined>>>();
const keptBest = new WeakMap<AnswerRanks, Map<string, Kept<BestFound | undefined>>>();

/** Computes once for the same ranks: the screen and the tables that leave it share one answer. */
function remembered<T>(
  memory: WeakMap<AnswerRanks, Map<string, Kept<T>>>,
  after: AnswerRanks,
  before: AnswerRanks,
  key: string,
  compute: () => T,
): T {
  const byKey = memory.get(after) ?? new Map<string, Kept<T>>();
  memory.set(after, byKey);
  const known = byKey.get(key);
  if (known?.before === before) return known.value;
  const value = compute();
  byKey.set(key, { before, value });
  return value;
}

/** As changeOf, computed once for the same ranks. */
export function keptChangeOf(
  info: TaskInfo,
  after: At,
  before: At,
  metric: MetricId,
  half: HalfChoice,
): Interval | undefined {
  const key = `${metric} ${half} ${after.setting} ${before.setting}`;
  return remembered(keptChanges, after.answers, before.answers, key, () =>
    changeOf(info, after, before, metric, half),
  );
}

/** As bestFound, computed once for the same ranks; undefined while the grid lacks the task. */
export function keptBestFound(grid: Grid, info: TaskInfo, base: At, metric: MetricId): BestFound | undefined {
  const answers = grid.result[info.id];
  return (
    answers && remembered(keptBest, answers, base.answers, metric, () => bestFound(grid, info, base, metric))
  );
}

/** Sliders that move a task: those of its queries' and its gallery's modality; the names of classes are texts. */
export function slidersOfTask(recipe: Recipe, info: TaskInfo): Slider[] {
  const touched = [info.queryModality, info.galleryModality ?? 'text'];
  return slidersOf(recipe).filter(({ modality }) => touched.includes(modality));
}

/** Ends of a scale that holds intervals and 0, on round numbers; from -least to least where all are smaller. */
export function scaleOf(intervals: readonly Interval[], least: number): [low: number, high: number] {
  const low = Math.min(0, ...intervals.map((one) => one.low));
  const high = Math.max(0, ...intervals.map((one) => one.high));
  const span = Math.max(high - low, least);
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= span / 4) ?? 10);
  const round = (value: number) => Number(value.toPrecision(12));
  return [
    round(Math.min(-least, Math.floor(low / step + 1e-9) * step)),
    round(Math.max(least, Math.ceil(high / step - 1e-9) * step)),
  ];
}
