/** The settings of a grid in the plane of two tasks: which lie together, which are beaten, which is under the pointer. */
import { isBetter, type MetricId } from '../../../math/answers.ts';
import { valueAt } from '../../../recipe/sliders.ts';
import { tradeoffOf, type TradeoffPoint } from '../../../state/evidence/figures.ts';
import type { Grid } from '../../../state/types.ts';
import { TASKS } from '../../../world/tasks.ts';
import type { TaskId } from '../../../world/types.ts';

export type Tradeoff = NonNullable<ReturnType<typeof tradeoffOf>>;

/** The task on the other axis: the one chosen, or the first that is not the focus task. */
export function versusOf(task: TaskId, chosen: TaskId): TaskId {
  return chosen === task ? TASKS.find((other) => other !== task)! : chosen;
}

/** Settings on the front, those that reach the same pair of values included, nearest to the base first. */
export function onFront({ points, front }: Tradeoff, grid: Grid): Set<number> {
  const pairs = new Set(front.map((i) => `${points[i]!.a} ${points[i]!.b}`));
  const reach = (s: number) => valueAt(grid.settings[s]!, grid.x) + valueAt(grid.settings[s]!, grid.y);
  const found = points.filter(({ a, b }) => pairs.has(`${a} ${b}`)).map(({ setting }) => setting);
  return new Set(found.sort((s, t) => reach(s) - reach(t)));
}

/** How many settings are at least as good in both values and better in one. */
export function beatenBy(
  points: readonly TradeoffPoint[],
  { a, b }: Pick<TradeoffPoint, 'a' | 'b'>,
  metric: MetricId,
): number {
  const worse = (value: number, than: number) => isBetter(metric, than, value);
  return points.filter(
    (other) =>
      !worse(other.a, a) &&
      !worse(other.b, b) &&
      (isBetter(metric, other.a, a) || isBetter(metric, other.b, b)),
  ).length;
}

/** The range of values with room round them; all values where they are few. NaN are left out. */
export function domainOf(values: readonly number[], roomShare = 0.06): [low: number, high: number] {
  const given = values.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const room = high > low ? (high - low) * roomShare : Math.max(Math.abs(high) * roomShare, 0.01);
  return [low - room, high + room];
}

/** Index of the point nearest to a place in pixels, within `reachPx`; the first of several at one place. */
export function nearestPoint(
  places: readonly (readonly [x: number, y: number])[],
  x: number,
  y: number,
  reachPx: number,
): number | undefined {
  let best: number | undefined;
  let least = reachPx;
  places.forEach(([px, py], i) => {
    const distance = Math.hypot(px - x, py - y);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}
