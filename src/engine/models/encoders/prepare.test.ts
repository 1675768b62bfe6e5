import { expect, test } from 'vitest';
import { MediaError, ModelError } from '../../../base/errors.ts';
import { IMAGEBIND_AUDIO } from '../../../math/preparation/kaldiFbank.ts';
import { feedsOf } from './feeds.ts';
import { prepareFor, type Prepared } from './prepare.ts';
import { sampleInput } from './samples.ts';
import { readingOfSpec } from './singleGraph.ts';
import type { DecodedInput, Reading } from './tower.ts';

const sound = (seconds: number, sampleRateHz: number): DecodedInput => ({
  modality: 'audio',
  sound: {
    samples: Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => Math.sin(i / 9)),
    sampleRateHz,
  },
});
const heard = (reading: Reading, input: DecodedInput) =>
  prepareFor(reading, input, undefined) as Extract<Prepared, { kind: 'sound' }>;

test('ImageBind: three clips of 2 s, each a run, or all in one where the graph has an axis for them', () => {
  const prepared = heard({ kind: 'imagebind', spec: IMAGEBIND_AUDIO }, sound(5, 44_100));
  expect(prepared.shape).toEqual([1, 128, 204]);
  expect(prepared.windows).toHaveLength(3);
  const runs = (...dims: (string | number)[]) =>
    feedsOf([{ name: 'audio', type: 'float32', dims }], prepared).map((feeds) => feeds.audio!.dims);
  expect(runs('b', 1, 128, 204)).toEqual(Array(3).fill([1, 1, 128, 204]));
  expect(runs('b', 's', 1, 128, 204)).toEqual([[1, 3, 1, 128, 204]]);
});

test('waveforms: windows of the length that the graph takes, the last one filled up', () => {
  const reading = readingOfSpec({ kind: 'waveform', sampleRateHz: 16_000, seconds: 2 }, new Map());
  const { shape, windows } = heard(reading, sound(5, 48_000));
  expect(shape).toEqual([32_000]);
  expect(windows.map(({ length }) => length)).toEqual([32_000, 32_000, 32_000]);
  const [short] = heard(reading, sound(1, 16_000)).windows;
  expect(short!.subarray(16_000).every((value) => value === 0)).toBe(true);
  expect(short!.subarray(0, 16_000).some((value) => value !== 0)).toBe(true);
});

test('mel bands in either order hold the same values', () => {
  const spec = {
    kind: 'log-mel',
    sampleRateHz: 16_000,
    nMels: 40,
    nFft: 512,
    hop: 160,
    frames: 101,
    scale: 'ln',
  } as const;
  const read = (layout: 'frames-mels' | 'mels-frames') =>
    heard(readingOfSpec({ ...spec, layout }, new Map()), sound(1, 16_000));
  const [byFrame, byMel] = [read('frames-mels'), read('mels-frames')];
  expect([byFrame.shape, byMel.shape]).toEqual([
    [101, 40],
    [40, 101],
  ]);
  expect(byFrame.windows[0]).toHaveLength(4040);
  for (const [t, m] of [
    [0, 0],
    [3, 17],
    [100, 39],
  ] as const)
    expect(byMel.windows[0]![m * 101 + t]).toBe(byFrame.windows[0]![t * 40 + m]);
});

test('an input of another modality, and a text without its tokenizer, are refused', () => {
  const text: Reading = { kind: 'text', tokenizer: 't', tokenizerConfig: undefined, most: 9, pad: false };
  expect(() => prepareFor(text, sound(1, 8000), () => ({ ids: [], mask: [] }))).toThrow(MediaError);
  expect(() => prepareFor(text, sampleInput('text'), undefined)).toThrow(ModelError);
  expect(() => heard({ kind: 'imagebind', spec: IMAGEBIND_AUDIO }, sampleInput('image'))).toThrow(MediaError);
});
