/** What a setting does to single queries: who is helped, who is hurt, and where each has its own best. */
import { isBetter, metricOf, queryValues, summarise, type MetricId } from '../../math/answers.ts';
import { valueAt, type Slider } from '../../recipe/sliders.ts';
import type { TaskInfo } from '../../world/types.ts';
import type { Grid } from '../types.ts';
import { bestPerQuery, effectSize, positionsOf, type HalfChoice, type QueryEffect } from './figures.ts';

/** How many queries a setting moved, one way and the other. */
export interface MovedCounts {
  helped: number;
  hurt: number;
  same: number;
}

/** Queries whose best right answer stands higher, lower, or where it stood. */
export function movedCounts(effects: readonly QueryEffect[]): MovedCounts {
  const helped = effects.filter(({ before, after }) => after < before).length;
  const hurt = effects.filter(({ before, after }) => after > before).length;
  return { helped, hurt, same: effects.length - helped - hurt };
}

/** Queries whose best right answer came into the first k, or fell out of them. */
export function crossedCounts(effects: readonly QueryEffect[], k: number): MovedCounts {
  const helped = effects.filter(({ before, after }) => after <= k && before > k).length;
  const hurt = effects.filter(({ before, after }) => after > k && before <= k).length;
  return { helped, hurt, same: effects.length - helped - hurt };
}

/** Queries by how far they moved (effectSize), the farthest first; an equal move in the order of the queries. */
export function mostMoved(effects: readonly QueryEffect[], way: 'helped' | 'hurt'): QueryEffect[] {
  const sign = way === 'helped' ? 1 : -1;
  return effects
    .filter(({ before, after }) => sign * (before - after) > 0)
    .sort((a, b) => sign * (effectSize(b) - effectSize(a)) || a.position - b.position);
}

export interface OwnBest {
  /** Queries whose best lies at each pair of values, where there are any. */
  places: { x: number; y: number; count: number }[];
  /** Queries that no setting ranks higher than the base does. */
  atBase: number;
  /** Queries of the half. */
  total: number;
  /** Lower median of the values along each axis. */
  median: { x: number; y: number };
}

function lowerMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? NaN;
}

/**
 * Where each query of a half has its own best setting, on the two sliders of a grid: the highest rank of its best right
 * answer, and of equal ones the nearest to the base (bestPerQuery). Undefined while the task is not counted.
 */
export function ownBestOf(grid: Grid, info: TaskInfo, half: HalfChoice): OwnBest | undefined {
  const best = bestPerQuery(grid, info, half);
  if (!best) return undefined;
  const counts = new Map<number, number>();
  for (const setting of best) counts.set(setting, (counts.get(setting) ?? 0) + 1);
  const at = (setting: number, slider: Slider) => valueAt(grid.settings[setting]!, slider);
  const places = [...counts].map(([setting, count]) => ({
    x: at(setting, grid.x),
    y: at(setting, grid.y),
    count,
  }));
  return {
    places,
    atBase: places.find(({ x, y }) => x === 0 && y === 0)?.count ?? 0,
    total: best.length,
    median: {
      x: lowerMedian(Array.from(best, (setting) => at(setting, grid.x))),
      y: lowerMedian(Array.from(best, (setting) => at(setting, grid.y))),
    },
  };
}

/**
 * The metric of a half if each query could stand at its own best setting of a grid: max over settings of each query's own
 * value (min of MedR), summarised. An upper bound on any way of choosing factors per query, tuned on the very answers it is
 * measured by. Undefined while the task is not counted.
 */
export function oracleOf(grid: Grid, info: TaskInfo, metric: MetricId, half: HalfChoice): number | undefined {
  const answers = grid.result[info.id];
  if (!answers) return undefined;
  const { higherIsBetter } = metricOf(metric);
  const positions = positionsOf(info, half);
  const best = new Float64Array(positions.length).fill(higherIsBetter ? -Infinity : Infinity);
  grid.settings.forEach((_, setting) => {
    queryValues(answers, setting, metric, positions).forEach((value, i) => {
      if (isBetter(metric, value, best[i]!)) best[i] = value;
    });
  });
  return summarise(best, metric);
}
