/**
 * The messages of onnx.proto3 (github.com/onnx/onnx, IR version 10) that the writer needs, as a table, and their
 * encoding. protobufjs' reflection would compile code at run time, which a strict content security policy forbids, so
 * the table is walked with its plain Writer.
 */
import protobuf from 'protobufjs/minimal.js';

type Scalar = 'int64' | 'int32' | 'float' | 'string' | 'bytes';
type FieldSpec = readonly [id: number, type: Scalar | MessageName, repeated?: 'repeated'];
type MessageName = keyof typeof MESSAGES;

/** Field numbers and types by message; `enum` fields are int32 on the wire. */
const MESSAGES = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
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
    ints: [8, 'int64', 'repeated'],
    type: [20, 'int32'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
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

const WIRE_TYPE: Record<Scalar, number> = { int64: 0, int32: 0, float: 5, string: 2, bytes: 2 };

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
