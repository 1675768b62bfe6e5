/** The charts of a run: loss, validation R@1 and learning rate against the step of each member. */
import * as Plot from '@observablehq/plot';
import type { RunRecord } from '../../../engine/training/types.ts';
import { learningRate } from '../../../math/adam.ts';
import { recallSteps, type StepValue } from '../../../state/workshop/trainFigures.ts';
import { spreadLabels } from '../../figures/chart.ts';
import { mixColor, mixInk } from '../../shared/mix.ts';

/** A member's line. */
export interface MemberLine {
  member: string;
  values: readonly StepValue[];
  /** Drawn in colour; the others are pale. */
  focused: boolean;
}

const MARGIN = { top: 22, right: 44, bottom: 40, left: 50 };
const STRIP_HEIGHT = 64;
const LABEL_GAP = 14;
/** What is made lies between base and expert. */
export const LIVE_COLOR = mixColor(0.5);
const LIVE_INK = mixInk(0.5);

/** The lines of all members of a run that have points; the focused one last, above the others. */
export function memberLines(
  { curves }: Pick<RunRecord, 'curves'>,
  focus: string,
  values: (curve: RunRecord['curves'][number]) => StepValue[],
): MemberLine[] {
  const lines = curves.map((curve) => ({
    member: curve.member,
    values: values(curve),
    focused: curve.member === focus,
  }));
  return lines
    .filter((line) => line.values.length > 0)
    .toSorted((a, b) => Number(a.focused) - Number(b.focused));
}

/** Mean loss since the point before, in nats. */
export function lossLines(record: Pick<RunRecord, 'curves'>, focus: string): MemberLine[] {
  return memberLines(record, focus, ({ points }) => points.map(({ step, loss }) => ({ step, value: loss })));
}

/** Validation R@1 in one direction, or the mean of all (MEAN). */
export function recallLines(
  record: Pick<RunRecord, 'curves'>,
  focus: string,
  direction: string,
): MemberLine[] {
  return memberLines(record, focus, (curve) => recallSteps(curve, direction));
}

/** The ends of an axis for some values, with a little room; from 0 where the least is not far from it. */
export function rangeOf(values: readonly number[]): [from: number, to: number] {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return [0, 1];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const pad = (most - least) * 0.06 || Math.abs(most) * 0.1 || 0.1;
  const from = least >= 0 && least < 0.5 * most ? 0 : least - pad;
  return [from, most + pad];
}

interface LinesPlot {
  lines: readonly MemberLine[];
  steps: number;
  yLabel: string;
  /** A level to hold the lines against, drawn where it is near them. */
  level?: { value: number; label: string };
  /** Of the focused member: its best. */
  best?: StepValue | undefined;
  words: (value: number) => string;
  heightPx: number;
  /** A share is told from 0: small changes of it look small. */
  fromZero?: boolean;
  /** Size of the page's font against its usual size. */
  scale?: number;
}

