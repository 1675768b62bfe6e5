/** The exported graphs on the backend of the run. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { beforeAll, expect, test } from 'vitest';
import {
  randomMixer,
  randomProjector,
  randomText,
} from '../../scripts/world/export/randomWeights.testing.ts';
import { audioModel, textModel, visionModel } from '../../scripts/world/export/towerGraphs.ts';
import { createRandom } from '../base/random.ts';
import type { Precision } from './onnxBuilder.ts';
import { ensembleModel } from './onnxEnsemble.ts';

type Provider = 'webgpu' | 'wasm';
const PROVIDER = import.meta.env.BONDLAB_BACKEND as Provider;
const DIM = 24;

beforeAll(() => {
  env.wasm.wasmPaths = { mjs: ortModuleUrl, wasm: ortWasmUrl };
  env.wasm.numThreads = 1;
});

function normals(dims: readonly number[]): Tensor {
  const random = createRandom(7);
  const count = dims.reduce((product, size) => product * size, 1);
  return new Tensor(
    'float32',
    Float32Array.from({ length: count }, () => random.normal()),
    dims,
  );
}

function whole(rows: readonly (readonly number[])[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
}

const MODELS: Record<string, { build: (precision: Precision) => Uint8Array; feeds: Record<string, Tensor> }> =
  {
    vision: {
      build: (precision) => visionModel(randomMixer(1, 192, DIM), { precision }),
      feeds: { pixel_values: normals([2, 3, 64, 64]) },
    },
    audio: {
      build: (precision) => audioModel(randomMixer(2, 128, DIM, { mean: 0.5, std: 2 }), { precision }),
      feeds: { input_features: normals([2, 1, 129, 64]) },
    },
    text: {
      build: (precision) => textModel(randomText(3, 50, DIM), { precision }),
      feeds: {
        input_ids: whole([
          [2, 9, 44, 3],
          [2, 7, 3, 0],
        ]),
        attention_mask: whole([
          [1, 1, 1, 1],
          [1, 1, 1, 0],
        ]),
      },
    },
    ensemble: {
      build: (precision) =>
        ensembleModel(
          [1, 2, 3].map((seed) => randomProjector(seed, 32, 64, DIM)),
          { precision },
        ),
      feeds: {
        embeddings: normals([2, 32]),
        mask: new Tensor('float32', Float32Array.of(1, 0, 1), [3]),
      },
    },
    // Widths that are no multiple of a block: rows are filled up with zeros.
    'ensemble of odd widths': {
      build: (precision) => ensembleModel([randomProjector(1, 40, 72, DIM)], { precision }),
      feeds: {
        embeddings: normals([2, 40]),
        mask: new Tensor('float32', Float32Array.of(1), [1]),
      },
    },
  };

async function run(
  bytes: Uint8Array,
  provider: Provider,
  feeds: Record<string, Tensor>,
): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { executionProviders: [provider] });
  try {
    const outputs = await session.run(feeds);
    return (await outputs[session.outputNames[0]!]!.getData()) as Float32Array;
  } finally {
    await session.release();
  }
}

/** Least cosine with fp32 that rounding random weights leaves; trained ones keep more. */
const CASES = Object.keys(MODELS).flatMap((model) => [
  [model, 'q8', 0.999] as const,
  [model, 'q4', 0.95] as const,
]);

test.each(CASES)(
  '%s in %s: as one-threaded WebAssembly gives it, cosine with fp32 over %d',
  async (...of) => {
    const [name, precision, bound] = of;
    const { build, feeds } = MODELS[name]!;
    const bytes = build(precision);
    const found = await run(bytes, PROVIDER, feeds);
    const expected = await run(bytes, 'wasm', feeds);
    const exact = await run(build('fp32'), 'wasm', feeds);
    expect(found.length).toBe(2 * DIM);
    // Sums of a few hundred products in another order: float32 rounding, up to the depth of the tower.
    found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4));
    for (let i = 0; i < 2; i++) {
      const dot = (a: Float32Array, b: Float32Array) =>
        a.subarray(i * DIM, (i + 1) * DIM).reduce((sum, value, d) => sum + value * b[i * DIM + d]!, 0);
      expect(dot(found, found)).toBeCloseTo(1, 5);
      expect(dot(found, exact)).toBeGreaterThan(bound);
    }
  },
);
