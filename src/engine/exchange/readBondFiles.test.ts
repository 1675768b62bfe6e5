import { zipSync, type Zippable } from 'fflate';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { randomProjector } from '../../../scripts/world/export/randomWeights.testing.ts';
import { AbortedError } from '../../base/errors.ts';
import { encodeMessage } from '../../formats/onnxMessages.ts';
import { projectorState } from '../../formats/projectorState.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { archiveOf, PK } from '../../formats/torch/archive.testing.ts';
import { writeTorch } from '../../formats/torch/writeTorch.ts';
import { MEMBERS } from '../../recipe/embedded.ts';
import { exportBond } from './exportBond.ts';
import { PUBLISHED } from './published.ts';
import { readBondFiles, type GivenFile } from './readBondFiles.ts';

vi.setConfig({ testTimeout: 60_000 });

const SIZES = [5, 7, 3] as const;
const weightsOf = (seed: number) => randomProjector(seed, ...SIZES);
const torch = (seed: number) => writeTorch(weightsOf(seed));
const given = (path: string, bytes: Uint8Array<ArrayBuffer>): GivenFile => ({
  path,
  bytes: bytes.slice().buffer,
});

const summary = async (files: readonly GivenFile[]) => {
  const { found, leftOut } = await readBondFiles(files);
  return {
    found: found.map(({ name, members, format }) => [
      name,
      format,
      members.map((member) => member.name).join(),
    ]),
    leftOut: leftOut.map(({ path }) => path),
  };
};

/** A whole published folder, as the authors' README lists it, with small projectors. */
const CHECKPOINTS = [
  ...Object.keys(PUBLISHED).flatMap((folder, f) =>
    [...MEMBERS]
      .sort()
      .map((member, i) => given(`checkpoints/${folder}/${member}/best.pt`, torch(10 * f + i))),
  ),
  given('checkpoints/README.md', new Uint8Array(3)),
  given('checkpoints/laion_clap_fullset_fusion.pt', archiveOf(PK.dict)),
  given('checkpoints/.DS_Store', new Uint8Array(3)),
];

test('a whole checkpoints folder: seven ensembles of seven members, mapped by their folders', async () => {
  const { found, leftOut } = await readBondFiles(CHECKPOINTS);
  expect(found.map(({ guess }) => guess)).toEqual(Object.values(PUBLISHED));
  for (const { members, paths } of found) {
    expect(members.map(({ name }) => name)).toEqual([...MEMBERS]);
    expect(paths.length).toBe(7);
  }
  expect(leftOut.map(({ path }) => path)).toEqual([
    'checkpoints/README.md',
    'checkpoints/laion_clap_fullset_fusion.pt',
  ]);
});

test('a zip of the folder is the folder', async () => {
  const files = Object.fromEntries(
    CHECKPOINTS.map(({ path, bytes }) => [path, new Uint8Array(bytes as ArrayBuffer)]),
  );
  for (const level of [0, 6] as const) {
    const zip = zipSync(files as Zippable, { level });
    const read = await readBondFiles([given('all.zip', zip)]);
    const plain = await readBondFiles(CHECKPOINTS);
    const bonds = ({ found }: typeof read) => found.map(({ name, members }) => ({ name, members }));
    expect(bonds(read)).toEqual(bonds(plain));
    expect(read.leftOut.map(({ path }) => path)).toEqual(plain.leftOut.map(({ path }) => `all.zip/${path}`));
  }
});

const single = (seed: number, prefix: string) => {
  const tensors = projectorState(weightsOf(seed), prefix).map(
    ({ name, ...tensor }) => [name, tensor] as const,
  );
  return writeSafetensors(Object.fromEntries(tensors), 'F32');
};

