/**
 * Reads projectors back out of an ONNX graph: mixtures as ensembleModel writes them, at any precision, and single projectors as
 * torch.onnx.export writes them. The graph is followed from its input, each value known for what it is (a layer, the length of
 * a row, the mask); what is no part of a projector is refused with what was found.
 */
import { FormatError } from '../base/errors.ts';
import type { ProjectorWeights } from '../math/projector.ts';
import { deferredConstant, foldConstant, transposeConstant, type Constant } from './onnxConstants.ts';
import { newLayer, normed, scaled, shifted, vectorOf, weightsOf, widthOf, type Layer } from './onnxLayers.ts';
import { MICROSOFT } from './onnx.ts';
import { dequantizeBlocks } from './onnxQuantize.ts';
import type { OnnxModel, ReadNode } from './onnxRead.ts';
import { onePart, plainResult, rowsOf, splitRows, wholeLayer, withLayer, type Value } from './onnxValues.ts';
import { shown } from './tensors.ts';

type Inputs = readonly (Value | undefined)[];

const MAX_NODES = 1000;
/** Numbers of biases and norms that a graph may make in all. */
const MAX_VECTORS = 2 ** 25;

/**
 * The projectors of a graph, in the order of its mask. Where the graph has no batch normalisation (folded into the linear layers)
 * the weights have one that changes nothing.
 * @throws FormatError when the graph is no projector or mixture of them, with what was found.
 */
export function projectorsOf(model: OnnxModel): ProjectorWeights[] {
  if (model.nodes.length > MAX_NODES)
    throw new FormatError(
      `The graph has ${model.nodes.length} nodes; a mixture of projectors has far fewer.`,
    );
  const reader = new GraphReader(model);
  for (const node of model.nodes) reader.read(node);
  for (const { name } of model.outputs) {
    const value = reader.value(name);
    if (value && 'parts' in value) return value.parts.map(weightsOf);
  }
  throw new FormatError(`No output of the graph is a projection of its input (${operators(model)}).`);
}

/** The operators of a graph, each once. */
function operators({ nodes }: OnnxModel): string {
  const names = [...new Set(nodes.map(({ op }) => op.slice(0, 40)))];
  return `it consists of ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`;
}

class GraphReader {
  readonly #model: OnnxModel;
  readonly #values = new Map<string, Value>();
  #vectors = 0;

  constructor(model: OnnxModel) {
    this.#model = model;
    for (const [name, tensor] of model.constants)
      this.#values.set(name, { kind: 'constant', constant: deferredConstant(tensor) });
    const mask = model.inputs.find(({ name }, i) => name === 'mask' && i > 0);
    const [first, ...others] = model.inputs.filter((one) => one !== mask);
    if (!first) throw new FormatError('The graph has no input.');
    if (others[0])
      throw new FormatError(
        `The graph has an input ${shown(others[0].name)}: a projector reads embeddings alone.`,
      );
    this.#values.set(first.name, { kind: 'input', padding: 0 });
    if (mask) this.#values.set(mask.name, { kind: 'mask' });
  }

  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  read(node: ReadNode): void {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#need(node, name)));
    const folded = this.#fold(node, inputs);
    const results = folded ? [folded] : this.#results(node, inputs);
    node.outputs.forEach((name, i) => {
      const result = results[i];
      if (result) this.#values.set(name, result);
    });
  }

