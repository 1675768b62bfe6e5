/** Against the published definitions in NumPy: fixtures of scripts/fixtures/preparation.py. */
import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { clapFeatures, type ClapSpec } from './clapFeatures.ts';
import { powerSpectrum } from './fourier.ts';
import { IMAGEBIND_AUDIO, imageBindClips, kaldiFbank } from './kaldiFbank.ts';
import { logMel } from './logMel.ts';
import { fixture, madeSound } from './preparation.testing.ts';
import { evenWindows, fillWindow } from './windows.ts';

const CLAP: ClapSpec = {
  sampleRateHz: 48_000,
  nMels: 64,
  nFft: 1024,
  hop: 480,
  minHz: 50,
  maxHz: 14_000,
  windowSamples: 480_000,
  truncation: 'rand_trunc',
  padding: 'repeatpad',
};

const CLAP_FIXTURES = fixture<Record<string, { mean: number; everyEightieth: number[][] }>>('clap.json');
const IMAGEBIND_FIXTURES =
  fixture<Record<string, { means: number[]; sparse: number[][][]; lastFrames: number[][] }>>(
    'imagebind.json',
  );

const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each(Object.entries(CLAP_FIXTURES))(
  'CLAP hears %s as its extractor does',
  (key, { mean, everyEightieth }) => {
    const [truncation, seconds] = key.split(' ') as ['rand_trunc' | 'fusion', string];
    const { windows, planes, frames } = clapFeatures(madeSound(Number(seconds), 48_000), {
      ...CLAP,
      truncation,
    });
    expect([windows.length, planes, frames]).toEqual([1, truncation === 'fusion' ? 4 : 1, 1001]);
    const plane = windows[0]!.subarray(0, 1001 * 64);
    expect(meanOf(plane)).toBeCloseTo(mean, 3);
    everyEightieth.forEach((row, i) =>
      row.forEach((value, m) => expect(Math.abs(plane[i * 80 * 64 + m]! - value)).toBeLessThan(2e-3)),
    );
    expect(windows[0]!.subarray((planes - 1) * 1001 * 64)).toEqual(plane);
  },
);

test.each(Object.entries(IMAGEBIND_FIXTURES))('ImageBind hears three clips of %s', (key, wanted) => {
  const clips = imageBindClips(madeSound(Number.parseFloat(key), 16_000), IMAGEBIND_AUDIO);
  expect(clips.map(({ length }) => length)).toEqual([128 * 204, 128 * 204, 128 * 204]);
  clips.forEach((clip, i) => {
    expect(meanOf(clip)).toBeCloseTo(wanted.means[i]!, 5);
    wanted.sparse[i]!.forEach((row, m) =>
      row.forEach((value, t) => expect(Math.abs(clip[m * 9 * 204 + t * 17]! - value)).toBeLessThan(2e-4)),
    );
    wanted.lastFrames[i]!.forEach((value, t) => expect(clip[196 + t]).toBeCloseTo(value, 3));
  });
});

test('a long sound is cut into windows from its first to its last sample', () => {
  const samples = Float32Array.from({ length: 25 }, (_, i) => i);
  const starts = (length: number, most: number) =>
    evenWindows(samples, length, most).map((window) => [window[0], window.length]);
  expect(starts(25, 9)).toEqual([[0, 25]]);
  expect(starts(10, 9)).toEqual([
    [0, 10],
    [8, 10],
    [15, 10],
  ]);
  expect(starts(10, 1)).toEqual([[7, 10]]);
  const { windows } = clapFeatures(madeSound(0.5, 48_000), { ...CLAP, windowSamples: 9600 });
  expect(windows).toHaveLength(3);
  expect(windows[0]).not.toEqual(windows[2]);
});

test('short sounds are filled up in three ways', () => {
  const samples = Float32Array.of(1, 2, 3);
  expect([...fillWindow(samples, 8, 'pad')]).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
  expect([...fillWindow(samples, 8, 'repeat')]).toEqual([1, 2, 3, 1, 2, 3, 1, 2]);
  expect([...fillWindow(samples, 8, 'repeatpad')]).toEqual([1, 2, 3, 1, 2, 3, 0, 0]);
  expect([...fillWindow(samples, 9, 'repeatpad')]).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  expect([...fillWindow(samples, 2, 'repeatpad')]).toEqual([1, 2]);
  expect([...fillWindow(new Float32Array(0), 2, 'repeat')]).toEqual([0, 0]);
});

test('the spectrum of a tone lies in its bin, and the power is that of the frame', () => {
  const frame = Float64Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 64));
  const power = new Float64Array(33);
  powerSpectrum(64)(frame, power);
  power.forEach((value, k) => expect(value).toBeCloseTo(k === 5 ? 1024 : 0, 9));
  expect(() => powerSpectrum(48)).toThrow(InputError);
});

test('sounds that are too short and specs that fit nothing are refused; kaldi has whole frames only', () => {
  const mel = {
    scale: 'htk',
    nMels: 8,
    nFft: 64,
    sampleRateHz: 8000,
    minHz: 0,
    maxHz: 4000,
    equalArea: false,
    inMel: false,
  } as const;
  const spec = { mel, hop: 16, log: 'ln', floor: 1e-5 } as const;
  expect(() => logMel(new Float32Array(32), spec)).toThrow(InputError);
  expect(logMel(new Float32Array(64), spec)).toHaveLength(5 * 8);
  expect(() => logMel(new Float32Array(64), { ...spec, mel: { ...mel, maxHz: 9000 } })).toThrow(/mel bands/);
  expect(kaldiFbank(new Float32Array(399), IMAGEBIND_AUDIO)).toHaveLength(0);
  expect(kaldiFbank(new Float32Array(560), IMAGEBIND_AUDIO)).toHaveLength(256);
});

test('silence is the floor everywhere', () => {
  const { windows } = clapFeatures(new Float32Array(48_000), CLAP);
  expect(new Set(windows[0])).toEqual(new Set([-100]));
  expect(imageBindClips(new Float32Array(10), IMAGEBIND_AUDIO)).toHaveLength(3);
});
