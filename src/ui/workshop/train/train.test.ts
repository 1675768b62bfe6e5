import { describe, expect, test } from 'vitest';
import { MEAN } from '../../../state/workshop/trainFigures.ts';
import { sampleExperiment, sampleRun, sampleSets } from '../../../state/workshop/trainSamples.testing.ts';
import { experimentSeries } from '../../../state/workshop/trainExperiments.ts';
import { linesPlot, lossLines, rangeOf, ratePlot, recallLines } from './curvePlots.ts';
import { experimentPlot } from './experimentPlot.ts';
import { linkWords, shareBelow, spreadWords, thirdsOf } from './pairFigures.ts';
import { controlsOf, deviceWords, statusWords } from './runWords.ts';

describe('the words of a run', () => {
  const training = sampleRun({ nDone: 2, step: 120 });

  test('say where it stands, and that a reload cut it', () => {
    expect(statusWords(training, false)).toBe('Training member T, 3 of 7');
    const paused = { ...training, status: 'paused' } as const;
    expect(statusWords(paused, false)).toMatch(/^Paused at member T, 3 of 7/);
    expect(statusWords(paused, true)).toMatch(/cut by a reload.*go on.*member T/);
    const failed = sampleRun({ nDone: 0, step: 20, status: 'failed', message: 'The device was lost.' });
    expect(statusWords(failed, false)).toMatch(/^Failed: The device was lost\. Go on/);
    expect(statusWords({ ...paused, message: 'The worker stopped.' }, false)).toBe(
      'Paused: The worker stopped.',
    );
    expect(statusWords(sampleRun(), false)).toBe('Done: all 7 members are ready.');
  });

  test('offer what can be done, and say why a step back cannot', () => {
    const names = (record: Parameters<typeof controlsOf>[0]) =>
      controlsOf(record, undefined).map(({ control }) => control);
    expect(names(training)).toEqual(['pause', 'stepBack', 'stop']);
    expect(names({ ...training, status: 'paused' })).toEqual(['goOn', 'stepBack', 'stop']);
    expect(names({ ...training, status: 'failed' })).toEqual(['goOn', 'stop']);
    expect(names({ ...training, status: 'waiting' })).toEqual(['pause', 'stop']);
    expect(names(sampleRun())).toEqual([]);
    const back = (record: Parameters<typeof controlsOf>[0]) =>
      controlsOf(record, undefined).find(({ control }) => control === 'stepBack')!.whyNot;
    expect(back(training)).toBeUndefined();
    expect(back(sampleRun({ nDone: 2, step: 20 }))).toMatch(/not measured yet/);
    const paused = sampleRun({ nDone: 2, step: 120, status: 'paused' });
    const curves = paused.curves.map((curve) => {
      const { bestStep = Infinity } = curve;
      return { ...curve, points: curve.points.filter(({ step }) => step <= bestStep) };
    });
    expect(back({ ...paused, curves })).toMatch(/stands at its best/);
  });

  test('name the device', () => {
    expect(deviceWords({ device: { backend: 'webgpu', threads: 1 } })).toBe('WebGPU');
    expect(deviceWords({ device: { backend: 'wasm', threads: 1 } })).toBe('WebAssembly, 1 thread');
    expect(deviceWords({})).toBe('–');
  });
});

describe('the charts', () => {
  test('draw the member in focus last, and none without points', () => {
    const record = sampleRun({ nDone: 1, step: 20 });
    expect(lossLines(record, 'mix').map(({ member }) => member)).toEqual(['A', 'mix']);
    expect(recallLines(record, 'A', MEAN).map(({ member }) => member)).toEqual(['mix']);
  });

  test('keep the level of guessing in sight only while lines are near it', () => {
    const heightPx = 200;
    const words = String;
    const level = { value: 6, label: 'guessing' };
    const plotOf = (value: number) =>
      linesPlot({
        lines: [{ member: 'A', focused: true, values: [{ step: 1, value }] }],
        steps: 10,
        yLabel: 'loss',
        level,
        words,
        heightPx,
      }).y!.domain as [number, number];
    expect(plotOf(5)[1]).toBeGreaterThan(6);
    expect(plotOf(1)[1]).toBeLessThan(2);
  });

  test('have an axis for any values', () => {
    expect(rangeOf([])).toEqual([0, 1]);
    expect(rangeOf([1, 4])[0]).toBe(0);
    const [from, to] = rangeOf([3.9, 4]);
    expect(from).toBeGreaterThan(3.8);
    expect(to).toBeGreaterThan(4);
    expect(rangeOf([2, 2])[0]).toBeLessThan(2);
  });

  test('of the learning rate do with a single step', () => {
    expect(() => ratePlot({ steps: 1, peakRate: 1e-3, warmUp: 0 }, 1)).not.toThrow();
  });

  test('of an experiment keep their axis while trainings come in', () => {
    const { request, points } = sampleExperiment({ axis: 'keep', share: 0.2 });
    const test_ = experimentSeries({ points }, MEAN, 'test');
    const { x } = experimentPlot({ test: test_, validation: test_, axis: 'keep', values: request.values });
    expect(x).toMatchObject({ domain: [0.02, 1], type: 'log' });
  });
});

describe('pairs', () => {
  const [set] = sampleSets();

  test('are shown from the most to the least similar, in thirds', () => {
    const thirds = thirdsOf(set!.examples);
    expect(thirds.map(({ name, examples }) => [name, examples.length])).toEqual([
      ['Most similar', 8],
      ['In between', 8],
      ['Least similar', 8],
    ]);
    expect(thirds[0]!.examples[0]).toBe(set!.examples.at(-1));
    expect(thirdsOf(set!.examples.slice(0, 2)).map(({ name }) => name)).toEqual([
      'Most similar',
      'In between',
    ]);
    expect(thirdsOf([])).toEqual([]);
  });

  test('know the share of pairs that are less similar', () => {
    const spread = { mean: 0.5, deciles: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] };
    const shares = [-1, 0.1, 0.55, 0.9, 0.95].map((one) => Number(shareBelow(one, spread).toFixed(9)));
    expect(shares).toEqual([0.05, 0.1, 0.55, 0.95, 0.95]);
    expect(spreadWords(spread)).toBe('median 0.50, one in ten below 0.10');
    expect(linkWords('audio>image')).toBe('sound → picture');
  });
});
