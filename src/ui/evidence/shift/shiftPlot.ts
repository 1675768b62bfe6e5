/** A task along one slider, a line a condition: its level, or its difference to the clean collection. */
import * as Plot from '@observablehq/plot';
import type { Metric } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { spreadLabels } from '../../figures/chart.ts';
import { mixColor } from '../../shared/mix.ts';
import { changeWords, figureWords } from '../tasks/words.ts';

export interface DrawnLine {
  id: string;
  /** Written at the line's end, and where that is narrow. */
  label: string;
  shortLabel: string;
  values: readonly number[];
  figures: readonly number[];
  /** Of each value, where the difference to the clean collection is drawn. */
  band?: readonly Interval[];
  /** Index of the value with the best figure, where it is marked. */
  best?: number | undefined;
  look: LineLook;
}

/** Conditions are told apart by weight, never by colour: that says where a factor stands. */
export interface LineLook {
  widthPx: number;
  opacity: number;
  dash?: string;
}

export const CLEAN_LOOK: LineLook = { widthPx: 3, opacity: 1 };

/** The look of the i-th of n changed conditions: fainter with each. */
export function lookOfLine(i: number, n: number): LineLook {
  return {
    widthPx: 2,
    opacity: n < 2 ? 0.7 : 0.8 - (0.45 * i) / (n - 1),
    dash: ['7 4', '4 4', '2 4', '1 4'][i % 4]!,
  };
}

export interface ShiftPlotParts {
  lines: readonly DrawnLine[];
  metric: Metric;
  metricLabel: string;
  sliderLabel: string;
  /** Where the slider stands. */
  at: number;
  /** A random order's figure; of levels alone. */
  chance: number | undefined;
  /** Unique in the page: of the gradient. */
  gradientId: string;
  differences: boolean;
}

interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
  line: DrawnLine;
}

const N_STOPS = 9;
const HEIGHT = 340;
const MARGIN = { top: 28, right: 152, bottom: 40, left: 52 };
/** Below this width the labels at the lines' ends are short. */
const NARROW_PX = 560;
const NARROW_RIGHT = 72;
const LABEL_GAP = 16;

/** From the base's colour at 0 to the expert's at 1, along x. */
function gradient(id: string): Plot.Markish {
  return (_index, { x }, _channels, _dimensions, { document }) => {
    const make = (name: string, attributes: Record<string, string | number>) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
      return element;
    };
    const made = make('linearGradient', { id, gradientUnits: 'userSpaceOnUse', x1: x!(0), x2: x!(1) });
    for (let i = 0; i < N_STOPS; i++) {
      const share = i / (N_STOPS - 1);
      made.append(make('stop', { offset: share, style: `stop-color: ${mixColor(share)}` }));
    }
    return made as SVGElement;
  };
}

/** Beyond the figures by more than this share of their range, chance is written and not drawn: it would press them together. */
const NEAR_SHARE = 0.5;

/** The ends of the axis, the worse one below, and whether chance lies between them. */
export function rangeOf({ lines, metric, chance, differences }: ShiftPlotParts): {
  domain: [from: number, to: number];
  /** Where chance is: on the chart, or beyond its lower or upper edge. Undefined where there is none to show. */
  chanceIs: 'drawn' | 'below' | 'above' | undefined;
} {
  const all = lines.flatMap(({ figures, band }) => [
    ...figures,
    ...(band ?? []).flatMap(({ low, high }) => [low, high]),
  ]);
  let low = Math.min(differences || metric.higherIsBetter ? 0 : 1, ...all);
  let high = Math.max(differences ? 0 : -Infinity, ...all);
  const known = !differences && chance !== undefined && !Number.isNaN(chance);
  const room = (high - low) * NEAR_SHARE;
  const near = known && chance >= low - room && chance <= high + room;
  if (near) [low, high] = [Math.min(low, chance), Math.max(high, chance)];
  const pad = (high - low) * 0.04 || 0.01;
  const [least, most] = [differences ? low - pad : low, high + pad];
  const beyond = known && chance < low === metric.higherIsBetter ? 'below' : 'above';
  return {
    domain: metric.higherIsBetter ? [least, most] : [most, least],
    chanceIs: known ? (near ? 'drawn' : beyond) : undefined,
  };
}

