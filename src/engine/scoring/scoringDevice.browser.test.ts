import { expect, test } from 'vitest';
import type { Backend } from '../types.ts';
import { openDevice } from './scoringDevice.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;

test(`${backend}: a trial chooses a backend and says its figures`, async () => {
  const device = await openDevice();
  expect(['wasm', 'webgpu']).toContain(device.backend);
  expect(device.reason).toMatch(/won a trial ranking: WebAssembly on one thread \d+\.\d ms/);
  expect(device.reason).toMatch(/WebAssembly on \d+ threads \d+\.\d ms/); // the tests' server isolates its pages
  expect(device.reason).toContain('WebGPU');
  expect(device.reason).not.toContain('failed');
});
