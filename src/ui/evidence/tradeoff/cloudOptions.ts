import {
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  line,
  ruleX,
  ruleY,
  text,
  type Markish,
  type PlotOptions,
} from '@observablehq/plot';
import { isBetter, type MetricId } from '../../../math/answers.ts';
import type { Preset } from '../../../recipe/types.ts';
import { nearestSetting, type TradeoffPoint } from '../../../state/evidence/figures.ts';
import type { Tradeoff } from '../../../state/evidence/tradeoffFigures.ts';
import { meanOf } from '../../../state/selectors.ts';
import type { Grid } from '../../../state/types.ts';
import { mixColor } from '../../shared/mix.ts';
import { labelMarks, linear, type NamedMark } from '../landscape/labelMarks.ts';
import { figureWords } from '../landscape/words.ts';
import type { Disc } from '../landscape/placeLabels.ts';
import { domainOf } from './cloud.ts';

export interface CloudParts {
  grid: Grid;
  tradeoff: Tradeoff;
  /** The points are those of the validation half, where the front is a stair. */
  asChosen: boolean;
  presets: readonly Preset[];
  metric: MetricId;
  /** "sound → text, R@1" */
  nameA: string;
  nameB: string;
  /** "sound → text" */
  taskA: string;
  taskB: string;
  chanceA: number;
  chanceB: number;
}

const MARGIN_PX = { top: 34, right: 20, bottom: 48, left: 56 };
const HEIGHT_PX = { least: 340, most: 640 };

const QUIET = { fontSize: 11.5, fill: 'var(--bl-muted)' };

/** Chance of both tasks: a line where it lies among what is drawn, words below the axis where it lies beyond its worse end. */
function chanceMarks(
  { chanceA, chanceB, metric }: CloudParts,
  rangeA: readonly [number, number],
  rangeB: readonly [number, number],
): Markish[] {
  const within = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
  const dashes = { stroke: 'var(--bl-muted)', strokeDasharray: '2 4' };
  const [wordsA, wordsB] = [figureWords(metric, chanceA), figureWords(metric, chanceB)];
  const beyond: string[] = [];
  const marks: Markish[] = [];
  if (within(chanceA, rangeA)) {
    const place = { x: () => chanceA, frameAnchor: 'top', textAnchor: 'start', dx: 4, dy: 6 } as const;
    marks.push(ruleX([chanceA], dashes), text([`chance ${wordsA}`], { ...QUIET, ...place }));
  } else beyond.push(`← ${wordsA}`);
  if (within(chanceB, rangeB)) {
    const place = { y: () => chanceB, frameAnchor: 'right', textAnchor: 'end', dy: -8 } as const;
    marks.push(ruleY([chanceB], dashes), text([`chance ${wordsB}`], { ...QUIET, ...place }));
  } else beyond.push(`↓ ${wordsB}`);
  if (beyond.length > 0) {
    const place = { frameAnchor: 'bottom-left', textAnchor: 'start', dx: -48, dy: 40 } as const;
    marks.push(text([`chance ${beyond.join(', ')}`], { ...QUIET, ...place }));
  }
  return marks;
}

/** Points along the stair, for labels to keep clear of. */
function alongStair(corners: readonly (readonly [x: number, y: number])[]): Disc[] {
  return corners.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = corners[i]!;
    const n = 12;
    return Array.from({ length: n }, (_, k) => [
      { x: fromX, y: fromY + ((y - fromY) * k) / n, radiusPx: 3 },
      { x: fromX + ((x - fromX) * k) / n, y, radiusPx: 3 },
    ]).flat();
  });
}

