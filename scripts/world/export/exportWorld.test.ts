import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';
import { createRandom } from '../../../src/base/random.ts';
import { writeSafetensors, type Tensor } from '../../../src/formats/safetensors.ts';
import { DIMS, MEMBERS } from '../../../src/recipe/embedded.ts';
import { trainWordPiece } from '../tokenizer/wordPiece.ts';
import { exportWorld } from './exportWorld.ts';
import { ENCODED_SPACES, encodersOf, type EncodedSpace } from '../spaces.ts';
import { ENSEMBLE_ENDS } from './layout.ts';
import { measureQuantization, PICTURE_VALUES, SOUND_VALUES } from './measureQuantization.ts';
import { randomMixer, randomProjector, randomTable, randomText } from './randomWeights.testing.ts';

let root: string;
const cacheDir = () => join(root, 'cache');
const outDir = () => join(root, 'models');
const WORDS = ['dog', 'church bell', 'quiet rain', 'x', 'jazz trumpet', 'seven', 'glass breaks', 'wolf'];
const TEXTS = Array.from(
  { length: 14 },
  (_, i) => `${WORDS[i % 8]} ${WORDS[(i * i + 3) % 8]} ${WORDS[i >> 2]}`,
);
const PIECES = trainWordPiece(TEXTS, 100);

async function store(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(cacheDir(), path)), { recursive: true });
  await writeFile(join(cacheDir(), path), content);
}

function towers(space: EncodedSpace): Record<string, ReadonlyMap<string, Tensor>> {
  const dim = DIMS[space];
  const all = {
    text: space === 'tags' ? randomTable(1, PIECES.length, dim) : randomText(1, PIECES.length, dim),
    image: randomMixer(2, 192, dim),
    audio: randomMixer(3, 128, dim, { mean: -30, std: 20 }),
  };
  return Object.fromEntries(encodersOf(space).map((modality) => [modality, all[modality]]));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bondlab-export-'));
  for (const space of ENCODED_SPACES) {
    const tensors = Object.entries(towers(space)).flatMap(([tower, weights]) =>
      [...weights].map(([name, tensor]) => [`${tower}/${name}`, tensor] as const),
    );
    await store(`weights/${space}.safetensors`, writeSafetensors(Object.fromEntries(tensors)));
    await store(`vocabulary/${space}.json`, JSON.stringify(PIECES));
  }
  for (const { id, dIn, dOut, members } of ENSEMBLE_ENDS) {
    for (const [i, member] of members.entries()) {
      const weights = Object.entries(randomProjector(i, dIn, 64, dOut)).map(
        ([name, data]) => [name, { shape: [data.length], data }] as const,
      );
      await store(
        `weights/ensembles/${id}/${member}.safetensors`,
        writeSafetensors(Object.fromEntries(weights)),
      );
    }
  }
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('every model is written in both precisions and keeps what fp32 says', async () => {
  const options = { cacheDir: cacheDir(), outDir: outDir() };
  const files = await exportWorld(options);
  const graphs = files.filter(({ path }) => path.endsWith('.onnx'));
  expect(graphs.length).toBe((11 + 8) * 2);
  expect(files.map(({ path }) => path)).toContain('foley/tokenizer.json');
  expect(files.map(({ path }) => path)).not.toContain('unified-audio/tokenizer.json');
  expect(files.map(({ path }) => path)).not.toContain('tags/preprocessor_config.json');
  const config = await readFile(join(outDir(), 'bonds/unified-to-pictext/config.json'), 'utf8');
  expect(JSON.parse(config)).toMatchObject({
    source: 'unified',
    target: 'pictext',
    dIn: 128,
    dOut: 160,
    members: MEMBERS,
  });

  const random = createRandom(9);
  // Each item repeats 64 values of its own along its rows: plain noise would make all items alike.
  const items12 = (values: number, size: number, mean = 0) =>
    Float32Array.from(
      Array.from({ length: 12 }, () => {
        const row = Array.from({ length: 64 }, () => mean + size * random.normal());
        return Array.from({ length: values }, (_, at) => row[at % 64]!);
      }).flat(),
    );
  const items = {
    texts: TEXTS,
    pictures: items12(PICTURE_VALUES, 0.5),
    sounds: items12(SOUND_VALUES, 20, -30),
  };
  const figures = await measureQuantization({ ...options, items });
  expect(figures.length).toBe(graphs.length);
  const counts = figures
    .filter(({ precision }) => precision === 'q4')
    .map(({ model, nItems }) => [model, nItems] as const);
  expect(Object.fromEntries(counts)).toEqual({
    'unified/text': 14,
    'unified/image': 12,
    'unified/audio': 12,
    'pictext/text': 14,
    'pictext/image': 12,
    'foley/text': 14,
    'foley/audio': 12,
    'tone/text': 14,
    'tone/audio': 12,
    'tags/text': 14,
    'unified-dagger/audio': 12,
    'foley-to-unified': 14 + 12,
    'unified-to-pictext': 14 + 12 + 12,
    'tone-to-unified': 14 + 12,
    'foley-to-pictext': 14 + 12,
    'tone-to-pictext': 14 + 12,
    'tags-to-unified': 14,
    'pictext-to-c-mcr': 14 + 12,
    'foley-to-c-mcr': 14 + 12,
  });
  // Small random towers lose more than trained ones, whose figures `npm run world` reports.
  const least = { q8: { cosine: 0.999, overlap: 0.95 }, q4: { cosine: 0.9, overlap: 0.85 } };
  const low = figures.filter(
    ({ precision, centredCosine, topTenOverlap }) =>
      !(centredCosine > least[precision].cosine && topTenOverlap > least[precision].overlap),
  );
  expect(low).toEqual([]);
  const named = (precision: string) => figures.filter((one) => one.precision === precision);
  const size = (precision: string) => named(precision).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(size('q4')).toBeLessThan(size('q8'));
}, 60_000);

test('only some are written on request, and a space that is not trained is named', async () => {
  const files = await exportWorld({ cacheDir: cacheDir(), outDir: outDir(), only: ['foley-to-unified'] });
  expect(files.map(({ path }) => path)).toEqual([
    'bonds/foley-to-unified/onnx/model_quantized.onnx',
    'bonds/foley-to-unified/onnx/model_q4.onnx',
    'bonds/foley-to-unified/config.json',
  ]);
  const missing = exportWorld({ cacheDir: join(root, 'none'), outDir: outDir(), only: ['foley'] });
  await expect(missing).rejects.toThrow(InputError);
  await expect(missing).rejects.toThrow(/foley\.safetensors/);
});
