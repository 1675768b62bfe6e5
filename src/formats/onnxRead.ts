/** Reads ONNX models: what the file says of itself, its constants (read when asked for) and its nodes. */
import { FormatError } from '../base/errors.ts';
import { decodeMessage, type Message } from './onnxMessages.ts';
import { bf16ToFloat, f16ToFloat } from './float16.ts';
import { countOf, shown } from './tensors.ts';

/** A constant: its shape now, its values when they are asked for. */
export interface ConstantTensor {
  dims: readonly number[];
  /** Row-major values as float32. @throws FormatError where they are not as many as the shape says. */
  floats: () => Float32Array;
  /** Row-major whole numbers. @throws FormatError as floats(), and where they are none. */
  ints: () => ArrayLike<number>;
}

export interface ReadNode {
  op: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  int(name: string): number | undefined;
  float(name: string): number | undefined;
  intList(name: string): readonly number[] | undefined;
  /** "" where there is none. */
  text(name: string): string;
  tensor(name: string): ConstantTensor | undefined;
}

export interface ReadValue {
  name: string;
  /** Element type by ONNX Runtime's name ("float32", "int64"); "unknown" of others and of what is no tensor. */
  type: string;
  /** A string is a free dimension; undefined where the file says nothing. */
  dims: readonly (number | string | undefined)[];
}

export interface OnnxModel {
  producer: string;
  doc: string;
  metadata: ReadonlyMap<string, string>;
  /** Version of ONNX's own operators; undefined where there are others only. */
  opset: number | undefined;
  /** Files beside the model that hold weights of it, with the bytes that each needs to have at least. */
  beside: ReadonlyMap<string, number>;
  /** Without constants that are listed as inputs. */
  inputs: readonly ReadValue[];
  outputs: readonly ReadValue[];
  constants: ReadonlyMap<string, ConstantTensor>;
  nodes: readonly ReadNode[];
}

/** The bytes of a file beside the model's, by the name that the model gives it; undefined where it is not at hand. */
export type FindBeside = (location: string) => Uint8Array | undefined;

const list = (message: Message, field: string) => (message[field] ?? []) as readonly Message[];
const text = (message: Message, field: string) => (message[field] ?? '') as string;
const numbers = (message: Message, field: string) => (message[field] ?? []) as readonly number[];

/** Whether a file begins as ONNX models do: with field 1, ir_version, of up to 127. */
export function looksLikeOnnx(bytes: Uint8Array): boolean {
  return bytes[0] === 0x08 && bytes[1]! >= 3 && bytes[1]! < 0x80;
}

/**
 * Reads a model. Weights may lie in a file beside it (external data), which `beside` finds.
 * @throws FormatError when the bytes are cut or no ONNX model.
 */
export function readOnnx(bytes: Uint8Array, beside: FindBeside = () => undefined): OnnxModel {
  const model = decodeMessage('ModelProto', bytes);
  const graph = model.graph as Message | undefined;
  if (!graph) throw new FormatError('The ONNX file has no graph: it is cut, or no ONNX file.');
  const nodes = list(graph, 'node').map((node) => readNode(node, beside));
  const opsets = new Map(
    list(model, 'opsetImport').map((opset) => [domainOf(opset), (opset.version ?? 0) as number] as const),
  );
  if (opsets.size === 0 || nodes.some(({ domain }) => !opsets.has(domain)))
    throw new FormatError('The ONNX file does not say which operators it is written in: its end is cut.');
  const constants = new Map(
    list(graph, 'initializer').map((tensor) => [text(tensor, 'name'), readTensor(tensor, beside)] as const),
  );
  return {
    producer: text(model, 'producerName'),
    doc: text(model, 'docString'),
    metadata: entriesOf(model, 'metadataProps'),
    opset: opsets.get(''),
    beside: besideOf(list(graph, 'initializer')),
    inputs: list(graph, 'input')
      .map(readValue)
      .filter(({ name }) => !constants.has(name)),
    outputs: list(graph, 'output').map(readValue),
    constants,
    nodes,
  };
}

/** ONNX's own operators have the domain "", also written "ai.onnx". */
function domainOf(message: Message): string {
  return text(message, 'domain').replace(/^ai\.onnx$/, '');
}

function entriesOf(message: Message, field: string): Map<string, string> {
  return new Map(list(message, field).map((entry) => [text(entry, 'key'), text(entry, 'value')]));
}

function readValue(value: Message): ReadValue {
  const type = ((value.type as Message | undefined)?.tensorType ?? {}) as Message;
  const dims = list((type.shape ?? {}) as Message, 'dim').map(
    (dim) => (dim.dimParam ?? dim.dimValue) as string | number | undefined,
  );
  return { name: text(value, 'name'), type: TYPE_NAMES[(type.elemType ?? 0) as number] ?? 'unknown', dims };
}

function readNode(node: Message, beside: FindBeside): ReadNode {
  const attributes = new Map(list(node, 'attribute').map((one) => [text(one, 'name'), one]));
  const tensorOf = (name: string) => attributes.get(name)?.t as Message | undefined;
  return {
    op: text(node, 'opType'),
    domain: domainOf(node),
    inputs: (node.input ?? []) as readonly string[],
    outputs: (node.output ?? []) as readonly string[],
    // proto3 leaves out what is 0.
    int: (name) => (attributes.has(name) ? ((attributes.get(name)!.i ?? 0) as number) : undefined),
    float: (name) => (attributes.has(name) ? ((attributes.get(name)!.f ?? 0) as number) : undefined),
    intList: (name) => (attributes.has(name) ? numbers(attributes.get(name)!, 'ints') : undefined),
    text(name) {
      const bytes = attributes.get(name)?.s as Uint8Array | undefined;
      return bytes ? new TextDecoder().decode(bytes.subarray(0, 64)) : '';
    },
    tensor(name) {
      const tensor = tensorOf(name);
      return tensor && readTensor(tensor, beside);
    },
  };
}

