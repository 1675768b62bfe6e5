import { resolveObjectURL } from 'node:buffer';
import { afterEach, expect, test, vi } from 'vitest';
import { randomProjector } from '../../scripts/world/export/randomWeights.testing.ts';
import { AbortedError, InputError, MissingFileError } from '../base/errors.ts';
import { RECIPES, SPACES } from '../recipe/embedded.ts';
import type { Recipe } from '../recipe/types.ts';
import type { CollectionManifest } from '../world/types.ts';
import { costSubjects } from './costSubjects.ts';
import type { PreparedInput } from './encoders/inputs.ts';
import { PRECISIONS } from './encoders/towers.ts';
import { OwnBonds } from './ensembles/ownBonds.ts';
import { exportBond } from './exchange/exportBond.ts';
import { readBondFiles } from './exchange/readBondFiles.ts';
import type { Training } from './training/types.ts';
import type { Backend, EncoderStatus } from './types.ts';

const recipe = (id: string): Recipe => RECIPES.find((one) => one.id === id)!;
const dimOf = (id: string) => SPACES.find((space) => space.id === id)!.dim;
const manifest = {
  text: Array.from({ length: 20 }, (_, i) => ({ caption: `text ${i}` })),
  image: [{}],
  audio: [{}],
} as unknown as CollectionManifest;

/** Bytes that the server says of each file; Infinity: it says nothing and the file has 7. */
function setUp({ backend = 'wasm' as Backend, said = 1000, own = [] as string[] } = {}) {
  const status: Record<string, EncoderStatus> = {};
  const encoded: string[] = [];
  const inputs: PreparedInput[] = [];
  const projected: string[] = [];
  const lent = new Map<string, Uint8Array<ArrayBuffer>>();
  const nLent = new Map<string, number>();
  const exported: string[] = [];
  vi.stubGlobal('fetch', (url: string, { method }: RequestInit = {}) => {
    if (url.includes('gone')) return Promise.resolve(new Response('', { status: 404 }));
    const headers = new Headers(said < Infinity ? { 'content-length': `${said}` } : {});
    return Promise.resolve(
      method === 'HEAD' ? new Response(null, { headers }) : new Response(new Uint8Array(7)),
    );
  });
  const ready = (id: string, precision: string) => {
    status[id] = { id, state: 'ready', backend, precision };
  };
  const sources: Parameters<typeof costSubjects>[2] = {
    manifest,
    spaces: () => SPACES,
    assetUrl: (path) => `https://lab.example/${path}`,
    encoders: {
      encode(space, input) {
        const prepared = input as PreparedInput;
        encoded.push(`${space}/${prepared.modality}`);
        inputs.push(prepared);
        ready(`${space}/${prepared.modality}`, PRECISIONS[backend].words);
        return Promise.resolve(new Float32Array(dimOf(space)));
      },
      project(id, x, mask) {
        projected.push(`${id}: ${x.length} numbers, ${mask.length} members`);
        ready(id, own.includes(id) ? 'fp32' : PRECISIONS[backend].words);
        return Promise.resolve(new Float32Array(1));
      },
      status: () => status,
    },
    weightsOf(id) {
      const [source, target] = id.split('-to-') as [string, string];
      const n = id.startsWith('tags') || target === 'c-mcr' ? 1 : 7;
      return Promise.resolve(
        Array.from({ length: n }, (_, a) => randomProjector(a, dimOf(source), 32, dimOf(target))),
      );
    },
    files: {
      export(weights, info, format) {
        exported.push(format);
        return Promise.resolve(exportBond(weights, info, format));
      },
    },
    renderSounds: (n) => Promise.resolve(Array.from({ length: n }, (_, i) => new Float32Array(i + 1))),
    lend(id, model) {
      lent.set(id, model);
      nLent.set(id, (nLent.get(id) ?? 0) + 1);
    },
  };
  return { sources, encoded, inputs, projected, lent, nLent, exported };
}

