/** One against several members, over several training seeds. */
import { InputError } from '../../base/errors.ts';
import { isBetter, type MetricId } from '../../math/answers.ts';
import { nestedSets } from '../../math/members.ts';
import {
  chanceOf,
  checkSettings,
  countTasks,
  countTaskValues,
  keptRows,
  summaryOf,
  type CountTask,
} from './counting.ts';
import { FusedRows, spaceRows } from './fusedRows.ts';
import { ItemRows, type ItemSet } from './itemRows.ts';
import { partOf } from './slices.ts';
import type {
  MemberName,
  MicroscopeOptions,
  MicroscopeSources,
  SizeFigure,
  SizeReport,
  SizeRequest,
  SizeRow,
} from './types.ts';

/** Seeds below which a spread says little. */
const MIN_SEEDS = 3;

/** A set of members and what it reached under each replicate, by setting and task. */
interface SetFigures {
  size: number;
  members: MemberName[];
  /** [nSettings][nTasks][nReplicates] */
  values: number[][][];
}

/** As Microscope.sizeStudy. */
export async function sizeStudy(
  sources: MicroscopeSources,
  request: SizeRequest,
  options: MicroscopeOptions = {},
): Promise<SizeReport> {
  const { recipe, bondId, settings, replicates, metric = 'R1', half = 'test' } = request;
  checkSettings(settings);
  if (replicates.length === 0)
    throw new InputError('A study of sizes needs the ensembles of one seed or more.');
  const rows = new ItemRows(sources, options.signal);
  const tasks = countTasks(rows, request);
  const all = await Promise.all(replicates.map((one) => FusedRows.create(rows, recipe, bondId, one)));
  const sizes = all.map(({ used }) => used.map(({ members }) => members.length));
  const odd = sizes.findIndex((own) => own.join() !== sizes[0]!.join());
  if (odd > 0) {
    throw new InputError(
      `Seeds are compared with as many members each: ${replicates[0]!.name} has ${sizes[0]!.join(' + ')}, ` +
        `${replicates[odd]!.name} has ${sizes[odd]!.join(' + ')}.`,
    );
  }
  const sets = nestedSets(sizes[0]!).flatMap(({ size, masks }) =>
    masks.map((mask) => ({
      mask,
      size,
      members: all[0]!.members.filter((_, a) => mask[a]),
      values: settings.map(() => tasks.map((): number[] => [])),
    })),
  );
  const nParts = (all.length * sets.length + 1) * settings.length * tasks.length;
  let part = 0;
  for (const fused of all) {
    for (const { mask, values } of sets) {
      for (const [s, { factors }] of settings.entries()) {
        const rowsOf = keptRows((items) => fused.fused(items, mask, factors));
        for (const [t, task] of tasks.entries()) {
          const own = partOf(options, part++, nParts);
          values[s]![t]!.push(summaryOf(await countTaskValues(task, rowsOf, fused.dim, metric, own), metric));
        }
      }
    }
  }
  const base: (number | undefined)[] = [];
  for (const [t, task] of tasks.entries()) {
    base.push(
      await baseFigure(rows, recipe.base, task, metric, partOf(options, nParts - tasks.length + t, nParts)),
    );
  }
  const table = settings.flatMap(({ name }, s) =>
    tasks.flatMap((task, t) => sizeRow(task, name, base[t], sets, [s, t], metric)),
  );
  options.onProgress?.(1);
  return {
    recipeId: recipe.id,
    bondId,
    metric,
    half,
    replicates: replicates.map(({ name }) => name),
    rows: table,
    warnings: warningsOf(table, replicates.length),
  };
}

/** The metric in the base space by itself. */
async function baseFigure(
  rows: ItemRows,
  baseId: string,
  task: CountTask,
  metric: MetricId,
  options: MicroscopeOptions,
): Promise<number | undefined> {
  const { dim, modalities } = rows.space(baseId);
  if (![task.queries, task.gallery].every(({ modality }) => modalities.includes(modality))) return undefined;
  const rowsOf = (items: ItemSet) => spaceRows(rows, baseId, items);
  return summaryOf(await countTaskValues(task, rowsOf, dim, metric, options), metric);
}

/** One row of the table; none where the recipe does not serve the task. */
function sizeRow(
  task: CountTask,
  setting: string,
  base: number | undefined,
  sets: readonly SetFigures[],
  [s, t]: readonly [number, number],
  metric: MetricId,
): SizeRow[] {
  const sizes = [...new Set(sets.map(({ size }) => size))].map((size) => {
    const own = sets.filter((one) => one.size === size);
    return sizeFigure(
      size,
      own.map(({ members, values }) => ({ members, values: values[s]![t]! })),
    );
  });
  if (sizes.every(({ mean }) => Number.isNaN(mean))) return [];
  const largest = sizes.at(-1)!.values;
  const better = base === undefined ? [] : largest.filter((value) => isBetter(metric, value, base));
  const unstable =
    base === undefined || largest.length < 2
      ? undefined
      : better.length > 0 && largest.some((value) => isBetter(metric, base, value));
  const chance = chanceOf(task, metric);
  return [{ task: task.id, setting, nQueries: task.positions.length, chance, base, sizes, unstable }];
}

function sizeFigure(size: number, sets: SizeFigure['sets']): SizeFigure {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const values = sets[0]!.values.map((_, r) => mean(sets.map((one) => one.values[r]!)));
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return {
    size,
    values,
    mean: middle,
    sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : undefined,
    low: Math.min(...values),
    high: Math.max(...values),
    sets,
  };
}

function warningsOf(rows: readonly SizeRow[], nSeeds: number): string[] {
  const warnings: string[] = [];
  if (nSeeds < MIN_SEEDS) {
    const trained = nSeeds === 1 ? 'One training seed' : `${nSeeds} training seeds`;
    warnings.push(
      `${trained}: how much a figure owes to the seed shows from ${MIN_SEEDS} on. Train it again.`,
    );
  }
  const shaky = rows.filter(({ unstable }) => unstable).map(({ task, setting }) => `${task} at ${setting}`);
  if (shaky.length > 0) {
    warnings.push(
      `Seeds disagree on whether the bond is better than the base: ${shaky.join(', ')}. Trained again, it may turn around.`,
    );
  }
  return warnings;
}
