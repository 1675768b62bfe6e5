/** The whole way through the worker: kept models with CLIP's and CLAP's files, whole and broken. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { AbortedError, InputError, MediaError, ModelError } from '../../../base/errors.ts';
import { EncoderStore } from './encoderStore.ts';
import { createOwnEncoders } from './ownEncoders.ts';
import { memoryModels, toneWav } from './ownEncoders.testing.ts';
import { backend, CLIP, cosine, DATABASE, open, openClip, png, rightVector } from './page.testing.ts';
import { clapRepository, clipRepository } from './repositories.testing.ts';

const CLAP = 'Xenova/clap-htsat-unfused';

test('CLIP: a PNG gives the vector that its pixels give by hand; text and two calls at once too', async () => {
  const { own } = await openClip();
  expect(own.spaces()).toMatchObject([
    { id: 'clip-vit-base-patch32-512', dim: 512, modalities: ['text', 'image'] },
  ]);
  const { blob, rgb } = await png(300, 260);
  const vector = await own.encode('clip-vit-base-patch32-512', { modality: 'image', blob });
  expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  expect(cosine(vector, rightVector(300, 260, rgb))).toBeGreaterThan(0.99999);
  const read = (text: string) => own.encode('clip-vit-base-patch32-512', { modality: 'text', text });
  const [dog, cat] = await Promise.all([read('a dog'), read('a cat')]);
  expect(cosine(dog, cat)).toBeLessThan(0.99);
  expect(await read(' a dog ')).toEqual(dog);
  expect(own.encoders().map(({ state }) => state)).toEqual(['ready', 'ready']);
  expect(own.encoders()[0]).toMatchObject({ backend, pinned: true, precision: 'fp32', repo: CLIP });
});

test('CLAP: the same tone at 44.1 and 48 kHz has one direction, another tone another', async () => {
  const models = memoryModels();
  models.keep(CLAP, clapRepository(['q8']), 'int8');
  const { own } = await open(models);
  const ids = own.encoders().map(({ id }) => id);
  expect(ids).toEqual(['clap-htsat-unfused-512/text', 'clap-htsat-unfused-512/audio']);
  for (const id of ids) own.setBackend(id, 'wasm');
  const hear = (hz: number, rate: number) =>
    own.encode('clap-htsat-unfused-512', { modality: 'audio', blob: toneWav(hz, 2, rate) });
  const tone = await hear(1000, 48_000);
  const same = cosine(await hear(1000, 44_100), tone);
  const other = cosine(await hear(5000, 44_100), tone);
  // Most bands of a pure tone hold nothing but the rounding to 16 bits, in dB: the same tone is near 1, not at it.
  expect(same).toBeGreaterThan(0.995);
  expect(other).toBeLessThan(0.95);
  expect(await own.encode('clap-htsat-unfused-512', { modality: 'text', text: 'rain' })).toHaveLength(512);
});

test('a probe times both backends, says why it chose, and is kept; a person overrules it', async () => {
  const models = memoryModels();
  models.keep(CLIP, clipRepository(['fp32']));
  const { own, until } = await open(models);
  const id = 'clip-vit-base-patch32-512/text';
  expect(own.encoders()[0]).toMatchObject({ id, state: 'not loaded', pinned: false });
  const probed = await own.encode('clip-vit-base-patch32-512', { modality: 'text', text: 'a dog' });
  const [encoder] = own.encoders();
  expect(encoder!.probe).toMatch(/^Web(Assembly|GPU).*\d ms/);
  expect(encoder!.probe).toMatch(/cosine 1\.0000|no WebGPU adapter/);
  own.setBackend(id, 'wasm');
  expect(own.encoders()[0]).toMatchObject({ pinned: true, backend: 'wasm', state: 'not loaded' });
  const pinned = await own.encode('clip-vit-base-patch32-512', { modality: 'text', text: 'a dog' });
  expect(cosine(probed, pinned)).toBeGreaterThan(0.999);
  own.setBackend(id, undefined);
  expect(own.encoders()[0]).toMatchObject({ pinned: false, probe: undefined, backend: undefined });
  await own.encode('clip-vit-base-patch32-512', { modality: 'text', text: 'a dog' });
  expect(own.encoders()[0]!.probe).toMatch(/\d ms/);
  // Found with other files, it no longer holds.
  models.keep(CLIP, clipRepository(['fp32']), 'fp32', '2026-03-03T00:00:00Z');
  await until(() => own.encoders()[0]!.probe === undefined);
  own.setBackend(id, 'wasm');
  const again = createOwnEncoders({ models, store: new EncoderStore(DATABASE) });
  onTestFinished(() => again.dispose());
  await again.opened;
  await until(() => again.encoders()[0]?.pinned === true);
});

test('broken files are told by name, spoil nothing beside, and are used again once they are whole', async () => {
  const models = memoryModels();
  const cut = clipRepository(['fp32']);
  const graph = cut.get('onnx/vision_model.onnx')!;
  cut.set('onnx/vision_model.onnx', graph.slice(0, graph.length >> 1));
  models.keep(CLIP, cut);
  const { own, until } = await open(models);
  for (const { id } of own.encoders()) own.setBackend(id, backend);
  const space = 'clip-vit-base-patch32-512';
  const { blob } = await png(64, 64);
  const [picture, text] = await Promise.allSettled([
    own.encode(space, { modality: 'image', blob }),
    own.encode(space, { modality: 'text', text: 'a dog' }),
  ]);
  expect((picture as PromiseRejectedResult).reason).toBeInstanceOf(ModelError);
  expect((picture as PromiseRejectedResult).reason).toHaveProperty(
    'message',
    expect.stringContaining('vision_model.onnx'),
  );
  expect(text.status).toBe('fulfilled');
  expect(own.encoders()[1]).toMatchObject({ state: 'failed' });
  models.keep(CLIP, clipRepository(['fp32']), 'fp32', '2026-02-02T00:00:00Z');
  await until(() => own.encoders()[1]!.state === 'not loaded' || own.encoders()[1]!.state === 'failed');
  await vi.waitFor(() => own.encode(space, { modality: 'image', blob }), { timeout: 60_000 });
  models.drop(CLIP);
  await until(() => own.encoders().length === 0);
  await expect(own.encode(space, { modality: 'image', blob })).rejects.toBeInstanceOf(InputError);
});

test('settings that are not known make that encoder unusable, and it says why', async () => {
  const models = memoryModels();
  const files = clipRepository(['fp32']);
  files.set(
    'preprocessor_config.json',
    new TextEncoder().encode('{"resample": 9}') as Uint8Array<ArrayBuffer>,
  );
  models.keep(CLIP, files);
  models.keep(
    'a/other',
    new Map([['config.json', new TextEncoder().encode('<html>') as Uint8Array<ArrayBuffer>]]),
  );
  const { own } = await open(models);
  expect(own.spaces()).toMatchObject([{ modalities: ['text'] }]);
  const [, vision, other] = own.encoders();
  expect(vision).toMatchObject({ state: 'failed', message: expect.stringContaining('resample 9') as string });
  expect(other).toMatchObject({ state: 'failed', message: expect.stringContaining('config.json') as string });
  const { blob } = await png(8, 8);
  await expect(own.encode('clip-vit-base-patch32-512', { modality: 'image', blob })).rejects.toThrow(
    /resample 9/,
  );
});

test('media and texts that cannot be read are refused; a call can be taken back; what follows works', async () => {
  const { own } = await openClip();
  const space = 'clip-vit-base-patch32-512';
  const blob = new Blob(['no picture'], { type: 'image/png' });
  await expect(own.encode(space, { modality: 'image', blob })).rejects.toBeInstanceOf(MediaError);
  await expect(own.encode(space, { modality: 'text', text: '  ' })).rejects.toBeInstanceOf(MediaError);
  await expect(own.encode(space, { modality: 'audio', blob })).rejects.toBeInstanceOf(InputError);
  await expect(own.encode('nowhere', { modality: 'text', text: 'a' })).rejects.toBeInstanceOf(InputError);
  await expect(
    own.encode(space, { modality: 'text', text: 'a' }, AbortSignal.abort()),
  ).rejects.toBeInstanceOf(AbortedError);
  const controller = new AbortController();
  const taken = own.encode(space, { modality: 'text', text: 'a dog' }, controller.signal);
  const kept = own.encode(space, { modality: 'text', text: 'a cat' });
  controller.abort();
  await expect(taken).rejects.toBeInstanceOf(AbortedError);
  expect(await kept).toHaveLength(512);
});

test('a picture with a transparent part stands on white; an SVG is drawn', async () => {
  const { own } = await openClip();
  const see = (blob: Blob) => own.encode('clip-vit-base-patch32-512', { modality: 'image', blob });
  const clear = new OffscreenCanvas(40, 40);
  clear.getContext('2d')!.clearRect(0, 0, 40, 40);
  const white = new OffscreenCanvas(40, 40);
  const context = white.getContext('2d')!;
  context.fillStyle = 'white';
  context.fillRect(0, 0, 40, 40);
  const wanted = await see(await white.convertToBlob());
  expect(cosine(await see(await clear.convertToBlob()), wanted)).toBeGreaterThan(0.9999);
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="white"/></svg>';
  expect(cosine(await see(new Blob([svg], { type: 'image/svg+xml' })), wanted)).toBeGreaterThan(0.9999);
});

test('a worker that dies takes the pending call with it; the next call gets a new one', async () => {
  const made: Worker[] = [];
  const RealWorker = Worker;
  vi.stubGlobal(
    'Worker',
    class extends RealWorker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        made.push(this);
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  const { own } = await openClip();
  const dog = await own.encode('clip-vit-base-patch32-512', { modality: 'text', text: 'a dog' });
  made.at(-1)!.dispatchEvent(new ErrorEvent('error', { message: 'RuntimeError: unreachable' }));
  expect(own.encoders()[0]).toMatchObject({
    state: 'not loaded',
    message: expect.stringContaining('unreachable') as string,
  });
  const again = await own.encode('clip-vit-base-patch32-512', { modality: 'text', text: 'a dog' });
  expect(cosine(again, dog)).toBeGreaterThan(0.9999);
  expect(made).toHaveLength(2);
});
