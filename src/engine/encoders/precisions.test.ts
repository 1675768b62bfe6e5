import { expect, test } from 'vitest';
import type { OwnEncoder } from '../models/types.ts';
import type { EncoderStatus } from '../types.ts';
import { createPrecisions } from './precisions.ts';

function setUp() {
  const site = new Map<string, string>();
  const table: Record<string, EncoderStatus> = {};
  const own: OwnEncoder[] = [];
  const state = { backend: 'wasm' as 'wasm' | 'webgpu', loads: 0, reads: 0 };
  const encoders = {
    encode: () => {
      state.loads++;
      const precision = state.backend === 'wasm' ? 'int8' : '4-bit';
      table['unified/image'] = { id: 'unified/image', state: 'ready', backend: state.backend, precision };
      return Promise.resolve(new Float32Array(1));
    },
    status: () => table,
  };
  const read = (path: string) => {
    state.reads++;
    const { buffer } = new TextEncoder().encode(site.get(path) ?? path);
    return Promise.resolve(buffer as ArrayBuffer);
  };
  return { site, table, own, state, of: createPrecisions(encoders, { encoders: () => own }, read) };
}

test('rebuilt encoders and other settings give another name, the same files the same', async () => {
  const { of } = setUp();
  const before = await of('unified', 'image');
  expect(before).toMatch(/^int8 #[0-9a-f]{12}$/);
  const same = setUp();
  expect(await same.of('unified', 'image')).toBe(before);
  for (const path of ['unified/onnx/vision_model_quantized.onnx', 'unified/preprocessor_config.json']) {
    const rebuilt = setUp();
    rebuilt.site.set(path, 'other');
    expect(await rebuilt.of('unified', 'image')).not.toBe(before);
  }
});

test('files are read once, and anew when the encoder was loaded anew', async () => {
  const { site, table, state, of } = setUp();
  const first = await of('unified', 'image');
  expect(await of('unified', 'image')).toBe(first);
  expect([state.loads, state.reads]).toEqual([1, 2]);
  table['unified/image'] = { id: 'unified/image', state: 'not loaded' };
  site.set('unified/onnx/vision_model_quantized.onnx', 'newer');
  expect(await of('unified', 'image')).not.toBe(first);
  table['unified/image'] = { id: 'unified/image', state: 'not loaded' };
  state.backend = 'webgpu';
  expect(await of('unified', 'image')).toMatch(/^4-bit #/);
});

test('another version of a model of one’s own gives another name', async () => {
  const { own, of } = setUp();
  const encoder: OwnEncoder = {
    id: 'clip-512/image',
    space: { id: 'clip-512', name: 'clip', about: '', dim: 512, modalities: ['image'] },
    modality: 'image',
    repo: 'a/clip',
    precision: 'int8',
    version: 'v1',
    probe: undefined,
    backend: 'wasm',
    pinned: false,
    state: 'ready',
  };
  own.push(encoder);
  const before = await of('clip-512', 'image');
  expect(before).toBe('a/clip int8 #v1');
  own[0] = { ...encoder, version: 'v2' };
  expect(await of('clip-512', 'image')).not.toBe(before);
  expect(await of('clip-512', 'text')).toBe('unknown');
});
