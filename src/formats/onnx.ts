/** Writes ONNX models (onnx.proto3, IR version 10): nodes, weights, inputs and outputs with named free dimensions. */
import { InputError } from '../base/errors.ts';
import { encodeMessage, type Message } from './onnxMessages.ts';

/** Operator sets that the graphs are written against; com.microsoft holds ONNX Runtime's 4-bit products. */
export const OPSET = 21;
export const MICROSOFT = 'com.microsoft';
const IR_VERSION = 10;
/** Who wrote a file, as it says itself. */
export const PRODUCER = 'bondlab';

const DATA_TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type OnnxType = keyof typeof DATA_TYPES;

/** A constant of the graph: row-major values, their type told by the array's. */
export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  data: Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;
}

/** An input or output; a string is a free dimension's name. */
export interface OnnxValue {
  name: string;
  type: OnnxType;
  dims: readonly (number | string)[];
}

export type OnnxAttribute = { int: number } | { float: number } | { ints: readonly number[] };

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Empty for ONNX's own operators. */
  domain?: string;
  attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** What a model file says of itself: a sentence or two, and words by name (doc_string and metadata_props). */
export interface OnnxAbout {
  doc: string;
  metadata: Readonly<Record<string, string>>;
}

export interface OnnxGraph {
  name: string;
  about?: OnnxAbout;
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  constants: readonly OnnxTensor[];
  /** In an order in which every input exists before it is used. */
  nodes: readonly OnnxNode[];
}

/** The element type of a constant. */
export function typeOf(data: OnnxTensor['data']): OnnxType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

function tensorMessage({ name, dims, data }: OnnxTensor): Message {
  const count = dims.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new InputError(
      `Constant "${name}" [${dims.join(', ')}] needs ${count} values, got ${data.length}.`,
    );
  return {
    dims,
    dataType: DATA_TYPES[typeOf(data)],
    name,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function valueMessage({ name, type, dims }: OnnxValue): Message {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}

function attributeMessage([name, value]: [string, OnnxAttribute]): Message {
  if ('int' in value) return { name, i: value.int, type: 2 };
  if ('float' in value) return { name, f: value.float, type: 1 };
  return { name, ints: value.ints, type: 7 };
}

/** Checks that every value is made once and before it is used. @throws InputError where not. */
function checkOrder({ inputs, outputs, constants, nodes }: OnnxGraph): void {
  const known = new Set<string>();
  const make = (name: string) => {
    if (known.has(name)) throw new InputError(`The value "${name}" is made twice.`);
    known.add(name);
  };
  const need = (name: string, where: string) => {
    if (name !== '' && !known.has(name))
      throw new InputError(`${where} uses "${name}", which nothing before it makes.`);
  };
  for (const { name } of [...inputs, ...constants]) make(name);
  for (const node of nodes) {
    for (const name of node.inputs) need(name, `A node ${node.op}`);
    node.outputs.forEach(make);
  }
  for (const { name } of outputs) need(name, 'The list of outputs');
}

/**
 * The bytes of a .onnx file.
 * @throws InputError where a constant's size is not that of its shape, or a value is used before it is made.
 */
export function writeOnnx(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  checkOrder(graph);
  const domains = new Set(graph.nodes.map(({ domain }) => domain ?? ''));
  return encodeMessage('ModelProto', {
    irVersion: IR_VERSION,
    producerName: PRODUCER,
    ...(graph.about ? { docString: graph.about.doc } : {}),
    graph: {
      node: graph.nodes.map(({ op, inputs, outputs, domain, attributes }) => ({
        input: inputs,
        output: outputs,
        name: `${outputs[0]}`,
        opType: op,
        attribute: Object.entries(attributes ?? {}).map(attributeMessage),
        ...(domain ? { domain } : {}),
      })),
      name: graph.name,
      initializer: graph.constants.map(tensorMessage),
      input: graph.inputs.map(valueMessage),
      output: graph.outputs.map(valueMessage),
    },
    opsetImport: [
      { domain: '', version: OPSET },
      ...(domains.has(MICROSOFT) ? [{ domain: MICROSOFT, version: 1 }] : []),
    ],
    metadataProps: Object.entries(graph.about?.metadata ?? {}).map(([key, value]) => ({ key, value })),
  });
}
