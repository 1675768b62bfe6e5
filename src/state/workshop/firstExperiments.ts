/**
 * The first two experiments: a displacement measured on pictures and texts, a combination on sounds and texts. Figures are R@1 on
 * the test half; what is chosen is chosen on the validation half.
 */
import { InputError } from '../../base/errors.ts';
import { metricBySetting, bestSetting } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import { presetFactors } from '../../recipe/coefficients.ts';
import { evenly, slidersOf, withValue } from '../../recipe/sliders.ts';
import type { Factors, Recipe, Space } from '../../recipe/types.ts';
import { PAPER_RETRIEVAL, paperValue } from '../../world/paper/paper.ts';
import type { TaskId, TaskInfo } from '../../world/types.ts';
import { chanceOfTask, changeOf, figureOf, positionsOf, type At } from '../evidence/figures.ts';
import { column, intervalColumns, intervalValues, known, type Row } from '../evidence/tableParts.ts';
import { keptChangeOf } from '../evidence/taskFigures.ts';
import type { Table, TableSetting } from '../tables.ts';
import { FIGURE_NOTES, HALF, METRIC, recipeFacts } from './recipesCompare.ts';
import { patientStudy, stepOf } from './recipesKeeper.ts';
import type { CountJob, SweepStudy } from './recipesTypes.ts';
import { baseName, nameIn } from './recipesWords.ts';

/** Values of the sliders, all together. */
const N_VALUES = 21;

export type SweepId = 'displacement' | 'combination';

/** What is swept, over which tasks, and which figures of the paper say the same in large. */
export interface SweepPlan {
  id: SweepId;
  recipeId: string;
  title: string;
  /** What to look for. */
  look: string;
  tasks: readonly TaskId[];
  /** Presets of the paper. */
  presets: readonly string[];
  /** Models of the paper's table 3, as they are called there: base, bound, expert. */
  paper: { column: string; models: readonly string[] }[];
}

export const SWEEPS: readonly SweepPlan[] = [
  {
    id: 'displacement',
    recipeId: 'pictext-u',
    title: 'A displacement, measured on pictures and texts',
    look: 'Look whether a setting near the expert beats both ends: the expert keeps its knowledge, and a little of the base may add what it lacks. Slider 0 is the projected base: see what the projection alone costs against its own space.',
    tasks: ['text>image', 'image>text'],
    presets: ['Paper'],
    paper: [
      { column: 'COCO R@1', models: ['ImageBind', 'InternVL_IB', 'InternVL'] },
      { column: 'Flickr30K R@1', models: ['ImageBind', 'InternVL_IB', 'InternVL'] },
    ],
  },
  {
    id: 'combination',
    recipeId: 'unified-pp',
    title: 'A combination, measured on sounds and texts',
    look: 'Look how steeply it rises: how much of the gain is there at the paper’s balance already, and whether a place before the end beats the projected expert. The expert in its own space is no upper bound: fused vectors hold the base too.',
    tasks: ['audio>text', 'text>audio'],
    presets: ['Versatile', 'AT Expertise'],
    paper: [
      { column: 'AudioCaps R@1', models: ['ImageBind', 'ImageBind++ (Ver.)', 'ImageBind++ (AT)', 'CLAP_g'] },
      { column: 'Clotho R@1', models: ['ImageBind', 'ImageBind++ (Ver.)', 'ImageBind++ (AT)', 'CLAP_g'] },
    ],
  },
];

/** Every slider of a recipe at one value. */
export function allAt(recipe: Recipe, value: number): Factors {
  return slidersOf(recipe).reduce<Factors>((factors, slider) => withValue(factors, slider, value), {});
}