afterEach(() => void vi.unstubAllGlobals());

test('encoders of base and expert for each shared modality, then one member and the whole mixture', async () => {
  const { sources, encoded, inputs } = setUp();
  const subjects = await costSubjects(recipe('unified-pp'), 'c-foley', sources);
  expect(subjects.map(({ id, kind, nMembers }) => [id, kind, nMembers])).toEqual([
    ['unified/text', 'encoder', 0],
    ['foley/text', 'encoder', 0],
    ['unified/audio', 'encoder', 0],
    ['foley/audio', 'encoder', 0],
    ['c-foley:1', 'mixture', 1],
    ['c-foley:7', 'mixture', 7],
  ]);
  expect(subjects.slice(0, 4).map(({ bytes }) => bytes)).toEqual([1000, 1000, 1000, 1000]);
  // All encoders are loaded, one after the other; a batch is encoded one by one, in turn through the inputs.
  expect(encoded).toEqual(['unified/text', 'foley/text', 'unified/audio', 'foley/audio']);
  inputs.length = 0;
  await (
    await subjects[1]!.prepare(18)
  )();
  expect(encoded.slice(4)).toEqual(Array(18).fill('foley/text'));
  const texts = inputs.map((input) => (input.modality === 'text' ? input.text : ''));
  expect(new Set(texts)).toHaveLength(16);
  expect(texts[16]).toBe(texts[0]);
});

test.each([
  ['wasm', [], 'onnx-int8', 'q8'],
  ['webgpu', [], 'onnx-4bit', 'q4'],
  ['wasm', ['foley-to-unified'], 'onnx-fp32', 'fp32'],
] as const)(
  'on %s, own ensembles [%s], mixtures are timed as they run: %s',
  async (backend, own, format, bits) => {
    const { sources, projected, lent, exported } = setUp({ backend, own: [...own] });
    const subjects = await costSubjects(recipe('unified-pp'), 'c-foley', sources);
    expect(exported).toEqual([format, format]);
    const [one, all] = subjects.filter(({ kind }) => kind === 'mixture');
    expect([...lent.keys()]).toEqual([1, 7].map((n) => `foley-to-unified of ${n} at ${bits}`));
    expect([one!.bytes, all!.bytes]).toEqual([...lent.values()].map(({ byteLength }) => byteLength));
    expect(all!.bytes).toBeGreaterThan(5 * one!.bytes);
    // What was lent is a graph of so many members, and it is what runs.
    const files = [...lent].map(([id, { buffer }]) => ({ path: `${id}.onnx`, bytes: buffer }));
    const { found } = await readBondFiles(files);
    expect(found.map(({ members, dIn, dOut }) => [members.length, dIn, dOut])).toEqual([
      [1, 96, 128],
      [7, 96, 128],
    ]);
    projected.length = 0;
    await (
      await all!.prepare(32)
    )();
    expect(projected).toEqual([`foley-to-unified of 7 at ${bits}: ${32 * 96} numbers, 7 members`]);
  },
);

test('the file that a backend loads is the one whose bytes are told', async () => {
  const { sources } = setUp({ backend: 'webgpu' });
  const asked: string[] = [];
  const assetUrl = (path: string) => {
    asked.push(path);
    return sources.assetUrl(path);
  };
  await costSubjects(recipe('pictext-u'), 'd-pictext', { ...sources, assetUrl });
  expect(asked).toEqual([
    'models/unified/onnx/text_model_q4.onnx',
    'models/pictext/onnx/text_model_q4.onnx',
    'models/unified/onnx/vision_model_q4.onnx',
    'models/pictext/onnx/vision_model_q4.onnx',
  ]);
});

test('a server that does not say how large a file is gives it; one that is gone is missed by name', async () => {
  const quiet = setUp({ said: Infinity });
  const [first] = await costSubjects(recipe('unified-pp'), 'c-foley', quiet.sources);
  expect(first!.bytes).toBe(7);
  const gone = { ...quiet.sources, assetUrl: (path: string) => `https://gone.example/${path}` };
  await expect(costSubjects(recipe('unified-pp'), 'c-foley', gone)).rejects.toThrow(MissingFileError);
});

