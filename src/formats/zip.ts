/**
 * Reads zip archives (PKWARE APPNOTE 6.3.10, zip64 too). fflate inflates; the directory is read here, because its own reader
 * neither checks sums and bounds nor stops an entry that grows beyond its claim.
 */
import { Inflate } from 'fflate';
import { FormatError } from '../base/errors.ts';
import { shown } from './tensors.ts';

export interface ZipEntry {
  /** As the archive spells it. It is a name and never a place: nothing is written anywhere. */
  name: string;
  /** Bytes when unpacked, as the directory claims. */
  size: number;
  /** The unpacked bytes; a view of the archive where they are stored. @throws FormatError where damaged, locked or a bomb. */
  read(): Uint8Array;
}

/** An entry as the archive's directory describes it. */
export interface ZipRecord {
  name: string;
  flags: number;
  method: number;
  crc: number;
  /** Bytes in the archive, and when unpacked, as claimed. */
  packed: number;
  size: number;
  /** Where its local header begins. */
  header: number;
}

/** Where an archive's directory lies, and how many entries it lists. */
export interface ZipDirectory {
  count: number;
  start: number;
  end: number;
}

const MAX_ENTRIES = 20_000;
/** Deflate cannot shrink further than 1:1032. */
export const MAX_RATIO = 1032;
export const STORED = 0;
export const DEFLATED = 8;
/** Bytes handed to the inflater at a time: it cannot answer with more than 4 MiB before it is stopped. */
export const STEP_BYTES = 4096;
/** The directory's end lies in the last bytes of an archive: a comment and three fixed records, with room to spare. */
export const TAIL_BYTES = 0x10000 + 256;
/** Bytes of an entry's local header in front of its name. */
export const LOCAL_HEADER_BYTES = 30;

/** Whether a file starts as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The files of an archive, folders left out. Nothing is unpacked before it is read.
 * @throws FormatError when it is no zip, is cut, has more than 20,000 entries, or has entries that overlap.
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view);
  return listRecords(bytes.subarray(directory.start, directory.end), directory).map((record) => ({
    name: record.name,
    size: record.size,
    read: () => unpack(bytes, view, record, directory),
  }));
}

/**
 * The files that an archive's directory lists, folders left out. `bytes` are the directory's own.
 * @throws FormatError when it is cut, has more than 20,000 entries, or has entries that overlap or lie outside.
 */
