import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../engine/training/settings.ts';
import { SPACES } from '../../recipe/embedded.ts';
import {
  bestOf,
  bestOfRun,
  directionsOf,
  durationWords,
  epochsOf,
  estimateSeconds,
  MEAN,
  memberStates,
  modalitiesOf,
  pairsOf,
  recallOf,
  recallSteps,
  shareDone,
  stepsDone,
} from './trainFigures.ts';
import { SAMPLE_REQUEST, sampleRun } from './trainSamples.testing.ts';

const point = (step: number, recall?: Record<string, number>) => ({
  step,
  loss: 3,
  learningRate: 1e-3,
  ...(recall && { recall }),
});

describe('R@1', () => {
  const curve = {
    member: 'A',
    points: [
      point(10),
      point(20, { 'audio>text': 0.2, 'text>audio': 0.4 }),
      point(30, { 'audio>text': 0.3, 'text>audio': 0.3 }),
      point(40),
    ],
  };

  test('is the mean of all directions or one of them, where it was measured', () => {
    expect(recallOf(curve.points[1]!, MEAN)).toBeCloseTo(0.3, 12);
    expect(recallOf(curve.points[1]!, 'text>audio')).toBe(0.4);
    expect(recallOf(curve.points[1]!, 'text>image')).toBeUndefined();
    expect(recallOf({ recall: {} }, MEAN)).toBeUndefined();
    expect(recallSteps(curve, MEAN).map(({ step }) => step)).toEqual([20, 30]);
    expect(directionsOf([curve])).toEqual(['audio>text', 'text>audio']);
  });

  test('of equal bests is the first; a run’s is that of its best member', () => {
    expect(bestOf(curve)).toMatchObject({ step: 20 });
    expect(bestOf({ member: 'T', points: [point(10)] })).toBeUndefined();
    const better = { member: 'T', points: [point(50, { 'audio>text': 0.5 })] };
    expect(bestOfRun({ curves: [curve, better] })).toEqual({ member: 'T', step: 50, value: 0.5 });
    expect(bestOfRun({ curves: [] })).toBeUndefined();
  });
});

describe('members', () => {
  test('are done, under way or waiting while a run goes', () => {
    const states = memberStates(sampleRun({ nDone: 2, step: 120 }));
    expect(states.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'under way',
      'waiting',
      'waiting',
      'waiting',
      'waiting',
    ]);
    expect(states[2]!.steps).toBe(120);
  });

  test('of a stopped run are cut short where they stood', () => {
    const states = memberStates(sampleRun({ nDone: 1, step: 60, status: 'stopped' }));
    expect(states.slice(0, 3).map(({ state }) => state)).toEqual(['done', 'cut short', 'waiting']);
  });

  test('add up to a share of the run; progress is ahead of the curves', () => {
    const run = sampleRun({ nDone: 2, step: 120 });
    expect(stepsDone(run)).toBe(1120);
    expect(shareDone(run, undefined)).toBeCloseTo(1120 / 3500, 12);
    const progress = {
      runId: run.id,
      status: run.status,
      member: 'T',
      memberIndex: 2,
      step: 128,
      pairsPerSecond: 1,
      secondsLeft: 1,
    };
    expect(shareDone(run, progress)).toBeCloseTo(1128 / 3500, 12);
    expect(shareDone(run, { ...progress, runId: 'another' })).toBeCloseTo(1120 / 3500, 12);
    expect(shareDone(sampleRun(), undefined)).toBe(1);
  });
});

test('a member has a pair for each item that it starts from', () => {
  const find = (id: string) => SPACES.find((space) => space.id === id);
  const sizes = { text: 100, image: 20, audio: 3 };
  const all = modalitiesOf(find('unified'), find('foley'));
  expect(pairsOf('mix', sizes, all)).toBe(123);
  expect(pairsOf('AT', sizes, all)).toBe(103);
  const heard = modalitiesOf(find('tone'), find('foley'));
  expect(heard).toEqual(['text', 'audio']);
  expect(pairsOf('mix', sizes, heard)).toBe(103);
});

test('epochs count how often a pair is seen; a batch holds none twice', () => {
  expect(epochsOf({ steps: 100, batch: 50 }, 1000)).toBe(5);
  expect(epochsOf({ steps: 100, batch: 50 }, 20)).toBe(100);
  expect(epochsOf({ steps: 100, batch: 50 }, 0)).toBe(0);
});

describe('the time of the next run', () => {
  const timed = sampleRun({ seconds: 140 });

  test('is that of the newest timed run, by the ratio of the work', () => {
    expect(estimateSeconds(SAMPLE_REQUEST, [], SPACES)).toBeUndefined();
    expect(estimateSeconds(SAMPLE_REQUEST, [timed], SPACES)?.seconds).toBeCloseTo(140, 9);
    const one = { ...SAMPLE_REQUEST, members: ['mix'] };
    expect(estimateSeconds(one, [timed], SPACES)?.seconds).toBeCloseTo(20, 9);
    const short = { ...one, settings: { ...DEFAULT_SETTINGS, steps: 250 } };
    expect(estimateSeconds(short, [timed], SPACES)?.seconds).toBeCloseTo(10, 9);
    const wide = { ...one, settings: { ...DEFAULT_SETTINGS, hidden: 768 } };
    const wider = estimateSeconds(wide, [timed], SPACES)!.seconds;
    expect(wider).toBeGreaterThan(20);
    expect(wider).toBeLessThan(40);
  });

  test('is told by a run under way too, and never by one that has not begun', () => {
    const half = sampleRun({ id: 'half', nDone: 3, step: 250, seconds: 70 });
    const waiting = sampleRun({ id: 'new', nDone: 0, status: 'waiting', seconds: 0 });
    const estimate = estimateSeconds(SAMPLE_REQUEST, [waiting, half, timed], SPACES)!;
    expect(estimate.by.id).toBe('half');
    expect(estimate.seconds).toBeCloseTo(140, 9);
  });

  test('is told by a run of its own size rather than by a newer one that is far smaller', () => {
    const settings = { ...DEFAULT_SETTINGS, steps: 50, batch: 32 };
    const tiny = sampleRun({ id: 'tiny', seconds: 6 });
    const small = { ...tiny, request: { ...SAMPLE_REQUEST, settings } };
    expect(estimateSeconds(SAMPLE_REQUEST, [small, timed], SPACES)!.by.id).toBe(timed.id);
    expect(estimateSeconds(small.request, [small, timed], SPACES)!.by.id).toBe('tiny');
  });

  test('is not told of settings that are no numbers', () => {
    const odd = { ...SAMPLE_REQUEST, settings: { ...DEFAULT_SETTINGS, steps: NaN } };
    expect(estimateSeconds(odd, [timed], SPACES)).toBeUndefined();
  });
});

test('times are as exact as a person needs them', () => {
  expect([0.2, 7.4, 43, 88, 100, 170, 601, 3600, 4210].map(durationWords)).toEqual([
    '1 s',
    '7 s',
    '45 s',
    '90 s',
    '1.5 min',
    '3 min',
    '10 min',
    '1 h 0 min',
    '1 h 10 min',
  ]);
  expect(durationWords(Infinity)).toBe('–');
});
