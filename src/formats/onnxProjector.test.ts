import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { openModel } from '../../scripts/world/export/nodeRuntime.ts';
import { randomProjector } from '../../scripts/world/export/randomWeights.testing.ts';
import { FormatError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { projectEnsemble, type ProjectorWeights } from '../math/projector.ts';
import { readNpy } from './npy.ts';
import { writeOnnx, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx.ts';
import type { Precision } from './onnxBuilder.ts';
import { ensembleModel, foldBatchNorm } from './onnxEnsemble.ts';
import { projectorsOf } from './onnxProjector.ts';
import { readOnnx } from './onnxRead.ts';
import { findProjectors, transposed } from './projectorState.ts';
import { readTorch } from './torch/readTorch.ts';

vi.setConfig({ testTimeout: 60_000 });

const [D_IN, D_HIDDEN, D_OUT] = [40, 72, 20];
const MEMBERS = [1, 2, 3].map((seed) => randomProjector(seed, D_IN, D_HIDDEN, D_OUT));
const random = createRandom(9);
const X = Float32Array.from({ length: 5 * D_IN }, () => random.normal());

/** Largest difference. */
function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

const back = (bytes: Uint8Array) => projectorsOf(readOnnx(bytes));

test('a mixture in fp32 comes back as its folded layers, to the bit, and leaves as the same bytes', () => {
  const bytes = ensembleModel(MEMBERS, { precision: 'fp32' });
  const read = back(bytes);
  expect(read.length).toBe(3);
  read.forEach((weights, i) => {
    for (const k of [1, 2] as const) {
      const { matrix, bias } = foldBatchNorm(MEMBERS[i]!, k);
      expect(weights[`linear${k}.weight`]).toEqual(matrix.data);
      expect(weights[`linear${k}.bias`]).toEqual(bias);
    }
  });
  expect(ensembleModel(read, { precision: 'fp32' })).toEqual(bytes);
  expect(distance(projectEnsemble(read, X, D_IN), projectEnsemble(MEMBERS, X, D_IN))).toBeLessThan(1e-6);
});

test.each(['fp32', 'q8', 'q4'] as const)(
  '%s: what comes back projects as ONNX Runtime runs the file',
  async (precision) => {
    const bytes = ensembleModel(MEMBERS, { precision });
    const model = await openModel(bytes);
    const projected = await model.run({
      embeddings: { data: X, dims: [5, D_IN] },
      mask: { data: new Float32Array(3).fill(1), dims: [3] },
    });
    await model.release();
    expect(distance(projectEnsemble(back(bytes), X, D_IN), projected)).toBeLessThan(1e-5);
  },
);

test.each(['q8', 'q4'] as const satisfies Precision[])(
  '%s: rounded once, a second round changes nothing',
  (precision) => {
    const once = back(ensembleModel(MEMBERS, { precision }));
    const twice = back(ensembleModel(once, { precision }));
    expect(distance(projectEnsemble(twice, X, D_IN), projectEnsemble(once, X, D_IN))).toBeLessThan(1e-5);
  },
);

test('the file says of itself what it was told', () => {
  const about = { doc: 'Größe, in words.', metadata: { members: '["mix"]', source: 'foley' } };
  const model = readOnnx(ensembleModel(MEMBERS, { precision: 'q4', about }));
  expect(model).toMatchObject({ producer: 'bondlab', doc: about.doc });
  expect(Object.fromEntries(model.metadata)).toEqual(about.metadata);
  expect(model.inputs).toEqual([
    { name: 'embeddings', type: 'float32', dims: ['n', D_IN] },
    { name: 'mask', type: 'float32', dims: [3] },
  ]);
});

const FOLDER = 'test/fixtures/torch-onnx/';
const file = (name: string) => new Uint8Array(readFileSync(FOLDER + name));

test('PyTorch’s export of a projector has the weights of its state dict, to the bit', () => {
  const [single] = findProjectors(readTorch(file('single.pt'))).found;
  expect(back(file('single.onnx'))).toEqual([single!.weights]);
});

test.each(['single', 'mixture'])('PyTorch’s export of a %s projects as PyTorch does', (name) => {
  const rows = (which: string) => readNpy(file(which).buffer).data;
  const projectors = back(file(`${name}.onnx`));
  expect(projectors.length).toBe(name === 'single' ? 1 : 3);
  expect(distance(projectEnsemble(projectors, rows('x.npy'), 6), rows(`${name}.npy`))).toBeLessThan(1e-6);
});

const P = MEMBERS[0]!;
const vector = (name: string, data: Float32Array): OnnxTensor => ({ name, dims: [data.length], data });

/** A graph of nodes over named constants, from "x" to "y". */
function graph(
  nodes: readonly OnnxNode[],
  constants: readonly OnnxTensor[],
  more: Partial<OnnxGraph> = {},
): Uint8Array {
  return writeOnnx({
    name: 'g',
    inputs: [{ name: 'x', type: 'float32', dims: ['n', D_IN] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['n', D_OUT] }],
    constants,
    nodes,
    ...more,
  });
}

const node = (
  op: string,
  inputs: string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const NORMS = ([1, 2] as const).flatMap((k) =>
  (['weight', 'bias', 'running_mean', 'running_var'] as const).map((part) =>
    vector(`n${k}.${part}`, P[`norm${k}.${part}`]),
  ),
);
const BIASES = [vector('b1', P['linear1.bias']), vector('b2', P['linear2.bias'])];
const MATRICES: OnnxTensor[] = [
  { name: 'w1', dims: [D_IN, D_HIDDEN], data: P['linear1.weight'] },
  { name: 'w2', dims: [D_HIDDEN, D_OUT], data: P['linear2.weight'] },
];
const normNode = (k: number, x: string, y: string) =>
  node(
    'BatchNormalization',
    [x, ...['weight', 'bias', 'running_mean', 'running_var'].map((part) => `n${k}.${part}`)],
    y,
    {
      epsilon: { float: 1e-5 },
    },
  );
const LAYERS = [
  node('MatMul', ['x', 'w1'], 'a'),
  node('Add', ['b1', 'a'], 'b'),
  normNode(1, 'b', 'c'),
  node('Relu', ['c'], 'd'),
  node('MatMul', ['d', 'w2'], 'e'),
  node('Add', ['e', 'b2'], 'f'),
];
const ALL = [...MATRICES, ...BIASES, ...NORMS];

test('MatMul and Add, with and without the last normalisation', () => {
  const ends: OnnxNode[][] = [
    [normNode(2, 'f', 'y')],
    [normNode(2, 'f', 'g'), node('LpNormalization', ['g'], 'y', { axis: { int: -1 }, p: { int: 2 } })],
    [
      normNode(2, 'f', 'g'),
      node('Mul', ['g', 'g'], 'h'),
      node('ReduceSum', ['h', 'axis'], 'i'),
      node('Sqrt', ['i'], 'j'),
      node('Max', ['j', 'tiny'], 'k'),
      node('Div', ['g', 'k'], 'y'),
    ],
  ];
  const axis = [
    { name: 'axis', dims: [1], data: BigInt64Array.of(-1n) },
    vector('tiny', Float32Array.of(1e-12)),
  ];
  for (const end of ends) expect(back(graph([...LAYERS, ...end], [...ALL, ...axis]))).toEqual([P]);
});

test('Gemm with turned matrices, biases inside', () => {
  const turned: OnnxTensor[] = [
    { name: 'w1', dims: [D_HIDDEN, D_IN], data: transposed(P['linear1.weight'], D_IN, D_HIDDEN) },
    { name: 'w2', dims: [D_OUT, D_HIDDEN], data: transposed(P['linear2.weight'], D_HIDDEN, D_OUT) },
  ];
  const nodes = [
    node('Gemm', ['x', 'w1', 'b1'], 'b', { transB: { int: 1 } }),
    ...LAYERS.slice(2, 4),
    node('Transpose', ['w2'], 'w2t', { perm: { ints: [1, 0] } }),
    node('Gemm', ['d', 'w2t', 'b2'], 'f'),
    normNode(2, 'f', 'y'),
  ];
  expect(back(graph(nodes, [...turned, ...BIASES, ...NORMS]))).toEqual([P]);
});

/** How far the weights that come back project from those that went in. */
function change(bytes: Uint8Array, weights: ProjectorWeights): number {
  return distance(projectEnsemble(back(bytes), X, D_IN), projectEnsemble([weights], X, D_IN));
}

test('batch norm folded away, written out, or with another epsilon', () => {
  const folded = ([1, 2] as const).flatMap((k): OnnxTensor[] => {
    const { matrix, bias } = foldBatchNorm(P, k);
    return [{ name: `w${k}`, dims: [matrix.dIn, matrix.dOut], data: matrix.data }, vector(`b${k}`, bias)];
  });
  const plain = [
    node('Gemm', ['x', 'w1', 'b1'], 'c'),
    node('Relu', ['c'], 'd'),
    node('Gemm', ['d', 'w2', 'b2'], 'y'),
  ];
  expect(change(graph(plain, folded), P)).toBeLessThan(1e-6);
  const gain = P['norm2.weight'].map((w, o) => w / Math.sqrt(P['norm2.running_var'][o]! + 1e-5));
  const parts = [vector('m', P['norm2.running_mean']), vector('s', gain), vector('t', P['norm2.bias'])];
  const out = [node('Sub', ['f', 'm'], 'g'), node('Mul', ['s', 'g'], 'h'), node('Add', ['h', 't'], 'y')];
  expect(change(graph([...LAYERS, ...out], [...ALL, ...parts]), P)).toBeLessThan(1e-6);
  const other = node('BatchNormalization', normNode(2, 'f', 'y').inputs as string[], 'y', {
    epsilon: { float: 0.5 },
  });
  const wide = { ...P, 'norm2.running_var': P['norm2.running_var'].map((value) => value + 0.5) };
  expect(change(graph([...LAYERS, other], ALL), wide)).toBeLessThan(1e-5);
});

test('int8 weights with a scale a column are dequantized', () => {
  const scales = Float32Array.from({ length: D_HIDDEN }, (_, o) => 0.01 + o / 5000);
  const values = Int8Array.from(P['linear1.weight'], (value, i) => Math.round(value / scales[i % D_HIDDEN]!));
  const weights = { ...P, 'linear1.weight': Float32Array.from(values, (q, i) => q * scales[i % D_HIDDEN]!) };
  const constants: OnnxTensor[] = [{ name: 'q', dims: [D_IN, D_HIDDEN], data: values }, vector('s', scales)];
  const nodes = [
    node('DequantizeLinear', ['q', 's'], 'w1', { axis: { int: 1 } }),
    ...LAYERS,
    normNode(2, 'f', 'y'),
  ];
  expect(back(graph(nodes, [...constants, ...MATRICES.slice(1), ...BIASES, ...NORMS]))).toEqual([weights]);
});

const [MATMUL, ADD, NORM, , MATMUL2, ADD2] = LAYERS as [
  OnnxNode,
  OnnxNode,
  OnnxNode,
  OnnxNode,
  OnnxNode,
  OnnxNode,
];
test.each<[string, OnnxNode[], RegExp]>([
  [
    'an activation that is no ReLU',
    [MATMUL, ADD, NORM, node('Gelu', ['c'], 'd'), MATMUL2, ADD2, normNode(2, 'f', 'y')],
    /its Gelu does not belong/,
  ],
  ['a convolution', [node('Conv', ['x', 'w1'], 'y')], /its Conv does not belong.*it consists of Conv/],
  ['no ReLU', [MATMUL, node('MatMul', ['a', 'w2'], 'y')], /two, with a ReLU between/],
  [
    'a third layer',
    [...LAYERS, node('Relu', ['f'], 'g'), node('MatMul', ['g', 'w2'], 'y')],
    /its Relu does not belong/,
  ],
  ['one layer', [MATMUL, ADD, node('Identity', ['b'], 'y')], /before the second linear layer/],
  ['no layer', [node('Identity', ['x'], 'y')], /No output of the graph is a projection/],
  [
    'layers that do not fit',
    [MATMUL, node('Relu', ['a'], 'd'), node('MatMul', ['d', 'w1'], 'y')],
    /reads 40 values, its first gives 72/,
  ],
  [
    'an operator of ONNX Runtime’s own',
    [{ ...MATMUL, op: 'FusedMatMul', domain: 'com.microsoft', outputs: ['y'] }],
    /its FusedMatMul does not belong/,
  ],
  ['a bias of another length', [MATMUL, node('Add', ['a', 'b2'], 'y')], /adds or scales 72 values by 20/],
])('%s is refused, and says why', (_, nodes, message) => {
  expect(() => back(graph(nodes, ALL))).toThrow(FormatError);
  expect(() => back(graph(nodes, ALL))).toThrow(message);
});

test('weights that are no numbers are refused', () => {
  const broken = ALL.map((one) =>
    one.name === 'b2' ? vector('b2', new Float32Array(D_OUT).fill(NaN)) : one,
  );
  expect(() => back(graph([...LAYERS, normNode(2, 'f', 'y')], broken))).toThrow(
    /"linear2.bias" holds NaN at place 0/,
  );
});