/** Counts a plan: the sweep, the paper's settings, and both ends in spaces of their own. @throws as LabEngine.study. */
export function sweepJob(
  { recipeId, tasks, presets }: SweepPlan,
  masks: Readonly<Record<string, readonly boolean[]>>,
): CountJob<SweepStudy> {
  return async (engine, options) => {
    const recipe = engine.recipes.find(({ id }) => id === recipeId);
    if (!recipe) throw new InputError(`The recipe ${recipeId} is not at hand.`);
    const values = evenly(N_VALUES);
    const named = presets.map((name) => ({ name, factors: presetFactors(recipe, name) }));
    const settings = [...values.map((value) => allAt(recipe, value)), ...named.map(({ factors }) => factors)];
    const [base, expert] = [recipe.base, recipe.bonds[0]!.experts[0]!];
    const result = await patientStudy(
      engine,
      { subject: { recipeId }, tasks, settings },
      stepOf(options, 0, 3),
    );
    const spaces: SweepStudy['spaces'] = {
      [base]: await patientStudy(
        engine,
        { subject: { spaceId: base }, tasks, settings: [{}] },
        stepOf(options, 1, 3),
      ),
      [expert]: await patientStudy(
        engine,
        { subject: { spaceId: expert }, tasks, settings: [{}] },
        stepOf(options, 2, 3),
      ),
    };
    const { off, members } = recipeFacts(recipe, engine.spaces, masks);
    return { recipeId, tasks, values, named, result, spaces, base, expert, off, members };
  };
}

/** A figure of a sweep's table. */
export interface SweepFigure {
  name: string;
  /** Position between base (0) and expert (1), for its colour; undefined of none. */
  factor: number | undefined;
  value: number | undefined;
  /** Against the base and the expert in spaces of their own; undefined of themselves. */
  fromBase: Interval | undefined;
  fromExpert: Interval | undefined;
}

export interface SweepRow {
  task: TaskId;
  nQueries: number;
  chance: number;
  figures: SweepFigure[];
  /** Value of the sliders that was best on the validation half. */
  best: number | undefined;
}

/** The rows of a sweep: the ends, the paper's settings, the best of the sweep. Intervals are kept (keptChangeOf). */
export function sweepRows(
  study: SweepStudy,
  recipe: Recipe,
  spaces: readonly Space[],
  infoOf: (task: TaskId) => TaskInfo,
): SweepRow[] {
  const { values, named, base, expert } = study;
  const [baseWords, expertWords] = [nameIn(spaces, base), nameIn(spaces, expert)];
  return study.tasks.flatMap((task): SweepRow[] => {
    const answers = study.result[task];
    if (!answers) return [];
    const info = infoOf(task);
    const own = (id: string): At | undefined => {
      const found = study.spaces[id]?.[task];
      return found && { answers: found, setting: 0 };
    };
    const [atBase, atExpert] = [own(base), own(expert)];
    const change = (after: At | undefined, before: At | undefined) =>
      after && before && after !== before ? keptChangeOf(info, after, before, METRIC, HALF) : undefined;
    const figure = (name: string, factor: number | undefined, at: At | undefined): SweepFigure => ({
      name,
      factor,
      value: at && figureOf(info, at.answers, at.setting, METRIC, HALF),
      fromBase: change(at, atBase),
      fromExpert: change(at, atExpert),
    });
    const validation = metricBySetting(answers, METRIC, positionsOf(info, 'validation')).subarray(
      0,
      values.length,
    );
    const top = bestSetting(validation, METRIC);
    // A half without queries chooses nothing.
    const chosen = top < 0 || Number.isNaN(validation[top]) ? -1 : top;
    const at = (setting: number): At => ({ answers, setting });
    const displaced = recipe.bonds[0]!.kind === 'displacement';
    const figures = [
      figure(`${baseWords}, own space`, 0, atBase),
      ...(displaced ? [figure(baseName(recipe, spaces), 0, at(0))] : []),
      ...named.map(({ name, factors }, k) => figure(name, meanFactor(factors), at(values.length + k))),
      ...(chosen < 0 ? [] : [figure('best of the sweep', values[chosen]!, at(chosen))]),
      // A displacement's slider 1 is the expert's own space.
      ...(displaced ? [] : [figure(`${expertWords}, projected`, 1, at(values.length - 1))]),
      figure(`${expertWords}, own space`, 1, atExpert),
    ];
    return [
      {
        task,
        nQueries: positionsOf(info, HALF).length,
        chance: chanceOfTask(info, answers, METRIC, HALF),
        figures,
        best: chosen < 0 ? undefined : values[chosen],
      },
    ];
  });
}

