/** ONNX files that are cut, that lie, or that are made to do harm. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomProjector } from '../../scripts/world/export/randomWeights.testing.ts';
import { FormatError } from '../base/errors.ts';
import { isReadOrRefused, refusalOf } from './failure.testing.ts';
import { ensembleModel } from './onnxEnsemble.ts';
import { encodeMessage, type Message } from './onnxMessages.ts';
import { projectorsOf } from './onnxProjector.ts';
import { readOnnx } from './onnxRead.ts';

const FILE = ensembleModel([randomProjector(1, 32, 32, 4)], { precision: 'q4' });
const back = (bytes: Uint8Array) => projectorsOf(readOnnx(bytes));

const refusal = (bytes: Uint8Array) => refusalOf(() => back(bytes));

const floats = (count: number) => new Uint8Array(new Float32Array(count).fill(1).buffer);
const constant = (name: string, dims: readonly number[], more: Message = {}): Message => ({
  dims,
  dataType: 1,
  name,
  ...(more.rawData || more.dataLocation
    ? {}
    : { rawData: floats(dims.reduce((product, size) => product * size, 1)) }),
  ...more,
});
const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly Message[] = [],
): Message => ({
  opType,
  input,
  output,
  attribute,
});
const int = (name: string, i: number): Message => ({ name, i, type: 2 });

/** A model of nodes from "x" to "y". */
function model(nodes: readonly Message[], constants: readonly Message[]): Uint8Array {
  return encodeMessage('ModelProto', {
    irVersion: 10,
    opsetImport: [{ version: 21 }, { domain: 'com.microsoft', version: 1 }],
    graph: { node: nodes, initializer: constants, input: [{ name: 'x' }], output: [{ name: 'y' }] },
  });
}

const LAYERS = [
  node('MatMul', ['x', 'a'], ['h']),
  node('Relu', ['h'], ['r']),
  node('MatMul', ['r', 'b'], ['y']),
];

test('the hand-made model is read as it stands', () => {
  const [read] = back(model(LAYERS, [constant('a', [2, 3]), constant('b', [3, 4])]));
  expect(read!['linear1.weight']).toEqual(new Float32Array(6).fill(1));
  expect(read!['linear2.bias']).toEqual(new Float32Array(4));
});

test('cut at any byte it is refused', { timeout: 60_000 }, () => {
  for (let length = 0; length < FILE.length; length++) expect(refusal(FILE.subarray(0, length))).not.toBe('');
});

