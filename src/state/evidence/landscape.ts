/** A landscape that a script asks for: a metric over two sliders of the recipe in use, apart from what the page shows. */
import { InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { metricOf, type MetricId } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import { defaultFactors } from '../../recipe/coefficients.ts';
import { evenly, gridOf, sliderOf, type Slider } from '../../recipe/sliders.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { TASKS } from '../../world/tasks.ts';
import type { TaskId } from '../../world/types.ts';
import { factorsOf, recipeOf } from '../selectors.ts';
import type { Grid, LabState } from '../types.ts';
import { bestFound, valuesOf, type HalfChoice } from './figures.ts';

/** A slider by its key in Factors and its modality: ["c-foley", "audio"]. */
export type SliderName = readonly [key: string, modality: Modality];

export interface LandscapeRequest {
  x: SliderName;
  y: SliderName;
  task: TaskId;
  /** "R1" where it is left out. */
  metric?: MetricId;
  /** Values of each slider, from 0 to 1; 21 where it is left out. */
  steps?: number;
  /** Whose queries `values` are counted over; "all" where it is left out. */
  half?: HalfChoice;
}

export interface Landscape {
  /** values[iy][ix], unrounded. */
  values: number[][];
  x: number[];
  y: number[];
  /** Chosen on the validation half, reported on the test half, which had no say; of equal ones the nearest to the base. */
  best: {
    x: number;
    y: number;
    factors: Factors;
    /** On the test half. */
    value: number;
    /** On the validation half. */
    chosen: number;
    /** Test half, against all sliders at the base: paired bootstrap 95% interval over independent groups. */
    change: Interval | undefined;
  };
}

const MAX_STEPS = 101;
const HALVES: readonly HalfChoice[] = ['all', 'validation', 'test'];
const REQUEST = "landscape({ x: ['c-foley', 'text'], y: ['c-foley', 'audio'], task: 'audio>text' })";

interface CheckedRequest {
  x: Slider;
  y: Slider;
  task: TaskId;
  metric: MetricId;
  steps: number;
  half: HalfChoice;
}

function readSlider(recipe: Recipe, axis: string, name: unknown): Slider {
  if (!Array.isArray(name) || name.length !== 2) {
    throw new InputError(`${axis} is a slider as [bond, modality], as in ${REQUEST}.`);
  }
  return sliderOf(recipe, name.map(String).join('.'));
}

/** @throws InputError */
function checkRequest(recipe: Recipe, request: LandscapeRequest): CheckedRequest {
  if (typeof request !== 'object' || request === null) {
    throw new InputError(`A landscape has two sliders and a task, as in ${REQUEST}.`);
  }
  const { task, metric = 'R1', steps = 21, half = 'all' } = request;
  const x = readSlider(recipe, 'x', request.x);
  const y = readSlider(recipe, 'y', request.y);
  if (x.id === y.id) throw new InputError(`x and y are both ${x.id}; a landscape is over two sliders.`);
  if (!TASKS.includes(task)) {
    throw new InputError(`There is no task "${String(task)}"; there are ${TASKS.join(', ')}.`);
  }
  metricOf(metric);
  if (!Number.isInteger(steps) || steps < 2 || steps > MAX_STEPS) {
    throw new InputError(`steps is ${String(steps)}; it is a whole number from 2 to ${MAX_STEPS}.`);
  }
  if (!HALVES.includes(half)) {
    throw new InputError(`There is no half "${String(half)}"; there are ${HALVES.join(', ')}.`);
  }
  return { x, y, task, metric, steps, half };
}

/**
 * Counts the landscape in the scoring worker; the other sliders as they stand. Moves nothing on the page.
 * @throws InputError on an argument that cannot be used or a task that the recipe does not serve, and as engine.study.
 */
export async function countLandscape(state: LabState, request: LandscapeRequest): Promise<Landscape> {
  const recipe = recipeOf(state);
  const { x, y, task, metric, steps, half } = checkRequest(recipe, request);
  const xs = evenly(steps);
  const settings = gridOf(factorsOf(state), x, y, xs, xs);
  // The base comes last: where no slider has a say, for the change.
  const found = await state.engine.study({
    subject: { recipeId: recipe.id },
    tasks: [task],
    settings: [...settings, defaultFactors(recipe)],
    templates: state.templates,
  });
  const answers = found[task];
  if (!answers) throw new InputError(`${recipe.name} does not serve the task "${task}".`);
  const grid: Grid = { recipeId: recipe.id, x, y, xs, ys: xs, settings, result: withoutLast(found) };
  const info = state.engine.task(task);
  const all = valuesOf(grid, info, metric, half)!;
  const best = bestFound(grid, info, { answers, setting: settings.length }, metric);
  if (!best) throw new InputError(`The validation half has no queries of "${task}" to choose on.`);
  return {
    values: xs.map((_, iy) => Array.from(all.subarray(iy * steps, (iy + 1) * steps))),
    x: xs,
    y: xs.slice(),
    best: {
      x: xs[best.setting % steps]!,
      y: xs[Math.floor(best.setting / steps)]!,
      factors: best.factors,
      value: best.reported,
      chosen: best.chosen,
      change: best.change,
    },
  };
}

/** A study without its last setting. */
function withoutLast(found: Grid['result']): Grid['result'] {
  return Object.fromEntries(
    Object.entries(found).map(([task, { ranks, ...answers }]) => {
      const nSettings = answers.nSettings - 1;
      const nAnswers = ranks.length / answers.nSettings;
      return [task, { ...answers, nSettings, ranks: ranks.subarray(0, nSettings * nAnswers) }];
    }),
  );
}
