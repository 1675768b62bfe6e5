import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { randomProjector } from '../../../scripts/world/export/randomWeights.testing.ts';
import { FormatError } from '../../base/errors.ts';
import { isReadOrRefused } from '../failure.testing.ts';
import { floatToF16 } from '../float16.ts';
import { findProjectors, projectorState } from '../projectorState.ts';
import { pythonWith, runPython } from '../python.testing.ts';
import { archiveOf, dictOf, PK, raw, tensorOf, type HandTensor } from './archive.testing.ts';
import { readTorch } from './readTorch.ts';
import { writeTorch } from './writeTorch.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A checkpoint of one tensor "x". */
function one(tensor: Partial<HandTensor>, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = { storage: 'FloatStorage', key: '0', numel: 6, size: [2, 3], stride: [3, 1], ...tensor };
  return archiveOf(dictOf({ x: tensorOf(whole) }), { 0: bytes });
}

const read = (bytes: Uint8Array) => readTorch(bytes).get('x')!.read();
const SIX = Float32Array.of(1, -2, 0.5, 3, 65504, 2 ** -24);

test('float32, float16, bfloat16, float64 and int64 become float32', () => {
  const cases = [
    ['FloatStorage', raw(SIX), SIX],
    ['HalfStorage', raw(Uint16Array.from(SIX, floatToF16)), SIX],
    [
      'BFloat16Storage',
      raw(Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0, 0, 0)),
      Float32Array.of(1, -2, 0.5, 0, 0, 0),
    ],
    ['DoubleStorage', raw(Float64Array.from(SIX)), SIX],
    [
      'LongStorage',
      raw(BigInt64Array.of(1n, -2n, 3n, 2n ** 40n, 0n, -1n)),
      Float32Array.of(1, -2, 3, 2 ** 40, 0, -1),
    ],
  ] as const;
  for (const [storage, bytes, expected] of cases) expect(read(one({ storage }, bytes))).toEqual(expected);
});

test('strides and offsets are honoured', () => {
  expect(read(one({ size: [3, 2], stride: [1, 3] }, raw(SIX)))).toEqual(
    Float32Array.of(1, 3, -2, 65504, 0.5, 2 ** -24),
  );
  expect(read(one({ size: [2], stride: [2], offset: 1 }, raw(SIX)))).toEqual(Float32Array.of(-2, 3));
  expect(read(one({ size: [], stride: [], offset: 4 }, raw(SIX)))).toEqual(Float32Array.of(65504));
  expect(read(one({ size: [0, 3], stride: [3, 1] }, raw(SIX)))).toEqual(new Float32Array());
});

test('any view of a storage is what walking its strides gives', () => {
  const view = fc
    .array(fc.record({ size: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 3,
    })
    .chain((dims) => fc.record({ dims: fc.constant(dims), offset: fc.integer({ min: 0, max: 5 }) }));
  fc.assert(
    fc.property(view, ({ dims, offset }) => {
      const places = dims.reduce<number[]>(
        (all, { size, stride }) =>
          all.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * stride)),
        [offset],
      );
      const numel = Math.max(Math.max(...places) + 1, places.length);
      const storage = Float32Array.from({ length: numel }, (_, i) => i);
      const file = one(
        { numel, offset, size: dims.map((d) => d.size), stride: dims.map((d) => d.stride) },
        raw(storage),
      );
      expect([...read(file)]).toEqual(places);
    }),
  );
});

test.each<[string, Partial<HandTensor>, RegExp]>([
  ['reaches beyond its storage', { size: [2, 4] }, /reaches beyond its storage of 6 values/],
  ['starts beyond it', { offset: 1 }, /reaches beyond/],
  [
    'repeats one value (a view that would become any size)',
    { size: [3000, 3000], stride: [0, 0] },
    /reaches beyond/,
  ],
  ['has a negative size', { size: [-2, 3] }, /wrong shape/],
  ['has a negative stride', { size: [2, 3], stride: [-3, 1] }, /wrong shape/],
  ['has a negative offset', { offset: -1 }, /wrong shape/],
  ['has fewer strides than sizes', { stride: [1] }, /wrong shape/],
  [
    'has too many dimensions',
    { size: Array<number>(9).fill(1), stride: Array<number>(9).fill(1) },
    /wrong shape/,
  ],
  ['has a huge shape', { size: [2 ** 30, 2 ** 30], stride: [1, 1] }, /no file holds that/],
  ['lies about its storage', { numel: 7 }, /claims 28 bytes, its file has 24/],
  ['has no file', { key: '1' }, /lies in data\/"1", which is missing/],
  ['points out of the archive', { key: '../../etc/passwd' }, /which is missing/],
])('a tensor that %s is refused', (_, tensor, message) => {
  expect(() => read(one(tensor, raw(SIX)))).toThrow(FormatError);
  expect(() => read(one(tensor, raw(SIX)))).toThrow(message);
});

test('a state dict is found in wrappers, and parameters are tensors', () => {
  const tensor = tensorOf({ storage: 'FloatStorage', key: '0', numel: 6, size: [6], stride: [1] });
  const parameter = [
    ...PK.global('torch._utils', '_rebuild_parameter'),
    ...PK.tuple(tensor, [0x88], PK.dict),
    0x52,
  ];
  const state = dictOf({ x: parameter });
  for (const pickle of [
    state,
    dictOf({ epoch: PK.int(3), state_dict: state }),
    dictOf({ model: dictOf({ module: state, note: PK.text('a') }) }),
  ])
    expect(read(archiveOf(pickle, { 0: raw(SIX) }))).toEqual(SIX);
});

