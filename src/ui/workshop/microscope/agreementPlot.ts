/** How far members agree: a heat map of their mean cosines, and how the items' spread is distributed. */
import * as Plot from '@observablehq/plot';
import type { MemberAgreement } from '../../../engine/microscope/types.ts';
import { heatColor } from '../../evidence/landscape/scale.ts';
import { numberWords } from './words.ts';

interface Cell {
  a: string;
  b: string;
  cosine: number;
}

const MAX_CELL_PX = 46;
/** A cell narrower than this has no room for its number. */
const WRITTEN_PX = 34;
const NAME_PX = 8.5;
/** Names longer than this are set aslant. */
const LONG_PX = 60;

/** Rows and columns are the members that serve the modality; the scale runs from the least agreed pair to 1; `scale` as useTypeScale. */
export function agreementPlot(
  { members, cosines }: MemberAgreement,
  names: readonly string[],
  widthPx: number,
  scale = 1,
): Plot.PlotOptions {
  const n = members.length;
  const own = members.map((i) => names[i]!);
  const cells = own.flatMap((a, i) => own.map((b, j): Cell => ({ a, b, cosine: cosines[i * n + j]! })));
  const least = Math.min(...cosines);
  const share = ({ cosine }: Cell) => (least < 1 ? (cosine - least) / (1 - least) : 1);
  const edge = 12 + scale * NAME_PX * Math.max(...own.map(({ length }) => length));
  const long = edge > scale * LONG_PX;
  const top = long ? edge : 26 * scale;
  // Names that lean over reach beyond the last column.
  const right = long ? edge / 2 : 4;
  const cell = Math.min(scale * MAX_CELL_PX, Math.floor((widthPx - edge - right) / n));
  return {
    width: edge + cell * n + right,
    height: top + cell * n + 4,
    marginTop: top,
    marginLeft: edge,
    marginRight: right,
    marginBottom: 4,
    x: { domain: own, padding: 0.04 },
    y: { domain: own, padding: 0.04 },
    marks: [
      Plot.axisX({
        anchor: 'top',
        tickSize: 0,
        label: null,
        fill: 'var(--bl-text)',
        ...(long && { tickRotate: -60 }),
      }),
      Plot.axisY({ tickSize: 0, label: null, fill: 'var(--bl-text)' }),
      Plot.cell(cells, {
        x: 'a',
        y: 'b',
        rx: 3,
        fill: { value: (one: Cell) => heatColor(share(one)), scale: null },
        title: ({ a, b, cosine }: Cell) => `${a} and ${b}: ${numberWords(cosine, 3)}`,
        tip: { fontSize: 12 * scale },
      }),
      ...(cell >= scale * WRITTEN_PX
        ? [
            Plot.text(cells, {
              x: 'a',
              y: 'b',
              text: ({ cosine }: Cell) => numberWords(cosine),
              fill: {
                value: (one: Cell) => (share(one) > 0.55 ? 'var(--bl-page)' : 'var(--bl-text)'),
                scale: null,
              },
              pointerEvents: 'none',
            }),
          ]
        : []),
    ],
  };
}

/** Items by their spread, and its mean. */
export function spreadPlot({ spread, meanSpread }: MemberAgreement, scale = 1): Plot.PlotOptions {
  return {
    height: 150 * scale,
    marginTop: 22 * scale,
    marginBottom: 36 * scale,
    marginLeft: 34 * scale,
    marginRight: 10,
    x: { label: 'spread →', labelArrow: 'none', ticks: 5, tickSize: 0 },
    y: { label: 'items', labelArrow: 'none', ticks: 2, tickSize: 0, grid: true },
    marks: [
      Plot.rectY(spread, {
        ...Plot.binX({ y: 'count' }, { x: (value: number) => value, thresholds: 24 }),
        fill: 'var(--bl-muted)',
        fillOpacity: 0.55,
        inset: 0.5,
      }),
      Plot.ruleX([meanSpread.mean], { stroke: 'var(--bl-text)', strokeWidth: 1.5 }),
      Plot.text([meanSpread.mean], {
        x: (value: number) => value,
        frameAnchor: 'top',
        dy: -10 * scale,
        text: () => 'mean',
        fill: 'var(--bl-text)',
      }),
    ],
  };
}
