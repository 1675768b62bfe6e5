/** The chart of an experiment on pseudo-pair quality. */
import * as Plot from '@observablehq/plot';
import type { DamageAxis } from '../../../engine/training/types.ts';
import {
  AXES,
  percentWords,
  type ExperimentHalf,
  type SeriesPoint,
} from '../../../state/workshop/trainExperiments.ts';
import { spreadLabels } from '../../figures/chart.ts';
import { mixColor, mixInk } from '../../shared/mix.ts';

export interface ExperimentPlotParts {
  test: readonly SeriesPoint[];
  validation: readonly SeriesPoint[];
  axis: DamageAxis;
  /** All values of the request: the axis does not move while trainings come in. */
  values: readonly number[];
}

const HEIGHT = 300;
const MARGIN = { top: 24, right: 76, bottom: 42, left: 50 };

/** What the trainings were told lies along x; R@1 along y from 0. The test half is reported, validation stands beside it. */
export function experimentPlot({ test, validation, axis, values }: ExperimentPlotParts): Plot.PlotOptions {
  const all = [...test, ...validation].flatMap(({ repeats, interval }) => [
    ...repeats,
    ...(interval ? [interval.high] : []),
  ]);
  const top = Math.min(1, 1.06 * Math.max(0.02, ...all));
  const px = (y: number) => MARGIN.top + (1 - y / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  // Shares of a pool go over orders of magnitude.
  const byFactors = axis !== 'corrupt' && Math.max(...values) / Math.min(...values) >= 8;
  const halves: { half: ExperimentHalf; series: readonly SeriesPoint[] }[] = [
    { half: 'validation', series: validation },
    { half: 'test', series: test },
  ];
  const places = spreadLabels(
    halves.map(({ series }) => px(series.at(-1)?.mean ?? 0)),
    16,
    MARGIN.top,
    HEIGHT - MARGIN.bottom,
  );
  return {
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: {
      type: byFactors ? 'log' : 'linear',
      domain: [Math.min(...values), Math.max(...values)],
      ticks: [...values],
      tickFormat: percentWords,
      label: AXES[axis].label.toLowerCase(),
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { domain: [0, top], ticks: 5, label: 'R@1', labelArrow: 'none' },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      ...halves.flatMap(({ half, series }, i) => {
        const reported = half === 'test';
        const color = reported ? mixColor(0.5) : 'var(--bl-muted)';
        const dots = series.flatMap(({ value, repeats }) => repeats.map((recall) => ({ value, recall })));
        const banded = reported ? series.filter(({ interval }) => interval) : [];
        return [
          Plot.areaY(banded, {
            x: 'value',
            y1: ({ interval }: SeriesPoint) => interval!.low,
            y2: ({ interval }: SeriesPoint) => interval!.high,
            fill: color,
            fillOpacity: 0.16,
          }),
          Plot.lineY(series, {
            x: 'value',
            y: 'mean',
            stroke: color,
            strokeWidth: reported ? 2.5 : 1.5,
            ...(!reported && { strokeDasharray: '5 4' }),
          }),
          Plot.dot(dots, {
            x: 'value',
            y: 'recall',
            r: reported ? 3.5 : 2,
            fill: reported ? color : 'transparent',
            stroke: reported ? 'var(--bl-page)' : color,
            title: ({ value, recall }: (typeof dots)[number]) =>
              `${percentWords(value)}, ${half} half: R@1 ${recall.toFixed(3)}`,
          }),
          Plot.text(series.slice(-1), {
            x: 'value',
            y: 'mean',
            text: () => half,
            dx: 10,
            dy: places[i]! - px(series.at(-1)?.mean ?? 0),
            textAnchor: 'start',
            fill: reported ? mixInk(0.5) : 'var(--bl-muted)',
            fontWeight: reported ? 700 : 500,
          }),
        ];
      }),
    ],
  };
}
