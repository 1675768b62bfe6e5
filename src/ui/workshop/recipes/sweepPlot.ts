/** R@1 along the sliders of a bond, as options for Observable Plot. */
import { dot, lineY, ruleY, text, type PlotOptions } from '@observablehq/plot';
import type { Recipe, Space } from '../../../recipe/types.ts';
import { figureOf } from '../../../state/evidence/figures.ts';
import { sweepCurve, sweepRows } from '../../../state/workshop/firstExperiments.ts';
import { HALF, METRIC } from '../../../state/workshop/recipesCompare.ts';
import type { SweepStudy } from '../../../state/workshop/recipesTypes.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';
import type { TaskId, TaskInfo } from '../../../world/types.ts';
import { mixColor } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';

export const SWEEP_HEIGHT_PX = 240;
/** Words stay readable where they cross a line. */
const HALO = { stroke: 'var(--bl-page)', strokeWidth: 5 };
/** A facet a task has to be at least this wide. */
const FACET_PX = 300;

interface Point {
  task: string;
  factor: number;
  value: number;
}

/** A panel a task: the curve in the colours of the way, the ends' own spaces as rules, the paper's settings as rings. */
export function sweepOptions(
  study: SweepStudy,
  recipe: Recipe,
  spaces: readonly Space[],
  infoOf: (task: TaskId) => TaskInfo,
  widthPx: number,
): PlotOptions {
  const isThere = ({ value }: { value: number }) => Number.isFinite(value);
  const curve = study.tasks
    .flatMap((task): Point[] => {
      const values = sweepCurve(study, infoOf(task));
      return values
        ? study.values.map((factor, k) => ({ task: taskWords(task), factor, value: values[k]! }))
        : [];
    })
    .filter(isThere);
  const endOf = (id: string) =>
    study.tasks
      .flatMap((task) => {
        const answers = study.spaces[id]?.[task];
        if (!answers) return [];
        const value = figureOf(infoOf(task), answers, 0, METRIC, HALF);
        return [{ task: taskWords(task), value, name: `${nameIn(spaces, id)}, own space` }];
      })
      .filter(isThere);
  const named = sweepRows(study, recipe, spaces, infoOf)
    .flatMap(({ task, figures }) =>
      figures
        .filter(({ name }) => study.named.some((one) => one.name === name))
        .map(({ name, factor, value }) => ({ task: taskWords(task), name, factor: factor!, value: value! })),
    )
    .filter(isThere);
  const [atBase, atExpert] = [endOf(study.base), endOf(study.expert)];
  const narrow = widthPx < study.tasks.length * FACET_PX;
  const top =
    Math.max(0.02, ...[...curve, ...atBase, ...atExpert, ...named].map(({ value }) => value)) * 1.12;
  const facet = narrow ? { fy: 'task' as const } : { fx: 'task' as const };
  /** An end's own space: a rule with its name at that side. */
  const endMarks = (ends: typeof atBase, color: string, ink: string, side: 'left' | 'right') => [
    ruleY(ends, { y: 'value', ...facet, stroke: color, strokeDasharray: '5 4', strokeWidth: 1.5 }),
    text(ends, {
      y: 'value',
      ...facet,
      text: 'name',
      frameAnchor: side,
      textAnchor: side === 'left' ? 'start' : 'end',
      dx: side === 'left' ? 4 : -4,
      dy: -8,
      fill: ink,
      ...HALO,
      fontWeight: 600,
    }),
  ];
  return {
    height: narrow ? SWEEP_HEIGHT_PX * study.tasks.length : SWEEP_HEIGHT_PX,
    marginLeft: 44,
    marginBottom: 38,
    marginTop: 34,
    style: { background: 'transparent', fontSize: '13px' },
    x: {
      label: `${nameIn(spaces, study.base)}  —  all sliders  →  ${nameIn(spaces, study.expert)}`,
      ticks: 5,
      domain: [0, 1],
    },
    y: { label: null, domain: [0, top], ticks: 4, grid: true },
    // The names stand in the panels: beside them they would be cut off.
    fx: { axis: null, domain: study.tasks.map(taskWords) },
    fy: { axis: null, domain: study.tasks.map(taskWords), padding: 0.16 },
    marks: [
      text(study.tasks.map(taskWords), {
        ...(narrow ? { fy: (task: string) => task } : { fx: (task: string) => task }),
        text: (task: string) => task,
        frameAnchor: 'top-left',
        dy: -16,
        fontWeight: 600,
        fill: 'var(--bl-text)',
      }),
      ...endMarks(atBase, 'var(--bl-base)', 'var(--bl-base-ink)', 'left'),
      ...endMarks(atExpert, 'var(--bl-expert)', 'var(--bl-expert-ink)', 'right'),
      lineY(curve, { x: 'factor', y: 'value', ...facet, stroke: 'var(--bl-muted)', strokeWidth: 2 }),
      dot(curve, {
        x: 'factor',
        y: 'value',
        ...facet,
        r: 4,
        fill: (one: Point) => mixColor(one.factor),
        title: (one: Point) => `${one.task} at ${one.factor}: ${one.value.toFixed(3)}`,
      }),
      dot(named, { x: 'factor', y: 'value', ...facet, r: 7, stroke: 'var(--bl-text)', strokeWidth: 2 }),
      text(named, {
        x: 'factor',
        y: 'value',
        ...facet,
        text: 'name',
        dy: -14,
        fill: 'var(--bl-text)',
        fontWeight: 600,
        ...HALO,
      }),
    ],
  };
}
