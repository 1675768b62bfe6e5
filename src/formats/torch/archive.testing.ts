/** Checkpoints put together by hand, right and wrong ones. */
import { zipSync, type Zippable } from 'fflate';

/** Text, a byte, or bytes. */
export type Piece = string | number | readonly number[];

/** Bytes of a pickle: strings are opcodes or text as they are, numbers are bytes. */
export function bytesOf(...parts: Piece[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'string') return [...new TextEncoder().encode(part)];
      return typeof part === 'number' ? [part] : [...part];
    }),
  );
}

const int32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

/** Pieces of pickles of protocol 2. */
export const PK = {
  start: [0x80, 2],
  text: (value: string) => [
    0x58,
    ...int32(new TextEncoder().encode(value).length),
    ...new TextEncoder().encode(value),
  ],
  int: (value: number) => [0x4a, ...int32(value)],
  global: (module: string, name: string) => [...bytesOf(`c${module}\n${name}\n`)],
  /** collections.OrderedDict() */
  dict: [...bytesOf('ccollections\nOrderedDict\n)R')],
  tuple: (...items: readonly (readonly number[])[]) => [0x28, ...items.flat(), 0x74],
} as const;

export interface HandTensor {
  storage: string;
  key: string;
  numel: number;
  offset?: number;
  size: readonly number[];
  stride: readonly number[];
}

/** The call that rebuilds a tensor. */
export function tensorOf({ storage, key, numel, offset = 0, size, stride }: HandTensor): number[] {
  const id = PK.tuple(
    PK.text('storage'),
    PK.global('torch', storage),
    PK.text(key),
    PK.text('cpu'),
    PK.int(numel),
  );
  const args = PK.tuple(
    [...id, 0x51],
    PK.int(offset),
    PK.tuple(...size.map(PK.int)),
    PK.tuple(...stride.map(PK.int)),
    [0x89],
    PK.dict,
  );
  return [...PK.global('torch._utils', '_rebuild_tensor_v2'), ...args, 0x52];
}

/** A dict of values as they lie in a pickle. */
export function dictOf(entries: Readonly<Record<string, readonly number[]>>): number[] {
  const items = Object.entries(entries).flatMap(([name, value]) => [...PK.text(name), ...value]);
  return [...PK.dict, 0x28, ...items, 0x75];
}

/** The archive of a pickle and its storages. */
export function archiveOf(
  pickle: readonly number[],
  storages: Readonly<Record<string, Uint8Array>> = {},
  others: Zippable = {},
): Uint8Array<ArrayBuffer> {
  const data = Object.entries(storages).map(([key, bytes]) => [`best/data/${key}`, bytes] as const);
  return zipSync(
    {
      'best/data.pkl': bytesOf(PK.start, pickle, '.'),
      ...Object.fromEntries(data),
      'best/version': bytesOf('3\n'),
      ...others,
    },
    { level: 0 },
  );
}

/** The bytes of numbers as a little-endian machine keeps them. */
export function raw(values: Float32Array | Float64Array | Uint16Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
