/** What the two charts draw, in one shape; each chart holds figures of one source alone. */
import { splitDirection } from '../../../base/modality.ts';
import type { WorldFigures } from '../../../world/figures.ts';
import {
  PAPER_CLASSIFICATION,
  PAPER_MODELS,
  PAPER_RETRIEVAL,
  paperValue,
  type PaperTable,
} from '../../../world/paper/paper.ts';
import { DIRECTIONS } from '../../../world/tasks.ts';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { ourModels } from './ours.ts';

export type RecallId = 'R1' | 'R5';

export interface ChartColumn {
  id: string;
  title: string;
  /** Second line of the title: what is measured, "R@1", "→ text R@1". */
  measure: string;
  /** Stands above its first column; columns of one group stay together where the chart is cut for a narrow screen. */
  group: string;
}

export interface ChartRow {
  id: string;
  name: string;
  /** Where it stands between base (0) and expert (1); undefined of what is neither: drawn grey. */
  factor: number | undefined;
  /** In percent, one a column; null where there is none. */
  values: readonly (number | null)[];
}

export interface ChartData {
  columns: readonly ChartColumn[];
  /** From top to bottom; a null is a gap between groups. */
  rows: readonly (ChartRow | null)[];
  /** Id of the row that the others are compared with. */
  baseId: string;
}

const MEASURE_WORDS: Readonly<Record<RecallId, string>> = { R1: 'R@1', R5: 'R@5' };

/** Tables 3 and 4 of the paper: the columns of R@1 or R@5, then those of the classifications. */
export function paperChart(recall: RecallId): ChartData {
  const chosen = [PAPER_RETRIEVAL, PAPER_CLASSIFICATION].flatMap((table: PaperTable) =>
    table.columns
      .filter(({ kind, measure }) => kind === 'classification' || measure === MEASURE_WORDS[recall])
      .map((column) => ({ table, column })),
  );
  const rows: (ChartRow | null)[] = [];
  PAPER_MODELS.forEach(({ id, name, role, factor }, i) => {
    if (i > 0 && PAPER_MODELS[i - 1]!.role !== role) rows.push(null);
    rows.push({
      id,
      name,
      factor,
      values: chosen.map(({ table, column }) => paperValue(table, id, column.id)),
    });
  });
  return {
    columns: chosen.map(({ column: { id, dataset, measure, kind } }) => ({
      id,
      title: dataset,
      measure,
      group: kind,
    })),
    rows,
    baseId: 'ImageBind',
  };
}

const GROUPS = ['audio–text', 'audio–image', 'image–text'] as const;

/** The embedded collection's six directions at R@1 or R@5. */
export function ourChart(figures: WorldFigures, recall: RecallId): ChartData {
  const models = ourModels(figures);
  const rows: (ChartRow | null)[] = models.map(({ id, name, factor, figures: own }) => ({
    id,
    name,
    factor,
    values: DIRECTIONS.map((direction) => {
      const metrics = own[direction];
      return metrics ? 100 * metrics[recall] : null;
    }),
  }));
  const firstFused = models.findIndex(({ factor }) => factor > 0 && factor < 1);
  if (firstFused > 0) rows.splice(firstFused, 0, null);
  if (models.length > 1) rows.splice(1, 0, null);
  return {
    columns: DIRECTIONS.map((direction) => ({
      id: direction,
      title: MODALITY_WORDS[splitDirection(direction)[0]].one,
      measure: `→ ${MODALITY_WORDS[splitDirection(direction)[1]].one} ${MEASURE_WORDS[recall]}`,
      group: GROUPS.find((group) =>
        splitDirection(direction).every((modality) => group.split('–').includes(modality)),
      )!,
    })),
    rows,
    baseId: models[0]?.id ?? '',
  };
}

/** The groups of columns, in their order. */
export function groupsOf({ columns }: ChartData): string[] {
  return [...new Set(columns.map(({ group }) => group))];
}

/** The chart with the columns of some groups alone; rows without any figure in them are left out. */
export function withGroups(chart: ChartData, groups: readonly string[]): ChartData {
  const at = chart.columns.flatMap(({ group }, i) => (groups.includes(group) ? [i] : []));
  const rows = chart.rows
    .map((row) => row && { ...row, values: at.map((i) => row.values[i]!) })
    .filter((row) => row === null || row.values.some((value) => value !== null))
    .filter((row, i, all) => row !== null || (i > 0 && i < all.length - 1 && all[i - 1] !== null));
  return { ...chart, columns: at.map((i) => chart.columns[i]!), rows };
}

/** A row's figure less the base's, in points of percent; null where either is missing. */
export function changeOf({ rows, baseId }: ChartData, row: ChartRow, column: number): number | null {
  const base = rows.find((one) => one?.id === baseId)?.values[column] ?? null;
  const value = row.values[column] ?? null;
  return base === null || value === null ? null : value - base;
}
