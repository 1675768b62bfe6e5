/** The plain towers, which the graphs are held to, are those that jax-js trains. */
import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { Tensor } from '../../../src/formats/safetensors.ts';
import { fromHost } from '../train/params.ts';
import { mixer, text, unitRows } from '../train/towers.ts';
import { randomMixer, randomText } from './randomWeights.testing.ts';
import { plainMixer, plainText } from './towers.testing.ts';

const DIM = 24;

beforeAll(async () => {
  await init('wasm');
  defaultDevice('wasm');
});

const params = (weights: ReadonlyMap<string, Tensor>) =>
  fromHost(Object.fromEntries([...weights].filter(([name]) => !name.startsWith('input.'))));

async function distance(found: np.Array, plain: Float64Array): Promise<number> {
  const values = (await unitRows(found).data()) as Float32Array;
  expect(values.length).toBe(plain.length);
  return plain.reduce((most, value, d) => Math.max(most, Math.abs(value - values[d]!)), 0);
}

test('mixer', async () => {
  const random = createRandom(1);
  const weights = randomMixer(2, 128, DIM);
  const patches = Float32Array.from({ length: 64 * 128 }, () => random.normal());
  const shape = {
    nPatches: 64,
    patchSize: 128,
    width: 32,
    tokenHidden: 32,
    channelHidden: 64,
    nLayers: 2,
    dim: DIM,
  };
  const found = mixer(params(weights), shape, np.array(patches).reshape([1, 64, 128]));
  expect(await distance(found, plainMixer(weights, patches))).toBeLessThan(1e-5);
});

test('text', async () => {
  const weights = randomText(3, 50, DIM);
  const counts = new Float32Array(50);
  for (const [piece, share] of [
    [2, 0.25],
    [3, 0.25],
    [40, 0.5],
  ] as const)
    counts[piece] = share;
  const shape = { vocabulary: 50, width: 32, hidden: 64, nBlocks: 2, dim: DIM };
  const found = text(params(weights), shape, np.array(counts).reshape([1, 50]));
  expect(await distance(found, plainText(weights, counts))).toBeLessThan(1e-5);
});
