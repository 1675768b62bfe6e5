import type { Tensor } from 'onnxruntime-web/webgpu';
import { afterEach, expect, test, vi } from 'vitest';
import { AbortedError, MissingFileError, ModelError } from '../../base/errors.ts';
import type { Session } from '../encoders/sessions.ts';
import { loadEnsemble } from './ensemble.ts';

const MODELS = 'https://lab.example/models/';

function value(name: string, shape: (number | string)[]): Session['inputMetadata'][number] {
  return { name, isTensor: true, type: 'float32', shape };
}

/** A session that gives every row the sum of its numbers, and keeps what it was fed. */
function fakeSession(inputs: Session['inputMetadata']) {
  const fed: { dims: readonly number[]; data: unknown }[] = [];
  let disposed = 0;
  const session: Session = {
    inputNames: inputs.map(({ name }) => name),
    outputNames: ['projected', 'members'],
    inputMetadata: inputs,
    outputMetadata: [value('projected', ['n', 1]), value('members', ['n', 2, 1])],
    run(feeds) {
      for (const { dims, data } of [feeds.embeddings!, feeds.mask!]) fed.push({ dims, data });
      const { dims, data } = feeds.embeddings as Tensor;
      const rows = Array.from({ length: dims[0]! }, (_, i) =>
        (data as Float32Array).subarray(i * dims[1]!, (i + 1) * dims[1]!).reduce((a, b) => a + b),
      );
      const output = (values: number[]) => ({ data: Float32Array.from(values), dispose: () => disposed++ });
      return Promise.resolve({
        projected: output(rows),
        members: output(rows.flatMap((sum) => [sum, -sum])),
      });
    },
    release: () => Promise.resolve(),
  };
  return { session, fed, disposed: () => disposed };
}

const INPUTS = [value('embeddings', ['n', 3]), value('mask', [2])];

function serve(found: boolean): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return Promise.resolve(found ? new Response(new Uint8Array([8])) : new Response('', { status: 404 }));
  });
  return asked;
}

afterEach(() => void vi.unstubAllGlobals());

test('takes its sizes from the graph and the file of the backend', async () => {
  const asked = serve(true);
  const { session, fed, disposed } = fakeSession(INPUTS);
  const create = vi.fn<() => Promise<Session>>(() => Promise.resolve(session));
  const ensemble = await loadEnsemble(create, MODELS, { id: 'foley-to-unified' }, 'webgpu');
  expect(asked).toEqual([`${MODELS}bonds/foley-to-unified/onnx/model_q4.onnx`]);
  expect(ensemble).toMatchObject({ dIn: 3, nMembers: 2, dOut: 1 });
  const y = await ensemble.members(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
  expect([...y]).toEqual([6, -6, 15, -15]);
  expect(fed).toEqual([
    { dims: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { dims: [2], data: Float32Array.of(1, 1) },
  ]);
  expect(disposed()).toBe(2);
  await loadEnsemble(create, MODELS, { id: 'foley-to-unified' }, 'wasm');
  expect(asked[1]).toContain('model_quantized.onnx');
  await loadEnsemble(create, MODELS, { id: 'run-1', url: 'blob:mine' }, 'wasm');
  expect(asked[2]).toBe('blob:mine');
});

test('an aborted call does not run', async () => {
  serve(true);
  const { session, fed } = fakeSession(INPUTS);
  const ensemble = await loadEnsemble(
    () => Promise.resolve(session),
    MODELS,
    { id: 'foley-to-unified' },
    'wasm',
  );
  const call = ensemble.members(new Float32Array(3), 1, AbortSignal.abort());
  await expect(call).rejects.toBeInstanceOf(AbortedError);
  expect(fed).toEqual([]);
});

test('a missing file and a graph of another kind are refused', async () => {
  serve(false);
  const { session } = fakeSession([value('x', [3])]);
  const load = () => loadEnsemble(() => Promise.resolve(session), MODELS, { id: 'foley-to-unified' }, 'wasm');
  await expect(load()).rejects.toBeInstanceOf(MissingFileError);
  serve(true);
  await expect(load()).rejects.toBeInstanceOf(ModelError);
  await expect(load()).rejects.toThrow('no embeddings of a fixed size');
});
