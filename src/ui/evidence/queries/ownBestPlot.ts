/** Where each query has its own best factor, drawn. */
import * as Plot from '@observablehq/plot';
import type { OwnBest } from '../../../state/evidence/queryFigures.ts';
import { mixColor } from '../../shared/mix.ts';

export interface OwnBestAxis {
  name: string;
  /** Whether this slider moves the task at all. */
  moves: boolean;
  /** Where the best found setting of all queries together stands. */
  best: number | undefined;
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];
const HALF_BAR = 0.018;

/** A bar a value of the only slider that moves the task. */
function histogram(own: OwnBest, along: 'x' | 'y', axis: OwnBestAxis): Plot.PlotOptions {
  const counts = new Map<number, number>();
  for (const place of own.places) counts.set(place[along], (counts.get(place[along]) ?? 0) + place.count);
  const bars = [...counts].map(([value, count]) => ({ value, count }));
  return {
    height: 240,
    marginLeft: 40,
    marginTop: 24,
    marginBottom: 44,
    x: {
      domain: [-0.03, 1.03],
      ticks: TICKS,
      tickFormat: '.2f',
      label: axis.name,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { label: 'queries', labelArrow: 'none', nice: true, ticks: 4 },
    marks: [
      Plot.rectY(bars, {
        x1: ({ value }: (typeof bars)[number]) => value - HALF_BAR,
        x2: ({ value }: (typeof bars)[number]) => value + HALF_BAR,
        y: 'count',
        fill: ({ value }: (typeof bars)[number]) => mixColor(value),
        title: ({ value, count }: (typeof bars)[number]) =>
          `${axis.name} ${value.toFixed(2)}: ${count} queries`,
      }),
      Plot.ruleY([0], { stroke: 'var(--bl-line)' }),
      ...(axis.best === undefined ? [] : [bestMark([{ x: axis.best }], false)]),
    ],
  };
}

function bestMark(at: { x: number; y?: number }[], both: boolean): Plot.Markish {
  return both
    ? Plot.dot(at, { x: 'x', y: 'y', r: 7, stroke: 'var(--bl-text)', strokeWidth: 2, symbol: 'diamond' })
    : Plot.ruleX(at, { x: 'x', stroke: 'var(--bl-text)', strokeDasharray: '2 3' });
}

/** A bubble a pair of values, its area the number of queries; a histogram where one slider alone moves the task. */
export function ownBestPlot(own: OwnBest, x: OwnBestAxis, y: OwnBestAxis): Plot.PlotOptions {
  if (!y.moves) return histogram(own, 'x', x);
  if (!x.moves) return histogram(own, 'y', y);
  const most = Math.max(...own.places.map(({ count }) => count));
  type Place = OwnBest['places'][number];
  return {
    height: 300,
    marginLeft: 48,
    marginRight: 20,
    marginTop: 24,
    marginBottom: 40,
    x: {
      domain: [0, 1],
      ticks: TICKS,
      tickFormat: '.2f',
      label: x.name,
      labelAnchor: 'center',
      labelArrow: 'none',
      inset: 22,
    },
    y: { domain: [0, 1], ticks: TICKS, tickFormat: '.2f', label: y.name, labelArrow: 'none', inset: 22 },
    r: { domain: [0, most], range: [0, 20] },
    marks: [
      Plot.gridX(TICKS, { stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      Plot.gridY(TICKS, { stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      Plot.dot(own.places, {
        x: 'x',
        y: 'y',
        r: 'count',
        fill: (place: Place) => mixColor((place.x + place.y) / 2),
        fillOpacity: 0.85,
        stroke: 'var(--bl-page)',
        sort: { channel: '-r' },
        title: (place: Place) =>
          `${x.name} ${place.x.toFixed(2)}, ${y.name} ${place.y.toFixed(2)}: ${place.count} queries`,
      }),
      ...(x.best === undefined || y.best === undefined ? [] : [bestMark([{ x: x.best, y: y.best }], true)]),
    ],
  };
}
