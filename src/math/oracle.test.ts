/** Holds the maths to figures computed in PyTorch (float64): test/fixtures/freebind-oracle. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { readNpy } from '../formats/npy.ts';
import { dotRows, fuse, fuseCoefficients, plane, scoresFromPlanes } from './fusion.ts';
import { chanceRecallAt, meanReciprocalRank, medianRank, ranks, recallAt } from './ranks.ts';

const FOLDER = 'test/fixtures/freebind-oracle/';
const DIM = 64;
const N = 200;
const load = (name: string) => readNpy(new Uint8Array(readFileSync(FOLDER + name)).buffer).data;

interface Figures {
  'R@1': number;
  'R@5': number;
  'R@10': number;
  medianRank: number;
  MRR: number;
  ranks_head: number[];
  score00: number;
  score01: number;
}
type Direction = 'audio>text' | 'text>audio' | 'audio>image' | 'image>text';
type Result = { text: number; audio: number } & Record<Direction, Figures>;
const { results } = JSON.parse(readFileSync(`${FOLDER}expected.json`, 'utf8')) as { results: Result[] };

const text = [load('text_unified.npy'), load('component_text.npy')] as const;
const audio = [load('audio_unified.npy'), load('component_audio.npy')] as const;
const gram = ([a, b]: readonly [Float32Array, Float32Array]) =>
  Float32Array.from({ length: N }, (_, i) => dotRows(a, i, b, i, DIM));

test('fused vectors agree with PyTorch to 1e-5', () => {
  const expected = load('fused_text_0.37.npy');
  const fused = fuse(0.37, text[1], text[0], DIM);
  expect(fused.length).toBe(N * DIM);
  fused.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
});

const image = [load('image_unified.npy')] as const;
const one = new Float32Array(N).fill(1);

/** Components and coefficients of one modality at one setting. */
function side(modality: string, { text: textFactor, audio: audioFactor }: Result) {
  if (modality === 'text') return { components: text, w: fuseCoefficients(textFactor, gram(text)) };
  if (modality === 'audio') return { components: audio, w: fuseCoefficients(audioFactor, gram(audio)) };
  return { components: image, w: one };
}

const DIRECTIONS = ['audio>text', 'text>audio', 'audio>image', 'image>text'] as const;
const cases = results.flatMap((result) => DIRECTIONS.map((direction) => ({ ...result, direction, result })));

test('there are five settings of four directions', () => expect(cases.length).toBe(20));

test.each(cases)(
  'ranks and metrics are exact: $direction at text $text, audio $audio',
  ({ direction, result }) => {
    const [from, to] = direction.split('>') as [string, string];
    const queries = side(from, result);
    const gallery = side(to, result);
    const planes = queries.components.flatMap((q) => gallery.components.map((g) => plane(q, g, DIM)));
    const scores = scoresFromPlanes(planes, queries.w, gallery.w, N, N);
    const relevant = Array.from({ length: N }, (_, i) => Uint32Array.of(i));
    const found = ranks(scores, N, relevant);
    const expected = result[direction];
    expect(Math.abs(scores[0]! - expected.score00)).toBeLessThan(1e-5);
    expect(Math.abs(scores[1]! - expected.score01)).toBeLessThan(1e-5);
    expect(expected.ranks_head.length).toBeGreaterThan(0);
    expect([...found.subarray(0, expected.ranks_head.length)]).toEqual(expected.ranks_head);
    expect(recallAt(1, found)).toBeCloseTo(expected['R@1'], 6);
    expect(recallAt(5, found)).toBeCloseTo(expected['R@5'], 6);
    expect(recallAt(10, found)).toBeCloseTo(expected['R@10'], 6);
    expect(medianRank(found)).toBe(expected.medianRank);
    expect(meanReciprocalRank(found)).toBeCloseTo(expected.MRR, 6);
  },
);

test('a tie goes to the lower index, NaN and empty answers are refused', () => {
  expect([...ranks(Float32Array.of(1, 1, 1), 3, [Uint32Array.of(1)])]).toEqual([2]);
  expect(() => ranks(Float32Array.of(1, NaN), 2, [Uint32Array.of(0)])).toThrow(InputError);
  expect(() => ranks(Float32Array.of(1), 1, [new Uint32Array()])).toThrow(InputError);
  expect(() => fuse(1.2, text[0], text[1], DIM)).toThrow(InputError);
});

test('chance is exact', () => {
  expect(chanceRecallAt(1, 1, 200)).toBeCloseTo(1 / 200, 12);
  expect(chanceRecallAt(2, 1, 4)).toBeCloseTo(0.5, 12);
  expect(chanceRecallAt(5, 3, 4)).toBe(1);
});
