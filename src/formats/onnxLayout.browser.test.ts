/** transformers.js loads the exported repositories with the classes that the page uses, on the backend of the run. */
import {
  AutoFeatureExtractor,
  AutoProcessor,
  AutoTokenizer,
  ClapAudioModelWithProjection,
  ClapTextModelWithProjection,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  RawImage,
  type PreTrainedModel,
  type Tensor,
} from '@huggingface/transformers';
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORIES, type Repository } from '../../scripts/world/export/layout.ts';
import { randomMixer, randomText } from '../../scripts/world/export/randomWeights.testing.ts';
import { repositoryFiles, type Files } from '../../scripts/world/export/repositoryFiles.ts';
import { plainMixer, plainText } from '../../scripts/world/export/towers.testing.ts';
import { trainWordPiece } from '../../scripts/world/tokenizer/wordPiece.ts';
import { melPatches, picturePatches } from '../../scripts/world/train/augment.ts';
import { createCounter } from '../../scripts/world/train/texts.ts';
import { createRandom } from '../base/random.ts';
import { DIMS } from '../recipe/embedded.ts';

const DEVICE = import.meta.env.BONDLAB_BACKEND as 'webgpu' | 'wasm';
/** What the page takes on each backend. */
const DTYPE = DEVICE === 'webgpu' ? 'q4' : 'q8';
/** Least cosine with the plain fp32 tower of random weights: rounding to 8 or 4 bits. */
const BOUND = DEVICE === 'webgpu' ? 0.95 : 0.999;
const TEXTS = ['a dog barks', 'the church bell rings far away'];
const PIECES = trainWordPiece(TEXTS, 100);
const MEL = { mean: -40, std: 20 };

const served: Files = new Map();
const plainFetch = env.fetch;

beforeAll(() => {
  for (const repository of REPOSITORIES) {
    const dim = DIMS[repository.space];
    const weights = {
      text: randomText(1, PIECES.length, dim),
      image: randomMixer(2, 192, dim),
      audio: randomMixer(3, 128, dim, MEL),
    };
    for (const [path, content] of repositoryFiles(repository, weights, PIECES, ['q8', 'q4']))
      served.set(`/models/${path}`, content);
  }
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/models/';
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.backends.onnx.wasm!.wasmPaths = { mjs: ortModuleUrl, wasm: ortWasmUrl };
  env.fetch = (url) => {
    const content = served.get(new URL(String(url), location.href).pathname);
    const body = typeof content === 'string' ? content : content?.slice();
    return Promise.resolve(new Response((body ?? null) as BodyInit | null, { status: content ? 200 : 404 }));
  };
});

afterAll(() => {
  env.fetch = plainFetch;
});

function cosine(found: Float32Array, plain: Float64Array): number {
  return plain.reduce((sum, value, d) => sum + value * found[d]!, 0);
}

async function embed(
  Model: typeof PreTrainedModel,
  folder: string,
  inputs: Record<string, Tensor>,
  output: string,
): Promise<Float32Array> {
  const model = await Model.from_pretrained(folder, { dtype: DTYPE, device: DEVICE });
  try {
    const result = (await model(inputs)) as Record<string, Tensor>;
    return (result[output]!.data as Float32Array).slice();
  } finally {
    await model.dispose();
  }
}

const having = (tower: Repository['towers'][number]) =>
  REPOSITORIES.filter(({ towers }) => towers.includes(tower)).map(
    ({ folder, family, space }) => [folder, family, DIMS[space]] as const,
  );

test.each(having('text'))('%s reads texts (%s)', async (folder, family, dim) => {
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const inputs = tokenizer(TEXTS, { padding: true, truncation: true }) as unknown as Record<string, Tensor>;
  const Model = family === 'clip' ? CLIPTextModelWithProjection : ClapTextModelWithProjection;
  const found = await embed(Model, folder, inputs, 'text_embeds');
  const count = createCounter(PIECES);
  TEXTS.forEach((text, i) => {
    const counts = new Float32Array(PIECES.length);
    count(text, counts, 0);
    const plain = plainText(randomText(1, PIECES.length, dim), counts);
    expect(cosine(found.subarray(i * dim, (i + 1) * dim), plain)).toBeGreaterThan(BOUND);
  });
});

test.each(having('image'))('%s sees pictures (%s)', async (folder, _family, dim) => {
  const random = createRandom(4);
  const rgba = Uint8Array.from({ length: 64 * 64 * 4 }, (_, i) => (i % 4 === 3 ? 255 : random.int(256)));
  const processor = await AutoProcessor.from_pretrained(folder);
  const picture = new RawImage(new Uint8ClampedArray(rgba), 64, 64, 4);
  const inputs = (await processor(picture)) as Record<string, Tensor>;
  expect(inputs.pixel_values!.dims).toEqual([1, 3, 64, 64]);
  const patches = new Float32Array(64 * 192);
  picturePatches(rgba, [255, 255, 255], patches, 0);
  const found = await embed(CLIPVisionModelWithProjection, folder, inputs, 'image_embeds');
  expect(cosine(found, plainMixer(randomMixer(2, 192, dim), patches))).toBeGreaterThan(BOUND);
});

test.each(having('audio'))('%s hears sounds (%s)', async (folder, _family, dim) => {
  const random = createRandom(5);
  const samples = Float32Array.from({ length: 48_000 }, (_, i) => random.normal() * Math.exp(-i / 8000));
  const extractor = await AutoFeatureExtractor.from_pretrained(folder);
  const inputs = (await extractor(samples)) as Record<string, Tensor>;
  const features = inputs.input_features!;
  expect(features.dims.slice(0, 2)).toEqual([1, 1]);
  expect(features.dims[3]).toBe(64);
  const patches = new Float32Array(64 * 128);
  const scale = { mean: MEL.mean, deviation: MEL.std };
  melPatches((features.data as Float32Array).subarray(0, 128 * 64), scale, patches, 0);
  const found = await embed(ClapAudioModelWithProjection, folder, inputs, 'audio_embeds');
  expect(cosine(found, plainMixer(randomMixer(3, 128, dim, MEL), patches))).toBeGreaterThan(BOUND);
});
