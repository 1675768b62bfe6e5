/** Builds an ONNX graph operator by operator; every precision of a model comes from the same calls. */
import {
  MICROSOFT,
  writeOnnx,
  type OnnxAbout,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnx.ts';
import { quantizeBlocks, quantizeRows, wholeBlocks, type Matrix } from './onnxQuantize.ts';

/**
 * fp32; 8-bit or 4-bit weights of matrix products in blocks of 32 with a scale each (and int8 tables). Activations,
 * biases and norms stay float32 in all of them, so one graph runs on WebAssembly and on WebGPU alike.
 */
export type Precision = 'fp32' | 'q8' | 'q4';

const BITS: Record<Precision, 4 | 8 | 32> = { fp32: 32, q8: 8, q4: 4 };

export interface BuilderOptions {
  precision: Precision;
  /** What the file says of itself. */
  about?: OnnxAbout;
}

/** Collects nodes and constants; values are known by their names, and each method returns the name of what it made. */
export class OnnxBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly constants: OnnxTensor[] = [];
  private readonly sharedNames = new Map<string, string>();
  private readonly options: BuilderOptions;

  constructor(options: BuilderOptions) {
    this.options = options;
  }

  /** Adds a node with one output and returns the output's name. */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string {
    return this.addMany(op, inputs, 1, attributes, domain)[0]!;
  }

  /** Adds a node with several outputs and returns their names. */
  addMany(
    op: string,
    inputs: readonly string[],
    nOutputs: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string[] {
    const stem = `${op}_${this.nodes.length}`;
    const outputs = Array.from({ length: nOutputs }, (_, i) => (i === 0 ? stem : `${stem}_${i}`));
    this.nodes.push({ op, inputs, outputs, domain, attributes });
    return outputs;
  }

  /** Adds a constant under a name of its own. */
  constant(name: string, dims: readonly number[], data: OnnxTensor['data']): string {
    this.constants.push({ name, dims, data });
    return name;
  }

  /** A float scalar. */
  scalar(value: number): string {
    return this.shared(`scalar ${value}`, [], () => Float32Array.of(value));
  }

  /** A vector of int64: shapes, axes. Equal ones are shared. */
  ints(values: readonly number[]): string {
    return this.shared(`ints ${values.join(' ')}`, [values.length], () => BigInt64Array.from(values, BigInt));
  }

  private shared(key: string, dims: readonly number[], data: () => OnnxTensor['data']): string {
    const known = this.sharedNames.get(key);
    if (known) return known;
    const name = this.constant(`c${this.sharedNames.size}`, dims, data());
    this.sharedNames.set(key, name);
    return name;
  }

  reshape(x: string, dims: readonly number[]): string {
    return this.add('Reshape', [x, this.ints(dims)]);
  }

  transpose(x: string, perm: readonly number[]): string {
    return this.add('Transpose', [x], { perm: { ints: perm } });
  }

  /**
   * x [..., dIn] W + b, W in the builder's precision: MatMul, or MatMulNBits with blocks along dIn (x and W are filled up
   * with zeros where dIn is no multiple of a block).
   */
  linear(x: string, name: string, weight: Matrix, bias?: Float32Array): string {
    const bits = BITS[this.options.precision];
    const y = bits === 32 ? this.floatProduct(x, name, weight) : this.blockProduct(x, name, weight, bits);
    return bias ? this.add('Add', [y, this.constant(`${name}.bias`, [bias.length], bias)]) : y;
  }

  private floatProduct(x: string, name: string, { dIn, dOut, data }: Matrix): string {
    return this.add('MatMul', [x, this.constant(`${name}.weight`, [dIn, dOut], data)]);
  }

  private blockProduct(x: string, name: string, weight: Matrix, bits: 4 | 8): string {
    const { blockSize, dIn, dOut, packed, scales } = quantizeBlocks(wholeBlocks(weight), bits);
    const nBlocks = dIn / blockSize;
    const missing = dIn - weight.dIn;
    const inputs = [
      missing > 0 ? this.add('Pad', [x, this.ints([0, missing]), '', this.ints([-1])]) : x,
      this.constant(`${name}.weight`, [dOut, nBlocks, (blockSize * bits) / 8], packed),
      this.constant(`${name}.scales`, [dOut * nBlocks], scales),
    ];
    const attributes = {
      K: { int: dIn },
      N: { int: dOut },
      bits: { int: bits },
      block_size: { int: blockSize },
    };
    return this.add('MatMulNBits', inputs, attributes, MICROSOFT);
  }

  /** Rows of a table [nRows, width] by index; int8 with a scale a row in both quantized precisions. */
  lookUp(indices: string, name: string, rows: Float32Array, width: number): string {
    return this.add('Gather', [this.table(name, rows, width), indices], { axis: { int: 0 } });
  }

  private table(name: string, rows: Float32Array, width: number): string {
    const nRows = rows.length / width;
    if (this.options.precision === 'fp32') return this.constant(name, [nRows, width], rows);
    const { values, scales } = quantizeRows(rows, width);
    const inputs = [
      this.constant(name, [nRows, width], values),
      this.constant(`${name}.scales`, [nRows], scales),
    ];
    return this.add('DequantizeLinear', inputs, { axis: { int: 0 } });
  }

  /** (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis. */
  layerNorm(x: string, name: string, scale: Float32Array, bias: Float32Array, epsilon = 1e-5): string {
    const inputs = [
      x,
      this.constant(`${name}.scale`, [scale.length], scale),
      this.constant(`${name}.bias`, [bias.length], bias),
    ];
    return this.add('LayerNormalization', inputs, { axis: { int: -1 }, epsilon: { float: epsilon } });
  }

  /** x * sigmoid(x) */
  silu(x: string): string {
    return this.add('Mul', [x, this.add('Sigmoid', [x])]);
  }

  /** x / sqrt(sum x^2 + 1e-12) over the last axis. */
  unitRows(x: string): string {
    const squares = this.add('ReduceSum', [this.add('Mul', [x, x]), this.ints([-1])]);
    return this.add('Div', [x, this.add('Sqrt', [this.add('Add', [squares, this.scalar(1e-12)])])]);
  }

  /**
   * The bytes of the finished .onnx file; `outputs` pairs each output's declaration with the value that it is. To be
   * called once. @throws InputError as writeOnnx does.
   */
  write(
    name: string,
    inputs: readonly OnnxValue[],
    outputs: readonly (readonly [OnnxValue, value: string])[],
  ): Uint8Array<ArrayBuffer> {
    for (const [{ name: output }, value] of outputs)
      this.nodes.push({ op: 'Identity', inputs: [value], outputs: [output] });
    return writeOnnx({
      name,
      ...(this.options.about ? { about: this.options.about } : {}),
      inputs,
      outputs: outputs.map(([declared]) => declared),
      constants: this.constants,
      nodes: this.nodes,
    });
  }
}
