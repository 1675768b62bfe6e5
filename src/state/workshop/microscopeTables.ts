/** Reports on members and sizes as they leave the page; those on whole bonds are in microscopeBondTables.ts. */
import type { MemberReport, SizeReport } from '../../engine/microscope/types.ts';
import { metricOf, type MetricId } from '../../math/answers.ts';
import type { Space } from '../../recipe/types.ts';
import type { CollectionManifest } from '../../world/types.ts';
import { column, intervalColumns, intervalValues, known, type Row } from '../evidence/tableParts.ts';
import type { Table, TableSetting } from '../tables.ts';
import type { Looked } from './microscopeLook.ts';
import { memberNames } from './microscopeFigures.ts';
import { termOf } from './recipesWords.ts';

export interface TableContext {
  looked: Looked;
  spaces: readonly Space[];
  manifest: CollectionManifest;
}

/** Said under every figure with an interval. */
export const INTERVAL_NOTE =
  'Intervals: paired bootstrap 95%, percentiles of 2,000 draws of whole groups with replacement, a fixed seed; not corrected for how many are shown.';

/** What was looked at, at which setting, of which collection: a sentence each. */
export function lookedNotes({ looked: { recipe, bond, setting }, spaces, manifest }: TableContext): string[] {
  return [
    `Looked at: bond ${termOf(bond, spaces)} (${bond.id}) of ${recipe.name} = ${recipe.formula} (${recipe.id}).`,
    `Setting: ${setting.name}, factors ${JSON.stringify(setting.factors)}. ${setting.about}`,
    `Collection: ${manifest.name} (${manifest.id}, version ${manifest.version}, seed ${manifest.seed}).`,
  ];
}

/** The same as settings of a file: all members are on under the microscope. */
export function lookedSetting(
  { looked: { recipe, setting } }: TableContext,
  report: Partial<Pick<MemberReport, 'metric' | 'half'>> = {},
): TableSetting {
  const { id, name, formula, bonds } = recipe;
  const { metric, half } = report;
  return {
    recipe: { id, name, formula },
    factors: setting.factors,
    members: Object.fromEntries(bonds.map((bond) => [bond.id, [...bond.members]])),
    ...(metric !== undefined && { metric }),
    ...(half !== undefined && { half }),
  };
}

const HALF_WORDS = { validation: 'validation half', test: 'test half', all: 'both halves' } as const;

function metricNotes(metric: MetricId, half: MemberReport['half']): string[] {
  return [`Metric: ${metricOf(metric).name}. ${metricOf(metric).about} Over the ${HALF_WORDS[half]}.`];
}

/** Members on every task; their agreement; the spread of every item. */
export function memberTables(report: MemberReport, context: TableContext): Table[] {
  const { looked, spaces, manifest } = context;
  const names = memberNames(report.members, looked.bond, spaces);
  const notes = [...lookedNotes(context), ...metricNotes(report.metric, report.half)];
  const setting = lookedSetting(context, report);
  const effects: Table = {
    name: 'members',
    title: 'Members of the mixture',
    columns: [
      column('task', 'task'),
      column('member', 'member'),
      column('queries', 'queries'),
      column('chance', 'chance'),
      column('all', 'all members'),
      column('without', 'without it'),
      column('alone', 'it alone'),
      ...intervalColumns('effect', 'effect of leaving it out (all less without)'),
    ],
    rows: report.rows.flatMap(({ task, nQueries, chance, all, members }) =>
      members.map(({ without, alone, effect }, i): Row => ({
        task,
        member: names[i]!,
        queries: nQueries,
        chance: known(chance),
        all: known(all),
        without: known(without),
        alone: known(alone),
        ...intervalValues('effect', effect),
      })),
    ),
    notes: [...notes, INTERVAL_NOTE],
    setting,
  };
  const agreement: Table = {
    name: 'agreement',
    title: 'Agreement of the members',
    columns: [
      column('modality', 'modality'),
      column('a', 'member'),
      column('b', 'with'),
      column('cosine', 'mean cosine'),
    ],
    rows: report.agreement.flatMap(({ modality, members, cosines }) =>
      members.flatMap((a, i) =>
        members.map((b, j): Row => ({
          modality,
          a: names[a]!,
          b: names[b]!,
          cosine: known(cosines[i * members.length + j]),
        })),
      ),
    ),
    notes: [...lookedNotes(context), 'Mean over all items of the cosine of two members’ unit outputs.'],
    setting,
  };
  const spread: Table = {
    name: 'spread',
    title: 'Spread of the members on every item',
    columns: [
      column('modality', 'modality'),
      column('id', 'item'),
      column('caption', 'caption'),
      column('spread', 'spread'),
    ],
    rows: report.agreement.flatMap(({ modality, spread: ofItems }) =>
      Array.from(ofItems, (value, i): Row => {
        const { id, caption } = manifest[modality][i]!;
        return { modality, id, caption, spread: known(value) };
      }),
    ),
    notes: [
      ...lookedNotes(context),
      'Spread: 1 − |mean of the members’ unit outputs|: 0 where all point one way.',
    ],
    setting,
  };
  return [effects, agreement, spread];
}

/** Every set of every size with every seed. */
export function sizesTable(report: SizeReport, context: TableContext): Table {
  const names = (members: SizeReport['rows'][number]['sizes'][number]['sets'][number]['members']) =>
    memberNames(members, context.looked.bond, context.spaces).join(' ');
  return {
    name: 'sizes',
    title: 'Mixtures by size and training seed',
    columns: [
      column('task', 'task'),
      column('queries', 'queries'),
      column('chance', 'chance'),
      column('base', 'base alone'),
      column('size', 'projectors'),
      column('mean', 'mean over the seeds, of all sets of this size'),
      column('sd', 'standard deviation over the seeds'),
      column('low', 'lowest seed'),
      column('high', 'highest seed'),
      column('set', 'set'),
      ...report.replicates.map((name, r) => column(`seed ${r}`, `set, ${name}`)),
    ],
    rows: report.rows.flatMap(({ task, nQueries, chance, base, sizes }) =>
      sizes.flatMap(({ size, mean, sd, low, high, sets }) =>
        sets.map(({ members, values }): Row => ({
          task,
          queries: nQueries,
          chance: known(chance),
          base: known(base),
          size,
          mean: known(mean),
          sd: known(sd),
          low: known(low),
          high: known(high),
          set: names(members),
          ...Object.fromEntries(values.map((value, r) => [`seed ${r}`, known(value)])),
        })),
      ),
    ),
    notes: [
      ...lookedNotes(context),
      ...metricNotes(report.metric, report.half),
      `Training seeds: ${report.replicates.join('; ')}.`,
      ...report.warnings,
    ],
    setting: lookedSetting(context, report),
  };
}