test('what is no state dict is told apart', () => {
  const cases: [Uint8Array, RegExp][] = [
    [Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c), /old format from before PyTorch 1.6/],
    [new Uint8Array(), /no PyTorch checkpoint/],
    [archiveOf(PK.int(3)), /no dict of tensors/],
    [archiveOf(dictOf({ epoch: PK.int(3) })), /holds no tensors/],
    [archiveOf(dictOf({}), {}, { 'other/data.pkl': Uint8Array.of(0x2e) }), /2 files data.pkl/],
    [archiveOf(dictOf({}), {}, { 'best/byteorder': new TextEncoder().encode('big') }), /big-endian/],
  ];
  for (const [bytes, message] of cases) {
    expect(() => readTorch(bytes)).toThrow(FormatError);
    expect(() => readTorch(bytes)).toThrow(message);
  }
});

const SIZES = [5, 7, 3] as const;

test('weights come back to the bit, and equal weights give equal bytes', () => {
  const weights = randomProjector(1, ...SIZES);
  const file = writeTorch(weights);
  expect(findProjectors(readTorch(file)).found).toEqual([{ name: '', weights }]);
  expect(writeTorch(weights)).toEqual(file);
});

test('a checkpoint cut at any byte is refused', () => {
  const file = writeTorch(randomProjector(1, ...SIZES));
  for (let length = 0; length < file.length; length++)
    expect(() => findProjectors(readTorch(file.subarray(0, length)))).toThrow(FormatError);
});

test('a checkpoint with any byte changed is refused or read as a checkpoint: nothing else is thrown', () => {
  const file = writeTorch(randomProjector(1, ...SIZES));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: file.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, change) => {
        const damaged = file.slice();
        damaged[at]! ^= change;
        expect(isReadOrRefused(() => findProjectors(readTorch(damaged)))).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

const READ_AND_WRITE = `
import sys, json, collections, torch
from torch import nn
folder = sys.argv[1]
state = torch.load(folder + "/ours.pt", weights_only=True)
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.mlps = nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 3), nn.BatchNorm1d(3))
class Projector(nn.Module):
    def __init__(self):
        super().__init__()
        self.Head2 = Head()
projector = Projector().eval()
projector.load_state_dict(state)
x = torch.arange(10, dtype=torch.float32).reshape(2, 5) / 10
print(json.dumps(nn.functional.normalize(projector.Head2.mlps(x), dim=-1).tolist()))
torch.save(projector.state_dict(), folder + "/theirs.pt")
torch.save({"epoch": 3, "optimizer": {"lr": 0.1, "betas": (0.9, 0.999), "params": [0, 1]}, "state_dict":
  {"module." + k: v.half() if v.is_floating_point() else v for k, v in state.items()}}, folder + "/half.pt")
torch.save({k: v.to(torch.bfloat16) for k, v in state.items() if v.is_floating_point()}, folder + "/bfloat.pt")
torch.save({k: nn.Parameter(v.double()) for k, v in state.items() if v.is_floating_point()}, folder + "/double.pt")
big = torch.arange(100, dtype=torch.float32).reshape(10, 10)
torch.save({"x": big[2:5, 1:9:2].t()}, folder + "/view.pt")
torch.save(state, folder + "/legacy.pt", _use_new_zipfile_serialization=False)
torch.save(projector, folder + "/model.pt")
`;

const PYTHON = pythonWith('torch');

test('we read what we wrote, and PyTorch, where it is there, reads ours and we read its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bondlab-torch-'));
  try {
    const weights = randomProjector(1, ...SIZES);
    const ours = writeTorch(weights);
    expect(findProjectors(readTorch(new Uint8Array(ours))).found).toEqual([{ name: '', weights }]);
    if (!PYTHON) return;
    writeFileSync(join(folder, 'ours.pt'), ours);
    const rows = JSON.parse(runPython(PYTHON, READ_AND_WRITE, folder)) as number[][];
    expect(rows.length).toBe(2);
    rows.forEach((row) => expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5));
    const load = (name: string) => readTorch(new Uint8Array(readFileSync(join(folder, name))));
    expect(findProjectors(load('theirs.pt')).found).toEqual([{ name: '', weights }]);
    expect(findProjectors(load('double.pt')).found).toEqual([{ name: '', weights }]);
    for (const [name, bound] of [
      ['half.pt', 2 ** -11],
      ['bfloat.pt', 2 ** -8],
    ] as const) {
      const [found] = findProjectors(load(name)).found;
      projectorState(found!.weights).forEach(({ data }, i) => {
        const exact = projectorState(weights)[i]!.data;
        data.forEach((value, k) =>
          expect(Math.abs(value - exact[k]!)).toBeLessThanOrEqual(
            bound * Math.max(1e-3, Math.abs(exact[k]!)),
          ),
        );
      });
    }
    const view = load('view.pt').get('x')!;
    expect(view.shape).toEqual([4, 3]);
    expect([...view.read()]).toEqual([21, 31, 41, 23, 33, 43, 25, 35, 45, 27, 37, 47]);
    expect(() => load('legacy.pt')).toThrow(/old format/);
    expect(() => load('model.pt')).toThrow(
      /asks for "__main__.Projector".*torch.save\(model.state_dict\(\), path\)/s,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
