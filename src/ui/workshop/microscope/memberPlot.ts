/** What leaving a member out costs, as dots with intervals: a row a member, a column a task. */
import * as Plot from '@observablehq/plot';
import { metricOf, type MetricId } from '../../../math/answers.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import type { Verdict } from '../../../state/evidence/taskFigures.ts';
import type { MemberEffect } from '../../../state/workshop/microscopeFigures.ts';
import type { TaskId } from '../../../world/types.ts';
import { changeWords, intervalWords } from '../../evidence/tasks/words.ts';
import { taskWords } from '../../shared/modality.tsx';
import { verdictColor } from './look.ts';

export interface MemberPlotParts {
  effects: readonly MemberEffect[];
  names: readonly string[];
  metric: MetricId;
  /** The one task that is drawn where there is no room for all. */
  task: TaskId;
}

const ROW_PX = 24;
const MARGIN = { top: 34, right: 12, bottom: 34 };
const NAME_PX = 9;
/** A column narrower than this shows nothing. */
const COLUMN_PX = 120;

interface Known extends MemberEffect {
  effect: Interval;
  verdict: Verdict;
}

/** `scale` as useTypeScale. */
export function memberPlot(
  { effects, names, metric, task }: MemberPlotParts,
  widthPx: number,
  scale = 1,
): Plot.PlotOptions {
  const all = effects.filter((one): one is Known => one.effect !== undefined && one.verdict !== undefined);
  const tasks = [...new Set(all.map((one) => one.task))];
  const marginLeft = 16 + scale * NAME_PX * Math.max(...names.map(({ length }) => length));
  const crowded = (widthPx - marginLeft) / tasks.length < scale * COLUMN_PX;
  const shown = crowded ? [tasks.includes(task) ? task : tasks[0]!] : tasks;
  const drawn = all.filter((one) => shown.includes(one.task));
  const name = ({ member }: MemberEffect) => names[member]!;
  const ends = all.flatMap(({ effect }) => [effect.low, effect.high, 0]);
  const pad = 0.06 * (Math.max(...ends) - Math.min(...ends)) || 0.01;
  const domain = [Math.min(...ends) - pad, Math.max(...ends) + pad];
  const said = (one: Known) =>
    `${name(one)}, ${taskWords(one.task)}\nleft out: ${changeWords(metric, -one.effect.mean)}\neffect ${changeWords(metric, one.effect.mean)} ${intervalWords(metric, one.effect)}`;
  const stroke = { value: ({ verdict }: Known) => verdictColor(verdict), scale: null } as const;
  const place = { fx: 'task', y: name } as const;
  return {
    height: scale * (MARGIN.top + MARGIN.bottom + ROW_PX * names.length),
    marginTop: scale * MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: scale * MARGIN.bottom,
    marginLeft,
    // Better is to the right, whatever the metric.
    x: {
      domain: metricOf(metric).higherIsBetter ? domain : domain.toReversed(),
      ticks: 3,
      label: null,
      tickSize: 0,
      tickFormat: (value: number) => changeWords(metric, value).replace('±', ''),
    },
    y: { domain: names, label: null, tickSize: 0 },
    fx: { domain: shown, label: null, tickFormat: taskWords, padding: 0.08 },
    marks: [
      Plot.axisFx({
        anchor: 'top',
        tickFormat: taskWords,
        label: null,
        fontWeight: 600,
        fill: 'var(--bl-text)',
      }),
      Plot.axisY({ tickSize: 0, label: null, fill: 'var(--bl-text)' }),
      Plot.gridY({ stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: 'var(--bl-muted)', strokeDasharray: '2 3' }),
      Plot.ruleY(drawn, {
        ...place,
        x1: ({ effect }: Known) => effect.low,
        x2: ({ effect }: Known) => effect.high,
        stroke,
        strokeWidth: 2,
        strokeLinecap: 'round',
      }),
      Plot.dot(drawn, {
        ...place,
        x: ({ effect }: Known) => effect.mean,
        r: 4.5,
        stroke,
        strokeWidth: 2,
        fill: {
          value: ({ verdict }: Known) => (verdict === 'open' ? 'var(--bl-page)' : verdictColor(verdict)),
          scale: null,
        },
        title: said,
        tip: { fontSize: 12 * scale },
      }),
    ],
  };
}
