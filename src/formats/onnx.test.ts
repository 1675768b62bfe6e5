import { expect, test } from 'vitest';
import { openModel } from '../../scripts/world/export/nodeRuntime.ts';
import { randomProjector } from '../../scripts/world/export/randomWeights.testing.ts';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { projectEnsemble } from '../math/projector.ts';
import { writeOnnx, type OnnxGraph } from './onnx.ts';
import { OnnxBuilder, type Precision } from './onnxBuilder.ts';
import { ensembleModel } from './onnxEnsemble.ts';
import { dequantizeBlocks, quantizeBlocks, quantizeRows } from './onnxQuantize.ts';

const BITS = { q8: 8, q4: 4 } as const;

function normals(seed: number, count: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Largest difference. */
function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** x [nRows, dIn] times matrix [dIn, dOut]. */
function product(x: Float32Array, matrix: Float32Array, dIn: number): Float32Array {
  const [nRows, dOut] = [x.length / dIn, matrix.length / dIn];
  return Float32Array.from({ length: nRows * dOut }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < dIn; k++)
      sum += x[Math.floor(at / dOut) * dIn + k]! * matrix[k * dOut + (at % dOut)]!;
    return sum;
  });
}

test.each(['q8', 'q4'] as const)(
  '%s: a product with packed blocks is that with the values they stand for',
  async (precision) => {
    const [nRows, dIn, dOut] = [3, 96, 7];
    const weight = { dIn, dOut, data: normals(1, dIn * dOut) };
    const x = normals(2, nRows * dIn);
    const b = new OnnxBuilder({ precision });
    const y = b.linear('x', 'layer', weight);
    const bytes = b.write(
      'product',
      [{ name: 'x', type: 'float32', dims: ['n', dIn] }],
      [[{ name: 'y', type: 'float32', dims: ['n', dOut] }, y]],
    );
    const model = await openModel(bytes);
    const found = await model.run({ x: { data: x, dims: [nRows, dIn] } });
    const blocks = quantizeBlocks(weight, BITS[precision]);
    expect(distance(found, product(x, dequantizeBlocks(blocks), dIn))).toBeLessThan(1e-5);
    await model.release();
  },
);

test('rows of an int8 table are those that its values and scales stand for', async () => {
  const width = 6;
  const rows = normals(3, 5 * width);
  rows.fill(0, 0, width);
  const b = new OnnxBuilder({ precision: 'q4' });
  const y = b.lookUp('ids', 'table', rows, width);
  const bytes = b.write(
    'table',
    [{ name: 'ids', type: 'int64', dims: ['n'] }],
    [[{ name: 'y', type: 'float32', dims: ['n', width] }, y]],
  );
  const model = await openModel(bytes);
  const found = await model.run({ ids: { data: BigInt64Array.of(4n, 0n), dims: [2] } });
  const { values, scales } = quantizeRows(rows, width);
  const expected = [4, 0].flatMap((row) =>
    Array.from(values.subarray(row * width, (row + 1) * width), (value) => value * scales[row]!),
  );
  expect(distance(found, Float32Array.from(expected))).toBeLessThan(1e-6);
  expect(
    distance(found, Float32Array.from([...rows.subarray(4 * width), ...rows.subarray(0, width)])),
  ).toBeLessThan(0.02);
  await model.release();
});

test.each([
  [8, 0.006],
  [4, 0.11],
] as const)('%d bits: rounding of normal weights errs by less than %d of their size', (bits, bound) => {
  const weight = { dIn: 256, dOut: 8, data: normals(4, 256 * 8) };
  const back = dequantizeBlocks(quantizeBlocks(weight, bits));
  const error = back.reduce((sum, value, i) => sum + (value - weight.data[i]!) ** 2, 0);
  const size = weight.data.reduce((sum, value) => sum + value ** 2, 0);
  expect(Math.sqrt(error / size)).toBeLessThan(bound);
});