  #need(node: ReadNode, name: string): Value {
    const value = this.#values.get(name);
    if (!value)
      throw new FormatError(
        `A node ${node.op.slice(0, 40)} reads ${shown(name)}, which nothing before it makes.`,
      );
    return value;
  }

  /** A node of constants alone is a constant. */
  #fold(node: ReadNode, inputs: Inputs): Value | undefined {
    const constants = inputs.flatMap((value) => (value?.kind === 'constant' ? [value.constant] : []));
    if (constants.length !== inputs.filter(Boolean).length) return undefined;
    const constant = foldConstant(node, constants);
    return constant && { kind: 'constant', constant };
  }

  #results(node: ReadNode, inputs: Inputs): readonly Value[] {
    const known = node.domain === '' || node.domain === MICROSOFT;
    const results =
      node.op === 'Split'
        ? splitRows(node, inputs[0], inputs[1])
        : [this.#linear(node, inputs) ?? plainResult(node, inputs) ?? this.#affine(node, inputs)];
    if (!known || !results?.every((value) => value !== undefined))
      throw new FormatError(
        `The graph is no projector that can be read: its ${node.op.slice(0, 40)} does not belong into Linear, BatchNorm, ReLU, Linear, BatchNorm, L2 (${operators(this.#model)}).`,
      );
    return results;
  }

  #linear(node: ReadNode, inputs: Inputs): Value | undefined {
    const [x, w, c] = inputs;
    if (w?.kind !== 'constant') return undefined;
    if (node.op === 'BatchNormalization') return this.#batchNorm(node, inputs);
    const others = inputs.slice(3).filter(Boolean).length;
    if (node.op === 'MatMulNBits' && c?.kind === 'constant' && others === 0)
      return after(x, blocks(node, w.constant, c.constant));
    const [rows, columns] = w.constant.dims;
    if (rows === undefined || columns === undefined || w.constant.dims.length !== 2) return undefined;
    if (node.op === 'MatMul') return after(x, newLayer(rows, columns, w.constant.floats));
    if (
      node.op !== 'Gemm' ||
      node.int('transA') ||
      (node.float('alpha') ?? 1) !== 1 ||
      (node.float('beta') ?? 1) !== 1
    )
      return undefined;
    const { dims, floats } = node.int('transB') ? transposeConstant(w.constant, [1, 0]) : w.constant;
    const layer = newLayer(dims[0]!, dims[1]!, floats);
    if (!c) return after(x, layer);
    return c.kind === 'constant' ? after(x, shifted(layer, this.#vector(c.constant, layer.dOut))) : undefined;
  }

  #batchNorm(node: ReadNode, [x, ...statistics]: Inputs): Value | undefined {
    const [layer, part] = [wholeLayer(x), onePart(x)];
    if (!layer || !part || node.int('training_mode')) return undefined;
    const vectors = statistics
      .slice(0, 4)
      .flatMap((value) => (value?.kind === 'constant' ? [this.#vector(value.constant, layer.dOut)] : []));
    const [weight, bias, running_mean, running_var] = vectors;
    if (!weight || !bias || !running_mean || !running_var) return undefined;
    const norm = { weight, bias, running_mean, running_var };
    return withLayer(part, normed(layer, norm, node.float('epsilon') ?? 1e-5));
  }

  /** Plus, minus, times or over a constant vector: a bias, or batch normalisation written out. */
  #affine(node: ReadNode, [a, b]: Inputs): Value | undefined {
    const turned = a?.kind === 'constant' && (node.op === 'Add' || node.op === 'Mul');
    const [x, by] = turned ? [b, a] : [a, b];
    const [layer, part] = [wholeLayer(x), onePart(x)];
    if (!layer || !part || by?.kind !== 'constant') return undefined;
    const c = () => this.#vector(by.constant, layer.dOut);
    switch (node.op) {
      case 'Add':
        return withLayer(part, shifted(layer, c()));
      case 'Sub':
        return withLayer(
          part,
          shifted(
            layer,
            c().map((value) => -value),
          ),
        );
      case 'Mul':
        return withLayer(part, scaled(layer, c()));
      case 'Div':
        return withLayer(
          part,
          scaled(
            layer,
            c().map((value) => 1 / value),
          ),
        );
      default:
        return undefined;
    }
  }

  /** A vector that is as long as a layer is wide. */
  #vector(constant: Constant, width: number): Float32Array {
    this.#vectors += 4 * width;
    if (this.#vectors > MAX_VECTORS)
      throw new FormatError('The graph has more biases and norms than a mixture of projectors.');
    return vectorOf(constant.floats(), width);
  }
}

/** A linear layer on the input, or on a hidden layer after its ReLU. @throws FormatError where it is on something else. */
function after(x: Value | undefined, layer: Layer): Value {
  if (x?.kind !== 'input' && x?.kind !== 'rows')
    throw new FormatError('A linear layer of the graph reads no rows.');
  // Rows that were filled up with zeros meet rows of the matrix that do nothing.
  const dIn = layer.dIn - x.padding;
  const fitting =
    x.padding === 0
      ? layer
      : { ...layer, ...newLayer(dIn, layer.dOut, () => layer.matrix().subarray(0, dIn * layer.dOut)) };
  const columns = { layer: fitting, from: 0, to: layer.dOut };
  if (x.kind === 'input') return rowsOf({ first: columns, relu: false });
  const part = onePart(x);
  if (!part?.relu || part.second)
    throw new FormatError(
      'The graph has a linear layer where a projector has none: it has two, with a ReLU between.',
    );
  if (widthOf(part.first) !== dIn)
    throw new FormatError(
      `The second layer of a projector reads ${dIn} values, its first gives ${widthOf(part.first)}.`,
    );
  return rowsOf({ ...part, second: columns });
}

/** ONNX Runtime's product with weights in blocks (com.microsoft.MatMulNBits), symmetric: without zero points. */
function blocks(node: ReadNode, packed: Constant, scales: Constant): Layer {
  const setting = (name: string) => node.int(name) ?? 0;
  const [dIn, dOut, bits, blockSize] = [setting('K'), setting('N'), setting('bits'), setting('block_size')];
  if ((bits !== 4 && bits !== 8) || blockSize < 16 || blockSize > 1024 || (blockSize & (blockSize - 1)) !== 0)
    throw new FormatError(`MatMulNBits has ${bits} bits in blocks of ${blockSize}; 4 or 8 bits can be read.`);
  const nBlocks = Math.ceil(dIn / blockSize);
  const sizeOf = ({ dims }: Constant) => dims.reduce((product, length) => product * length, 1);
  if (sizeOf(packed) !== (dOut * nBlocks * blockSize * bits) / 8 || sizeOf(scales) !== dOut * nBlocks)
    throw new FormatError(
      `MatMulNBits of ${dIn} to ${dOut} has weights [${packed.dims.join(', ')}]: the file is damaged.`,
    );
  return newLayer(dIn, dOut, () => {
    const whole = dequantizeBlocks({
      bits,
      blockSize,
      dIn: nBlocks * blockSize,
      dOut,
      packed: Uint8Array.from(packed.ints()),
      scales: scales.floats(),
    });
    return whole.subarray(0, dIn * dOut);
  });
}
