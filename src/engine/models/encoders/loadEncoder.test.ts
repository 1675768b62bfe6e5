/** Repositories with CLIP's and CLAP's files through their graphs, against the same computed by hand. */
import { expect, test, vi } from 'vitest';
import { FormatError, MediaError, ModelError } from '../../../base/errors.ts';
import { clapFeatures } from '../../../math/preparation/clapFeatures.ts';
import { pixelValues } from '../../../math/preparation/pixels.ts';
import { keptTowers } from './keptTowers.ts';
import { loadEncoder } from './loadEncoder.ts';
import { NODE_TOOLS } from './nodeTools.testing.ts';
import {
  asBlobs,
  audioWeights,
  clapRepository,
  clipRepository,
  DIM,
  keptRecord,
  textWeights,
  visionWeights,
  WIDTH,
  type RepositoryFiles,
} from './repositories.testing.ts';
import { sampleInput } from './samples.ts';
import { clapPiece, CLIP_END, CLIP_START, clipPiece } from './tokenizers.testing.ts';
import type { DecodedInput, TowerSource } from './tower.ts';

// Graphs are compiled here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

async function towersOf(
  files: RepositoryFiles,
  repo = 'Xenova/clip-vit-base-patch32',
): Promise<TowerSource[]> {
  const blobs = asBlobs(files);
  const { towers } = await keptTowers(
    keptRecord(repo, blobs),
    blobs,
    (dim) => `${repo.split('/')[1]}-${dim}`,
  );
  return towers.map((tower) => {
    if ('problem' in tower) throw new Error(tower.problem);
    return tower;
  });
}

async function embed(source: TowerSource, input: DecodedInput) {
  const encoder = await loadEncoder(source, 'wasm', NODE_TOOLS);
  try {
    return await encoder.embed(input);
  } finally {
    await encoder.release();
  }
}

/** x [dIn] times weights [dIn, 512] */
function project(x: ArrayLike<number>, weights: Float32Array): Float32Array {
  const out = new Float64Array(DIM);
  for (let i = 0; i < x.length; i++) for (let d = 0; d < DIM; d++) out[d]! += x[i]! * weights[i * DIM + d]!;
  return Float32Array.from(out);
}

/** Largest difference, as a share of the largest value wanted. */
function offBy(found: Float32Array, wanted: Float32Array): number {
  if (found.length !== wanted.length) return NaN;
  return (
    Math.max(...found.map((value, d) => Math.abs(value - wanted[d]!))) / Math.max(...wanted.map(Math.abs))
  );
}

function textBy(ids: readonly number[], nPieces: number): Float32Array {
  const { table, projection } = textWeights(nPieces);
  const sum = Array.from({ length: WIDTH }, (_, w) =>
    ids.reduce((all, id) => all + table[id * WIDTH + w]!, 0),
  );
  return project(sum, projection);
}