/** Lines of members over their steps, labelled at their ends. */
export function linesPlot(parts: LinesPlot): Plot.PlotOptions {
  const { lines, steps, yLabel, level, best, words, heightPx, fromZero = false, scale = 1 } = parts;
  const all = lines.flatMap(({ values }) => values.map(({ value }) => value));
  const near = level && all.some((value) => value > level.value * 0.7);
  const [from, to] = fromZero
    ? ([0, 1.15 * Math.max(0.01, ...all)] as const)
    : rangeOf(near ? [...all, level.value] : all);
  const px = (y: number) => MARGIN.top + ((to - y) / (to - from)) * (heightPx - MARGIN.top - MARGIN.bottom);
  const ends = lines.map(({ values }) => values.at(-1)!);
  // Labels meet only where lines end at the same step.
  const atEdge = ends.filter(({ step }) => step === ends[0]!.step);
  const apart = spreadLabels(
    atEdge.map(({ value }) => px(value)),
    LABEL_GAP,
    MARGIN.top,
    heightPx - MARGIN.bottom,
  );
  const places = ends.map((end) => apart[atEdge.indexOf(end)] ?? px(end.value));
  return {
    height: heightPx,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: {
      domain: [0, steps],
      ticks: 5,
      label: 'step of the member',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { domain: [from, to], ticks: 5, label: yLabel, labelArrow: 'none' },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      ...(near
        ? [
            Plot.ruleY([level.value], { stroke: 'var(--bl-muted)', strokeDasharray: '1 4' }),
            Plot.text([level.value], {
              x: steps,
              y: (value: number) => value,
              text: () => level.label,
              dy: -7,
              textAnchor: 'end',
              fill: 'var(--bl-muted)',
            }),
          ]
        : []),
      ...lines.flatMap(({ member, values, focused }, i) => {
        const end = ends[i]!;
        return [
          Plot.lineY(values, {
            x: 'step',
            y: 'value',
            stroke: focused ? LIVE_COLOR : 'var(--bl-muted)',
            strokeWidth: focused ? 2.5 : 1.25,
            strokeOpacity: focused ? 1 : 0.45,
          }),
          Plot.dot([end], {
            x: 'step',
            y: 'value',
            r: focused ? 4 : 2,
            fill: focused ? LIVE_COLOR : 'var(--bl-muted)',
            stroke: 'var(--bl-page)',
          }),
          Plot.text([end], {
            x: 'step',
            y: 'value',
            text: () => member,
            dx: 8,
            dy: places[i]! - px(end.value),
            textAnchor: 'start',
            fill: focused ? LIVE_INK : 'var(--bl-muted)',
            fontWeight: focused ? 700 : 500,
          }),
        ];
      }),
      ...(best
        ? [
            Plot.dot([best], { x: 'step', y: 'value', r: 7, stroke: 'var(--bl-text)', strokeWidth: 1.5 }),
            Plot.text([best], {
              x: 'step',
              y: 'value',
              text: () => `best ${words(best.value)}`,
              dy: -14,
              textAnchor: best.step > steps * 0.8 ? 'end' : 'middle',
              fill: 'var(--bl-text)',
              fontWeight: 600,
            }),
          ]
        : []),
      // Of all points the one that is pointed at alone is drawn: there are thousands.
      Plot.tip(
        lines.flatMap(({ member, values }) => values.map((one) => ({ member, ...one }))),
        Plot.pointer({
          x: 'step',
          y: 'value',
          title: ({ member, step, value }: StepValue & { member: string }) =>
            `${member}, step ${step}: ${words(value)}`,
          fontSize: 12 * scale,
          maxRadius: 24,
        }),
      ),
    ],
  };
}

/** The schedule of the learning rate: all of it pale, what was done in colour. */
export function ratePlot(
  settings: { steps: number; peakRate: number; warmUp: number },
  done: number,
): Plot.PlotOptions {
  const n = Math.min(settings.steps, 120);
  const all = Array.from({ length: n }, (_, i) => {
    const step = n === 1 ? 1 : Math.round(1 + (i * (settings.steps - 1)) / (n - 1));
    return { step, value: learningRate(step, settings) };
  });
  const past = all.filter(({ step }) => step <= done);
  if (done > 0 && past.at(-1)?.step !== done) past.push({ step: done, value: learningRate(done, settings) });
  return {
    height: STRIP_HEIGHT,
    marginTop: 10,
    marginRight: MARGIN.right,
    marginBottom: 6,
    marginLeft: MARGIN.left,
    x: { domain: [0, settings.steps], axis: null },
    y: { domain: [0, settings.peakRate], axis: null },
    marks: [
      Plot.areaY(all, { x: 'step', y: 'value', fill: 'var(--bl-line)' }),
      Plot.areaY(past, { x: 'step', y: 'value', fill: LIVE_COLOR, fillOpacity: 0.35 }),
      Plot.ruleY([0], { stroke: 'var(--bl-line)' }),
      Plot.axisY([0, settings.peakRate], {
        tickFormat: (rate: number) => (rate === 0 ? '0' : rate.toPrecision(1)),
        label: null,
        tickSize: 0,
      }),
      ...past.slice(-1).map((end) =>
        Plot.dot([end], {
          x: 'step',
          y: 'value',
          r: 3.5,
          fill: LIVE_COLOR,
          stroke: 'var(--bl-page)',
        }),
      ),
    ],
  };
}
