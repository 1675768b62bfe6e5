/** A chart of dots by model and column, each column on a scale of its own, as options for Observable Plot. */
import { dot, ruleX, ruleY, text, type PlotOptions } from '@observablehq/plot';
import { mixColor, mixInk, signed } from '../../shared/mix.ts';
import { changeOf, type ChartColumn, type ChartData, type ChartRow } from './chartData.ts';

const ROW_PX = 20;
/** Room of the three lines above the columns. */
const TOP_PX = 58;
const BOTTOM_PX = 8;
/** Room of the figure at the right end of each column. */
const VALUE_PX = 46;
const COLUMN_GAP_FRACTION = 0.08;

/** Room of the models' names: about the longest at the small size of the page's font. */
export const NAMES_PX = 168;

/** Height of the drawn chart; `scale` as dotChartOptions. */
export function chartHeightPx({ rows }: ChartData, scale = 1): number {
  return scale * (TOP_PX + ROW_PX * rows.length) + BOTTOM_PX;
}

interface Cell {
  row: ChartRow;
  key: string;
  columnId: string;
  value: number | null;
  change: number | null;
  best: boolean;
  /** Share of the column's greatest figure. */
  x: number | null;
  baseX: number | null;
}

const keyAt = (index: number) => `row ${index}`;

/** Every cell of the chart with its place in its column, in [0, 1]. */
export function cellsOf(chart: ChartData): Cell[] {
  return chart.columns.flatMap(({ id }, c) => {
    const values = chart.rows.flatMap((row) => row?.values[c] ?? []);
    const greatest = Math.max(...values);
    const base = chart.rows.find((row) => row?.id === chart.baseId)?.values[c] ?? null;
    const place = (value: number | null) => (value === null ? null : value / (greatest || 1));
    return chart.rows.flatMap((row, r): Cell[] => {
      if (row === null) return [];
      const value = row.values[c] ?? null;
      return [
        {
          row,
          key: keyAt(r),
          columnId: id,
          value,
          change: changeOf(chart, row, c),
          best: value === greatest,
          x: place(value),
          baseX: place(base),
        },
      ];
    });
  });
}

const dotColor = ({ row }: Cell) => (row.factor === undefined ? 'var(--bl-muted)' : mixColor(row.factor));
const inkColor = ({ row }: Cell) => (row.factor === undefined ? 'var(--bl-muted)' : mixInk(row.factor));
/** Colours are CSS, not values of a scale. */
const asIs = (value: (cell: Cell) => string) => ({ value, scale: null });

const heading = (
  columns: readonly ChartColumn[],
  of: 'group' | 'title' | 'measure',
  look: { dy: number; fill: string; fontWeight?: number },
) => text(columns, { fx: 'id', text: of, frameAnchor: 'top-left', ...look });

function tip({ row, value, change }: Cell): string {
  const than = change === null || change === 0 ? '' : `, ${signed(change, 1)} points against the base`;
  return `${row.name}: ${value!.toFixed(2)}%${than}`;
}

/**
 * Rows of models, a column each data set or direction, from 0 to the column's greatest figure; a line reaches from the
 * base's figure (the vertical rule) to the model's dot, and the figure in percent stands at the end.
 * @param digits decimals of the figures
 * @param scale size of the page's font against its usual size
 */
export function dotChartOptions(chart: ChartData, widthPx: number, digits: number, scale = 1): PlotOptions {
  const cells = cellsOf(chart);
  const known = cells.filter(({ value }) => value !== null);
  const nColumns = chart.columns.length;
  const namesPx = scale * NAMES_PX;
  const columnPx = ((widthPx - namesPx) / (nColumns - COLUMN_GAP_FRACTION)) * (1 - COLUMN_GAP_FRACTION);
  const plotPx = Math.max(16, columnPx - scale * VALUE_PX);
  const names = new Map(chart.rows.map((row, r) => [keyAt(r), row?.name ?? '']));
  const models = [...new Map(cells.map((cell) => [cell.key, cell])).values()];
  const figure = ({ value }: Cell) => (value === null ? '–' : value.toFixed(digits));
  const end = { fx: 'columnId', y: 'key', text: figure, frameAnchor: 'right', textAnchor: 'end' } as const;
  const first = chart.columns[0]?.id;
  const groups = chart.columns.filter(({ group }, c) => group !== chart.columns[c - 1]?.group);
  return {
    width: widthPx,
    height: chartHeightPx(chart, scale),
    marginTop: scale * TOP_PX,
    marginBottom: BOTTOM_PX,
    marginLeft: namesPx,
    marginRight: 0,
    x: { axis: null, domain: [0, columnPx / plotPx] },
    y: { axis: null, type: 'band', domain: [...names.keys()], padding: 0 },
    fx: {
      axis: null,
      domain: chart.columns.map(({ id }) => id),
      padding: COLUMN_GAP_FRACTION,
      paddingOuter: 0,
    },
    marks: [
      ruleY(models, { y: 'key', stroke: 'var(--bl-line)' }),
      text(models, {
        fx: () => first,
        y: 'key',
        text: ({ row }: Cell) => row.name,
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -12,
        fill: 'var(--bl-text)',
      }),
      heading(groups, 'group', { dy: -54 * scale, fill: 'var(--bl-text)', fontWeight: 650 }),
      heading(chart.columns, 'title', { dy: -36 * scale, fill: 'var(--bl-text)' }),
      heading(chart.columns, 'measure', { dy: -20 * scale, fill: 'var(--bl-muted)' }),
      ruleX(
        known.filter(({ row }) => row.id === chart.baseId),
        { fx: 'columnId', x: 'x', stroke: 'var(--bl-base)', strokeOpacity: 0.55, strokeWidth: 1.5 },
      ),
      ruleY(
        known.filter(({ change }) => change !== null),
        { fx: 'columnId', y: 'key', x1: 'baseX', x2: 'x', stroke: asIs(dotColor), strokeWidth: 3 },
      ),
      dot(known, {
        fx: 'columnId',
        x: 'x',
        y: 'key',
        r: 4.5,
        fill: asIs(dotColor),
        stroke: asIs(inkColor),
        strokeWidth: 1,
        title: tip,
      }),
      text(
        cells.filter(({ best }) => !best),
        { ...end, fill: asIs(inkColor) },
      ),
      text(
        cells.filter(({ best }) => best),
        { ...end, fill: asIs(inkColor), fontWeight: 750 },
      ),
    ],
  };
}
