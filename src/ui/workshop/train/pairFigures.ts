/** What is drawn and said of mined pairs. Pure but for Plot's options. */
import * as Plot from '@observablehq/plot';
import type { Modality } from '../../../base/modality.ts';
import type { MinedSet, PairExample } from '../../../engine/training/types.ts';
import { LETTERS } from '../../../math/pseudoPairs.ts';
import { mixColor } from '../../shared/mix.ts';
import { MODALITY_WORDS } from '../../shared/modality.tsx';

export type Spread = MinedSet['similarity'][string];

/** "sound → text" of "audio>text". */
export function linkWords(link: string): string {
  const [from, to] = link.split('>') as [Modality, Modality];
  return `${MODALITY_WORDS[from].one} → ${MODALITY_WORDS[to].one}`;
}

/** "median 0.52, one in ten below 0.31" */
export function spreadWords({ deciles }: Spread): string {
  return `median ${deciles[4]!.toFixed(2)}, one in ten below ${deciles[0]!.toFixed(2)}`;
}

/**
 * Share of its set's pairs that are less similar, in [0, 1], read along a line between the deciles; beyond the first and last
 * one it is 0.05 and 0.95, as nothing is known there.
 */
export function shareBelow(similarity: number, { deciles }: Spread): number {
  const above = deciles.findIndex((decile) => similarity < decile);
  if (above === 0) return 0.05;
  if (above < 0) return 0.95;
  const [from, to] = [deciles[above - 1]!, deciles[above]!];
  return (above + (similarity - from) / (to - from)) / 10;
}

/** The colour of a share of pairs: from the base's to the expert's, as in the chart of deciles. */
export function shareColor(share: number): string {
  return mixColor(Math.max(0, Math.min(1, (share - 0.15) / 0.7)));
}

/** The examples from the most to the least similar, in thirds with a name each. */
export function thirdsOf(examples: readonly PairExample[]): { name: string; examples: PairExample[] }[] {
  const fromBest = examples.toReversed();
  const cut = Math.ceil(fromBest.length / 3);
  return [
    { name: 'Most similar', examples: fromBest.slice(0, cut) },
    { name: 'In between', examples: fromBest.slice(cut, 2 * cut) },
    { name: 'Least similar', examples: fromBest.slice(2 * cut) },
  ].filter((third) => third.examples.length > 0);
}

const ROW_PX = 34;

/**
 * Deciles of the cosines, a row a partner's modality: each tenth of the pairs is a cell between two deciles, so that narrow
 * cells are where most pairs lie; the median is a bar. Ends beyond the first and last decile are not known and not drawn.
 */
export function spreadPlot({ similarity, letter }: MinedSet): (widthPx: number) => Plot.PlotOptions {
  const rows = Object.entries(similarity).map(([link, spread]) => ({ name: linkWords(link), ...spread }));
  const cells = rows.flatMap(({ name, deciles }) =>
    deciles.slice(1).map((to, i) => ({ name, from: deciles[i]!, to, tenth: i + 2 })),
  );
  const all = rows.flatMap(({ deciles }) => deciles);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const pad = 0.12 * (most - least) || 0.05;
  const start = LETTERS[letter]!;
  return (widthPx) => ({
    height: 44 + rows.length * ROW_PX,
    marginLeft: widthPx < 480 ? 92 : 120,
    marginRight: 24,
    marginTop: 4,
    marginBottom: 40,
    x: {
      domain: [least - pad, most + pad],
      ticks: 5,
      label: `cosine of a ${MODALITY_WORDS[start].one} and its partner`,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { label: null, domain: rows.map(({ name }) => name), padding: 0.35, tickSize: 0 },
    marks: [
      Plot.gridX({ ticks: 5, stroke: 'var(--bl-line)', strokeOpacity: 1 }),
      Plot.barX(cells, {
        y: 'name',
        x1: 'from',
        x2: 'to',
        fill: ({ tenth }: { tenth: number }) => shareColor((tenth - 0.5) / 10),
        fillOpacity: 0.75,
        inset: 0.5,
        title: ({ tenth, from, to }: (typeof cells)[number]) =>
          `Tenth ${tenth} of the pairs: cosine ${from.toFixed(2)} to ${to.toFixed(2)}`,
      }),
      Plot.tickX(rows, {
        y: 'name',
        x: ({ deciles }: Spread) => deciles[4]!,
        stroke: 'var(--bl-text)',
        strokeWidth: 2.5,
      }),
    ],
  });
}
