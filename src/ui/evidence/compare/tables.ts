/** The comparison as it leaves the page. */
import type { StudyResult } from '../../../engine/types.ts';
import { slidersOf, valueAt } from '../../../recipe/sliders.ts';
import { metricName } from '../../../state/evidence/figures.ts';
import { figureAt, keptChangeOf } from '../../../state/evidence/taskFigures.ts';
import { tableNotes } from '../../../state/evidence/tableNotes.ts';
import type { Table } from '../../../state/tables.ts';
import type { LabState } from '../../../state/types.ts';
import { metricOf } from '../../../math/answers.ts';
import { tasksOf } from '../../../world/served.ts';
import { baseOf, type Side } from './sides.ts';
import type { SettingsNow } from './useSettings.ts';

/** Figures of a setting as it is named; those of where the sliders stood before are none. */
function resultOf(settings: SettingsNow, side: Side): StudyResult | undefined {
  const { result, stale } = settings.of(side);
  return stale ? undefined : result;
}

/** A, B and B less A, a row a task. */
export function differencesTable(state: LabState, a: Side, b: Side, settings: SettingsNow): Table {
  const { engine, metric, half } = state;
  const notes = tableNotes(state, { interval: true, classes: true });
  const [atA, atB] = [resultOf(settings, a), resultOf(settings, b)];
  const setting = ({ recipe, factors }: Side) =>
    slidersOf(recipe)
      .map((slider) => `${slider.id} ${valueAt(factors, slider)}`)
      .join(', ');
  return {
    name: 'compare',
    title: `${b.name} less ${a.name}`,
    columns: [
      { key: 'task', label: 'task' },
      { key: 'metric', label: 'metric' },
      { key: 'a', label: `A: ${a.name}` },
      { key: 'b', label: `B: ${b.name}` },
      { key: 'change', label: 'B less A' },
      { key: 'low', label: 'B less A, 95% low' },
      { key: 'high', label: 'B less A, 95% high' },
    ],
    rows: tasksOf(engine.manifest).map((task) => {
      const info = engine.task(task);
      const [before, after] = [atA?.[task], atB?.[task]];
      const change =
        before &&
        after &&
        keptChangeOf(info, { answers: after, setting: 0 }, { answers: before, setting: 0 }, metric, half);
      return {
        task,
        metric: metricName(task, metric, metricOf(metric).name),
        a: figureAt(info, before, metric, half) ?? null,
        b: figureAt(info, after, metric, half) ?? null,
        change: change?.mean ?? null,
        low: change?.low ?? null,
        high: change?.high ?? null,
      };
    }),
    notes: [`A: ${a.recipe.name}, ${setting(a)}.`, `B: ${b.recipe.name}, ${setting(b)}.`, ...notes],
  };
}

/** The present and every kept setting, a row each: sliders, and each task's figure with its change against the base. */
export function keptTable(state: LabState, sides: readonly Side[], settings: SettingsNow): Table {
  const { engine, metric, half } = state;
  const sliderIds = [...new Set(sides.flatMap(({ recipe }) => slidersOf(recipe).map(({ id }) => id)))];
  return {
    name: 'kept',
    title: `Kept settings, ${metricOf(metric).name}`,
    columns: [
      { key: 'name', label: 'name' },
      { key: 'recipe', label: 'recipe' },
      ...sliderIds.map((id) => ({ key: id, label: `factor ${id}` })),
      ...tasksOf(engine.manifest).flatMap((task) => [
        { key: task, label: task },
        { key: `${task} change`, label: `${task}, change against the base` },
        { key: `${task} low`, label: `${task}, change, 95% low` },
        { key: `${task} high`, label: `${task}, change, 95% high` },
      ]),
    ],
    rows: sides.map((side) => {
      const factors = Object.fromEntries(
        sliderIds.map((id) => {
          const slider = slidersOf(side.recipe).find((one) => one.id === id);
          return [id, slider ? valueAt(side.factors, slider) : null];
        }),
      );
      const figures = tasksOf(engine.manifest).flatMap((task): [string, number | null][] => {
        const info = engine.task(task);
        const after = resultOf(settings, side)?.[task];
        const before = settings.of(baseOf(side)).result?.[task];
        const change =
          before &&
          after &&
          keptChangeOf(info, { answers: after, setting: 0 }, { answers: before, setting: 0 }, metric, half);
        return [
          [task, figureAt(info, after, metric, half) ?? null],
          [`${task} change`, change?.mean ?? null],
          [`${task} low`, change?.low ?? null],
          [`${task} high`, change?.high ?? null],
        ];
      });
      return { name: side.name, recipe: side.recipe.id, ...factors, ...Object.fromEntries(figures) };
    }),
    notes: tableNotes(state, { interval: true, classes: true }),
  };
}
