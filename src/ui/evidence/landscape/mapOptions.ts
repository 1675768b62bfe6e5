import { axisX, axisY, dot, link, rect, text, type Markish, type PlotOptions } from '@observablehq/plot';
import { valueAt, type Slider } from '../../../recipe/sliders.ts';
import type { Factors, Preset } from '../../../recipe/types.ts';
import { meanOf } from '../../../state/selectors.ts';
import type { Grid } from '../../../state/types.ts';
import { mixColor } from '../../shared/mix.ts';
import { labelMarks, linear } from './labelMarks.ts';
import { outlineOf, type Edge } from './outline.ts';
import { heatColor, type HeatScale } from './scale.ts';

/** What an axis is called, and its ends. */
export interface AxisWords {
  name: string;
  base: string;
  expert: string;
}

export interface HeatMapParts {
  grid: Grid;
  values: Float64Array;
  scale: HeatScale;
  presets: readonly Preset[];
  best: Factors | undefined;
  /** Which settings cannot be told from the best. */
  plateau: readonly boolean[] | undefined;
  x: AxisWords;
  y: AxisWords;
}

const MARGIN_PX = { top: 14, right: 14, bottom: 50, left: 58 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];
/** The painted edge that says which end is whose, outside the cells. */
const EDGE = { from: -0.045, to: -0.033 };

/** The names of an axis along its edge: the base's end, the factor, the expert's end. */
function edgeWords(words: AxisWords, along: 'x' | 'y'): Markish[] {
  const horizontal = along === 'x';
  const place = (at: number) => (horizontal ? { x: () => at } : { y: () => at });
  const common = horizontal
    ? ({ frameAnchor: 'bottom', lineAnchor: 'top', dy: 30, fontSize: 13 } as const)
    : ({ frameAnchor: 'left', lineAnchor: 'bottom', dx: -38, rotate: -90, fontSize: 13 } as const);
  const one = (at: number, string: string, anchor: 'start' | 'middle' | 'end', fill: string) =>
    text([0], { ...common, ...place(at), text: () => string, textAnchor: anchor, fill, fontWeight: 600 });
  return [
    one(0, words.base, 'start', 'var(--bl-base-ink)'),
    one(0.5, words.name, 'middle', 'var(--bl-text)'),
    one(1, words.expert, 'end', 'var(--bl-expert-ink)'),
  ];
}

/** The edge of the settings that cannot be told from the best: dark on light, with a rim that shows on dark cells. */
function edgeOf(plateau: readonly boolean[], { xs, ys }: Grid): Markish[] {
  const edges = outlineOf(plateau, xs.length, ys.length);
  const step = 1 / (xs.length - 1);
  const at = (corner: number) => (corner - 0.5) * step;
  const along = {
    x1: ({ x1 }: Edge) => at(x1),
    x2: ({ x2 }: Edge) => at(x2),
    y1: ({ y1 }: Edge) => at(y1),
    y2: ({ y2 }: Edge) => at(y2),
    strokeLinecap: 'square',
  } as const;
  return [
    link(edges, { ...along, stroke: 'var(--bl-surface)', strokeWidth: 3, strokeOpacity: 0.55 }),
    link(edges, { ...along, stroke: 'var(--bl-text)', strokeWidth: 1.25 }),
  ];
}

/** The heat map of a grid with what stands still on it: presets and the best. Cells are centred on their settings. */
export function heatMapOptions(parts: HeatMapParts, widthPx: number): PlotOptions {
  const { grid, values, scale, presets, best, plateau } = parts;
  const half = 0.5 / (grid.xs.length - 1);
  const side = widthPx - MARGIN_PX.left - MARGIN_PX.right;
  const domain = [EDGE.from, 1 + half] as const;
  const frame = {
    left: MARGIN_PX.left,
    right: MARGIN_PX.left + side,
    top: MARGIN_PX.top,
    bottom: MARGIN_PX.top + side,
  };
  const x = (s: number) => valueAt(grid.settings[s]!, grid.x);
  const y = (s: number) => valueAt(grid.settings[s]!, grid.y);
  const cells = grid.settings.map((_, s) => s);
  const onMap = presets.map(({ name, factors }) => ({
    name,
    x: valueAt(factors, grid.x),
    y: valueAt(factors, grid.y),
    color: mixColor(meanOf(factors)),
  }));
  const starred = best && { name: 'Best', x: valueAt(best, grid.x), y: valueAt(best, grid.y), radiusPx: 9 };
  const named = [...(starred ? [starred] : []), ...onMap.map((preset) => ({ ...preset, radiusPx: 11 }))];
  return {
    height: side + MARGIN_PX.top + MARGIN_PX.bottom,
    marginTop: MARGIN_PX.top,
    marginRight: MARGIN_PX.right,
    marginBottom: MARGIN_PX.bottom,
    marginLeft: MARGIN_PX.left,
    x: { domain },
    y: { domain },
    marks: [
      rect(cells, {
        x1: (s: number) => x(s) - half,
        x2: (s: number) => x(s) + half,
        y1: (s: number) => y(s) - half,
        y2: (s: number) => y(s) + half,
        fill: { value: (s: number) => heatColor(scale.at(values[s]!)), scale: null },
        shapeRendering: 'crispEdges',
      }),
      ...(plateau ? edgeOf(plateau, grid) : []),
      rect(grid.xs, {
        x1: (at: number) => at - half,
        x2: (at: number) => at + half,
        y1: EDGE.from,
        y2: EDGE.to,
        fill: { value: mixColor, scale: null },
        shapeRendering: 'crispEdges',
      }),
      rect(grid.ys, {
        y1: (at: number) => at - half,
        y2: (at: number) => at + half,
        x1: EDGE.from,
        x2: EDGE.to,
        fill: { value: mixColor, scale: null },
        shapeRendering: 'crispEdges',
      }),
      axisX({ ticks: TICKS, tickSize: 0, tickPadding: 8, label: null, tickFormat: String, fontSize: 12 }),
      axisY({ ticks: TICKS, tickSize: 0, tickPadding: 8, label: null, tickFormat: String, fontSize: 12 }),
      ...edgeWords(parts.x, 'x'),
      ...edgeWords(parts.y, 'y'),
      dot(onMap, {
        x: 'x',
        y: 'y',
        symbol: 'diamond',
        r: 6.5,
        fill: { value: 'color', scale: null },
        stroke: 'var(--bl-surface)',
        strokeWidth: 2,
      }),
      ...(best
        ? [
            dot([best], {
              x: (factors: Factors) => valueAt(factors, grid.x),
              y: (factors: Factors) => valueAt(factors, grid.y),
              symbol: 'star',
              r: 9,
              fill: 'var(--bl-text)',
              stroke: 'var(--bl-surface)',
              strokeWidth: 2,
            }),
          ]
        : []),
      ...labelMarks(
        named,
        frame,
        linear(domain, [frame.left, frame.right]),
        linear(domain, [frame.bottom, frame.top]),
      ),
    ],
  };
}

/** "Audio factor": a slider as an axis. */
export function axisWords(
  slider: Slider,
  modalityName: string,
  base: string,
  nameOf: (space: string) => string,
): AxisWords {
  const expert = slider.experts.map(nameOf).join(' and ');
  return { name: `${modalityName} factor`, base, expert };
}
