import { expect, test } from 'vitest';
import { InputError } from '../../../base/errors.ts';
import type { EncoderSpec } from '../types.ts';
import {
  entriesOfModel,
  entryOfGraph,
  idForGraph,
  newestOf,
  shownEncoder,
  spacesOf,
  stampIn,
} from './encoderList.ts';
import { memoryModels } from './ownEncoders.testing.ts';
import { clapRepository, clipRepository, keptRecord } from './repositories.testing.ts';

const noDim = () => Promise.reject(new Error('not asked'));

async function entriesOf(
  repo: string,
  files = clipRepository(['fp32']),
  taken = new Set<string>(),
  findDim: () => Promise<number> = noDim,
) {
  const models = memoryModels();
  models.keep(repo, files);
  return entriesOfModel(models.kept()[0]!, models, taken, findDim);
}

const SPEC: EncoderSpec = {
  space: { id: 'clip-512', name: 'Mine', dim: 512 },
  modality: 'audio',
  input: 'x',
  output: 'out',
  inputSpec: { kind: 'waveform', sampleRateHz: 16_000, seconds: 2 },
  normalise: true,
};

test('spaces are named by repository and dimension, and by their owner too where that name is taken', async () => {
  const first = await entriesOf('a/clip');
  const second = await entriesOf('b/clip', clipRepository(['fp32']), new Set(['clip-512']));
  expect(spacesOf([...first, ...second])).toMatchObject([
    { id: 'clip-512', name: 'clip', dim: 512, modalities: ['text', 'image'] },
    { id: 'b.clip-512', modalities: ['text', 'image'] },
  ]);
  expect(second.map(({ source }) => source.id)).toEqual(['b.clip-512/text', 'b.clip-512/image']);
});

test('a single graph joins the space of a model, modalities in their order', async () => {
  const entries = await entriesOf('a/clip');
  const files = new Map([['a_int8.onnx', new Blob(['x'])]]);
  const own = entryOfGraph({ id: 'clip-512/audio', path: 'a_int8.onnx', spec: SPEC, files });
  expect(spacesOf([own, ...entries])).toMatchObject([
    { id: 'clip-512', modalities: ['text', 'image', 'audio'] },
  ]);
  expect(shownEncoder(own, { pinned: 'wasm' }, { state: 'ready', message: '' }, [])).toEqual({
    id: 'clip-512/audio',
    space: { ...SPEC.space, about: expect.stringContaining('a_int8.onnx') as string, modalities: ['audio'] },
    modality: 'audio',
    repo: undefined,
    precision: 'int8',
    probe: undefined,
    backend: 'wasm',
    pinned: true,
    state: 'ready',
  });
  const broken = entryOfGraph({ id: 'x', path: 'a.onnx', spec: { ...SPEC, input: '' }, files });
  expect(spacesOf([broken])).toEqual([]);
  expect(shownEncoder(broken, {}, {}, [])).toMatchObject({
    state: 'failed',
    message: expect.any(String) as string,
  });
});

test('an id is given where the space has room and the dimensions fit', async () => {
  const entries = await entriesOf('a/clip');
  const proposal = { path: 'x/My Graph.onnx', outputs: [{ name: 'out', dims: ['b', 512], type: 'float32' }] };
  const give = (change: Partial<EncoderSpec>, dim = 512) =>
    idForGraph(proposal, { ...SPEC, ...change, space: { ...SPEC.space, dim } }, entries);
  expect(give({})).toBe('clip-512/audio');
  expect(() => give({ modality: 'image' })).toThrow(/reads image already.*"my-graph-512"/);
  expect(() => give({}, 256)).toThrow(/has 512 dimensions; this encoder gives 256/);
  expect(() => give({ output: 'other' })).toThrow(InputError);
  const elsewhere = { ...SPEC, space: { id: 'own', name: 'Own', dim: 256 } };
  expect(() => idForGraph(proposal, elsewhere, entries)).toThrow(/vectors of 512 numbers, not 256/);
});

test('a dimension that no file tells is read off the graph; where it says nothing, the encoder cannot be used', async () => {
  const files = clipRepository(['fp32']);
  files.set('config.json', new TextEncoder().encode('{"model_type": "new"}') as Uint8Array<ArrayBuffer>);
  const one = new Map([...files].filter(([path]) => !path.includes('vision')));
  const [text] = await entriesOf('a/new', one, new Set(), () => Promise.resolve(512));
  expect(text).toMatchObject({
    source: { id: 'new-512/text', dim: 512 },
    space: { id: 'new-512', dim: 512 },
  });
  const [silent] = await entriesOf('a/new', one, new Set(), () => Promise.resolve(0));
  expect(silent!.source).toHaveProperty('problem', expect.stringContaining('how long'));
  const [failed] = await entriesOf('a/new', one);
  expect(failed!.source).toHaveProperty('problem', 'not asked');
});

test('a model that cannot be read is one entry that says why', async () => {
  const files = clapRepository(['fp32']);
  files.delete('config.json');
  const [entry, ...others] = await entriesOf('a/clap', files);
  expect(others).toEqual([]);
  expect(entry!.source).toHaveProperty('problem', expect.stringContaining('no config.json'));
});

test('of a repository in several precisions the one that was kept last counts', () => {
  const kept = (repo: string, precision: 'int8' | 'fp32', at: string) =>
    keptRecord(repo, new Map(), precision, at);
  const newest = newestOf([
    kept('a/x', 'fp32', '2026-03'),
    kept('a/x', 'int8', '2026-01'),
    kept('a/y', 'int8', '2026-02'),
  ]);
  expect(newest.map(({ repo, precision }) => [repo, precision])).toEqual([
    ['a/x', 'fp32'],
    ['a/y', 'int8'],
  ]);
});

test('a version is told by content: the same files fetched anew have it, another commit has another', async () => {
  const [text, image] = await entriesOf('a/clip');
  const [again] = await entriesOf('a/clip');
  expect(text!.version).toMatch(/^[0-9a-f]{12}$/);
  expect(again!.version).toBe(text!.version);
  expect(image!.version).not.toBe(text!.version);
  const models = memoryModels();
  models.keep('a/clip', clipRepository(['fp32']));
  const [kept] = models.kept();
  const files = kept!.files.map((file) => ({ ...file, sha256: `${file.sha256}0` }));
  const [newer] = await entriesOfModel({ ...kept!, files }, models, new Set(), noDim);
  expect(newer!.version).not.toBe(text!.version);
});

test('a graph that takes the place of another is another version', () => {
  const files = new Map([['a.onnx', new Blob(['x'])]]);
  const graph = { id: 'clip-512/audio', path: 'a.onnx', spec: SPEC, files };
  const [first, second] = ['graph-1', 'graph-2'].map((addedAt) => entryOfGraph({ ...graph, addedAt }));
  expect(shownEncoder(first!, {}, {}, []).version).toBe('graph-1');
  expect(stampIn([first!], graph.id)).not.toBe(stampIn([second!], graph.id));
});

test('a single graph cannot take the place of a space that ships with the lab: it would never be asked', () => {
  const spec = { ...SPEC, space: { ...SPEC.space, id: 'unified' } };
  const outputs = [{ name: 'out', dims: [1, 512], type: 'float32' }];
  expect(() => idForGraph({ path: 'a.onnx', outputs }, spec, [])).toThrow(/ships with the lab/);
});
