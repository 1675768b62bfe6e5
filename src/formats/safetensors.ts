/** safetensors: an 8-byte header length, a JSON header, raw little-endian data (huggingface/safetensors, format 1). */
import { FormatError } from '../base/errors.ts';
import { bf16ToFloat, f16ToFloat, floatToF16 } from './float16.ts';

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

const BYTES: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };
const MAX_HEADER_BYTES = 100_000_000;

function isEntry(value: unknown): value is HeaderEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<HeaderEntry>;
  const whole = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  return (
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    shape.every(whole) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(whole)
  );
}

/**
 * Reads every F32, F16 and BF16 tensor as float32.
 * @throws FormatError when the file is truncated, its header is no JSON or lies about sizes, or a dtype is unknown.
 */
export function readSafetensors(buffer: ArrayBuffer): Map<string, Tensor> {
  if (buffer.byteLength < 8)
    throw new FormatError(`A safetensors file has at least 8 bytes, this has ${buffer.byteLength}.`);
  const view = new DataView(buffer);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > buffer.byteLength) {
    throw new FormatError(
      `The safetensors header claims ${headerBytes} bytes of a file of ${buffer.byteLength}: it is cut or no safetensors file.`,
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(buffer, 8, headerBytes)),
    );
  } catch {
    throw new FormatError('The safetensors header is not JSON: the file is damaged or of another kind.');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new FormatError('The safetensors header is no object.');
  const out = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!isEntry(entry)) throw new FormatError(`The safetensors header describes "${name}" wrongly.`);
    out.set(name, readTensor(buffer, 8 + headerBytes, name, entry));
  }
  return out;
}

function readTensor(buffer: ArrayBuffer, base: number, name: string, entry: HeaderEntry): Tensor {
  const width = BYTES[entry.dtype];
  if (width === undefined)
    throw new FormatError(`Tensor "${name}" has dtype ${entry.dtype}; F32, F16 and BF16 can be read.`);
  const count = entry.shape.reduce((product, size) => product * size, 1);
  const [from, to] = entry.data_offsets;
  if (to - from !== count * width || base + to > buffer.byteLength) {
    throw new FormatError(
      `Tensor "${name}" [${entry.shape.join(', ')}] needs ${count * width} bytes; the file has ${Math.max(0, Math.min(to, buffer.byteLength - base) - from)}.`,
    );
  }
  const bytes = buffer.slice(base + from, base + to);
  if (entry.dtype === 'F32') return { shape: entry.shape, data: new Float32Array(bytes) };
  const convert = entry.dtype === 'F16' ? f16ToFloat : bf16ToFloat;
  return { shape: entry.shape, data: Float32Array.from(new Uint16Array(bytes), convert) };
}

/** Writes tensors in the order given, as float32 or float16 (round to nearest even). */
export function writeSafetensors(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>,
  dtype: 'F32' | 'F16' = 'F32',
): Uint8Array<ArrayBuffer> {
  const header: Record<string, HeaderEntry> = {};
  let size = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const bytes = data.length * BYTES[dtype]!;
    header[name] = { dtype, shape: [...shape], data_offsets: [size, size + bytes] };
    size += bytes;
  }
  let text = JSON.stringify(header);
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
