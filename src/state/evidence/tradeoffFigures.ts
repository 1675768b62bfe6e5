/** Two tasks against each other: which settings are worth having is chosen on one half, what they reach read on another. */
import { valueAt } from '../../recipe/sliders.ts';
import type { MetricId } from '../../math/answers.ts';
import { TASKS } from '../../world/tasks.ts';
import type { TaskId, TaskInfo } from '../../world/types.ts';
import type { Grid } from '../types.ts';
import { tradeoffOf, type HalfChoice, type TradeoffPoint } from './figures.ts';

/** The task on the other axis: the one chosen, or the first that is not the focus task. */
export function versusOf(task: TaskId, chosen: TaskId): TaskId {
  return chosen === task ? TASKS.find((other) => other !== task)! : chosen;
}

/** Settings by how far both sliders of the grid are from the base. */
function byReach(grid: Grid): (s: number, t: number) => number {
  const reach = (s: number) => valueAt(grid.settings[s]!, grid.x) + valueAt(grid.settings[s]!, grid.y);
  return (s, t) => reach(s) - reach(t);
}

/** Settings on the front, those that reach the same pair of values included, nearest to the base first. */
export function onFront(
  { points, front }: { points: readonly TradeoffPoint[]; front: readonly number[] },
  grid: Grid,
): Set<number> {
  const pairs = new Set(front.map((i) => `${points[i]!.a} ${points[i]!.b}`));
  const found = points.filter(({ a, b }) => pairs.has(`${a} ${b}`)).map(({ setting }) => setting);
  return new Set(found.sort(byReach(grid)));
}

export interface Tradeoff {
  /** Both values of every setting on the half that is reported, [nSettings]. */
  points: TradeoffPoint[];
  /** The same on the validation half, where the front is chosen. */
  chosen: TradeoffPoint[];
  /**
   * Settings of the front, one a place on the validation half (of equal ones the nearest to the base), from the best in b to the
   * best in a there. Empty where that half has no queries of both tasks.
   */
  front: number[];
  /** Every setting on the front, the equal ones included, nearest to the base first. */
  onFront: Set<number>;
}

/**
 * The settings of a grid in the plane of two tasks' metrics. The front is that of the validation half, so that the reported half
 * has no say in it: there a setting of the front can be beaten. Undefined while a task is not counted.
 */
export function tradeoffFigures(
  grid: Grid,
  a: TaskInfo,
  b: TaskInfo,
  metric: MetricId,
  half: HalfChoice,
): Tradeoff | undefined {
  const chosen = tradeoffOf(grid, a, b, metric, 'validation');
  const reported = half === 'validation' ? chosen : tradeoffOf(grid, a, b, metric, half);
  if (!chosen || !reported) return undefined;
  const { points } = chosen;
  const all = onFront(chosen, grid);
  const front = chosen.front.map((i) => {
    const { a: valueA, b: valueB } = points[i]!;
    return [...all].find((s) => points[s]!.a === valueA && points[s]!.b === valueB)!;
  });
  return { points: reported.points, chosen: points, front, onFront: all };
}