/** Every setting in the plane of two tasks, better to the right and upwards, in the colour of its mix; the front ringed. `roomPx` is the page's height for it. */
export function cloudOptions(parts: CloudParts, widthPx: number, roomPx: number): PlotOptions {
  const { grid, tradeoff, presets, metric } = parts;
  const { points, front, onFront } = tradeoff;
  const height = Math.max(HEIGHT_PX.least, Math.min(HEIGHT_PX.most, widthPx * 0.85, roomPx));
  const up = isBetter(metric, 1, 0);
  const [rangeA, rangeB] = [domainOf(points.map(({ a }) => a)), domainOf(points.map(({ b }) => b))];
  const drawn = ([low, high]: [number, number]): [number, number] => (up ? [low, high] : [high, low]);
  const frame = {
    left: MARGIN_PX.left,
    right: widthPx - MARGIN_PX.right,
    top: MARGIN_PX.top,
    bottom: height - MARGIN_PX.bottom,
  };
  const color = ({ setting }: TradeoffPoint) => mixColor(meanOf(grid.settings[setting]!));
  const stair = front.map((setting) => points[setting]!);
  const others = points.filter(({ setting }) => !onFront.has(setting));
  // On another half they need not be the best.
  const bestWord = parts.asChosen ? 'best' : 'chosen';
  const named: NamedMark[] = [
    ...presets.map(({ name, factors }) => {
      const { a, b } = points[nearestSetting(grid, factors)]!;
      return { name, x: a, y: b, radiusPx: 7 };
    }),
    ...(stair.length > 1
      ? [
          { name: `${bestWord} for ${parts.taskB}`, x: stair[0]!.a, y: stair[0]!.b, radiusPx: 6 },
          { name: `${bestWord} for ${parts.taskA}`, x: stair.at(-1)!.a, y: stair.at(-1)!.b, radiusPx: 6 },
        ]
      : []),
  ];
  const onPreset = presets.map(({ factors }) => ({
    point: points[nearestSetting(grid, factors)]!,
    color: mixColor(meanOf(factors)),
  }));
  const toX = linear(drawn(rangeA), [frame.left, frame.right]);
  const toY = linear(drawn(rangeB), [frame.bottom, frame.top]);
  const obstacles = [
    ...points.map(({ a, b }) => ({ x: toX(a), y: toY(b), radiusPx: 4 })),
    ...(parts.asChosen ? alongStair(stair.map(({ a, b }) => [toX(a), toY(b)] as const)) : []),
  ];
  const tickFormat = (value: number) => value.toFixed(metric === 'MedR' ? 0 : 2);
  const ticks = widthPx < 480 ? 4 : 7;
  const title = { fontSize: 13, fontWeight: 600, fill: 'var(--bl-text)' } as const;
  return {
    height,
    marginTop: MARGIN_PX.top,
    marginRight: MARGIN_PX.right,
    marginBottom: MARGIN_PX.bottom,
    marginLeft: MARGIN_PX.left,
    x: { domain: drawn(rangeA) },
    y: { domain: drawn(rangeB) },
    marks: [
      gridX({ ticks, stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      gridY({ ticks, stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      axisX({ ticks, tickSize: 0, tickPadding: 8, label: null, tickFormat, fontSize: 12 }),
      axisY({ ticks, tickSize: 0, tickPadding: 8, label: null, tickFormat, fontSize: 12 }),
      text([`${parts.nameA} →`], { ...title, frameAnchor: 'bottom-right', textAnchor: 'end', dy: 40 }),
      text([`↑ ${parts.nameB}`], {
        ...title,
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dx: -48,
        dy: -24,
      }),
      ...chanceMarks(parts, rangeA, rangeB),
      dot(others, { x: 'a', y: 'b', r: 3.5, fill: { value: color, scale: null }, fillOpacity: 0.55 }),
      // On a half that had no say the front is no stair: a line leads from each of its places to the next.
      line(stair, {
        x: 'a',
        y: 'b',
        curve: parts.asChosen ? 'step-before' : 'linear',
        stroke: 'var(--bl-text)',
        strokeWidth: parts.asChosen ? 1.5 : 1,
        strokeOpacity: parts.asChosen ? 1 : 0.45,
      }),
      dot(
        points.filter(({ setting }) => onFront.has(setting)),
        {
          x: 'a',
          y: 'b',
          r: 5,
          fill: { value: color, scale: null },
          stroke: 'var(--bl-text)',
          strokeWidth: 1.25,
        },
      ),
      dot(onPreset, {
        x: ({ point }: (typeof onPreset)[number]) => point.a,
        y: ({ point }: (typeof onPreset)[number]) => point.b,
        symbol: 'diamond',
        r: 7,
        fill: { value: 'color', scale: null },
        stroke: 'var(--bl-surface)',
        strokeWidth: 2,
      }),
      ...labelMarks(named, frame, toX, toY, obstacles),
    ],
  };
}
