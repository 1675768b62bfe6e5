/** safetensors: an 8-byte header length, a JSON header, raw little-endian data (huggingface/safetensors, format 1). */
import { FormatError } from '../base/errors.ts';
import { floatToF16 } from './float16.ts';
import {
  countOf,
  DTYPE_BYTES,
  isCount,
  isDtype,
  shown,
  toFloat32,
  type Dtype,
  type LazyTensor,
} from './tensors.ts';

export interface Tensor {
  shape: number[];
  /** Row-major values. */
  data: Float32Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const MAX_HEADER_BYTES = 16 * 2 ** 20;

function isEntry(value: unknown): value is HeaderEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<HeaderEntry>;
  return (
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    shape.every(isCount) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isCount)
  );
}

/** What a safetensors file says and holds; tensors are read when they are asked for. */
export interface SafetensorsFile {
  tensors: Map<string, LazyTensor>;
  /** "__metadata__": words by name. */
  metadata: Map<string, string>;
}

/** A tensor as the header describes it; `from` and `to` are bytes of the file. */
export interface TensorEntry {
  dtype: Dtype;
  shape: number[];
  from: number;
  to: number;
}

/** Tensors by name in the header's order, and words by name. */
export interface SafetensorsHeader {
  tensors: Map<string, TensorEntry>;
  metadata: Map<string, string>;
}

/** Bytes in front of the header that tell how long it is. */
export const LENGTH_BYTES = 8;

/**
 * Bytes of the length and the header together, from the first 8 of a file of `size` bytes.
 * @throws FormatError where the file is cut, or no safetensors file.
 */
export function safetensorsHeaderBytes(bytes: Uint8Array, size: number): number {
  if (size < LENGTH_BYTES)
    throw new FormatError(`A safetensors file has at least 8 bytes, this has ${size}.`);
  const claimed = Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  if (claimed > MAX_HEADER_BYTES || LENGTH_BYTES + claimed > size) {
    throw new FormatError(
      `The safetensors header claims ${claimed} bytes of a file of ${size}: it is cut or no safetensors file.`,
    );
  }
  return LENGTH_BYTES + claimed;
}

/**
 * Reads a header, of a file of `size` bytes; every tensor has a type that can be read, lies in the file and shares no bytes with another.
 * @throws FormatError when the header is no JSON or lies about sizes, or a dtype is unknown.
 */
export function readSafetensorsHeader(bytes: Uint8Array, size: number): SafetensorsHeader {
  const base = safetensorsHeaderBytes(bytes, size);
  const tensors = new Map<string, TensorEntry>();
  const metadata = new Map<string, string>();
  for (const [name, entry] of Object.entries(parseHeader(bytes.subarray(LENGTH_BYTES, base)))) {
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry ?? {}))
        if (typeof value === 'string') metadata.set(key, value);
      continue;
    }
    if (!isEntry(entry)) throw new FormatError(`The safetensors header describes ${shown(name)} wrongly.`);
    tensors.set(name, placeTensor(name, entry, base, size));
  }
  const placed = [...tensors].map(([name, entry]) => ({ name, ...entry }));
  let free = 0;
  for (const { name, from, to } of placed.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < free)
      throw new FormatError(`Tensor ${shown(name)} shares bytes with another: the file is damaged.`);
    free = to;
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new FormatError('The safetensors header is not JSON: the file is damaged or of another kind.');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new FormatError('The safetensors header is no object.');
  return header as Record<string, unknown>;
}

function placeTensor(name: string, entry: HeaderEntry, base: number, size: number): TensorEntry {
  const { dtype, shape } = entry;
  if (!isDtype(dtype))
    throw new FormatError(
      `Tensor ${shown(name)} has dtype ${shown(dtype)}; ${Object.keys(DTYPE_BYTES).join(', ')} can be read.`,
    );
  const needed = countOf(shape, name) * DTYPE_BYTES[dtype];
  const [from, to] = entry.data_offsets;
  if (to - from !== needed || base + to > size) {
    throw new FormatError(
      `Tensor ${shown(name)} [${shape.join(', ')}] needs ${needed} bytes; the file has ${Math.max(0, Math.min(to, size - base) - from)}.`,
    );
  }
  return { dtype, shape, from: base + from, to: base + to };
}

/**
 * Reads the header of a file in memory.
 * @throws FormatError as readSafetensorsHeader.
 */
export function openSafetensors(buffer: ArrayBuffer): SafetensorsFile {
  const { tensors, metadata } = readSafetensorsHeader(new Uint8Array(buffer), buffer.byteLength);
  return {
    metadata,
    tensors: new Map(
      [...tensors].map(([name, { dtype, shape, from, to }]) => [
        name,
        { shape, read: () => toFloat32(dtype, new Uint8Array(buffer, from, to - from)) },
      ]),
    ),
  };
}

/**
 * Reads every tensor as float32.
 * @throws FormatError as openSafetensors.
 */
export function readSafetensors(buffer: ArrayBuffer): Map<string, Tensor> {
  return new Map(
    [...openSafetensors(buffer).tensors].map(([name, tensor]) => [
      name,
      { shape: [...tensor.shape], data: tensor.read() },
    ]),
  );
}

/** Writes tensors in the order given, as float32 or float16 (round to nearest even), with words by name beside them. */
export function writeSafetensors(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>,
  dtype: 'F32' | 'F16' = 'F32',
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: [string, HeaderEntry | Readonly<Record<string, string>>][] = [];
  if (metadata) header.push(['__metadata__', metadata]);
  let size = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const bytes = data.length * DTYPE_BYTES[dtype];
    header.push([name, { dtype, shape: [...shape], data_offsets: [size, size + bytes] }]);
    size += bytes;
  }
  let text = JSON.stringify(Object.fromEntries(header));
  text += ' '.repeat((8 - (new TextEncoder().encode(text).length % 8)) % 8);
  const head = new TextEncoder().encode(text);
  const out = new Uint8Array(8 + head.length + size);
  new DataView(out.buffer).setBigUint64(0, BigInt(head.length), true);
  out.set(head, 8);
  let at = 8 + head.length;
  for (const { data } of Object.values(tensors)) {
    const values = dtype === 'F32' ? data.slice() : Uint16Array.from(data, floatToF16);
    out.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  return out;
}
