import { expect, test } from 'vitest';
import { metricOf, type MetricId } from '../../../math/answers.ts';
import { RECIPES } from '../../../recipe/embedded.ts';
import { slidersOf } from '../../../recipe/sliders.ts';
import { rangeOf, shiftPlot, type ShiftPlotParts } from './shiftPlot.ts';
import { placeWords } from './words.ts';

const partsOf = (metric: MetricId, figures: number[], chance: number): ShiftPlotParts => ({
  lines: [
    {
      id: 'clean',
      label: 'clean',
      shortLabel: 'clean',
      values: [0, 1],
      figures,
      look: { widthPx: 1, opacity: 1 },
    },
  ],
  metric: metricOf(metric),
  metricLabel: metric,
  sliderLabel: 'Audio',
  at: 0,
  chance,
  gradientId: 'g',
  differences: false,
});

test('chance is drawn where it lies near the figures, at their worse end too', () => {
  const near = rangeOf(partsOf('MedR', [3, 41], 60));
  expect(near.chanceIs).toBe('drawn');
  expect(near.domain[0]).toBeGreaterThan(60);
  expect(near.domain[1]).toBe(1);
  expect(rangeOf(partsOf('R1', [0.2, 0.4], 0.001))).toMatchObject({ chanceIs: 'drawn' });
  expect(rangeOf(partsOf('R10', [0.7, 0.8], 1)).domain[1]).toBeGreaterThan(1);
});

test('chance far beyond the figures is written, and presses nothing together', () => {
  const far = partsOf('MedR', [3, 5], 250);
  expect(rangeOf(far).chanceIs).toBe('below');
  expect(rangeOf(far).domain[0]).toBeLessThan(6);
  expect(rangeOf(partsOf('R10', [0.1, 0.2], 1)).chanceIs).toBe('above');
  // One mark less: words alone stand for line and words.
  const drawn = shiftPlot(partsOf('MedR', [3, 41], 60), 800).marks!.length;
  expect(shiftPlot(far, 800).marks).toHaveLength(drawn - 1);
  expect(rangeOf({ ...far, differences: true }).chanceIs).toBeUndefined();
  expect(rangeOf(partsOf('MedR', [3, 5], NaN)).chanceIs).toBeUndefined();
});

test('a place between two counted values is named by the one that is read', () => {
  const audio = slidersOf(RECIPES[0]!)[1]!;
  const line = { conditionId: 'clean', slider: audio, values: [0, 0.05, 0.1], factors: {}, result: {} };
  expect(placeWords(line, { 'c-foley': { audio: 0.07 } }, 'Audio')).toBe('near Audio 0.05');
  expect(placeWords(line, { 'c-foley': { audio: 0.05 } }, 'Audio')).toBe('at Audio 0.05');
});
