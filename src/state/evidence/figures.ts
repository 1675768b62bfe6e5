/** What the studies say: pure functions from ranks to the figures of each panel. Positions are of a task's queries. */
import { createRandom, seedOf } from '../../base/random.ts';
import {
  bestRanks,
  bestSetting,
  chanceMetric,
  isBetter,
  metricBySetting,
  queryValues,
  summarise,
  type AnswerRanks,
  type MetricId,
} from '../../math/answers.ts';
import { drawGroups, type GroupDraws, type Interval } from '../../math/bootstrap.ts';
import { paretoFront } from '../../math/pareto.ts';
import { valueAt } from '../../recipe/sliders.ts';
import type { Factors } from '../../recipe/types.ts';
import type { Half, TaskId, TaskInfo } from '../../world/types.ts';
import type { Grid, Track } from '../types.ts';

export type HalfChoice = Half | 'all';

/** Positions of the queries of a half, ascending. */
export function positionsOf({ halves }: TaskInfo, half: HalfChoice): Uint32Array {
  const positions: number[] = [];
  halves.forEach((own, q) => {
    if (half === 'all' || own === half) positions.push(q);
  });
  return Uint32Array.from(positions);
}

/** A task's metric at one setting over a half. */
export function figureOf(
  info: TaskInfo,
  answers: AnswerRanks,
  setting: number,
  metric: MetricId,
  half: HalfChoice,
): number {
  return summarise(queryValues(answers, setting, metric, positionsOf(info, half)), metric);
}

/** The metric of a random order over a half. */
export function chanceOfTask(
  info: TaskInfo,
  answers: AnswerRanks,
  metric: MetricId,
  half: HalfChoice,
): number {
  return chanceMetric(metric, answers, positionsOf(info, half));
}

/** Seed of all intervals on the page: the same figures give the same interval. */
export const BOOTSTRAP_SEED = 2024;
const kept = new WeakMap<TaskInfo, Map<HalfChoice, GroupDraws>>();

/** The draws of a task's groups, made once a half (2,000 draws; about 20 ms for 600 groups). */
function drawsOf(info: TaskInfo, half: HalfChoice): GroupDraws {
  const byHalf = kept.get(info) ?? new Map<HalfChoice, GroupDraws>();
  kept.set(info, byHalf);
  const known = byHalf.get(half);
  if (known) return known;
  const groups = Array.from(positionsOf(info, half), (q) => info.groups[q]!);
  const made = drawGroups(groups, createRandom(BOOTSTRAP_SEED ^ seedOf(`${info.id} ${half}`)));
  byHalf.set(half, made);
  return made;
}

/** One side of a comparison: ranks and which of their settings. */
export interface At {
  answers: AnswerRanks;
  setting: number;
}

/**
 * How much a metric is higher at `after` than at `before`, with the paired bootstrap 95% interval over independent groups.
 * Undefined where the half has no queries.
 */
export function changeOf(
  info: TaskInfo,
  after: At,
  before: At,
  metric: MetricId,
  half: HalfChoice,
): Interval | undefined {
  const positions = positionsOf(info, half);
  if (positions.length === 0) return undefined;
  const take = ({ answers, setting }: At) => queryValues(answers, setting, metric, positions);
  const [a, b] = [take(after), take(before)];
  const draws = drawsOf(info, half);
  return metric === 'MedR' ? draws.medianChange(a, b) : draws.mean(a.map((value, i) => value - b[i]!));
}

/** The metric of a task at every setting of a grid, or of a track. Undefined while the task is not counted. */
export function valuesOf(
  study: Grid | Track,
  info: TaskInfo,
  metric: MetricId,
  half: HalfChoice,
): Float64Array | undefined {
  const answers = study.result[info.id];
  return answers && metricBySetting(answers, metric, positionsOf(info, half));
}

export interface BestFound {
  setting: number;
  factors: Factors;
  /** On the validation half, where it was chosen. */
  chosen: number;
  /** On the test half, which had no say. */
  reported: number;
  /** Against the base on the test half. */
  change: Interval | undefined;
}

/**
 * The grid's setting with the best metric on the validation half, and what it reaches on the test half. Of equal settings the
 * one nearest to the base is taken: less of the expert for the same.
 */
