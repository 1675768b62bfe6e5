/** The whole way through the worker on small files: what is wrong with them is told, and what follows works. */
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  AbortedError,
  DisposedError,
  InputError,
  MediaError,
  MissingFileError,
  ModelError,
} from '../../base/errors.ts';
import type { Backend } from '../types.ts';
import { createEncoders } from './encoders.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;
const FIXTURES = '/src/engine/encoders/fixtures/';

function open(root: string, pinned: { backend?: Backend } = { backend }) {
  const encoders = createEncoders({ assetUrl: (path) => root + path, ...pinned });
  onTestFinished(() => encoders.dispose());
  const read = (spaceId: string, text = 'a dog barks', signal?: AbortSignal) =>
    encoders.encode(spaceId, { modality: 'text', text }, signal);
  return { encoders, read };
}

test('two calls at once, and again: the same unit vectors as one at a time', async () => {
  const { encoders, read } = open(FIXTURES);
  const [dog, rain] = await Promise.all([read('foley'), read('foley', 'rain falls')]);
  expect(Math.hypot(...dog)).toBeCloseTo(1, 6);
  // [CLS] a dog barks [SEP]: five pieces, each 1 on its axis and 0.1 on the last
  const length = Math.hypot(1, 1, 1, 1, 1, 0.5);
  [2, 3, 4, 5, 6].forEach((piece) => expect(dog[piece]).toBeCloseTo(1 / length, 5));
  expect(dog[95]).toBeCloseTo(0.5 / length, 5);
  expect(await read('foley')).toEqual(dog);
  expect(await read('foley', 'rain falls')).toEqual(rain);
  expect(encoders.status()['foley/text']).toMatchObject({
    state: 'ready',
    backend,
    precision: backend === 'wasm' ? 'int8' : '4-bit',
  });
});

test('damaged files are a ModelError that names them, and spoil nothing that comes after or beside', async () => {
  const { encoders, read } = open(FIXTURES);
  const bond = encoders.project(
    'foley-to-unified',
    new Float32Array(96).fill(0.1),
    Array<boolean>(7).fill(true),
  );
  const [cut, badTokenizer, good, cutBond] = await Promise.allSettled([
    read('unified'),
    read('pictext'),
    read('foley'),
    bond,
  ]);
  const reason = (outcome: PromiseSettledResult<unknown>) =>
    (outcome as PromiseRejectedResult).reason as Error;
  for (const [outcome, name] of [
    [cut, 'unified/onnx/text_model'],
    [badTokenizer, 'pictext/onnx/text_model'],
    [cutBond, 'bonds/foley-to-unified/onnx/model'],
  ] as const) {
    expect(reason(outcome)).toBeInstanceOf(ModelError);
    expect(reason(outcome).message).toContain(name);
  }
  expect(good.status).toBe('fulfilled');
  await expect(read('unified')).rejects.toBeInstanceOf(ModelError);
  expect(await read('foley')).toEqual((good as PromiseFulfilledResult<Float32Array>).value);
  expect(encoders.status()['unified/text']).toMatchObject({ state: 'failed' });
});

test('a missing file is a MissingFileError that names it', async () => {
  const { encoders, read } = open('/nowhere/');
  await expect(read('unified')).rejects.toBeInstanceOf(MissingFileError);
  await expect(read('unified')).rejects.toThrow(/nowhere\/models\/unified\/\S+/);
  const silence = encoders.encode('foley', { modality: 'audio', samples: new Float32Array(10) });
  await expect(silence).rejects.toThrow(/nowhere\/models\/foley\/\S+/);
  const bond = encoders.project('unified-to-pictext', new Float32Array(128), Array<boolean>(7).fill(true));
  await expect(bond).rejects.toThrow(/bonds\/unified-to-pictext\/onnx\/model\S*\.onnx/);
  expect(encoders.status()['unified/text']!.state).toBe('failed');
});

test('a page of HTML in place of a file is a MissingFileError', async () => {
  const { read } = open('/index.html?');
  await expect(read('unified')).rejects.toBeInstanceOf(MissingFileError);
  await expect(read('unified')).rejects.toThrow(/unified\/\S+.*HTML/);
});

test('errors of media and of arguments arrive as such; the encoder goes on', async () => {
  const { encoders, read } = open(FIXTURES);
  await expect(read('foley', '  ')).rejects.toBeInstanceOf(MediaError);
  await expect(read('foley', '犬')).rejects.toBeInstanceOf(MediaError);
  await expect(read('nowhere')).rejects.toBeInstanceOf(InputError);
  const blob = new Blob(['no picture'], { type: 'image/png' });
  await expect(encoders.encode('unified', { modality: 'image', blob })).rejects.toBeInstanceOf(MediaError);
  expect(await read('foley')).toHaveLength(96);
});