test('with bytes changed, nothing but a FormatError is thrown', { timeout: 60_000 }, () => {
  const changes = fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(changes, (all) => {
      const damaged = FILE.slice();
      for (const [at, change] of all) damaged[at]! ^= change;
      expect(isReadOrRefused(() => back(damaged))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('any bytes are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(refusal(bytes)).not.toBe('');
    }),
  );
});

test.each<[string, Message, RegExp]>([
  ['a huge shape', constant('a', [2 ** 30, 2 ** 30], { rawData: floats(6) }), /no file holds that/],
  ['a shape larger than its bytes', constant('a', [2, 30_000], { rawData: floats(6) }), /has 6 values/],
  ['a negative shape', constant('a', [-2, -3], { rawData: floats(6) }), /has 6 values/],
  ['a layer wider than any', constant('a', [1, 2 ** 18 + 1]), /widths of 1 to/],
  ['an unknown type', constant('a', [2, 3], { dataType: 99 }), /element type 99/],
  ['text for numbers', constant('a', [2, 3], { dataType: 8 }), /element type 8/],
  [
    'weights in a file that was not given',
    constant('a', [2, 3], {
      dataLocation: 1,
      externalData: [{ key: 'location', value: '../../etc/passwd' }],
    }),
    /"..\/..\/etc\/passwd", which was not given/,
  ],
])('a constant with %s is refused', (_, tensor, message) => {
  expect(refusal(model(LAYERS, [tensor, constant('b', [3, 4])]))).toMatch(message);
});

test('weights in a file beside it are read, and only within it', () => {
  const place = (offset: number, length: number): Message => ({
    dataLocation: 1,
    externalData: [
      { key: 'location', value: 'model.onnx.data' },
      { key: 'offset', value: String(offset) },
      { key: 'length', value: String(length) },
    ],
  });
  const read = (offset: number, length: number) =>
    projectorsOf(
      readOnnx(
        model(LAYERS, [constant('a', [2, 3], place(offset, length)), constant('b', [3, 4])]),
        (location) => (location === 'model.onnx.data' ? floats(8) : undefined),
      ),
    );
  expect(read(8, 24)[0]!['linear1.weight']).toEqual(new Float32Array(6).fill(1));
  for (const [offset, length] of [
    [16, 24],
    [-8, 24],
    [0, 23],
    [NaN, 24],
    [0, Infinity],
  ] as const)
    expect(() => read(offset, length)).toThrow(FormatError);
});

test('bombs stay small', { timeout: 60_000 }, () => {
  const twice = Array.from({ length: 40 }, (_, i) =>
    node('Concat', [`y${i}`, `y${i}`], [`y${i + 1}`], [int('axis', 1)]),
  );
  const small = [constant('a', [2, 3]), constant('b', [3, 4])];
  const renamed = [...LAYERS.slice(0, 2), node('MatMul', ['r', 'b'], ['y0'])];
  expect(refusal(model([...renamed, ...twice], small))).toMatch(/mixes 128 projectors/);
  expect(
    refusal(
      model(
        Array.from({ length: 1001 }, () => node('Relu', ['x'], ['z'])),
        small,
      ),
    ),
  ).toMatch(/1001 nodes/);
  // Chains of copies of a matrix, and vectors without end.
  const turns = Array.from({ length: 10 }, (_, i) => node('Transpose', [`t${i}`], [`t${i + 1}`]));
  expect(refusal(model(turns, [constant('t0', [2, 3])]))).toMatch(/more than 4 steps/);
  const wide = constant('w', [1, 2 ** 18]);
  const shifts = Array.from({ length: 900 }, (_, i) => node('Add', [`z${i}`, 's'], [`z${i + 1}`]));
  expect(refusal(model([node('MatMul', ['x', 'w'], ['z0']), ...shifts], [wide, constant('s', [])]))).toMatch(
    /more biases and norms/,
  );
  // Two bytes a node: more values than any graph has.
  const many = new Uint8Array(2_500_000);
  for (let i = 0; i < many.length; i += 2) many.set([0x0a, 0x00], i);
  const body = encodeMessage('ModelProto', { irVersion: 10 });
  const length = [
    (many.length & 0x7f) | 0x80,
    ((many.length >> 7) & 0x7f) | 0x80,
    ((many.length >> 14) & 0x7f) | 0x80,
    many.length >> 21,
  ];
  expect(refusal(Uint8Array.from([...body, 0x3a, ...length, ...many]))).toMatch(/more than 1000000 values/);
});

test.each<[string, Message[], RegExp]>([
  [
    'sizes that its weights are not',
    [int('K', 64), int('N', 4), int('bits', 4), int('block_size', 32)],
    /file is damaged/,
  ],
  ['5 bits', [int('K', 32), int('N', 4), int('bits', 5), int('block_size', 32)], /4 or 8 bits can be read/],
  ['blocks of 24', [int('K', 32), int('N', 4), int('bits', 4), int('block_size', 24)], /blocks of 24/],
  ['a negative width', [int('K', -32), int('N', -4), int('bits', 4), int('block_size', 32)], /./],
])('blocks of %s are refused', (_, attributes, message) => {
  const packed = constant('a', [4, 1, 16], { dataType: 2, rawData: new Uint8Array(64) });
  expect(
    refusal(model([node('MatMulNBits', ['x', 'a', 'b'], ['y'], attributes)], [packed, constant('b', [4])])),
  ).toMatch(message);
});
