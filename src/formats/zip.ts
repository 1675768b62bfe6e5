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

interface Listed {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  header: number;
}

const MAX_ENTRIES = 20_000;
/** Deflate cannot shrink further than 1:1032. */
const MAX_RATIO = 1032;
const STORED = 0;
const DEFLATED = 8;
/** Bytes handed to the inflater at a time: it cannot answer with more than 4 MiB before it is stopped. */
const STEP = 4096;

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
  const { count, start, end } = findDirectory(view);
  if (count > MAX_ENTRIES)
    throw new FormatError(`The zip archive has ${count} entries; ${MAX_ENTRIES} can be read.`);
  const records: Listed[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
      throw damaged(`entry ${i} of its directory is cut`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => view.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameBytes + extraBytes + commentBytes;
    if (next > end) throw damaged(`entry ${i} of its directory is cut`);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    records.push(readRecord(view, at, name, at + 46 + nameBytes, extraBytes));
    at = next;
  }
  checkPlaces(records, start);
  return records
    .filter(({ name }) => !name.endsWith('/'))
    .map((record) => ({
      name: record.name,
      size: record.size,
      read: () => unpack(bytes, view, record, start),
    }));
}

function damaged(what: string): FormatError {
  return new FormatError(`The zip archive is damaged or cut: ${what}. Download or save it again.`);
}

/** A 64-bit number as a double; beyond 2^53 no file is that long. */
function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/** Entries, start and end of the central directory. */
function findDirectory(view: DataView): { count: number; start: number; end: number } {
  const length = view.byteLength;
  for (let at = length - 22; at >= Math.max(0, length - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + 22 + view.getUint16(at + 20, true) !== length)
      continue;
    let count = view.getUint16(at + 10, true);
    let size = view.getUint32(at + 12, true);
    let start = view.getUint32(at + 16, true);
    let last = at;
    if (at >= 20 && view.getUint32(at - 20, true) === 0x07064b50) {
      const wide = uint64(view, at - 12);
      if (!(wide + 56 <= at) || view.getUint32(wide, true) !== 0x06064b50)
        throw damaged('its 64-bit end is missing');
      [count, size, start] = [32, 40, 48].map((o) => uint64(view, wide + o)) as [number, number, number];
      last = wide;
    }
    if (!(start + size <= last)) throw damaged('its directory lies outside the file');
    return { count, start, end: start + size };
  }
  throw damaged('it has no directory');
}

function readRecord(view: DataView, at: number, name: string, extra: number, extraBytes: number): Listed {
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
function checkPlaces(records: readonly Listed[], directory: number): void {
  let free = 0;
  for (const { name, header, packed } of [...records].sort((a, b) => a.header - b.header)) {
    if (header < free) throw damaged(`${shown(name)} overlaps another entry`);
    free = header + 30 + packed;
    if (!(free <= directory)) throw damaged(`${shown(name)} ends beyond the file`);
  }
}

function unpack(bytes: Uint8Array, view: DataView, record: Listed, directory: number): Uint8Array {
  const { name, header, packed, size, method } = record;
  if (view.getUint32(header, true) !== 0x04034b50)
    throw damaged(`${shown(name)} is not where the directory says`);
  const from = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (from + packed > directory) throw damaged(`${shown(name)} ends beyond the file`);
  if (record.flags & 1)
    throw new FormatError(`${shown(name)} is locked by a password: unpack the archive first.`);
  const data = bytes.subarray(from, from + packed);
  let out: Uint8Array;
  if (method === STORED) {
    if (packed !== size) throw damaged(`${shown(name)} has ${packed} bytes, its directory says ${size}`);
    out = data;
  } else if (method === DEFLATED) out = inflate(data, name, size);
  else throw new FormatError(`${shown(name)} is packed by method ${method}: pack the archive with deflate.`);
  if (crc32(out) !== record.crc) throw damaged(`the checksum of ${shown(name)} does not fit its bytes`);
  return out;
}

function inflate(data: Uint8Array, name: string, size: number): Uint8Array {
  if (size > data.length * MAX_RATIO)
    throw damaged(`${shown(name)} claims to unpack ${data.length} bytes to ${size}`);
  const out = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((chunk) => {
    if (filled + chunk.length > size)
      throw damaged(`${shown(name)} unpacks to more than the ${size} bytes it claims`);
    out.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let at = 0; at < data.length; at += STEP)
      stream.push(data.subarray(at, at + STEP), at + STEP >= data.length);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw damaged(`${shown(name)} cannot be unpacked`);
  }
  if (filled !== size) throw damaged(`${shown(name)} unpacks to ${filled} bytes, its directory says ${size}`);
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of ISO 3309, the checksum of zip. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