export function bestFound(grid: Grid, info: TaskInfo, base: At, metric: MetricId): BestFound | undefined {
  const answers = grid.result[info.id];
  const values = valuesOf(grid, info, metric, 'validation');
  if (!answers || !values || values.length === 0) return undefined;
  const top = values[bestSetting(values, metric)]!;
  if (Number.isNaN(top)) return undefined;
  const reach = (s: number) => valueAt(grid.settings[s]!, grid.x) + valueAt(grid.settings[s]!, grid.y);
  let setting = -1;
  values.forEach((value, s) => {
    if (value === top && (setting < 0 || reach(s) < reach(setting) - 1e-9)) setting = s;
  });
  return {
    setting,
    factors: grid.settings[setting]!,
    chosen: top,
    reported: figureOf(info, answers, setting, metric, 'test'),
    change: changeOf(info, { answers, setting }, base, metric, 'test'),
  };
}

export interface TradeoffPoint {
  /** Index into the grid's settings. */
  setting: number;
  a: number;
  b: number;
}

/** Two tasks' metrics at every setting of the grid, and the indices of the Pareto front among the points. */
export function tradeoffOf(
  grid: Grid,
  a: TaskInfo,
  b: TaskInfo,
  metric: MetricId,
  half: HalfChoice,
): { points: TradeoffPoint[]; front: number[] } | undefined {
  const valuesA = valuesOf(grid, a, metric, half);
  const valuesB = valuesOf(grid, b, metric, half);
  if (!valuesA || !valuesB) return undefined;
  const sign = isBetter(metric, 1, 0) ? 1 : -1;
  return {
    points: grid.settings.map((_, setting) => ({ setting, a: valuesA[setting]!, b: valuesB[setting]! })),
    front: paretoFront(
      valuesA.map((value) => sign * value),
      valuesB.map((value) => sign * value),
    ),
  };
}

export interface QueryEffect {
  /** Position among the task's queries. */
  position: number;
  /** Item index in the query's modality. */
  index: number;
  before: number;
  after: number;
}

/** The best right answer's rank of each query of a half, before and after: in the order of the queries. */
export function effectsOf(info: TaskInfo, before: At, after: At, half: HalfChoice): QueryEffect[] {
  const from = bestRanks(before.answers, before.setting);
  const to = bestRanks(after.answers, after.setting);
  return Array.from(positionsOf(info, half), (position) => ({
    position,
    index: info.queries[position]!,
    before: from[position]!,
    after: to[position]!,
  }));
}

/**
 * How far a query moved, so that places near the top count for more: ln(before / after), positive where it was helped (the
 * list is read from its top: from 20 to 10 is as much as from 2 to 1).
 */
export function effectSize({ before, after }: QueryEffect): number {
  return Math.log(before / after);
}

/**
 * The setting of the grid at which each query's best right answer stands highest, [positions of the half]; of equal ones the
 * nearest to the base.
 */
export function bestPerQuery(grid: Grid, info: TaskInfo, half: HalfChoice): Uint32Array | undefined {
  const answers = grid.result[info.id];
  if (!answers) return undefined;
  const positions = positionsOf(info, half);
  const best = new Uint32Array(positions.length);
  const rankOf = new Uint32Array(positions.length).fill(0xffffffff);
  const reachOf = new Float64Array(positions.length);
  grid.settings.forEach((factors, s) => {
    const ranks = bestRanks(answers, s);
    const reach = valueAt(factors, grid.x) + valueAt(factors, grid.y);
    positions.forEach((q, i) => {
      const rank = ranks[q]!;
      if (rank > rankOf[i]! || (rank === rankOf[i]! && reach >= reachOf[i]! - 1e-9)) return;
      rankOf[i] = rank;
      reachOf[i] = reach;
      best[i] = s;
    });
  });
  return best;
}

/** The grid's setting nearest to given factors. */
export function nearestSetting(grid: Grid, factors: Factors): number {
  const nearest = (values: readonly number[], value: number) =>
    values.reduce((best, at, i) => (Math.abs(at - value) < Math.abs(values[best]! - value) ? i : best), 0);
  return (
    nearest(grid.ys, valueAt(factors, grid.y)) * grid.xs.length + nearest(grid.xs, valueAt(factors, grid.x))
  );
}

/** Whether a task's gallery is a list of classes: R@1 and R@5 are then called top-1 and top-5. */
export function metricName(task: TaskId, metric: MetricId, name: string): string {
  const classes = task === 'audio>class' || task === 'image>class';
  return classes && /^R\d/.test(metric) ? `top-${metric.slice(1)}` : name;
}
