import { afterEach, expect, test, vi } from 'vitest';
import { CapabilityError } from '../../base/errors.ts';
import { MemberTasks } from './memberTask.ts';
import { minePool } from './mining.ts';
import { TEST_REQUEST, TEST_SPACES, testEmbeddings } from './training.testing.ts';
import { openTrainingDevice } from './trainingDevice.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['is not there', undefined],
  ['breaks down', { requestAdapter: () => Promise.reject(new Error('lost')) }],
])('a run that began on WebGPU goes on without where that %s, and says so', async (_, gpu) => {
  vi.stubGlobal('navigator', { ...(gpu && { gpu }) });
  const space = async (id: string) => {
    const { dim } = TEST_SPACES.find((one) => one.id === id)!;
    return { id, dim, rows: await testEmbeddings(id) };
  };
  const mined = await minePool({ ...TEST_REQUEST, seed: 1 }, await space('unified'), await space('foley'));
  const task = new MemberTasks(TEST_REQUEST, mined).task('mix');
  const pin = { backend: 'webgpu', reason: 'The run began on it.' } as const;
  const device = await openTrainingDevice(task, TEST_REQUEST.settings, { ...pin, fallsBack: true });
  expect(device).toMatchObject({
    backend: 'wasm',
    reason: 'The run began on webgpu, which this browser no longer offers.',
  });
  const trainer = await device.create(task, TEST_REQUEST.settings, 'mix');
  expect((await trainer.step()).step).toBe(1);
  trainer.dispose();
  await expect(openTrainingDevice(task, TEST_REQUEST.settings, pin)).rejects.toBeInstanceOf(CapabilityError);
});