test('members by file names, folders, keys; others by their own names', async () => {
  const info = { id: 'x', name: 'Two', source: 'foley', target: 'unified', members: ['T', 'mine'] };
  const bond = exportBond([weightsOf(1), weightsOf(2)], info, 'onnx-fp32').bytes;
  const files = [
    given('mine/T.pt', torch(1)),
    given('mine/mix.pth', torch(2)),
    given('foley-to-unified_Proj.AV.pt', torch(3)),
    given('elsewhere/best.pt', torch(4)),
    given('bare.safetensors', single(5, '')),
    given('other.safetensors', single(6, 'net.mlps.')),
    given('both.onnx', bond),
    given('no-extension.bin', torch(7)),
  ];
  expect(await summary(files)).toEqual({
    found: [
      ['mine', 'torch', 'mix,T'],
      ['foley → unified', 'torch', 'AV'],
      ['elsewhere', 'torch', 'mix'],
      ['bare', 'safetensors', 'mix'],
      ['other', 'safetensors', 'net'],
      ['Two', 'onnx', 'T,mine'],
      ['no-extension', 'torch', 'mix'],
    ],
    leftOut: [],
  });
});

test('each broken file is left out with its reason, and the rest is read', async () => {
  const wide = writeTorch(randomProjector(1, 6, 7, 3));
  const text = (words: string) => new TextEncoder().encode(words);
  const lacking = projectorState(weightsOf(1)).filter(({ name }) => !name.includes('running'));
  const nan = { ...weightsOf(1), 'linear2.bias': new Float32Array(3).fill(NaN) };
  const safetensors = (tensors: typeof lacking) =>
    writeSafetensors(Object.fromEntries(tensors.map(({ name, ...tensor }) => [name, tensor])));
  const cases: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
    ['a/T/best.pt', torch(2).slice(0, 900), /zip archive is damaged or cut/],
    ['a/V/best.pt', wide, /layers are 6 to 7 to 3, those of the other members of a 5 to 7 to 3/],
    [
      'a/AT/best.pt',
      archiveOf([...PK.global('os', 'system'), ...PK.tuple(PK.text('id')), 0x52]),
      /asks for "os.system"/,
    ],
    ['a/AV/best.pt', new Uint8Array(), /is empty/],
    ['a/mix.pt', torch(3), /has the member mix already/],
    [
      'lacking.safetensors',
      safetensors(lacking),
      /lacks "Head2.mlps.1.running_mean", "Head2.mlps.1.running_var"/,
    ],
    ['nan.safetensors', safetensors(projectorState(nan)), /"Head2.mlps.3.bias" holds NaN at place 0/],
    ['lfs.pt', text('version https://git-lfs.github.com/spec/v1\noid sha256:0'), /pointer of Git LFS/],
    ['page.pt', text('<!DOCTYPE html><html></html>'), /web page/],
    ['old.pt', Uint8Array.of(0x80, 2, 0x8a, 10), /before PyTorch 1.6/],
    ['text.onnx', text('hello'), /no ONNX model, or is cut/],
    ['text.safetensors', text('hello, this is no file'), /claims/],
    ['text.zip', text('hello'), /no PyTorch checkpoint, safetensors or ONNX/],
    ['nested.zip', zipSync({ 'inner.zip': zipSync({ 'a.pt': torch(1) }) }), /zip archive inside another/],
    ['notes.txt', text('hello'), /By its name/],
    [
      'conv.onnx',
      encodeMessage('ModelProto', {
        irVersion: 8,
        opsetImport: [{ version: 17 }],
        graph: {
          node: [{ opType: 'Conv', input: ['x'], output: ['y'] }],
          input: [{ name: 'x' }],
          output: [{ name: 'y' }],
        },
      }),
      /its Conv does not belong/,
    ],
  ];
  const good = [given('a/mix/best.pt', torch(1)), given('a/A/best.pt', torch(4))];
  const { found, leftOut } = await readBondFiles([
    ...good,
    ...cases.map(([path, bytes]) => given(path, bytes)),
  ]);
  expect(found.map(({ members }) => members.map(({ name }) => name))).toEqual([['mix', 'A']]);
  const reasons = new Map(leftOut.map(({ path, reason }) => [path.split('/inner')[0], reason]));
  for (const [path, , message] of cases) expect(`${path}: ${reasons.get(path)}`).toMatch(message);
  expect(leftOut.length).toBe(cases.length);
});

