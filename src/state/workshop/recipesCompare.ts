/** Recipes side by side: what each reaches in every task at its base, at a setting, and at its expert. */
import { AbortedError, InputError, messageOf } from '../../base/errors.ts';
import type { StudyOptions, StudyResult } from '../../engine/types.ts';
import type { MetricId } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import { defaultFactors, presetFactors } from '../../recipe/coefficients.ts';
import type { Factors, Recipe, Space } from '../../recipe/types.ts';
import { CLASS_TASKS, DIRECTIONS, TASKS } from '../../world/tasks.ts';
import type { TaskId, TaskInfo } from '../../world/types.ts';
import {
  BOOTSTRAP_SEED,
  chanceOfTask,
  figureOf,
  metricName,
  positionsOf,
  type HalfChoice,
} from '../evidence/figures.ts';
import { column, intervalColumns, intervalValues, known, type Row } from '../evidence/tableParts.ts';
import { expertFactors, keptChangeOf, verdictOf, type Verdict } from '../evidence/taskFigures.ts';
import type { Table } from '../tables.ts';
import { patientStudy, stepOf } from './recipesKeeper.ts';
import type { ComparedRecipe, Comparison, CountJob, Place } from './recipesTypes.ts';
import { nameIn } from './recipesWords.ts';

/** The metric and the half of every figure of the bench: chosen on validation, reported on test. */
export const METRIC: MetricId = 'R1';
export const HALF: HalfChoice = 'test';

/** Presets that say most of a recipe, the first that it has. */
const TELLING = ['Versatile', 'Paper', 'Halves', 'Half', 'Ex-MCR'];

/** "current", or the name of the preset that a recipe is compared at where none was chosen. */
export function settingFor(recipe: Recipe, chosen: string | undefined): string {
  const names = recipe.presets.map(({ name }) => name);
  if (chosen === 'current' || (chosen !== undefined && names.includes(chosen))) return chosen;
  return TELLING.find((name) => names.includes(name)) ?? names[0] ?? 'current';
}

/** A recipe to compare, with the setting between its ends. */
export interface Wanted {
  recipe: Recipe;
  setting: { name: string; factors: Factors };
}

/** The setting by its name: a preset's, or where the sliders stand in the lab. @throws InputError on another preset. */
export function wantedAt(recipe: Recipe, name: string, inTheLab: Factors | undefined): Wanted {
  const factors = name === 'current' ? (inTheLab ?? defaultFactors(recipe)) : presetFactors(recipe, name);
  return { recipe, setting: { name: name === 'current' ? 'as in the lab' : name, factors } };
}

/** Base, setting, expert; the setting has its own name where it is the same for all. */
function placesOf(wanted: readonly Wanted[]): Place[] {
  const names = new Set(wanted.map(({ setting }) => setting.name));
  return [
    { name: 'base', about: 'Every slider at its base end.' },
    {
      name: names.size === 1 ? [...names][0]! : 'chosen setting',
      about: 'At the preset that was chosen for each recipe.',
    },
    { name: 'expert', about: 'Every slider at its expert end.' },
  ];
}

/** What is told of a recipe beside its figures. */
export function recipeFacts(
  recipe: Recipe,
  spaces: readonly Space[],
  masks: Readonly<Record<string, readonly boolean[]>>,
): Pick<ComparedRecipe, 'recipeId' | 'name' | 'formula' | 'nProjectors' | 'off' | 'members'> {
  const off = recipe.bonds.flatMap(({ id, kind, ensembles }) => {
    const names = ensembles.flatMap((one) =>
      one.members.map(
        (member) => `${nameIn(spaces, kind === 'combination' ? one.source : one.target)} ${member}`,
      ),
    );
    return names.filter((_, i) => masks[id]?.[i] === false);
  });
  const nProjectors = recipe.bonds.reduce((sum, { members }) => sum + members.length, 0);
  const on = recipe.bonds.map(({ id, members }) => [id, members.filter((_, i) => masks[id]?.[i] !== false)]);
  const members = Object.fromEntries(on) as Record<string, string[]>;
  return { recipeId: recipe.id, name: recipe.name, formula: recipe.formula, nProjectors, off, members };
}

/** Ranks of all directions; those of classes too, where their prompts can be encoded. */
export async function countTasks(
  engine: Parameters<CountJob<unknown>>[0],
  recipeId: string,
  settings: readonly Factors[],
  options: Required<StudyOptions>,
): Promise<{ result: StudyResult; note: string | undefined }> {
  const subject = { recipeId };
  const found = await patientStudy(engine, { subject, tasks: DIRECTIONS, settings }, stepOf(options, 0, 2));
  try {
    const named = await patientStudy(
      engine,
      { subject, tasks: CLASS_TASKS, settings },
      stepOf(options, 1, 2),
    );
    return { result: { ...found, ...named }, note: undefined };
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    return { result: found, note: `Classes could not be counted: ${messageOf(error)}` };
  }
}

