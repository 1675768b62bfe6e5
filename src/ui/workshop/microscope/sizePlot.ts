/** Mixtures of each size: a group of rows a task, a row a size, the spread over training seeds as a line. */
import * as Plot from '@observablehq/plot';
import type { SizeFigure, SizeRow } from '../../../engine/microscope/types.ts';
import { metricOf, type MetricId } from '../../../math/answers.ts';
import type { TaskId } from '../../../world/types.ts';
import { figureWords } from '../../evidence/tasks/words.ts';
import { taskWords } from '../../shared/modality.tsx';
import { mixColor } from '../../shared/mix.ts';

interface Point extends SizeFigure {
  task: TaskId;
}

const ROW_PX = 18;
const GAP_PX = 14;
const MARGIN = { top: 10, bottom: 40, right: 16 };
const WIDE_PX = 620;

/** Sizes are told apart by their place and their number, and warmer from one to the next. `scale` as useTypeScale. */
export function sizePlot(
  rows: readonly SizeRow[],
  metric: MetricId,
  widthPx: number,
  scale = 1,
): Plot.PlotOptions {
  const margin = { top: MARGIN.top * scale, bottom: MARGIN.bottom * scale };
  const gapPx = GAP_PX * scale;
  const tasks = rows.map(({ task }) => task);
  const sizes = [...new Set(rows.flatMap((row) => row.sizes.map(({ size }) => size)))].sort((a, b) => a - b);
  const points = rows.flatMap((row) => row.sizes.map((one): Point => ({ ...one, task: row.task })));
  const seeds = points.flatMap(({ task, size, values }) => values.map((value) => ({ task, size, value })));
  const bases = rows.filter(({ base }) => base !== undefined);
  const values = [...points.flatMap(({ low, high }) => [low, high]), ...bases.map(({ base }) => base!)];
  const low = metric === 'MedR' ? 1 : 0;
  const pad = 0.05 * (Math.max(...values) - low) || 0.01;
  const domain = [low, Math.max(...values) + pad];
  const groupPx = sizes.length * ROW_PX * scale;
  const wide = widthPx >= scale * WIDE_PX;
  const place = { fy: 'task', y: 'size' } as const;
  const said = ({ task, size, mean, low: least, high, values: all }: Point) =>
    `${taskWords(task)}, ${size} ${size === 1 ? 'projector' : 'projectors'}: ${figureWords(metric, mean)}${all.length > 1 ? `, ${figureWords(metric, least)} to ${figureWords(metric, high)} over ${all.length} seeds` : ''}`;
  return {
    height: margin.top + margin.bottom + tasks.length * (groupPx + gapPx),
    marginTop: margin.top,
    marginBottom: margin.bottom,
    marginLeft: scale * (wide ? 168 : 34),
    marginRight: MARGIN.right,
    x: {
      domain: metricOf(metric).higherIsBetter ? domain : domain.toReversed(),
      label: metricOf(metric).name,
      labelArrow: 'none',
      labelAnchor: 'center',
      tickSize: 0,
      ticks: Math.max(3, Math.round(widthPx / (110 * scale))),
      grid: true,
    },
    y: { type: 'band', domain: sizes, padding: 0, label: null },
    fy: { domain: tasks, axis: null, padding: gapPx / (groupPx + gapPx) },
    marks: [
      Plot.axisY({ tickSize: 0, label: null, fill: 'var(--bl-text)', tickFormat: String }),
      Plot.text(tasks, {
        fy: (task: TaskId) => task,
        text: taskWords,
        fontWeight: 600,
        fill: 'var(--bl-text)',
        frameAnchor: wide ? 'left' : 'top-left',
        ...(wide ? { dx: -160 * scale } : { dx: 4, dy: -10 * scale }),
        textAnchor: 'start',
      }),
      Plot.ruleX(bases, { fy: 'task', x: 'base', stroke: 'var(--bl-base)', strokeWidth: 1.5 }),
      Plot.ruleX(rows, { fy: 'task', x: 'chance', stroke: 'var(--bl-muted)', strokeDasharray: '1 3' }),
      Plot.ruleY(points, { ...place, x1: 'low', x2: 'high', stroke: 'var(--bl-muted)', strokeWidth: 2 }),
      Plot.tickX(seeds, { ...place, x: 'value', stroke: 'var(--bl-muted)', insetTop: 5, insetBottom: 5 }),
      Plot.dot(points, {
        ...place,
        x: 'mean',
        r: 5,
        fill: {
          value: ({ size }: Point) => mixColor(sizes.indexOf(size) / Math.max(1, sizes.length - 1) / 2 + 0.5),
          scale: null,
        },
        stroke: 'var(--bl-text)',
        strokeWidth: 1,
        title: said,
        tip: { fontSize: 12 * scale },
      }),
    ],
  };
}
