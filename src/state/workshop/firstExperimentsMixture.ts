/** The third experiment: a mixture of projectors against single ones (FreeBind, section 3.3). */
import { InputError } from '../../base/errors.ts';
import type { Replicate, SizeReport } from '../../engine/microscope/types.ts';
import type { Bond, Recipe, Space } from '../../recipe/types.ts';
import type { TaskId } from '../../world/types.ts';
import { column, known, type Row } from '../evidence/tableParts.ts';
import type { Table } from '../tables.ts';
import { memberNames } from './microscopeFigures.ts';
import type { Ask } from './microscopeTypes.ts';
import { METRIC } from './recipesCompare.ts';
import { nameIn } from './recipesWords.ts';

/** Recipes whose mixtures are set against their single projectors: of one ensemble, and of two. */
export const MIXTURE_RECIPES = ['unified-pp', 'unified-pp-two'] as const;
const MIXTURE_TASKS: readonly TaskId[] = ['audio>text', 'text>audio', 'audio>image', 'image>audio'];
/** Where they are counted: at the paper's setting, and by themselves. */
const MIXTURE_PRESETS = ['AT Expertise', 'Expert', 'Experts'];

/** The mixture of a recipe's only bond at every size. @throws InputError where the recipe has not one bond. */
export function mixtureAsk(recipe: Recipe, replicates: readonly Replicate[]): Ask<'sizes'> {
  const [bond, ...more] = recipe.bonds;
  if (!bond || more.length > 0) throw new InputError(`${recipe.name} has not one bond.`);
  const settings = recipe.presets
    .filter(({ name }) => MIXTURE_PRESETS.includes(name))
    .map(({ name, factors }) => ({ name, factors }));
  const request = { recipe, bondId: bond.id, tasks: MIXTURE_TASKS, settings, replicates };
  return {
    key: JSON.stringify(['first experiments', recipe.id, bond.ensembles, settings, replicates]),
    run: (microscope, options) => microscope.sizeStudy({ ...request, metric: METRIC, half: 'test' }, options),
  };
}

/** A row of the table of mixtures: one task at one setting. */
export interface MixtureRow {
  task: TaskId;
  setting: string;
  nQueries: number;
  chance: number;
  base: number | undefined;
  /** Each projector alone, mean over the training seeds. */
  singles: { name: string; value: number }[];
  /** Mean over the single projectors, with the worst and the best of them. */
  single: { mean: number; low: number; high: number };
  /** The mixtures, ascending: mean over the seeds with their spread; `gain` over the mean single projector. */
  mixtures: { size: number; value: number; sd: number | undefined; gain: number }[];
  unstable: boolean | undefined;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The rows of a report of sizes. */
export function mixtureRows({ rows }: SizeReport, bond: Bond, spaces: readonly Space[]): MixtureRow[] {
  return rows.flatMap(({ task, setting, nQueries, chance, base, sizes, unstable }): MixtureRow[] => {
    const ones = sizes.find(({ size }) => size === 1);
    if (!ones) return [];
    const members = ones.sets.flatMap((set) => set.members);
    const names = memberNames(members, bond, spaces);
    const singles = ones.sets.map(({ values }, i) => ({ name: names[i]!, value: meanOf(values) }));
    const alone = singles.map(({ value }) => value);
    const mean = meanOf(alone);
    const mixtures = sizes
      .filter(({ size }) => size > 1)
      .map(({ size, mean: value, sd }) => ({ size, value, sd, gain: value - mean }));
    const single = { mean, low: Math.min(...alone), high: Math.max(...alone) };
    return [{ task, setting, nQueries, chance, base, singles, single, mixtures, unstable }];
  });
}

/** A report of sizes as it leaves the page: a row a task, setting and mixture. */
export function mixtureTable(report: SizeReport, recipe: Recipe, spaces: readonly Space[]): Table {
  const rows = mixtureRows(report, recipe.bonds[0]!, spaces).flatMap(
    ({ task, setting, nQueries, chance, base, singles, single, mixtures }): Row[] => {
      const common = { task, setting, queries: nQueries, chance, base: known(base) };
      const row = (what: string, size: number, value: number, rest: Row = {}): Row => ({
        ...common,
        what,
        size,
        value: known(value),
        low: null,
        high: null,
        sd: null,
        gain: null,
        ...rest,
      });
      return [
        ...singles.map(({ name, value }) => row(name, 1, value)),
        row('mean of the single projectors', 1, single.mean, { low: single.low, high: single.high }),
        ...mixtures.map(({ size, value, sd, gain }) =>
          row(`mixture of ${size}`, size, value, { sd: known(sd), gain: known(gain) }),
        ),
      ];
    },
  );
  return {
    name: `mixture-${recipe.id}`,
    title: `The mixtures of ${recipe.name} against single projectors`,
    columns: [
      column('task', 'task'),
      column('setting', 'setting'),
      column('queries', 'queries, test half'),
      column('chance', 'chance'),
      column('base', `${nameIn(spaces, recipe.base)}, own space`),
      column('what', 'projectors'),
      column('size', 'how many'),
      column('value', 'R@1, mean over the training seeds'),
      column('low', 'worst single projector'),
      column('high', 'best single projector'),
      column('sd', 'standard deviation over the training seeds'),
      column('gain', 'over the mean single projector'),
    ],
    rows,
    setting: {
      recipe: { id: recipe.id, name: recipe.name, formula: recipe.formula },
      // A preset a row; which members a figure is of stands in it.
      factors: {},
      members: {},
      metric: METRIC,
      half: 'test',
    },
    notes: [
      `Recipe: ${recipe.name} = ${recipe.formula}. Training seeds: ${report.replicates.join(', ')}.`,
      'R@1 on the test half; chance is R@1 of a random order. Mixtures of three are the first three members of an ensemble.',
      ...report.warnings,
    ],
  };
}
