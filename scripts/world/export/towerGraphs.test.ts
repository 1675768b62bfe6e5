import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { InputError } from '../../../src/base/errors.ts';
import { AUDIO_PATCH, IMAGE_PATCH, melPatches, picturePatches } from '../train/augment.ts';
import { createCounter } from '../train/texts.ts';
import { encodeWordPiece, trainWordPiece, vocabularyMap } from '../tokenizer/wordPiece.ts';
import { embedWithTable } from '../tags/encoder.ts';
import { openModel, type Feeds } from './nodeRuntime.ts';
import { textFeeds } from './measureQuantization.ts';
import { randomMixer, randomTable, randomText } from './randomWeights.testing.ts';
import { plainMixer, plainText } from './towers.testing.ts';
import { audioModel, textModel, visionModel } from './towerGraphs.ts';

const DIM = 24;
const WHITE = [255, 255, 255] as const;

async function runOnce(bytes: Uint8Array, feeds: Feeds): Promise<Float32Array> {
  const model = await openModel(bytes);
  try {
    return await model.run(feeds);
  } finally {
    await model.release();
  }
}

/** Largest difference to rows [n, DIM]. */
function distance(found: Float32Array, rows: readonly Float64Array[]): number {
  expect(found.length).toBe(rows.length * DIM);
  return Math.max(
    ...rows.flatMap((row, i) => Array.from(row, (value, d) => Math.abs(found[i * DIM + d]! - value))),
  );
}

test('vision: pixels as the image processor gives them, patches as the training cuts them', async () => {
  const random = createRandom(1);
  const weights = randomMixer(2, IMAGE_PATCH, DIM);
  const n = 3;
  const pixels = new Float32Array(n * 3 * 64 * 64);
  const expected = Array.from({ length: n }, (_, i) => {
    const rgba = Uint8Array.from({ length: 64 * 64 * 4 }, () => random.int(256));
    const patches = new Float32Array(64 * IMAGE_PATCH);
    picturePatches(rgba, WHITE, patches, 0);
    for (let at = 0; at < 64 * 64; at++) {
      for (let c = 0; c < 3; c++) {
        const alpha = rgba[at * 4 + 3]! / 255;
        const value = rgba[at * 4 + c]! * alpha + 255 * (1 - alpha);
        pixels[(i * 3 + c) * 64 * 64 + at] = (value / 255 - 0.5) / 0.5;
      }
    }
    return plainMixer(weights, patches);
  });
  const bytes = visionModel(weights, { precision: 'fp32' });
  const found = await runOnce(bytes, { pixel_values: { data: pixels, dims: [n, 3, 64, 64] } });
  expect(distance(found, expected)).toBeLessThan(1e-5);
});

test('audio: standardised inside, frames after the first 128 are not heard', async () => {
  const random = createRandom(3);
  const scale = { mean: -40, deviation: 20 };
  const weights = randomMixer(4, AUDIO_PATCH, DIM, { mean: scale.mean, std: scale.deviation });
  const [n, frames] = [2, 131];
  const features = Float32Array.from({ length: n * frames * 64 }, () => -40 + 20 * random.normal());
  const expected = Array.from({ length: n }, (_, i) => {
    const patches = new Float32Array(64 * AUDIO_PATCH);
    melPatches(features.subarray(i * frames * 64, (i * frames + 128) * 64), scale, patches, 0);
    return plainMixer(weights, patches);
  });
  const bytes = audioModel(weights, { precision: 'fp32' });
  const found = await runOnce(bytes, { input_features: { data: features, dims: [n, 1, frames, 64] } });
  expect(distance(found, expected)).toBeLessThan(1e-5);
});

test('text: the mean over pieces is that of the training counts, and padding does not matter', async () => {
  const texts = ['a bell rings', 'the dog barks at a bell, a bell!', 'zebra \u{1f514}', ''];
  const pieces = trainWordPiece(texts.slice(0, 2), 120);
  const vocabulary = vocabularyMap(pieces);
  const weights = randomText(5, pieces.length, DIM);
  const count = createCounter(pieces);
  const expected = texts.map((text) => {
    const counts = new Float32Array(pieces.length);
    count(text, counts, 0);
    return plainText(weights, counts);
  });
  const ids = texts.map((text) => encodeWordPiece(vocabulary, text));
  const length = Math.max(...ids.map((row) => row.length)) + 2;
  const flat = (of: (row: number[], i: number) => number) => ({
    data: BigInt64Array.from(ids.flatMap((row) => Array.from({ length }, (_, i) => BigInt(of(row, i))))),
    dims: [texts.length, length],
  });
  const found = await runOnce(textModel(weights, { precision: 'fp32' }), {
    input_ids: flat((row, i) => row[i] ?? 0),
    attention_mask: flat((row, i) => (i < row.length ? 1 : 0)),
  });
  expect(distance(found, expected)).toBeLessThan(1e-5);
});

test('text of a table: the normalised mean of its vectors, as embedWithTable has it', async () => {
  const pieces = trainWordPiece(['a bell rings', 'the dog barks'], 60);
  const vectors = randomTable(7, pieces.length, DIM).get('pieces')!;
  const texts = ['a bell', 'the dog barks at a bell', '', 'zebra \u{1f514}'];
  const bytes = textModel(new Map([['pieces', vectors]]), { precision: 'fp32' });
  const found = await runOnce(bytes, textFeeds(vocabularyMap(pieces), texts));
  const expected = embedWithTable({ pieces, vectors: vectors.data }, texts);
  const rows = texts.map((_, i) => Float64Array.from(expected.subarray(i * DIM, (i + 1) * DIM)));
  expect(distance(found, rows)).toBeLessThan(1e-5);
});

test('missing weights are named', () => {
  const weights = randomMixer(6, IMAGE_PATCH, DIM);
  weights.delete('layers.1.channel2.weight');
  expect(() => visionModel(weights, { precision: 'q4' })).toThrow(InputError);
});