test('CLIP: a kept model has two encoders of 512 dimensions; its text is read by its tokenizer', async () => {
  const towers = await towersOf(clipRepository(['fp32']));
  expect(towers.map(({ id, dim, graph }) => [id, dim, graph])).toEqual([
    ['clip-vit-base-patch32-512/text', 512, 'onnx/text_model.onnx'],
    ['clip-vit-base-patch32-512/image', 512, 'onnx/vision_model.onnx'],
  ]);
  const [text] = towers;
  expect([...text!.files.keys()].sort()).toEqual([
    'onnx/text_model.onnx',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const { rows, note } = await embed(text!, { modality: 'text', text: 'A dog  BARKS' });
  const ids = [CLIP_START, clipPiece('a</w>'), clipPiece('dog</w>'), clipPiece('barks</w>'), CLIP_END];
  expect(offBy(rows[0]!, textBy(ids, CLIP_END + 1))).toBeLessThan(1e-4);
  expect(note).toBeUndefined();
});

test('a text that needs words before it gets them', async () => {
  const [text] = await towersOf(clipRepository(['fp32']));
  const reading = { ...text!.reading, prefix: 'cat ' } as TowerSource['reading'];
  const { rows } = await embed({ ...text!, reading }, { modality: 'text', text: 'dog' });
  const ids = [CLIP_START, clipPiece('cat</w>'), clipPiece('dog</w>'), CLIP_END];
  expect(offBy(rows[0]!, textBy(ids, CLIP_END + 1))).toBeLessThan(1e-4);
});

test('CLIP: a text of more than 77 tokens loses its end, not the closing token, and says so', async () => {
  const [text] = await towersOf(clipRepository(['fp32']));
  const { rows, note } = await embed(text!, { modality: 'text', text: 'dog '.repeat(90) });
  const ids = [CLIP_START, ...Array<number>(75).fill(clipPiece('dog</w>')), CLIP_END];
  expect(offBy(rows[0]!, textBy(ids, CLIP_END + 1))).toBeLessThan(1e-4);
  expect(note).toContain('first 77 of 92');
});

test('CLIP: a picture is resized, cropped and normalised as its preprocessor_config.json says', async () => {
  const [, vision] = await towersOf(clipRepository(['fp32']));
  const input = sampleInput('image') as Extract<DecodedInput, { modality: 'image' }>;
  const { rows } = await embed(vision!, input);
  const { width, height, data: rgba } = input.picture;
  const values = pixelValues(
    { width, height, data: rgba.filter((_, i) => i % 4 !== 3) },
    {
      resize: { mode: 'shortest', size: 224 },
      filter: 'bicubic',
      crop: { width: 224, height: 224 },
      scale: 1 / 255,
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
      layout: 'NCHW',
    },
  ).data;
  const pooled = new Float64Array(147);
  values.forEach((value, i) => {
    const [c, y, x] = [Math.floor(i / 50176), Math.floor(i / 224) % 224, i % 224];
    pooled[c * 49 + Math.floor(y / 32) * 7 + Math.floor(x / 32)]! += value / 1024;
  });
  expect(offBy(rows[0]!, project(pooled, visionWeights()))).toBeLessThan(1e-4);
});

test('CLAP: its text is read with a mask', async () => {
  const [text, audio] = await towersOf(clapRepository(['fp32']), 'Xenova/clap-htsat-unfused');
  expect([text!.id, audio!.id]).toEqual(['clap-htsat-unfused-512/text', 'clap-htsat-unfused-512/audio']);
  const ids = [0, clapPiece('a'), clapPiece('Ġdog'), clapPiece('Ġrain'), 2];
  const read = await embed(text!, { modality: 'text', text: 'a dog rain' });
  expect(offBy(read.rows[0]!, textBy(ids, clapPiece('<mask>') + 1))).toBeLessThan(1e-4);
});

const tone = (rate: number) => ({
  samples: Float32Array.from({ length: rate * 2 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * 900 * i) / rate)),
  sampleRateHz: rate,
});

test('CLAP: a sound becomes mel bands in dB, at 44.1 kHz nearly the same as at 48 kHz', async () => {
  const [, audio] = await towersOf(clapRepository(['fp32']), 'Xenova/clap-htsat-unfused');
  const { rows } = await embed(audio!, { modality: 'audio', sound: tone(48_000) });
  const { windows } = clapFeatures(tone(48_000).samples, {
    sampleRateHz: 48_000,
    nMels: 64,
    nFft: 1024,
    hop: 480,
    minHz: 50,
    maxHz: 14_000,
    windowSamples: 480_000,
    truncation: 'rand_trunc',
    padding: 'repeatpad',
  });
  const means = Array.from({ length: 64 }, (_, m) => {
    let sum = 0;
    for (let t = 0; t < 1001; t++) sum += windows[0]![t * 64 + m]! / 1001;
    return sum;
  });
  expect(offBy(rows[0]!, project(means, audioWeights()))).toBeLessThan(1e-4);
  const slower = await embed(audio!, { modality: 'audio', sound: tone(44_100) });
  expect(cosineOf(slower.rows[0]!, rows[0]!)).toBeGreaterThan(0.999);
});

test('CLAP: 25 s are heard in three windows', async () => {
  const [, audio] = await towersOf(clapRepository(['fp32']), 'Xenova/clap-htsat-unfused');
  const sound = { samples: new Float32Array(48_000 * 25).map((_, i) => Math.sin(i)), sampleRateHz: 48_000 };
  expect((await embed(audio!, { modality: 'audio', sound })).rows).toHaveLength(3);
});

function cosineOf(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, d) => sum + value * b[d]!, 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

test('8-bit and 4-bit graphs of the same weights give nearly the same direction', async () => {
  const files = clipRepository();
  const blobs = asBlobs(files);
  const direction = async (precision: 'fp32' | 'int8' | '4-bit') => {
    const { towers } = await keptTowers(keptRecord('a/clip', blobs, precision), blobs, String);
    return (await embed(towers[1] as TowerSource, sampleInput('image'))).rows[0]!;
  };
  const right = await direction('fp32');
  expect(cosineOf(await direction('int8'), right)).toBeGreaterThan(0.999);
  expect(cosineOf(await direction('4-bit'), right)).toBeGreaterThan(0.98);
});

test('what is broken is told by file and reason', async () => {
  const files = clipRepository(['fp32']);
  const [text, vision] = await towersOf(files);
  const broken = (
    source: TowerSource,
    path: string,
    content: Uint8Array<ArrayBuffer> | string,
  ): TowerSource => ({
    ...source,
    files: new Map([...source.files, [path, new Blob([content])]]),
  });
  const graph = files.get('onnx/vision_model.onnx')!;
  const cut = broken(vision!, 'onnx/vision_model.onnx', graph.slice(0, graph.length >> 1));
  const failure = embed(cut, sampleInput('image'));
  await expect(failure).rejects.toBeInstanceOf(ModelError);
  await expect(failure).rejects.toThrow(/onnx\/vision_model\.onnx/);
  await expect(embed(broken(text!, 'tokenizer.json', '{}'), sampleInput('text'))).rejects.toBeInstanceOf(
    FormatError,
  );
  await expect(embed(broken(text!, 'tokenizer.json', '<html>'), sampleInput('text'))).rejects.toThrow(
    /tokenizer\.json/,
  );
  await expect(embed({ ...vision!, files: new Map() }, sampleInput('image'))).rejects.toThrow(
    /vision_model\.onnx is missing/,
  );
  await expect(embed(vision!, sampleInput('text'))).rejects.toBeInstanceOf(MediaError);
  await expect(embed(text!, { modality: 'text', text: '<|endoftext|>' })).rejects.toBeInstanceOf(MediaError);
});