function meanFactor(factors: Factors): number {
  const values = Object.values(factors).flatMap((by) => Object.values(by));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** R@1 on the test half at every value of the sweep, [values.length]. */
export function sweepCurve(study: SweepStudy, info: TaskInfo): Float64Array | undefined {
  const answers = study.result[info.id];
  return (
    answers && metricBySetting(answers, METRIC, positionsOf(info, HALF)).subarray(0, study.values.length)
  );
}

/** The paper's figures beside which a plan's stand, in words: "Table 3 of the paper: COCO R@1 ImageBind 57.28, ...". */
export function paperWords({ paper }: SweepPlan): string {
  const columns = paper.map(({ column: id, models }) => {
    const figures = models.map(
      (model) => `${model} ${paperValue(PAPER_RETRIEVAL, model, id)?.toFixed(2) ?? '–'}`,
    );
    return `${id}: ${figures.join(', ')}`;
  });
  return `As in table ${PAPER_RETRIEVAL.number} of the paper (percent, other encoders and data): ${columns.join('; ')}.`;
}

/** The table of figures, and the whole sweep with intervals, as they leave the page. */
export function sweepTables(
  plan: SweepPlan,
  study: SweepStudy,
  recipe: Recipe,
  spaces: readonly Space[],
  infoOf: (task: TaskId) => TaskInfo,
): Table[] {
  const [base, expert] = [nameIn(spaces, study.base), nameIn(spaces, study.expert)];
  const notes = [
    `Recipe: ${recipe.name} = ${recipe.formula}. All its sliders move together.`,
    ...(study.off.length > 0 ? [`Projectors off: ${study.off.join(', ')}.`] : []),
    ...FIGURE_NOTES,
  ];
  const { id, name, formula } = recipe;
  // The sliders of each row stand in it.
  const setting: TableSetting = {
    recipe: { id, name, formula },
    factors: {},
    members: study.members,
    metric: METRIC,
    half: HALF,
  };
  const rows = sweepRows(study, recipe, spaces, infoOf).flatMap(({ task, nQueries, chance, figures, best }) =>
    figures.map((one): Row => ({
      task,
      queries: nQueries,
      chance,
      what: one.name,
      factor: one.name === 'best of the sweep' ? known(best) : null,
      value: known(one.value),
      ...intervalValues('from base', one.fromBase),
      ...intervalValues('from expert', one.fromExpert),
    })),
  );
  const sweep = study.tasks.flatMap((task): Row[] => {
    const info = infoOf(task);
    const answers = study.result[task];
    const before = study.spaces[study.base]?.[task];
    const curve = sweepCurve(study, info);
    if (!answers || !curve) return [];
    return study.values.map((factor, k) => ({
      task,
      factor,
      value: known(curve[k]),
      ...intervalValues(
        'from base',
        before && changeOf(info, { answers, setting: k }, { answers: before, setting: 0 }, METRIC, HALF),
      ),
    }));
  });
  return [
    {
      name: plan.id,
      title: plan.title,
      columns: [
        column('task', 'task'),
        column('queries', 'queries, test half'),
        column('chance', 'chance'),
        column('what', 'where'),
        column('factor', 'sliders, of the best of the sweep'),
        column('value', 'R@1'),
        ...intervalColumns('from base', `against ${base}, own space`),
        ...intervalColumns('from expert', `against ${expert}, own space`),
      ],
      rows,
      setting,
      notes: [...notes, paperWords(plan)],
    },
    {
      name: `${plan.id}-sweep`,
      title: 'R@1 along the sliders',
      columns: [
        column('task', 'task'),
        column('factor', 'sliders'),
        column('value', 'R@1'),
        ...intervalColumns('from base', `against ${base}, own space`),
      ],
      rows: sweep,
      setting,
      notes,
    },
  ];
}
