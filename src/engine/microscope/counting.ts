/**
 * Metrics of tasks under any mask of members.
 *
 * Why not engine.study(): it ranks with the members that the page has on, and holds planes by recipe, so every mask would take
 * the sliders' planes away and build its own, nComponents^2 products a task. A mask is asked at a few settings only: fusing the
 * vectors first and multiplying once is less work, equal to the closed form but for rounding (counting.test.ts), and leaves
 * the page's members and planes alone. About 30 ms a task, mask and setting for the embedded collection's test half.
 */
import { InputError } from '../../base/errors.ts';
import { createRandom, seedOf } from '../../base/random.ts';
import { splitDirection } from '../../base/modality.ts';
import { chanceMetric, offsetsOf, queryValues, summarise, type MetricId } from '../../math/answers.ts';
import { answerRanksSteps } from '../../math/answerSteps.ts';
import { drawGroups, type GroupDraws, type Interval } from '../../math/bootstrap.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import type { Factors } from '../../recipe/types.ts';
import { CLASS_TEMPLATES, classInfo, classTask } from '../../world/classes.ts';
import { directionInfo, isClassTask, retrievalTask } from '../../world/tasks.ts';
import type { RetrievalTask, TaskId } from '../../world/types.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import type { ItemRows, ItemSet } from './itemRows.ts';
import { inSlices } from './slices.ts';
import type { CountRequest, MicroscopeOptions } from './types.ts';

/** A task with the queries of one half, and the items on both sides. */
export interface CountTask {
  id: TaskId;
  task: RetrievalTask;
  queries: ItemSet;
  gallery: ItemSet;
  /** Positions of the half's queries among the task's. */
  positions: Uint32Array;
  relevant: Uint32Array[];
  groups: string[];
}

/** Seed of the intervals: the same figures give the same interval. */
const SEED = 2024;

/** The tasks of a request that have queries in its half. @throws InputError on templates that do not fit. */
export function countTasks(
  rows: ItemRows,
  { tasks, half = 'test', templates }: Pick<CountRequest, 'tasks' | 'half' | 'templates'>,
): CountTask[] {
  const { manifest } = rows.sources;
  return tasks
    .map((id): CountTask => {
      const info = isClassTask(id) ? classInfo(manifest, id) : directionInfo(manifest, id);
      const task = isClassTask(id) ? classTask(manifest, id).task : retrievalTask(manifest, id);
      const gallery = isClassTask(id)
        ? rows.classes(id, templates?.[id] ?? CLASS_TEMPLATES[id])
        : rows.items(splitDirection(id)[1]);
      const positions = Uint32Array.from(info.queries.keys()).filter(
        (q) => half === 'all' || info.halves[q] === half,
      );
      return {
        id,
        task,
        queries: rows.items(task.queryModality),
        gallery,
        positions,
        relevant: Array.from(positions, (q) => task.relevant[q]!),
        groups: Array.from(positions, (q) => info.groups[q]!),
      };
    })
    .filter(({ positions }) => positions.length > 0);
}

/** Vectors of an item set, [nItems, dim]; undefined where there are none. */
export type RowsOf = (items: ItemSet) => Promise<Float32Array | undefined>;

/** Each query's value of a metric, [positions]; undefined where a side has no vectors. */
export async function countTaskValues(
  { task, queries, gallery, positions, relevant }: CountTask,
  rowsOf: RowsOf,
  dim: number,
  metric: MetricId,
  options: MicroscopeOptions,
): Promise<Float64Array | undefined> {
  const [x, all] = [await rowsOf(queries), await rowsOf(gallery)];
  if (!x || !all) return undefined;
  const y = gatherRows(all, task.gallery, dim);
  const asked = Uint32Array.from(positions, (q) => task.queries[q]!);
  const answers = await inSlices(answerRanksSteps({ x, queries: asked, y, dim, relevant }), options);
  return queryValues(answers, 0, metric);
}

/** Vectors by item set, made once: several tasks ask for the same. */
export function keptRows(rowsOf: RowsOf): RowsOf {
  const kept = new Map<string, Promise<Float32Array | undefined>>();
  return (items) => {
    const known = kept.get(items.key) ?? rowsOf(items);
    kept.set(items.key, known);
    return known;
  };
}

/** The metric of a random order. */
export function chanceOf({ relevant, task }: CountTask, metric: MetricId): number {
  return chanceMetric(metric, { offsets: offsetsOf(relevant), nGallery: task.gallery.length });
}

/** A metric of values that may not be there: NaN then. */
export function summaryOf(values: Float64Array | undefined, metric: MetricId): number {
  return values ? summarise(values, metric) : NaN;
}

/**
 * Gives the draws of independent groups by name, each made once (about 20 ms for 600 groups) and after others had their turn:
 * the intervals of a study's figures.
 */
export function createDraws(): (name: string, groups: readonly string[]) => Promise<GroupDraws> {
  const kept = new Map<string, GroupDraws>();
  return async (name, groups) => {
    await nextTurn();
    const draws = kept.get(name) ?? drawGroups(groups, createRandom(SEED ^ seedOf(name)));
    kept.set(name, draws);
    return draws;
  };
}

/** after - before with its paired interval. */
export function changeBetween(
  draws: GroupDraws,
  metric: MetricId,
  after: Float64Array,
  before: Float64Array,
): Interval {
  return metric === 'MedR'
    ? draws.medianChange(after, before)
    : draws.mean(after.map((value, i) => value - before[i]!));
}

/** Checks what a request names. @throws InputError */
export function checkSettings(settings: readonly { factors: Factors }[]): void {
  if (settings.length === 0) throw new InputError('A study needs at least one setting of the factors.');
}
