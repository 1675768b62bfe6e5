import { describe, expect, test } from 'vitest';
import { checkExperiment } from '../../engine/training/request.ts';
import { SPACES } from '../../recipe/embedded.ts';
import {
  AXES,
  experimentDirections,
  experimentSeries,
  experimentWords,
  meanInterval,
  quickRequest,
  readShares,
  shareWords,
} from './trainExperiments.ts';
import { MEAN } from './trainFigures.ts';
import { SAMPLE_REQUEST, sampleExperiment } from './trainSamples.testing.ts';
import { curvesTable, experimentTable, recordText, requestRows } from './trainTables.ts';
import { sampleRun } from './trainSamples.testing.ts';

const point = (value: number, repeat: number, test_: number, validation = 0.9) => ({
  value,
  repeat,
  nPairs: { mix: 10 },
  recall: { 'audio>text': { validation, test: test_ }, 'text>audio': { validation, test: test_ + 0.2 } },
  ranks: { 'audio>text': Uint32Array.of(1, 5) },
  seconds: 2,
});

describe('the curve of an experiment', () => {
  const points = [point(0.5, 0, 0.1), point(0, 0, 0.3), point(0, 1, 0.4), point(0, 2, 0.5)];

  test('has the mean of the repeats at each value, ascending', () => {
    const series = experimentSeries({ points }, 'audio>text', 'test');
    expect(series.map(({ value }) => value)).toEqual([0, 0.5]);
    expect(series[0]!.mean).toBeCloseTo(0.4, 12);
    expect(series[0]!.repeats).toEqual([0.3, 0.4, 0.5]);
    expect(series[1]!.interval).toBeUndefined();
    expect(experimentSeries({ points }, MEAN, 'test')[0]!.mean).toBeCloseTo(0.5, 12);
    expect(experimentSeries({ points }, MEAN, 'validation')[0]!.mean).toBeCloseTo(0.9, 12);
    expect(experimentSeries({ points }, 'text>image', 'test')).toEqual([]);
    expect(experimentDirections({ points })).toEqual(['audio>text', 'text>audio']);
  });

  test('has the interval of Student’s t over seeds, within what R@1 can be', () => {
    // s = 0.1, n = 3: 4.303 * 0.1 / sqrt(3).
    expect(meanInterval([0.3, 0.4, 0.5])!.high - 0.4).toBeCloseTo(0.24843, 4);
    expect(meanInterval([0.4])).toBeUndefined();
    expect(meanInterval([0.5, 0.5, 0.5])).toEqual({ low: 0.5, high: 0.5 });
    const wide = experimentSeries({ points: [point(0, 0, 0), point(0, 1, 0.8)] }, 'audio>text', 'test');
    expect(wide[0]!.interval).toEqual({ low: 0, high: 1 });
  });

  test('is said in a sentence as soon as both ends are there', () => {
    const series = experimentSeries({ points }, 'audio>text', 'test');
    expect(experimentWords(series, 'corrupt')).toBe('R@1 0.400 with the whole, 0.100 at 50 %: 0.300 less.');
    expect(experimentWords(series.slice(0, 1), 'corrupt')).toBeUndefined();
    expect(experimentWords(series, 'keep')).toBeUndefined();
  });
});

describe('shares as they are typed', () => {
  test('are read in per cent, ascending, each once', () => {
    expect(readShares('50, 0 10%;10', 'corrupt')).toEqual({ values: [0, 0.1, 0.5], problem: undefined });
    for (const axis of ['corrupt', 'keep', 'topics'] as const) {
      expect(readShares(shareWords(AXES[axis].values), axis).values).toEqual(AXES[axis].values);
    }
  });

  test('that are none are named', () => {
    expect(readShares('0, 50', 'keep').problem).toMatch(/“0”/);
    expect(readShares('10, lots', 'corrupt').problem).toMatch(/“lots”/);
    expect(readShares('10, 120', 'corrupt').problem).toMatch(/“120”/);
    expect(readShares('10', 'corrupt').problem).toMatch(/Two values/);
  });
});

test('a quick training has one member and a warm-up that fits', () => {
  const quick = quickRequest({ ...SAMPLE_REQUEST, name: 'mine' }, 'A', 100);
  expect(quick).toMatchObject({ members: ['A'], settings: { steps: 100, warmUp: 10 } });
  expect('name' in quick).toBe(false);
  const request = { base: quick, axis: 'corrupt', values: AXES.corrupt.values, repeats: 3 } as const;
  expect(() => checkExperiment(request, SPACES)).not.toThrow();
});

describe('what leaves the page', () => {
  test('of a run is a row a point, and every setting', () => {
    const run = sampleRun({ nDone: 1, step: 20 });
    const { columns, rows } = curvesTable(run);
    expect(rows).toHaveLength(52);
    expect(rows[4]).toMatchObject({ member: 'mix', step: 50 });
    expect(columns.map(({ key }) => key)).toContain('audio>text');
    expect(rows[0]!['audio>text']).toBeNull();
    const names = requestRows({ ...run.request, damage: { corrupt: 0.5, keep: 1, topics: 1 } }, SPACES);
    expect(names).toContainEqual({ name: 'Spoiled pairs', value: '50 %' });
    expect(names).toContainEqual({ name: 'Noise', value: '0.3' });
    expect(JSON.parse(recordText(run, '9'))).toMatchObject({ bondlab: '9', run: { request: run.request } });
  });

  test('of an experiment is a row a training and direction, ranks as lists', () => {
    const experiment = sampleExperiment({ points: [point(0, 2, 0.3)] });
    expect(experimentTable(experiment).rows[0]).toEqual({
      value: 0,
      repeat: 2,
      seed: 3,
      direction: 'audio>text',
      validation: 0.9,
      test: 0.3,
      pairs: 10,
      seconds: 2,
    });
    expect(JSON.parse(recordText(experiment, '9')).experiment.points[0].ranks).toEqual({
      'audio>text': [1, 5],
    });
  });
});
