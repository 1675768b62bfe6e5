import { expect, test } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { Backend } from '../types.ts';
import { MemberTasks } from './memberTask.ts';
import { minePool } from './mining.ts';
import { plainMatMul } from './projection.ts';
import { TEST_REQUEST, TEST_SPACES, testEmbeddings } from './training.testing.ts';
import { openTrainingDevice } from './trainingDevice.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;

async function testTask() {
  const space = async (id: string) => {
    const { dim } = TEST_SPACES.find((one) => one.id === id)!;
    return { id, dim, rows: await testEmbeddings(id) };
  };
  const mined = await minePool({ ...TEST_REQUEST, seed: 1 }, await space('unified'), await space('foley'));
  return new MemberTasks(TEST_REQUEST, mined).task('mix');
}

test('the pinned backend is opened, and multiplies as the plain product does', async () => {
  const device = await openTrainingDevice(await testTask(), TEST_REQUEST.settings, {
    backend,
    reason: 'a test',
  });
  expect(device).toMatchObject({ backend, reason: 'a test' });
  const random = createRandom(1);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  for (const [n, k, m] of [
    [37, 96, 128],
    [5, 6, 384],
  ] as const) {
    const [x, w] = [draw(n * k), draw(k * m)];
    const [fast, plain] = [await device.matMul(x, w, k), await plainMatMul(x, w, k)];
    expect(fast.length).toBe(plain.length);
    plain.forEach((value, i) => expect(Math.abs(fast[i]! - value)).toBeLessThan(1e-4));
  }
});

test('unpinned, a software adapter is not tried, and that is said', async () => {
  const device = await openTrainingDevice(await testTask(), TEST_REQUEST.settings);
  expect(device).toMatchObject({
    backend: 'wasm',
    reason: expect.stringMatching(/WebGPU (runs in software|is not offered)/),
  });
});