/** Chance as a line, or in words at the edge that it lies beyond. */
function chanceMarks(
  { chance, metric }: ShiftPlotParts,
  chanceIs: 'drawn' | 'below' | 'above',
): Plot.Markish[] {
  const words = { textAnchor: 'start', fill: 'var(--bl-muted)' } as const;
  if (chanceIs === 'drawn') {
    return [
      Plot.ruleY([chance], { stroke: 'var(--bl-muted)', strokeDasharray: '1 4' }),
      Plot.text([chance], { ...words, x: 0, y: (value: number) => value, text: () => 'chance', dy: -8 }),
    ];
  }
  const edge = chanceIs === 'below' ? 'bottom-left' : 'top-left';
  const said = `${chanceIs === 'below' ? '↓' : '↑'} chance ${figureWords(metric.id, chance)}`;
  return [Plot.text([said], { ...words, frameAnchor: edge, dx: 4, dy: chanceIs === 'below' ? -6 : 6 })];
}

/** `lines` are in the order of the conditions, clean first where levels are drawn. */
export function shiftPlot(parts: ShiftPlotParts, widthPx: number): Plot.PlotOptions {
  const narrow = widthPx < NARROW_PX;
  const { lines, metric, metricLabel, sliderLabel, at, gradientId, differences } = parts;
  const stroke = `url(#${gradientId})`;
  const { domain, chanceIs } = rangeOf(parts);
  const [from, to] = domain;
  const px = (y: number) => MARGIN.top + ((to - y) / (to - from)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const words = (y: number) => (differences ? changeWords(metric.id, y) : figureWords(metric.id, y));
  const points = lines.map((line) =>
    line.values.map((x, i): Point => {
      const y = line.figures[i]!;
      const { low, high } = line.band?.[i] ?? { low: y, high: y };
      return { x, y, low, high, line };
    }),
  );
  const ends = points.flatMap((own) => own.at(-1) ?? []);
  const places = spreadLabels(
    ends.map(({ y }) => px(y)),
    LABEL_GAP,
    MARGIN.top,
    HEIGHT - MARGIN.bottom,
  );
  const nearest = points.flatMap((own) => {
    const [first] = own;
    return first
      ? [own.reduce((best, p) => (Math.abs(p.x - at) < Math.abs(best.x - at) ? p : best), first)]
      : [];
  });
  const bests = points.flatMap((own) => own.filter((_, i) => own[i]!.line.best === i));
  const title = ({ x, y, low, high, line }: Point) =>
    `${line.label}, ${sliderLabel} ${x.toFixed(2)}: ${words(y)}${line.band ? ` [${words(low)}, ${words(high)}]` : ''}`;
  return {
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginRight: narrow ? NARROW_RIGHT : MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: {
      domain: [0, 1],
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: '.2f',
      label: `${sliderLabel}: base 0, expert 1`,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      domain: [from, to],
      ticks: 5,
      label: differences ? `${metricLabel}, difference to clean` : metricLabel,
      labelArrow: 'none',
    },
    marks: [
      gradient(gradientId),
      Plot.gridY({ ticks: 5, stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      Plot.ruleY(
        [differences ? 0 : undefined].filter((y) => y !== undefined),
        { stroke: 'var(--bl-muted)' },
      ),
      ...(chanceIs ? chanceMarks(parts, chanceIs) : []),
      Plot.ruleX([at], { stroke: mixColor(at), strokeWidth: 1.5, strokeOpacity: 0.6 }),
      ...points.flatMap((own) => {
        const { look, band } = own[0]!.line;
        return [
          ...(band
            ? [
                Plot.areaY(own, {
                  x: 'x',
                  y1: 'low',
                  y2: 'high',
                  fill: stroke,
                  fillOpacity: 0.16 * look.opacity,
                }),
              ]
            : []),
          Plot.lineY(own, {
            x: 'x',
            y: 'y',
            stroke,
            strokeWidth: look.widthPx,
            strokeOpacity: look.opacity,
            ...(look.dash !== undefined && { strokeDasharray: look.dash }),
          }),
        ];
      }),
      Plot.dot(bests, {
        x: 'x',
        y: 'y',
        r: 6,
        stroke: 'var(--bl-text)',
        strokeWidth: 1.5,
        symbol: 'diamond',
      }),
      Plot.dot(nearest, {
        x: 'x',
        y: 'y',
        r: 4.5,
        fill: mixColor(at),
        stroke: 'var(--bl-page)',
        strokeWidth: 1.5,
      }),
      // Wide and unseen, so that a value is easy to point at.
      Plot.dot(points.flat(), { x: 'x', y: 'y', r: 9, fill: 'transparent', title }),
      ...ends.map(({ y, line }, i) =>
        Plot.text([y], {
          x: 1,
          y: (value: number) => value,
          text: () => (narrow ? line.shortLabel : line.label),
          dx: 10,
          dy: places[i]! - px(y),
          textAnchor: 'start',
          fill: 'var(--bl-text)',
          fillOpacity: Math.max(0.75, line.look.opacity),
          fontWeight: line.look === CLEAN_LOOK ? 650 : 500,
        }),
      ),
    ],
  };
}