test('two experts that are pooled: one member, the first expert’s seven, and both halves one after the other', async () => {
  const { sources, projected, lent, nLent, exported } = setUp();
  const subjects = await costSubjects(recipe('unified-pp-two'), 'c-foley-tone', sources);
  const mixtures = subjects.filter(({ kind }) => kind === 'mixture');
  expect(mixtures.map(({ id, name }) => [id, name])).toEqual([
    ['c-foley-tone:1', 'one projector'],
    ['c-foley-tone:7', 'mixture of 7'],
    ['c-foley-tone:14', 'mixture of 14'],
  ]);
  projected.length = 0;
  await (
    await mixtures[2]!.prepare(2)
  )();
  expect(projected).toEqual([
    `foley-to-unified of 7 at q8: ${2 * 96} numbers, 7 members`,
    `tone-to-unified of 7 at q8: ${2 * 80} numbers, 7 members`,
  ]);
  const size = (id: string) => lent.get(`${id} of 7 at q8`)!.byteLength;
  expect(mixtures[2]!.bytes).toBe(size('foley-to-unified') + size('tone-to-unified'));
  expect(mixtures[1]!.bytes).toBe(size('foley-to-unified'));
  // The first expert's seven stand in two mixtures: they are made and lent once.
  expect(exported).toHaveLength(3);
  expect([...nLent.values()]).toEqual([1, 1, 1]);
  expect(subjects.filter(({ kind }) => kind === 'encoder').map(({ id }) => id)).toEqual(
    ['text', 'audio'].flatMap((modality) =>
      ['unified', 'foley', 'tone'].map((space) => `${space}/${modality}`),
    ),
  );
});

test('asked for again, what was lent keeps its address, so that the encoders load no second copy', async () => {
  const nothing = { ensembles: () => [], runs: () => [], onChange: () => () => {}, dispose: () => {} };
  const files = { export: () => Promise.reject(new Error('unused')) };
  const own = new OwnBonds(nothing as unknown as Training, files, { spaces: [], ensembles: [] });
  const { sources, lent } = setUp();
  const lending = { ...sources, lend: own.lend.bind(own) };
  const ids = [1, 7].map((n) => `foley-to-unified of ${n} at q8`);
  const urls = async () => {
    await costSubjects(recipe('unified-pp'), 'c-foley', lending);
    return Promise.all(ids.map((id) => own.url(id)));
  };
  const first = await urls();
  expect(new Set(first)).toHaveLength(2);
  expect(await urls()).toEqual(first);
  await costSubjects(recipe('unified-pp'), 'c-foley', sources);
  const bytes = await resolveObjectURL(first[1]!)!.arrayBuffer();
  expect(new Uint8Array(bytes)).toEqual(lent.get(ids[1]!));
  own.dispose();
});

test('a base without encoders and an only member leave what there is', async () => {
  const { sources } = setUp();
  const ids = async (recipeId: string, bondId: string) =>
    (await costSubjects(recipe(recipeId), bondId, sources)).map(({ id }) => id);
  expect(await ids('unified-tags', 'c-tags')).toEqual(['unified/text', 'tags/text', 'c-tags:1']);
  expect(await ids('c-mcr', 'c-pictext-new')).toEqual(['pictext/text', 'pictext/image', 'c-pictext-new:1']);
});

test('unknown bonds are refused, and what is asked for can be taken back', async () => {
  const { sources, encoded } = setUp();
  await expect(costSubjects(recipe('unified-pp'), 'd-pictext', sources)).rejects.toThrow(InputError);
  const aborted = costSubjects(recipe('unified-pp'), 'c-foley', sources, AbortSignal.abort());
  await expect(aborted).rejects.toThrow(AbortedError);
  expect(encoded).toEqual([]);
});
