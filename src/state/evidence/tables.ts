/** Every table of the page as it leaves it: figures unrounded, with notes that say where they come from. */
import { InputError } from '../../base/errors.ts';
import { metricOf } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import { slidersOf } from '../../recipe/sliders.ts';
import { tasksOf } from '../../world/served.ts';
import { factorsOf, recipeOf } from '../selectors.ts';
import type { Table } from '../tables.ts';
import type { Ends, Grid, LabState, ShiftLine } from '../types.ts';
import { effectsOf, effectSize, metricName, positionsOf, valuesOf, type HalfChoice } from './figures.ts';
import { conditionsOfTask, costAt, lineFits } from './shiftFigures.ts';
import { chanceAt, currentOf, endColumns, figureAt, keptBestFound, keptChangeOf } from './taskFigures.ts';
import { baseName } from '../workshop/recipesWords.ts';
import { rankingTable, snapshotsTable } from './labTables.ts';
import { tableNotes } from './tableNotes.ts';
import {
  column,
  intervalColumns,
  intervalValues,
  known,
  sliderColumns,
  sliderValues,
  type Row,
} from './tableParts.ts';
import { tradeoffFigures, versusOf } from './tradeoffFigures.ts';

export const TABLE_NAMES = [
  'tasks',
  'landscape',
  'tradeoff',
  'queries',
  'shift',
  'snapshots',
  'ranking',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

const HALVES: readonly HalfChoice[] = ['validation', 'test', 'all'];

const endsOf = ({ studies }: LabState): Ends | undefined =>
  studies.ends.status === 'ready' ? studies.ends.value : undefined;
const gridOfState = ({ studies }: LabState): Grid | undefined =>
  studies.grid.status === 'ready' ? studies.grid.value : undefined;

/** "R@1", "top-1": the metric in use, of the task in use. */
const metricWords = ({ task, metric }: LabState): string => metricName(task, metric, metricOf(metric).name);

/** What to say of the sliders' own columns where they are empty. */
const countedNotes = (current: LabState['studies']['current']): string[] =>
  current ? [] : ['The figures at the sliders are not counted yet: they are left empty.'];

/** Every task under the metric in use: chance, ends, present setting, change against the base, best found. */
export function tasksTable(state: LabState): Table {
  const { engine, metric, half } = state;
  const recipe = recipeOf(state);
  const current = currentOf(state);
  const sliders = slidersOf(recipe);
  const ends = endsOf(state);
  const grid = gridOfState(state);
  const columns = endColumns(recipe, engine.spaces);
  const against = baseName(recipe, engine.spaces);
  const rows = tasksOf(engine.manifest).map((task): Row => {
    const info = engine.task(task);
    const before = ends?.base[task];
    const after = current?.result[task];
    const base = before && { answers: before, setting: 0 };
    const change =
      after && base ? keptChangeOf(info, { answers: after, setting: 0 }, base, metric, half) : undefined;
    const best = grid && base ? keptBestFound(grid, info, base, metric) : undefined;
    return {
      task,
      metric: metricName(task, metric, metricOf(metric).name),
      queries: positionsOf(info, half).length,
      groups: new Set(Array.from(positionsOf(info, half), (q) => info.groups[q])).size,
      gallery: info.nGallery,
      chance: known(chanceAt(info, ends, metric, half)),
      ...Object.fromEntries(
        columns.map(({ key, answers }) => [
          key,
          known(ends && figureAt(info, answers(ends, task), metric, half)),
        ]),
      ),
      current: known(figureAt(info, after, metric, half)),
      ...intervalValues('change', change),
      'best validation': known(best?.chosen),
      'best test': known(best?.reported),
      ...intervalValues('best change', best?.change),
      ...sliderValues(sliders, best?.factors, 'best '),
    };
  });
  return {
    name: 'tasks',
    title: `${metricOf(metric).name} of every task`,
    columns: [
      column('task', 'task'),
      column('metric', 'metric'),
      column('queries', 'queries'),
      column('groups', 'independent groups'),
      column('gallery', 'gallery'),
      column('chance', 'chance'),
      ...columns.map(({ key, name, how }) => column(key, `${name}, ${how}`)),
      column('current', 'current'),
      ...intervalColumns('change', `change against ${against}`),
      column('best validation', 'best found, validation half (chosen on)'),
      column('best test', 'best found, test half (reported)'),
      ...intervalColumns('best change', `best found against ${against}, test half`),
      ...sliderColumns(sliders, 'best '),
    ],
    rows,
    notes: [
      ...tableNotes(state, { factors: factorsOf(state), grid, interval: true, classes: true }),
      ...countedNotes(current),
    ],
  };
}

/** The metric of the task in use at every setting of the grid, on each half. */
export function landscapeTable(state: LabState): Table {
  const { engine, task, metric } = state;
  const grid = gridOfState(state);
  const axes = grid ? [grid.x, grid.y] : [];
  const values = grid
    ? HALVES.map((half) => [half, valuesOf(grid, engine.task(task), metric, half)] as const)
    : [];
  return {
    name: 'landscape',
    title: `${metricWords(state)} of ${task} over two sliders`,
    columns: [
      ...sliderColumns(axes),
      ...HALVES.map((half) => column(half, `${metricWords(state)}, ${half}`)),
    ],
    rows: (grid?.settings ?? []).map((factors, s) => ({
      ...sliderValues(axes, factors),
      ...Object.fromEntries(values.map(([half, of]) => [half, known(of?.[s])])),
    })),
    notes: tableNotes(state, { factors: undefined, grid }),
  };
}

/** Two tasks at every setting of the grid on the half in use, and which settings no other beats in both on validation. */
export function tradeoffTable(state: LabState): Table {
  const { engine, task, metric, half } = state;
  const versus = versusOf(task, state.versus);
  const grid = gridOfState(state);
  const axes = grid ? [grid.x, grid.y] : [];
  const found = grid && tradeoffFigures(grid, engine.task(task), engine.task(versus), metric, half);
  const [wordsA, wordsB] = [task, versus].map((id) => `${id} ${metricWords({ ...state, task: id })}`);
  return {
    name: 'tradeoff',
    title: `${metricOf(metric).name} of ${task} against ${versus}`,
    columns: [
      ...sliderColumns(axes),
      column('a', `${wordsA}, ${half} (reported)`),
      column('b', `${wordsB}, ${half} (reported)`),
      column('a validation', `${wordsA}, validation (chosen on)`),
      column('b validation', `${wordsB}, validation (chosen on)`),
      column('front', 'on the Pareto front of the validation half (1: yes)'),
    ],
    rows: (found?.points ?? []).map(({ setting, a, b }, i) => ({
      ...sliderValues(axes, grid!.settings[setting]),
      a: known(a),
      b: known(b),
      'a validation': known(found!.chosen[i]!.a),
      'b validation': known(found!.chosen[i]!.b),
      front: found!.onFront.has(setting) ? 1 : 0,
    })),
    notes: [
      'The front is that of the validation half, settings that are equal there included; on another half a setting of it can be beaten.',
      ...tableNotes(state, { factors: undefined, grid }),
    ],
  };
}

/** Every query of the task in use: the rank of its best right answer at the base, at the sliders and at the best found. */
export function queriesTable(state: LabState): Table {
  const { engine, task, metric, half } = state;
  const sliders = slidersOf(recipeOf(state));
  const info = engine.task(task);
  const items = engine.manifest[info.queryModality];
  const answers = endsOf(state)?.base[task];
  const base = answers && { answers, setting: 0 };
  const now = currentOf(state);
  const current = now?.result[task];
  const grid = gridOfState(state);
  const best = grid && base ? keptBestFound(grid, info, base, metric) : undefined;
  const atCurrent = base && current ? effectsOf(info, base, { answers: current, setting: 0 }, half) : [];
  const atBest =
    base && best ? effectsOf(info, base, { answers: grid!.result[task]!, setting: best.setting }, half) : [];
  const listed = atCurrent.length > 0 ? atCurrent : atBest;
  return {
    name: 'queries',
    title: `Every query of ${task}`,
    columns: [
      column('id', 'query'),
      column('caption', 'caption'),
      column('group', 'group'),
      column('half', 'half'),
      column('base', 'rank at the base'),
      column('current', 'rank at the sliders'),
      column('current effect', 'ln(base / sliders)'),
      column('best', 'rank at the best found'),
      column('best effect', 'ln(base / best found)'),
      ...sliderColumns(sliders, 'best '),
    ],
    rows: listed.map(({ position, index, before }, i): Row => {
      const [here, then] = [atCurrent[i], atBest[i]];
      return {
        id: items[index]!.id,
        caption: items[index]!.caption,
        group: info.groups[position]!,
        half: info.halves[position]!,
        base: before,
        current: known(here?.after),
        'current effect': known(here && effectSize(here)),
        best: known(then?.after),
        'best effect': known(then && effectSize(then)),
        ...sliderValues(sliders, best?.factors, 'best '),
      };
    }),
    notes: [
      'Ranks are of each query’s best right answer, from 1; a tie goes to the lower gallery index.',
      `Best found: the grid’s setting with the best ${metricWords(state)} on the validation half.`,
      ...tableNotes(state, { factors: factorsOf(state), grid, half }),
      ...countedNotes(now),
    ],
  };
}

/**
 * The task in use along one slider under every condition that was counted with the other sliders where they stand, with its
 * difference to the clean collection.
 */
export function shiftTable(state: LabState): Table {
  const { engine, task, metric, half, studies } = state;
  const info = engine.task(task);
  const factors = factorsOf(state);
  const ready = conditionsOfTask(engine.conditions, info).flatMap(({ id, name }) => {
    const line = studies.shift[id];
    return line?.status === 'ready' ? [{ id, name, line: line.value }] : [];
  });
  // "clean" comes first: the others are set against it.
  const lines = ready.filter(({ line }) => lineFits(line, ready[0]!.line.slider, factors));
  const clean = lines.find(({ id }) => id === 'clean')?.line;
  const rows = lines.flatMap(({ id, name, line }) => {
    const values = valuesOf(line, info, metric, half);
    return line.values.map((value, s): Row => ({
      condition: id,
      'condition name': name,
      slider: line.slider.id,
      factor: value,
      metric: metricWords(state),
      value: known(values?.[s]),
      ...intervalValues('cost', differenceTo(clean, line, s)),
    }));
  });
  function differenceTo(from: ShiftLine | undefined, line: ShiftLine, s: number): Interval | undefined {
    return from && from !== line ? costAt(line, from, info, s, metric, half) : undefined;
  }
  return {
    name: 'shift',
    title: `${metricWords(state)} of ${task} when the collection changes`,
    columns: [
      column('condition', 'condition'),
      column('condition name', 'condition, in words'),
      column('slider', 'slider'),
      column('factor', 'factor'),
      column('metric', 'metric'),
      column('value', 'value'),
      ...intervalColumns('cost', 'difference to clean'),
    ],
    rows,
    notes: tableNotes(state, { factors, half, interval: true, conditions: true }),
  };
}

const MAKERS: Readonly<Record<TableName, (state: LabState) => Table>> = {
  tasks: tasksTable,
  landscape: landscapeTable,
  tradeoff: tradeoffTable,
  queries: queriesTable,
  shift: shiftTable,
  snapshots: snapshotsTable,
  ranking: rankingTable,
};

/**
 * A table of what is counted so far: rows that are not counted hold null, and a table without a study has no rows.
 * @throws InputError on a name that is not one of TABLE_NAMES (scripts give any string).
 */
export function tableOf(state: LabState, name: string): Table {
  const found = TABLE_NAMES.find((one) => one === name);
  if (!found) {
    throw new InputError(`There is no table "${name}"; there are ${TABLE_NAMES.join(', ')}.`);
  }
  return MAKERS[found](state);
}