/** Counts recipes at three places each. @throws InputError on fewer than two; as LabEngine.study. */
export function comparisonJob(
  wanted: readonly Wanted[],
  masks: Readonly<Record<string, readonly boolean[]>>,
): CountJob<Comparison> {
  return async (engine, options) => {
    if (wanted.length < 2) throw new InputError('A comparison needs two recipes: choose another one.');
    const recipes: ComparedRecipe[] = [];
    const notes = new Set<string>();
    for (const [i, { recipe, setting }] of wanted.entries()) {
      const settings = [
        { name: 'base', factors: defaultFactors(recipe) },
        setting,
        { name: 'expert', factors: expertFactors(recipe) },
      ];
      const factors = settings.map((one) => one.factors);
      const { result, note } = await countTasks(
        engine,
        recipe.id,
        factors,
        stepOf(options, i, wanted.length),
      );
      if (note !== undefined) notes.add(note);
      recipes.push({ ...recipeFacts(recipe, engine.spaces, masks), settings, result });
    }
    return { places: placesOf(wanted), told: 1, recipes, notes: [...notes] };
  };
}

/** One recipe in one task. */
export interface ComparedCell {
  recipe: ComparedRecipe;
  /** R@1 on the test half at each place; undefined where the recipe does not serve the task. */
  values: (number | undefined)[];
  /** Of the place that is told: against the first recipe's; of the first itself, against its own base. */
  change: Interval | undefined;
  verdict: Verdict | undefined;
}

export interface ComparedRow {
  task: TaskId;
  nQueries: number;
  chance: number;
  cells: ComparedCell[];
}

/** Figures of a comparison, task by task; tasks that no recipe serves are left out. Intervals are kept (keptChangeOf). */
export function comparedRows(
  { recipes, told, places }: Comparison,
  infoOf: (task: TaskId) => TaskInfo,
): ComparedRow[] {
  return TASKS.flatMap((task): ComparedRow[] => {
    const first = recipes.find(({ result }) => result[task])?.result[task];
    if (!first) return [];
    const info = infoOf(task);
    const reference = recipes[0]!.result[task];
    const cells = recipes.map((recipe, r): ComparedCell => {
      const answers = recipe.result[task];
      const before = r === 0 ? 0 : told;
      const change =
        answers && reference
          ? keptChangeOf(
              info,
              { answers, setting: told },
              { answers: reference, setting: before },
              METRIC,
              HALF,
            )
          : undefined;
      return {
        recipe,
        values: places.map((_, place) => answers && figureOf(info, answers, place, METRIC, HALF)),
        change,
        verdict: change && verdictOf(METRIC, change),
      };
    });
    return [
      {
        task,
        nQueries: positionsOf(info, HALF).length,
        chance: chanceOfTask(info, first, METRIC, HALF),
        cells,
      },
    ];
  });
}

/** Said under every table of the bench. */
export const FIGURE_NOTES = [
  'R@1 on the test half; chance is R@1 of a random order. Whatever is chosen among settings is chosen on the validation half.',
  `Intervals: paired bootstrap 95%, percentiles of 2,000 draws of whole groups with replacement, seed ${BOOTSTRAP_SEED}; not corrected for how many are shown.`,
];

/** "c-foley.text 0.1, c-foley.audio 0.5" */
export const factorsWords = (factors: Factors): string =>
  Object.entries(factors)
    .flatMap(([key, by]) => Object.entries(by).map(([modality, value]) => `${key}.${modality} ${value}`))
    .join(', ');

/** A comparison as it leaves the page: a row a task and recipe. */
export function comparisonTable(
  comparison: Comparison,
  infoOf: (task: TaskId) => TaskInfo,
  name: string,
  title: string,
): Table {
  const { recipes, places, told, notes } = comparison;
  const rows = comparedRows(comparison, infoOf).flatMap(({ task, nQueries, chance, cells }) =>
    cells.map(({ recipe, values, change }, r): Row => ({
      task,
      metric: metricName(task, METRIC, 'R@1'),
      queries: nQueries,
      chance,
      recipe: recipe.name,
      formula: recipe.formula,
      projectors: recipe.nProjectors,
      ...Object.fromEntries(
        places.flatMap((place, p) => [
          [place.name, known(values[p])],
          [`${place.name} factors`, factorsWords(recipe.settings[p]!.factors)],
        ]),
      ),
      against: r === 0 ? `its own ${places[0]!.name}` : recipes[0]!.name,
      ...intervalValues('change', change),
    })),
  );
  const toldName = places[told]!.name;
  return {
    name,
    title,
    columns: [
      column('task', 'task'),
      column('metric', 'metric'),
      column('queries', 'queries, test half'),
      column('chance', 'chance'),
      column('recipe', 'recipe'),
      column('formula', 'formula'),
      column('projectors', 'projectors'),
      ...places.flatMap((place) => [
        column(place.name, place.name),
        column(`${place.name} factors`, `factors at ${place.name}`),
      ]),
      column('against', `${toldName} set against`),
      ...intervalColumns('change', `change at ${toldName}`),
    ],
    rows,
    setting: {
      recipe: {
        id: recipes.map(({ recipeId }) => recipeId).join(', '),
        name: recipes.map((one) => one.name).join(', '),
        formula: recipes.map(({ formula }) => formula).join('; '),
      },
      // Each recipe has its own, in its rows.
      factors: {},
      members: Object.assign({}, ...recipes.map(({ members }) => members)) as Record<string, string[]>,
      metric: METRIC,
      half: HALF,
    },
    notes: [
      ...recipes.map(
        ({ name: own, formula, settings, off, nTried }) =>
          `${own} = ${formula}; ${toldName}: ${settings[told]!.name}${nTried === undefined ? '' : ` of ${nTried} settings`}${off.length > 0 ? `; projectors off: ${off.join(', ')}` : ''}.`,
      ),
      ...FIGURE_NOTES,
      ...notes,
    ],
  };
}
