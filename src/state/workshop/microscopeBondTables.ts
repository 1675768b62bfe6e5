/** Reports on what bonds cost, keep and collide over, as they leave the page. */
import type { BeforeAfter, ConflictReport, CostReport, KeepsReport } from '../../engine/microscope/types.ts';
import type { DeviceReport } from '../../engine/types.ts';
import type { Bond } from '../../recipe/types.ts';
import { column, intervalColumns, intervalValues, known, type Row } from '../evidence/tableParts.ts';
import type { Table } from '../tables.ts';
import { K_NEIGHBOURS, MAX_ITEMS } from './microscopeAsks.ts';
import { costDevices, costLines, keepsParts } from './microscopeFigures.ts';
import { INTERVAL_NOTE, lookedNotes, lookedSetting, type TableContext } from './microscopeTables.ts';
import { termOf } from './recipesWords.ts';

/** Sums by modality, and what they are made of. */
export function costTables(
  report: CostReport,
  context: TableContext & { device: Pick<DeviceReport, 'encoders'> },
): Table[] {
  const { looked, spaces } = context;
  const lines = costLines(report, { base: looked.recipe.base, bond: looked.bond, spaces });
  const batches = report.rows[0]?.times.map(({ batch }) => batch) ?? [];
  const notes = [
    ...lookedNotes(context),
    'Milliseconds for 1,000 items in batches, on this device and browser: medians (quartiles) over the timings; sums of medians.',
    ...costDevices(report, context.device).map((one) => `${one}.`),
  ];
  const setting = lookedSetting(context);
  return [
    {
      name: 'cost',
      title: 'Cost of a bond on this device',
      columns: [
        column('modality', 'modality'),
        column('what', 'what'),
        column('bytes', 'bytes'),
        ...batches.flatMap((batch) => [
          column(`ms ${batch}`, `ms for 1,000 in batches of ${batch}`),
          column(`ratio ${batch}`, `ratio to the base alone, batch ${batch}`),
        ]),
      ],
      rows: lines.map(({ modality, name, bytes, times }): Row => ({
        modality,
        what: name,
        bytes,
        ...Object.fromEntries(
          times.flatMap(({ batch, msPerThousand, ratio }) => [
            [`ms ${batch}`, known(msPerThousand)],
            [`ratio ${batch}`, known(ratio)],
          ]),
        ),
      })),
      notes,
      setting,
    },
    {
      name: 'cost-parts',
      title: 'What the cost is made of',
      columns: [
        column('id', 'id'),
        column('name', 'what'),
        column('bytes', 'bytes'),
        column('batch', 'batch'),
        column('ms', 'ms for 1,000, median'),
        column('lower', 'lower quartile'),
        column('upper', 'upper quartile'),
        column('runs', 'timings'),
      ],
      rows: report.rows.flatMap(({ id, name, bytes, times }) =>
        times.map(({ batch, msPerThousand, lower, upper, nRuns }): Row => ({
          id,
          name,
          bytes,
          batch,
          ms: known(msPerThousand),
          lower: known(lower),
          upper: known(upper),
          runs: nRuns,
        })),
      ),
      notes,
      setting,
    },
  ];
}

/** Every figure of every bond before and after. */
export function keepsTable(
  report: KeepsReport,
  context: TableContext,
  bonds: readonly { bond: Bond }[],
): Table {
  const { spaces } = context;
  const beforeAfter = ({ before, after, change }: BeforeAfter): Row => ({
    before: known(before),
    after: known(after),
    ...intervalValues('change', change),
  });
  return {
    name: 'keeps',
    title: 'What bonds keep and lose',
    columns: [
      column('recipe', 'recipe'),
      column('bond', 'bond'),
      column('part', 'from → to'),
      column('figure', 'figure'),
      column('of', 'modality or pair'),
      column('n', 'items or pairs'),
      column('before', 'before'),
      column('after', 'after'),
      ...intervalColumns('change', 'change (of neighbours: share kept)'),
    ],
    rows: report.bonds.flatMap((change, b) => {
      const bond = bonds[b] && termOf(bonds[b].bond, spaces);
      return keepsParts(change, spaces).flatMap(({ name, change: { modalities, pairs } }) => {
        const common = { recipe: change.recipeId, bond: bond ?? change.bondId, part: name };
        return [
          ...modalities.flatMap(({ modality, nItems, neighboursKept, uniformity }): Row[] => [
            {
              ...common,
              figure: `share of ${report.k} neighbours kept`,
              of: modality,
              n: nItems,
              before: null,
              after: null,
              ...intervalValues('change', neighboursKept),
            },
            { ...common, figure: 'uniformity', of: modality, n: nItems, ...beforeAfter(uniformity) },
          ]),
          ...pairs.flatMap(({ a, b: other, nPairs, gap, alignment }): Row[] => [
            { ...common, figure: 'modality gap', of: `${a}, ${other}`, n: nPairs, ...beforeAfter(gap) },
            { ...common, figure: 'alignment', of: `${a}, ${other}`, n: nPairs, ...beforeAfter(alignment) },
          ]),
        ];
      });
    }),
    notes: [
      ...lookedNotes(context),
      `Neighbours: the ${report.k} nearest of the same modality, over a seeded sample of at most ${MAX_ITEMS} items of each.`,
      INTERVAL_NOTE,
    ],
    setting: lookedSetting(context),
  };
}