/** ONNX element types that are read, with their bytes a value. */
const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;
const FLOAT16 = 10;
const DOUBLE = 11;
const BFLOAT16 = 16;
const TYPE_NAMES: Readonly<Record<number, string>> = {
  [FLOAT]: 'float32',
  [UINT8]: 'uint8',
  [INT8]: 'int8',
  [INT32]: 'int32',
  [INT64]: 'int64',
  [BOOL]: 'bool',
  [FLOAT16]: 'float16',
  [DOUBLE]: 'float64',
};
const BYTES: Readonly<Record<number, number>> = {
  [FLOAT]: 4,
  [UINT8]: 1,
  [INT8]: 1,
  [INT32]: 4,
  [INT64]: 8,
  [FLOAT16]: 2,
  [DOUBLE]: 8,
  [BFLOAT16]: 2,
};

function readTensor(tensor: Message, beside: FindBeside): ConstantTensor {
  const name = text(tensor, 'name');
  const type = (tensor.dataType ?? 0) as number;
  const dims = numbers(tensor, 'dims');
  const count = dims.every((size) => size >= 0) ? countOf(dims, name) : -1;
  const width = BYTES[type];
  const refuse = (what: string) => new FormatError(`Constant ${shown(name)} of the ONNX file ${what}.`);
  const check = (found: number) => {
    if (found !== count) throw refuse(`[${dims.join(', ')}] has ${found} values: the file is damaged`);
  };
  const raw = tensor.rawData as Uint8Array | undefined;
  const external = tensor.dataLocation === 1;
  if (!external && width !== undefined) check((raw?.length ?? width * listOf(tensor, type).length) / width);
  const values = (): Raw => {
    if (width === undefined)
      throw refuse(
        `has element type ${type}; float, float16, bfloat16, double and whole numbers can be read`,
      );
    const bytes = external ? bytesBeside(tensor, beside, refuse) : raw;
    if (bytes) check(bytes.length / width);
    if (bytes) return fromBytes(type, bytes);
    return type === FLOAT ? Float32Array.from(listOf(tensor, type)) : listOf(tensor, type);
  };
  return {
    dims,
    floats() {
      const read = values();
      if (type === FLOAT16) return Float32Array.from(read as ArrayLike<number>, f16ToFloat);
      if (type === BFLOAT16) return Float32Array.from(read as ArrayLike<number>, bf16ToFloat);
      if (type === FLOAT) return read as Float32Array;
      return Float32Array.from(read as ArrayLike<number | bigint>, Number);
    },
    ints() {
      if (type === INT64) return Array.from(values() as ArrayLike<number | bigint>, Number);
      if (type === UINT8 || type === INT8 || type === INT32) return values() as ArrayLike<number>;
      throw refuse('holds no whole numbers where they are needed');
    },
  };
}

function besideOf(tensors: readonly Message[]): Map<string, number> {
  const needed = new Map<string, number>();
  for (const tensor of tensors) {
    if (tensor.dataLocation !== 1) continue;
    const place = entriesOf(tensor, 'externalData');
    const location = place.get('location') ?? '';
    const end = Number(place.get('offset') ?? 0) + Number(place.get('length') ?? 0);
    needed.set(location, Math.max(needed.get(location) ?? 0, end));
  }
  return needed;
}

type Raw = ArrayLike<number> | BigInt64Array;
function fromBytes(type: number, raw: Uint8Array): Raw {
  if (type === UINT8) return raw;
  const { buffer } = raw.slice();
  if (type === INT8) return new Int8Array(buffer);
  if (type === FLOAT) return new Float32Array(buffer);
  if (type === DOUBLE) return new Float64Array(buffer);
  if (type === INT32) return new Int32Array(buffer);
  return type === INT64 ? new BigInt64Array(buffer) : new Uint16Array(buffer);
}

/** Values that stand in a list of numbers instead of bytes; 16-bit floats as their patterns. */
function listOf(tensor: Message, type: number): readonly number[] {
  if (type === FLOAT) return numbers(tensor, 'floatData');
  if (type === DOUBLE) return numbers(tensor, 'doubleData');
  return numbers(tensor, type === INT64 ? 'int64Data' : 'int32Data');
}

/** The values' bytes in a file beside the model's. */
function bytesBeside(tensor: Message, beside: FindBeside, refuse: (what: string) => FormatError): Uint8Array {
  const place = entriesOf(tensor, 'externalData');
  const location = place.get('location') ?? '';
  const file = beside(location);
  if (!file)
    throw refuse(
      `lies in the file ${shown(location)}, which was not given: choose both files together, or export with external_data=False`,
    );
  const offset = Number(place.get('offset') ?? 0);
  const length = Number(place.get('length') ?? file.length - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length))
    throw refuse(`lies beyond the end of ${shown(location)}: that file is cut, or of another model`);
  return file.subarray(offset, offset + length);
}
