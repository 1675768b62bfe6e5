import { afterEach, expect, test, vi } from 'vitest';
import { MissingFileError } from '../../base/errors.ts';
import { createDeferred } from '../workers/deferred.ts';
import { ModelFiles } from './modelFiles.ts';

const BASE = 'https://lab.example/app/models/';

function serve(answers: Record<string, () => Response>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    const answer = answers[url.slice(BASE.length)];
    return Promise.resolve(answer ? answer() : new Response('no such file', { status: 404 }));
  });
  return asked;
}

afterEach(() => void vi.unstubAllGlobals());

const at = (path: string) => ModelFiles.ROOT + path;

test('a load finds the files it named, no others, and none later', async () => {
  serve({ 'unified/config.json': () => new Response('{"a":1}') });
  const files = new ModelFiles(BASE);
  const seen = await files.load('unified', ['config.json'], async () => ({
    config: (await (await files.answer(at('unified/config.json'))).json()) as unknown,
    other: (await files.answer(at('unified/tokenizer.json'))).status,
  }));
  expect(seen).toEqual({ config: { a: 1 }, other: 404 });
  expect((await files.answer(at('unified/config.json'))).status).toBe(404);
});

test('a missing file is named, and the load is not begun; once it is there, the load works', async () => {
  const answers: Record<string, () => Response> = { 'foley/config.json': () => new Response('{}') };
  serve(answers);
  const files = new ModelFiles(BASE);
  const load = vi.fn<() => Promise<string>>(() => Promise.resolve('loaded'));
  const first = files.load('foley', ['config.json', 'onnx/audio_model_q4.onnx'], load);
  await expect(first).rejects.toBeInstanceOf(MissingFileError);
  await expect(first).rejects.toThrow(`${BASE}foley/onnx/audio_model_q4.onnx`);
  expect(load).not.toHaveBeenCalled();
  answers['foley/onnx/audio_model_q4.onnx'] = () => new Response(new Uint8Array([8, 10]));
  expect(await files.load('foley', ['config.json', 'onnx/audio_model_q4.onnx'], load)).toBe('loaded');
});

test('a page of HTML is no file, also when the server calls it something else', async () => {
  const page = '<!doctype html><title>Lab</title>';
  for (const type of ['text/html', 'application/octet-stream']) {
    serve({ 'unified/config.json': () => new Response(page, { headers: { 'Content-Type': type } }) });
    const loading = new ModelFiles(BASE).load('unified', ['config.json'], () => Promise.resolve());
    await expect(loading).rejects.toBeInstanceOf(MissingFileError);
    await expect(loading).rejects.toThrow(/unified\/config\.json.*HTML/);
  }
});

test('loads run one at a time, and a failed one does not stop the next', async () => {
  serve({ 'unified/config.json': () => new Response('{}') });
  const files = new ModelFiles(BASE);
  const gate = createDeferred<void>();
  const log: string[] = [];
  const first = files.load('unified', ['config.json'], async () => {
    log.push('first begins');
    await gate.promise;
    log.push('first ends');
    throw new Error('damaged');
  });
  const second = files.load('unified', ['config.json'], async () => {
    log.push('second begins');
    return (await files.answer(at('unified/config.json'))).status;
  });
  gate.resolve(undefined);
  await expect(first).rejects.toThrow('damaged');
  expect(await second).toBe(200);
  expect(log).toEqual(['first begins', 'first ends', 'second begins']);
});