export function listRecords(bytes: Uint8Array, { count, start }: ZipDirectory): ZipRecord[] {
  if (count > MAX_ENTRIES)
    throw new FormatError(`The zip archive has ${count} entries; ${MAX_ENTRIES} can be read.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: ZipRecord[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      throw damaged(`entry ${i} of its directory is cut`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => view.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameBytes + extraBytes + commentBytes;
    if (next > bytes.length) throw damaged(`entry ${i} of its directory is cut`);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    records.push(readRecord(view, at, name, at + 46 + nameBytes, extraBytes));
    at = next;
  }
  checkPlaces(records, start);
  return records.filter(({ name }) => !name.endsWith('/'));
}

export function damaged(what: string): FormatError {
  return new FormatError(`The zip archive is damaged or cut: ${what}. Download or save it again.`);
}

/** A 64-bit number as a double; beyond 2^53 no file is that long. */
function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/**
 * Where the central directory lies in the archive. `view` is its last bytes, at least TAIL_BYTES where it has that many;
 * `base` is where they begin.
 * @throws FormatError
 */
export function findDirectory(view: DataView, base = 0): ZipDirectory {
  const length = view.byteLength;
  for (let at = length - 22; at >= Math.max(0, length - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + 22 + view.getUint16(at + 20, true) !== length)
      continue;
    let count = view.getUint16(at + 10, true);
    let size = view.getUint32(at + 12, true);
    let start = view.getUint32(at + 16, true);
    let last = at;
    if (at >= 20 && view.getUint32(at - 20, true) === 0x07064b50) {
      const wide = uint64(view, at - 12) - base;
      if (!(wide >= 0 && wide + 56 <= at) || view.getUint32(wide, true) !== 0x06064b50)
        throw damaged('its 64-bit end is missing');
      [count, size, start] = [32, 40, 48].map((o) => uint64(view, wide + o)) as [number, number, number];
      last = wide;
    }
    if (!(start + size <= base + last)) throw damaged('its directory lies outside the file');
    return { count, start, end: start + size };
  }
  throw damaged('it has no directory');
}

function readRecord(view: DataView, at: number, name: string, extra: number, extraBytes: number): ZipRecord {
  const sizes = [24, 20, 42].map((o) => view.getUint32(at + o, true)); // unpacked, packed, place of the header
  for (let from = extra; from + 4 <= extra + extraBytes;) {
    const bytes = view.getUint16(from + 2, true);
    if (view.getUint16(from, true) === 1) {
      // zip64: those that read 0xffffffff above, in this order.
      let wide = from + 4;
      sizes.forEach((size, k) => {
        if (size !== 0xffffffff) return;
        if (wide + 8 > Math.min(from + 4 + bytes, extra + extraBytes))
          throw damaged(`${shown(name)} has no 64-bit size`);
        sizes[k] = uint64(view, wide);
        wide += 8;
      });
      break;
    }
    from += 4 + bytes;
  }
  const [size, packed, header] = sizes as [number, number, number];
  return {
    name,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed,
    size,
    header,
  };
}

/** Entries that share bytes unpack to any size: none may begin before the one in front of it ends. */
function checkPlaces(records: readonly ZipRecord[], directory: number): void {
  let free = 0;
  for (const { name, header, packed } of [...records].sort((a, b) => a.header - b.header)) {
    if (header < free) throw damaged(`${shown(name)} overlaps another entry`);
    free = header + LOCAL_HEADER_BYTES + packed;
    if (!(free <= directory)) throw damaged(`${shown(name)} ends beyond the file`);
  }
}

/**
 * Where an entry's packed bytes begin; `header` is its local header. Checks what can be known before unpacking.
 * @throws FormatError where the entry is not there, locked, packed in another way, or claims more than deflate can give.
 */
export function placeOf(header: DataView, record: ZipRecord, directory: ZipDirectory): number {
  const { name, packed, size, method } = record;
  if (header.byteLength < LOCAL_HEADER_BYTES || header.getUint32(0, true) !== 0x04034b50)
    throw damaged(`${shown(name)} is not where the directory says`);
  const from = record.header + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  if (from + packed > directory.start) throw damaged(`${shown(name)} ends beyond the file`);
  if (record.flags & 1)
    throw new FormatError(`${shown(name)} is locked by a password: unpack the archive first.`);
  if (method !== STORED && method !== DEFLATED)
    throw new FormatError(`${shown(name)} is packed by method ${method}: pack the archive with deflate.`);
  if (method === STORED && packed !== size)
    throw damaged(`${shown(name)} has ${packed} bytes, its directory says ${size}`);
  if (size > packed * MAX_RATIO) throw damaged(`${shown(name)} claims to unpack ${packed} bytes to ${size}`);
  return from;
}

function unpack(bytes: Uint8Array, view: DataView, record: ZipRecord, directory: ZipDirectory): Uint8Array {
  const { header, packed, size } = record;
  const room = Math.max(0, Math.min(LOCAL_HEADER_BYTES, bytes.length - header));
  const from = placeOf(new DataView(view.buffer, view.byteOffset + header, room), record, directory);
  const data = bytes.subarray(from, from + packed);
  const unpacker = new Unpacker(record);
  if (record.method === STORED) {
    unpacker.check(data);
    unpacker.finish();
    return data;
  }
  const out = new Uint8Array(size);
  let filled = 0;
  for (let at = 0; at < data.length; at += STEP_BYTES) {
    for (const chunk of unpacker.push(data.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= data.length)) {
      out.set(chunk, filled);
      filled += chunk.length;
    }
  }
  unpacker.finish();
  return out;
}

/** Unpacks one entry piece by piece, and holds it to the size and checksum that its directory claims. */
export class Unpacker {
  private readonly record: ZipRecord;
  private readonly inflater: Inflate;
  private chunks: Uint8Array[] = [];
  private filled = 0;
  private crc = 0;

  constructor(record: ZipRecord) {
    this.record = record;
    this.inflater = new Inflate((chunk) => {
      this.check(chunk);
      this.chunks.push(chunk);
    });
  }

  get isStored(): boolean {
    return this.record.method === STORED;
  }

  /** Counts unpacked bytes. @throws FormatError beyond the claimed size. */
  check(chunk: Uint8Array): void {
    const { name, size } = this.record;
    this.filled += chunk.length;
    if (this.filled > size) throw damaged(`${shown(name)} unpacks to more than the ${size} bytes it claims`);
    this.crc = crc32(chunk, this.crc);
  }

  /** What the next packed bytes, at most STEP_BYTES, unpack to. @throws FormatError */
  push(packed: Uint8Array, isLast: boolean): Uint8Array[] {
    this.chunks = [];
    try {
      this.inflater.push(packed, isLast);
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw damaged(`${shown(this.record.name)} cannot be unpacked`);
    }
    return this.chunks;
  }

  /** @throws FormatError where bytes are missing or changed. */
  finish(): void {
    const { name, size, crc } = this.record;
    if (this.filled !== size)
      throw damaged(`${shown(name)} unpacks to ${this.filled} bytes, its directory says ${size}`);
    if (this.crc !== crc) throw damaged(`the checksum of ${shown(name)} does not fit its bytes`);
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of ISO 3309, the checksum of zip; of parts one after the other, with the sum of those before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