test('many texts at once are encoded as one at a time, and an unusable one is told', async () => {
  const { encoders, read } = open(FIXTURES);
  const told: number[] = [];
  const texts = ['a dog barks', 'rain falls ', 'a dog barks'];
  const rows = await encoders.encodeTexts('foley', texts, undefined, (fraction) => told.push(fraction));
  const alone = [await read('foley'), await read('foley', 'rain falls'), await read('foley')];
  expect([...rows]).toEqual(alone.flatMap((row) => [...row]));
  expect(told).toEqual([1]);
  await expect(encoders.encodeTexts('foley', ['a dog', '犬'])).rejects.toBeInstanceOf(MediaError);
  await expect(encoders.encodeTexts('foley', ['a dog', ' '])).rejects.toThrow(/text is empty/);
  await expect(encoders.encodeTexts('nowhere', ['a dog'])).rejects.toBeInstanceOf(InputError);
  const aborted = encoders.encodeTexts('foley', ['rain'], AbortSignal.abort());
  await expect(aborted).rejects.toBeInstanceOf(AbortedError);
  encoders.dispose();
  await expect(encoders.encodeTexts('foley', ['a dog'])).rejects.toBeInstanceOf(DisposedError);
});

test('a text of too many pieces is cut, and the status says so until a shorter one comes', async () => {
  const { encoders, read } = open(FIXTURES);
  const long = await read('foley', 'a dog barks a dog barks a dog barks');
  expect(encoders.status()['foley/text']!.message).toContain('first 8 of 11');
  expect(Math.hypot(...long)).toBeCloseTo(1, 6);
  await read('foley');
  expect(encoders.status()['foley/text']).not.toHaveProperty('message');
});

test('a call can be taken back before and while it runs; the others are answered', async () => {
  const { read } = open(FIXTURES);
  await expect(read('foley', 'a', AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  const controller = new AbortController();
  const taken = read('foley', 'rain', controller.signal);
  const kept = read('foley', 'a dog');
  controller.abort();
  await expect(taken).rejects.toBeInstanceOf(AbortedError);
  expect(await kept).toHaveLength(96);
});

test('without a pinned backend a probe or its absence gives the reason; listeners hear of it', async () => {
  const { encoders, read } = open(FIXTURES, {});
  const states: string[] = [];
  const stop = encoders.onStatus(() => states.push(encoders.status()['foley/text']!.state));
  await read('foley');
  expect(states).toContain('loading');
  expect(states.at(-1)).toBe('ready');
  expect(encoders.status()['foley/text']!.reason).toMatch(/^Web(Assembly|GPU)/);
  stop();
  const heard = states.length;
  await read('foley', '犬').catch(() => undefined);
  expect(states).toHaveLength(heard);
});

test('a worker that dies takes the pending call with it; the next call gets a new one, on WebAssembly', async () => {
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
  const { encoders, read } = open(FIXTURES, {});
  const dog = await read('foley');
  const asked = new Promise<void>((resolve) => {
    encoders.onStatus(() => resolve());
  });
  const pending = encoders.encode('unified', { modality: 'text', text: 'rain' });
  await asked;
  made[0]!.dispatchEvent(new ErrorEvent('error', { message: 'RuntimeError: unreachable' }));
  await expect(pending).rejects.toBeInstanceOf(ModelError);
  await expect(pending).rejects.toThrow('unreachable');
  expect(encoders.status()['foley/text']).toMatchObject({ state: 'not loaded' });
  const again = await read('foley');
  again.forEach((value, d) => expect(value).toBeCloseTo(dog[d]!, 6));
  expect(made).toHaveLength(2);
  expect(encoders.status()['foley/text']).toMatchObject({ state: 'ready', backend: 'wasm' });
  expect(encoders.status()['foley/text']!.reason).toContain('restarted after a failure');
});

test('dispose settles what is pending, and later calls throw', async () => {
  const { encoders, read } = open(FIXTURES);
  const pending = read('foley');
  // the text is prepared first: wait until the worker has the call
  const asked = new Promise<void>((resolve) => {
    encoders.onStatus(resolve);
  });
  await asked;
  encoders.dispose();
  encoders.dispose();
  await expect(pending).rejects.toBeInstanceOf(DisposedError);
  await expect(read('foley')).rejects.toBeInstanceOf(DisposedError);
});