test('files that are too large are not even opened', async () => {
  const huge = Object.assign(new Blob([]), { arrayBuffer: () => Promise.reject(new Error('was opened')) });
  Object.defineProperty(huge, 'size', { value: 28e9 });
  const { leftOut } = await readBondFiles([{ path: 'InternVL/model.bin', bytes: huge }]);
  expect(leftOut).toEqual([
    { path: 'InternVL/model.bin', reason: expect.stringMatching(/26.1 GiB/) as string },
  ]);
  const gone = Object.assign(new Blob(['abc']), {
    arrayBuffer: () => Promise.reject(new DOMException('The file changed.', 'NotReadableError')),
  });
  const read = await readBondFiles([{ path: 'a.pt', bytes: gone }, given('mix.pt', torch(1))]);
  expect(read.leftOut[0]!.reason).toMatch(/could not be read/);
  expect(read.found.length).toBe(1);
});

test('tricks of paths only make names', async () => {
  const zip = zipSync({ '../../../etc/mix.pt': torch(1), 'C:\\x\\A.pt': torch(2) });
  expect(await summary([given('../..//evil\u202E.zip', zip)])).toEqual({
    found: [
      ['etc', 'torch', 'mix'],
      ['x', 'torch', 'A'],
    ],
    leftOut: [],
  });
  const { found } = await readBondFiles([given('/../mix.pt', torch(1))]);
  expect(found[0]!.paths).toEqual(['mix.pt']);
});

test('progress is told, and an abort is an abort', async () => {
  const files = [given('a.pt', torch(1)), given('b.pt', torch(2))];
  const told: string[] = [];
  const controller = new AbortController();
  const onProgress = ({ done, of, path }: { done: number; of: number; path: string }) => {
    told.push(`${path} ${done}/${of}`);
    if (done === 1) controller.abort();
  };
  await expect(
    readBondFiles([...files, given('c.pt', torch(3))], { onProgress, signal: controller.signal }),
  ).rejects.toBeInstanceOf(AbortedError);
  expect(told).toEqual(['a.pt 0/3', 'b.pt 1/3']);
});

test('weights beside a graph are found by its folder', async () => {
  const floats = (count: number) => new Uint8Array(new Float32Array(count).fill(0.5).buffer);
  const constant = (name: string, dims: number[], location: string) => ({
    name,
    dims,
    dataType: 1,
    dataLocation: 1,
    externalData: [{ key: 'location', value: location }],
  });
  const graph = (location: string) =>
    encodeMessage('ModelProto', {
      irVersion: 8,
      opsetImport: [{ version: 17 }],
      graph: {
        node: [
          { opType: 'MatMul', input: ['x', 'a'], output: ['h'] },
          { opType: 'Relu', input: ['h'], output: ['r'] },
          { opType: 'MatMul', input: ['r', 'b'], output: ['y'] },
        ],
        initializer: [constant('a', [2, 3], location), constant('b', [3, 2], location)],
        input: [{ name: 'x' }],
        output: [{ name: 'y' }],
      },
    });
  const read = (location: string) =>
    readBondFiles([
      given('m/p.onnx', graph(location)),
      given('m/p.onnx.data', floats(6)),
      given('p.onnx.data', floats(1)),
    ]);
  expect((await read('p.onnx.data')).found[0]!.members[0]!.weights['linear1.weight']).toEqual(
    new Float32Array(6).fill(0.5),
  );
  expect((await read('../p.onnx.data')).leftOut[0]!.reason).toMatch(/which was not given/);
});

test('any damage to a zip of checkpoints leaves files out and breaks nothing', async () => {
  const zip = zipSync({ 'a/mix/best.pt': torch(1), 'a/T/best.pt': torch(2) }, { level: 6 });
  const change = fc.tuple(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const damaged = zip.slice();
      for (const [at, by] of changes) damaged[at]! ^= by;
      const { found, leftOut } = await readBondFiles([given('a.zip', damaged)]);
      expect(found.length + leftOut.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});
