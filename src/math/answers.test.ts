import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import {
  averagePrecision,
  bestRanks,
  bestSetting,
  chanceMetric,
  isBetter,
  metricBySetting,
  metricOf,
  METRICS,
  ndcgAt,
  offsetsOf,
  queryValues,
  summarise,
  type AnswerRanks,
  type MetricId,
} from './answers.ts';
import { meanReciprocalRank, medianRank, recallAt } from './ranks.ts';

const answers: AnswerRanks = {
  nSettings: 2,
  nGallery: 20,
  offsets: Uint32Array.of(0, 1, 3, 6),
  ranks: Uint32Array.from([[1], [4, 2], [11, 3, 12], [20], [1, 2], [5, 6, 7]].flat()),
};

test('every metric from the ranks of right answers, by hand', () => {
  expect([...bestRanks(answers, 0)]).toEqual([1, 2, 3]);
  const at = (metric: MetricId, setting: number) => [...queryValues(answers, setting, metric)];
  expect(at('R1', 0)).toEqual([1, 0, 0]);
  expect(at('R5', 1)).toEqual([0, 1, 1]);
  expect(at('MedR', 1)).toEqual([20, 1, 5]);
  expect(at('MRR', 0)).toEqual([1, 1 / 2, 1 / 3]);
  expect(at('mAP', 0)[1]).toBeCloseTo((1 / 2 + 2 / 4) / 2, 12);
  expect(at('mAP', 1)[1]).toBe(1);
  // Right at 3 alone of the first ten; the best possible has three at the top.
  expect(at('nDCG10', 0)[2]).toBeCloseTo(1 / 2 / (1 + 1 / Math.log2(3) + 1 / 2), 12);
  expect(summarise(queryValues(answers, 1, 'MedR'), 'MedR')).toBe(5);
  expect(summarise(queryValues(answers, 1, 'R5', [0, 1]), 'R5')).toBe(1 / 2);
  expect([...metricBySetting(answers, 'MedR')]).toEqual([2, 5]);
  expect(summarise(new Float64Array(), 'R1')).toBeNaN();
  expect(summarise(new Float64Array(), 'MedR')).toBeNaN();
});

test('with one right answer a query they are the metrics of ranks.ts', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }), (list) => {
      const ranks = Uint32Array.from(list);
      const one: AnswerRanks = {
        nSettings: 1,
        nGallery: 40,
        offsets: offsetsOf(list.map((rank) => [rank])),
        ranks,
      };
      const at = (metric: MetricId) => summarise(queryValues(one, 0, metric), metric);
      expect(at('R1')).toBeCloseTo(recallAt(1, ranks), 12);
      expect(at('R10')).toBeCloseTo(recallAt(10, ranks), 12);
      expect(at('MedR')).toBe(medianRank(ranks));
      expect(at('MRR')).toBeCloseTo(meanReciprocalRank(ranks), 12);
      expect(at('mAP')).toBeCloseTo(meanReciprocalRank(ranks), 12);
    }),
  );
});

test('the best setting is the first of the best; a lower median rank is better', () => {
  expect(bestSetting([0.1, 0.4, 0.4, 0.2], 'R1')).toBe(1);
  expect(bestSetting([9, 4, 4, 12], 'MedR')).toBe(1);
  expect(bestSetting([], 'R1')).toBe(-1);
  expect(isBetter('MedR', 3, 4)).toBe(true);
  expect(isBetter('mAP', 3, 4)).toBe(false);
  expect(() => metricOf('R2' as MetricId)).toThrow(InputError);
});

test('average precision and nDCG do not depend on the order in which right answers are named', () => {
  expect(averagePrecision([9, 2, 5])).toBeCloseTo(averagePrecision([2, 5, 9]), 12);
  expect(ndcgAt(10, [9, 2, 5])).toBeCloseTo(ndcgAt(10, [2, 5, 9]), 12);
  expect(ndcgAt(10, [1, 2, 3])).toBe(1);
  expect(ndcgAt(10, [11])).toBe(0);
});

test.each(METRICS.map(({ id }) => id))('chance of %s is what random orders give on average', (metric) => {
  const random = createRandom(7);
  const N = 12;
  const nRelevant = [1, 1, 2, 5];
  const offsets = offsetsOf(nRelevant.map((length) => ({ length })));
  const nDraws = 6000;
  const drawn = Array.from({ length: nDraws }, () =>
    nRelevant.flatMap((r) => random.shuffled(Array.from({ length: N }, (_, i) => i + 1)).slice(0, r)),
  );
  const many: AnswerRanks = {
    nSettings: nDraws,
    nGallery: N,
    offsets,
    ranks: Uint32Array.from(drawn.flat()),
  };
  const chance = chanceMetric(metric, { offsets, nGallery: N });
  const values =
    metric === 'MedR'
      ? Float64Array.of(
          summarise(Float64Array.from(drawn.flatMap((_, s) => [...queryValues(many, s, metric)])), metric),
        )
      : metricBySetting(many, metric);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Six standard errors of the draws' mean; the median of all draws together is exact.
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean - chance)).toBeLessThanOrEqual((6 * spread) / Math.sqrt(values.length));
});

test('chance over a subset of queries is that of their numbers of right answers', () => {
  const { offsets, nGallery } = answers;
  expect(chanceMetric('R1', answers, [2])).toBeCloseTo(3 / 20, 12);
  expect(chanceMetric('mAP', { offsets, nGallery }, [0])).toBeCloseTo(
    Array.from({ length: 20 }, (_, k) => 1 / (k + 1)).reduce((a, b) => a + b) / 20,
    12,
  );
  expect(chanceMetric('MedR', answers, [])).toBeNaN();
});
