import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { projectEnsemble } from '../../../src/math/projector.ts';
import { normaliseRows } from '../../../src/math/sphere.ts';
import { randomProjector } from '../export/randomWeights.testing.ts';
import { AUDIO_PATCH } from './augment.ts';
import { rightAnswers } from './contrastive.ts';
import { toHost } from './params.ts';
import { TRAINING } from './schedule.ts';
import { initMixer } from './towers.ts';
import { freezeMixture, projectMixture, trainDagger } from './trainDagger.ts';

const [DIM, D_OUT, BATCH] = [16, 12, 8];
const MEMBERS = [1, 2, 3].map((seed) => randomProjector(seed, DIM, 24, D_OUT));

beforeAll(async () => {
  await init('wasm');
  defaultDevice('wasm');
});

const normals = (seed: number, n: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length: n }, () => random.normal());
};

test('the frozen mixture is projectEnsemble', async () => {
  const x = normaliseRows(normals(4, BATCH * DIM), DIM);
  const found = projectMixture(freezeMixture(MEMBERS), np.array(x).reshape([BATCH, DIM]));
  const values = (await found.data()) as Float32Array;
  const expected = projectEnsemble(MEMBERS, x, DIM);
  expected.forEach((value, i) => expect(Math.abs(value - values[i]!)).toBeLessThan(1e-5));
});

test('tuning lowers the loss through the projectors by the tower alone', async () => {
  const shape = { ...TRAINING.mixer, patchSize: AUDIO_PATCH, dim: DIM };
  const tower = await toHost(initMixer(createRandom(5), shape));
  const before = structuredClone(MEMBERS);
  const towerBefore = structuredClone(tower);
  const audio = normals(6, BATCH * shape.nPatches * AUDIO_PATCH);
  const rows = normaliseRows(normals(7, BATCH * D_OUT), D_OUT);
  const labels = Array.from({ length: BATCH }, (_, i) => i);
  const plan = {
    tower,
    dim: DIM,
    dOut: D_OUT,
    members: MEMBERS,
    nextBatch: () => ({ audio, targets: [{ rows, right: rightAnswers(labels, labels) }] }),
  };
  const { weights, curve } = await trainDagger(plan, createRandom(8), () => {}, 30);
  expect(curve.map(({ step }) => step)).toEqual([10, 20, 30]);
  expect(curve[2]!.loss).toBeLessThan(curve[0]!.loss - 0.05);
  expect(MEMBERS).toEqual(before);
  expect(tower).toEqual(towerBefore);
  expect(Object.keys(weights).toSorted()).toEqual(Object.keys(tower).toSorted());
  for (const name of ['patch.weight', 'head.weight', 'layers.0.token1.weight'])
    expect(weights[name]!.data).not.toEqual(tower[name]!.data);
}, 60_000);
