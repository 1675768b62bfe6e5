/**
 * The messages of onnx.proto3 (github.com/onnx/onnx, IR version 10) that are written and read here, as a table, with their
 * encoding and decoding. protobufjs' reflection would compile code at run time, which a strict content security policy forbids,
 * so the table is walked with its plain Writer and Reader.
 */
import protobuf from 'protobufjs/minimal.js';
import { FormatError, messageOf } from '../base/errors.ts';

type Scalar = 'int64' | 'int32' | 'float' | 'double' | 'string' | 'bytes';
type FieldSpec = readonly [id: number, type: Scalar | MessageName, repeated?: 'repeated'];
export type MessageName = keyof typeof MESSAGES;

/** Field numbers and types by message; `enum` fields are int32 on the wire. */
const MESSAGES = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    docString: [6, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
    metadataProps: [14, 'StringStringEntryProto', 'repeated'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  GraphProto: {
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
  },
  NodeProto: {
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
    domain: [7, 'string'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    ints: [8, 'int64', 'repeated'],
    type: [20, 'int32'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    floatData: [4, 'float', 'repeated'],
    int32Data: [5, 'int32', 'repeated'],
    int64Data: [7, 'int64', 'repeated'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', 'repeated'],
    externalData: [13, 'StringStringEntryProto', 'repeated'],
    dataLocation: [14, 'int32'],
  },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
  TypeProto: { tensorType: [1, 'TypeProto.Tensor'] },
  'TypeProto.Tensor': { elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'TensorShapeProto.Dimension', 'repeated'] },
  'TensorShapeProto.Dimension': { dimValue: [1, 'int64'], dimParam: [2, 'string'] },
} as const;

/** A message as plain values: scalars, bytes, messages, or arrays of them where the field is repeated. */
export interface Message {
  readonly [field: string]: Value | readonly Value[];
}
type Value = number | string | Uint8Array | Message;

const WIRE_TYPE: Record<Scalar, number> = { int64: 0, int32: 0, float: 5, double: 1, string: 2, bytes: 2 };

function isScalar(type: string): type is Scalar {
  return type in WIRE_TYPE;
}

function encodeInto(writer: protobuf.Writer, name: MessageName, message: Message): void {
  const fields: Readonly<Record<string, FieldSpec>> = MESSAGES[name];
  for (const [field, value] of Object.entries(message)) {
    const spec = fields[field];
    if (!spec) throw new TypeError(`${name} has no field "${field}".`);
    const [id, type, repeated] = spec;
    const values = (repeated ? value : [value]) as readonly Value[];
    for (const one of values) {
      if (isScalar(type)) {
        writer.uint32(((id << 3) | WIRE_TYPE[type]) >>> 0);
        if (type === 'string') writer.string(one as string);
        else if (type === 'bytes') writer.bytes(one as Uint8Array);
        else writer[type](one as number);
      } else {
        encodeInto(writer.uint32(((id << 3) | 2) >>> 0).fork(), type, one as Message);
        writer.ldelim();
      }
    }
  }
}

/**
 * The bytes of a message in proto3 encoding. Repeated integers are written one by one (unpacked), as every reader takes.
 * @throws TypeError where a field is unknown: a mistake in the code that made the message.
 */
export function encodeMessage(name: MessageName, message: Message): Uint8Array<ArrayBuffer> {
  const writer = protobuf.Writer.create();
  encodeInto(writer, name, message);
  return new Uint8Array(writer.finish());
}

/**
 * Values that a message may hold in all, its own and those below, lists of floats left out: a small file cannot become a large heap.
 */
const MAX_VALUES = 1_000_000;

/**
 * The message that the bytes encode; fields that are not in the table are passed over, bytes are views of the given ones, and
 * 64-bit integers become numbers. Repeated numbers may be packed or not.
 * @throws FormatError when the bytes are cut, are no such message, or hold more than a million values.
 */
export function decodeMessage(name: MessageName, bytes: Uint8Array): Message {
  const budget = { values: MAX_VALUES };
  try {
    return decodeFrom(protobuf.Reader.create(bytes), bytes.length, name, budget);
  } catch (error) {
    throw error instanceof FormatError
      ? error
      : new FormatError(`The file is no ONNX model, or is cut (${messageOf(error)}).`);
  }
}

const FIELDS = Object.fromEntries(
  Object.entries(MESSAGES).map(([name, fields]) => [
    name,
    new Map(
      Object.entries(fields as Record<string, FieldSpec>).map(([field, spec]) => [spec[0], { field, spec }]),
    ),
  ]),
) as Record<MessageName, Map<number, { field: string; spec: FieldSpec }>>;

interface Budget {
  values: number;
}

function decodeFrom(reader: protobuf.Reader, end: number, name: MessageName, budget: Budget): Message {
  const out: Record<string, Value | Value[]> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wire = tag & 7;
    const known = FIELDS[name].get(tag >>> 3);
    if (wire === 3 || wire === 4) throw new RangeError(`a ${name} has a group, which ONNX has not`);
    if (!known) {
      reader.skipType(wire);
      continue;
    }
    const [, type, repeated] = known.spec;
    const values = decodeField(reader, wire, type, budget);
    if (!repeated) out[known.field] = values.at(-1)!;
    else {
      const list = (out[known.field] ??= []) as Value[];
      for (const value of values) list.push(value);
    }
  }
  if (reader.pos !== end) throw new RangeError(`a ${name} ends in the middle of a value`);
  return out;
}

function decodeField(
  reader: protobuf.Reader,
  wire: number,
  type: Scalar | MessageName,
  budget: Budget,
): Value[] {
  const spend = () => {
    if (--budget.values < 0)
      throw new FormatError(`The file holds more than ${MAX_VALUES} values beside its weights.`);
  };
  spend();
  if (!isScalar(type)) {
    if (wire !== 2) throw new RangeError(`a ${type} is no message`);
    const length = reader.uint32();
    const end = reader.pos + length;
    if (end > reader.len) throw new RangeError(`a ${type} ends at byte ${end} of ${reader.len}`);
    return [decodeFrom(reader, end, type, budget)];
  }
  if (wire === WIRE_TYPE[type]) return [decodeScalar(reader, type)];
  if (wire !== 2) throw new RangeError(`a ${type} is written as another kind`);
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw new RangeError(`a list ends at byte ${end} of ${reader.len}`);
  const values: Value[] = [];
  const wide = type === 'float' || type === 'double';
  while (reader.pos < end) {
    if (!wide) spend();
    values.push(decodeScalar(reader, type));
  }
  return values;
}

function decodeScalar(reader: protobuf.Reader, type: Scalar): Value {
  if (type === 'int64') return Number(reader.int64());
  return reader[type]();
}