/** The score of every shared modality with its parts, and the items that are shown. */
export function conflictTables(report: ConflictReport, context: TableContext): Table[] {
  const { spaces, manifest } = context;
  const [a, b] = report.experts.map((id) => spaces.find((space) => space.id === id)?.name ?? id) as [
    string,
    string,
  ];
  const notes = [
    `Experts: ${a} and ${b}. Score from 0 (what they disagree on is scatter, which averaging takes away) to 1 (all of it is systematic): min(1, (Q + E) / max(1 − P, 0.1)); from ${report.threshold} on a warning is given.`,
    ...(report.warning === undefined ? [] : [report.warning]),
    `k = ${K_NEIGHBOURS}, over a seeded sample of at most ${MAX_ITEMS} items of each modality.`,
    `Collection: ${manifest.name} (${manifest.id}, version ${manifest.version}, seed ${manifest.seed}).`,
    'Of the two experts alone: recipe, sliders and members of the settings have no say in it.',
  ];
  const setting = lookedSetting(context);
  return [
    {
      name: 'conflicts',
      title: `Conflict of ${a} and ${b}`,
      columns: [
        column('modality', 'modality'),
        column('items', 'items'),
        ...intervalColumns('score', 'score'),
        ...intervalColumns('shared', 'share of neighbours that both give'),
        column('shared chance', 'the same by chance'),
        ...intervalColumns('rank', 'rank correlation of similarities'),
        ...intervalColumns('cosine', 'cosine of the two projections'),
        column('cosine shuffled', 'cosine of different items'),
        column('N', 'N: shared neighbours above chance'),
        column('R', 'R: rank correlation, cut to 0..1'),
        column('P', 'P: projected cosine above the shuffled one'),
        column('Q', 'Q: share of items that the projections confuse'),
        column('E', 'E: structure that both see, projected to different places'),
      ],
      rows: report.modalities.map((one): Row => ({
        modality: one.texts === undefined ? one.modality : `${one.modality} (of ${one.texts}s)`,
        items: one.nItems,
        ...intervalValues('score', one.score),
        ...intervalValues('shared', one.neighboursShared),
        'shared chance': known(one.neighboursByChance),
        ...intervalValues('rank', one.rankCorrelation),
        ...intervalValues('cosine', one.projectedCosine),
        'cosine shuffled': known(one.shuffledCosine),
        N: known(one.parts.neighbours),
        R: known(one.parts.ranks),
        P: known(one.parts.place),
        Q: known(one.parts.confused),
        E: known(one.parts.misplaced),
      })),
      notes: [...notes, INTERVAL_NOTE],
      setting,
    },
    {
      name: 'conflict-harm',
      title: 'What averaging them did',
      columns: [
        column('task', 'task'),
        column('queries', 'queries'),
        column('a', `R@1 with ${a} alone`),
        column('b', `R@1 with ${b} alone`),
        column('both', 'R@1 with both averaged'),
        ...intervalColumns('change', 'both less the better one'),
      ],
      rows: report.measured.map(({ task, nQueries, alone, both, change }): Row => ({
        task,
        queries: nQueries,
        a: known(alone[0]),
        b: known(alone[1]),
        both: known(both),
        ...intervalValues('change', change),
      })),
      notes: [...notes, 'On the validation half, every projection at its projected end.', INTERVAL_NOTE],
      setting,
    },
    {
      name: 'conflict-examples',
      title: 'Items on which they disagree most',
      columns: [
        column('modality', 'modality'),
        column('id', 'item'),
        column('caption', 'caption'),
        column('disagreement', 'disagreement'),
        column('shared', 'share of neighbours that both give'),
        column('rank', 'rank correlation'),
        column('cosine', 'cosine of the projections'),
        column('a', `nearest in ${a}`),
        column('b', `nearest in ${b}`),
      ],
      rows: report.modalities.flatMap(({ modality, examples }) =>
        examples.map(({ index, disagreement, shared, rankCorrelation, cosine, neighbours }): Row => {
          const item = manifest[modality][index]!;
          const ids = (list: readonly number[]) => list.map((i) => manifest[modality][i]!.id).join(' ');
          return {
            modality,
            id: item.id,
            caption: item.caption,
            disagreement: known(disagreement),
            shared: known(shared),
            rank: known(rankCorrelation),
            cosine: known(cosine),
            a: ids(neighbours[0]),
            b: ids(neighbours[1]),
          };
        }),
      ),
      notes,
      setting,
    },
  ];
}