test('zeros stay zeros, and rows that make no whole blocks are refused', () => {
  const zeros = { dIn: 32, dOut: 2, data: new Float32Array(64) };
  expect(dequantizeBlocks(quantizeBlocks(zeros, 4))).toEqual(zeros.data);
  expect(() => quantizeBlocks({ dIn: 33, dOut: 1, data: new Float32Array(33) }, 4)).toThrow(InputError);
});

const [D_IN, D_HIDDEN, D_OUT, N_MEMBERS, N_ITEMS] = [32, 64, 20, 7, 5];
const MEMBERS = Array.from({ length: N_MEMBERS }, (_, i) => randomProjector(i + 1, D_IN, D_HIDDEN, D_OUT));
const X = normals(9, N_ITEMS * D_IN);

async function project(
  precision: Precision,
  mask: readonly number[],
  output = 'projected',
): Promise<Float32Array> {
  const model = await openModel(ensembleModel(MEMBERS, { precision }));
  try {
    const feeds = {
      embeddings: { data: X, dims: [N_ITEMS, D_IN] },
      mask: { data: Float32Array.from(mask), dims: [N_MEMBERS] },
    };
    return await model.run(feeds, output);
  } finally {
    await model.release();
  }
}

test.each([[[1, 1, 1, 1, 1, 1, 1]], [[1, 0, 0, 0, 0, 0, 0]], [[0, 1, 0, 1, 1, 0, 1]]])(
  'the ensemble graph is projectEnsemble of the members that the mask %j keeps',
  async (mask) => {
    const kept = MEMBERS.filter((_, i) => mask[i] === 1);
    expect(distance(await project('fp32', mask), projectEnsemble(kept, X, D_IN))).toBeLessThan(1e-5);
  },
);

test('the graph gives the unit row of every member beside their mixture, on or off', async () => {
  const found = await project('fp32', [0, 1, 0, 0, 0, 0, 1], 'members');
  const alone = MEMBERS.map((member) => projectEnsemble([member], X, D_IN));
  const expected = Float32Array.from({ length: N_ITEMS * N_MEMBERS * D_OUT }, (_, at) => {
    const [item, member, d] = [
      Math.floor(at / (N_MEMBERS * D_OUT)),
      Math.floor(at / D_OUT) % N_MEMBERS,
      at % D_OUT,
    ];
    return alone[member]![item * D_OUT + d]!;
  });
  expect(distance(found, expected)).toBeLessThan(1e-5);
});

test.each([
  ['q8', 0.9995],
  ['q4', 0.97],
] as const)(
  '%s: projected vectors keep a cosine of at least %d with those of fp32',
  async (precision, bound) => {
    const mask = Array<number>(N_MEMBERS).fill(1);
    const [exact, rounded] = [await project('fp32', mask), await project(precision, mask)];
    for (let i = 0; i < N_ITEMS; i++) {
      let cosine = 0;
      for (let d = i * D_OUT; d < (i + 1) * D_OUT; d++) cosine += exact[d]! * rounded[d]!;
      expect(cosine).toBeGreaterThan(bound);
    }
  },
);

test('an ensemble without members or with members of different shapes is refused', () => {
  expect(() => ensembleModel([], { precision: 'fp32' })).toThrow(InputError);
  const other = randomProjector(8, D_IN, D_HIDDEN + 32, D_OUT);
  expect(() => ensembleModel([MEMBERS[0]!, other], { precision: 'fp32' })).toThrow(/Member 1/);
});

test('the writer refuses constants of the wrong size and values used before they are made', () => {
  const graph: OnnxGraph = {
    name: 'g',
    inputs: [{ name: 'x', type: 'float32', dims: ['n'] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['n'] }],
    constants: [],
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
  };
  expect(writeOnnx(graph).length).toBeGreaterThan(20);
  const wrongSize = [{ name: 'c', dims: [2], data: Float32Array.of(1) }];
  expect(() => writeOnnx({ ...graph, constants: wrongSize })).toThrow(/needs 2 values, got 1/);
  expect(() => writeOnnx({ ...graph, nodes: [] })).toThrow(/uses "y"/);
  expect(() => writeOnnx({ ...graph, nodes: [...graph.nodes, ...graph.nodes] })).toThrow(/made twice/);
});
