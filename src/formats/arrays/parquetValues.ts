/**
 * The values of one unpacked parquet page. Runs are read here, because hyparquet's reader writes as many values as a run claims; its
 * readers of plain and delta values are called once what they allocate is known to be bounded
 * (https://github.com/apache/parquet-format/blob/master/Encodings.md).
 */
import { convert } from 'hyparquet/src/convert.js';
import { deltaBinaryUnpack, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import type { ColumnDecoder, DecodedArray, Encoding } from 'hyparquet/src/types.js';
import { damagedParquet } from './parquetGuard.ts';

/** Bytes that are read from the front. */
export interface Cursor {
  view: DataView;
  offset: number;
}

export function cursorOf(bytes: Uint8Array): Cursor {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    if (cursor.offset >= cursor.view.byteLength) throw damagedParquet('a run of a page is cut');
    const byte = cursor.view.getUint8(cursor.offset++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw damagedParquet('a run of a page has no end');
}

/**
 * `count` whole numbers of `width` bits in runs: one value repeated, or values packed bit by bit from the lowest.
 * @throws FormatError where the page is cut or has other numbers of values
 */
export function readRuns(cursor: Cursor, width: number, count: number): Uint32Array {
  if (width > 32) throw damagedParquet(`its runs have ${width} bits a value`);
  const out = new Uint32Array(count);
  const { view } = cursor;
  for (let filled = 0; filled < count;) {
    const head = varint(cursor);
    const bytes = Math.ceil(width / 8);
    if (head % 2 === 0) {
      const n = Math.min(head / 2, count - filled);
      if (n === 0) throw damagedParquet('a run of a page is empty');
      if (cursor.offset + bytes > view.byteLength) throw damagedParquet('a run of a page is cut');
      let value = 0;
      for (let i = 0; i < bytes; i++) value += view.getUint8(cursor.offset++) * 2 ** (8 * i);
      out.fill(value, filled, filled + n);
      filled += n;
    } else {
      // Groups of 8 values, of `width` bytes each; the last may be cut short behind the last value.
      const nBytes = Math.min(((head - 1) / 2) * width, Math.ceil(((count - filled) * width) / 8));
      const n = Math.min(((head - 1) / 2) * 8, count - filled);
      if (n === 0) throw damagedParquet('a run of a page is empty');
      if (cursor.offset + nBytes > view.byteLength) throw damagedParquet('a run of a page is cut');
      let [bits, held, at] = [0, 0, cursor.offset];
      for (let i = 0; i < n; i++) {
        while (held < width) {
          bits += view.getUint8(at++) * 2 ** held;
          held += 8;
        }
        out[filled++] = bits % 2 ** width;
        bits = Math.floor(bits / 2 ** width);
        held -= width;
      }
      cursor.offset += ((head - 1) / 2) * width;
    }
  }
  return out;
}

/** Levels of a page: `length` bytes of runs, told by the 4 bytes before them where it is left out. Empty where the most is 0. */
export function readLevels(cursor: Cursor, most: number, count: number, length?: number): Uint32Array {
  if (most === 0) {
    cursor.offset += length ?? 0;
    return new Uint32Array();
  }
  if (length === undefined && cursor.offset + 4 > cursor.view.byteLength)
    throw damagedParquet('the levels of a page are cut');
  const bytes = length ?? cursor.view.getUint32(cursor.offset, true);
  const start = cursor.offset + (length === undefined ? 4 : 0);
  if (start + bytes > cursor.view.byteLength) throw damagedParquet('the levels of a page are cut');
  const within = { view: new DataView(cursor.view.buffer, cursor.view.byteOffset + start, bytes), offset: 0 };
  cursor.offset = start + bytes;
  return readRuns(within, 32 - Math.clz32(most), count);
}

/** Values a block and blocks of a delta encoding, at most; writers use 128 and 4. */
const MAX_BLOCK = 2 ** 16;

/** @throws FormatError where a delta encoding begins with sizes that nobody writes. */
function checkDelta({ view, offset }: Cursor): void {
  const ahead = { view, offset };
  const [block, parts] = [varint(ahead), varint(ahead)];
  if (!(block > 0 && block <= MAX_BLOCK && parts > 0 && parts <= block))
    throw damagedParquet('its deltas come in blocks of an unknown size');
}

/**
 * `count` values that are there. @throws FormatError where the encoding is unknown or the page too short; and what hyparquet throws.
 */
export function readValues(
  cursor: Cursor,
  count: number,
  encoding: Encoding,
  dictionary: DecodedArray | undefined,
  decoder: ColumnDecoder,
): DecodedArray {
  if (encoding !== 'PLAIN_DICTIONARY' && encoding !== 'RLE_DICTIONARY')
    return convert(rawValues(cursor, count, encoding, decoder), decoder);
  if (count === 0) return [];
  if (!dictionary || cursor.offset >= cursor.view.byteLength)
    throw damagedParquet('a page is too short for its values');
  const indices = readRuns(cursor, cursor.view.getUint8(cursor.offset++), count);
  return Array.from(indices, (index): unknown => dictionary[index]);
}

function rawValues(cursor: Cursor, count: number, encoding: Encoding, decoder: ColumnDecoder): DecodedArray {
  const { type, element } = decoder;
  const room = cursor.view.byteLength - cursor.offset;
  if (count === 0) return [];
  switch (encoding) {
    case 'PLAIN':
      // Every value has at least a bit.
      if (count > 8 * room) throw damagedParquet('a page is too short for its values');
      return readPlain(cursor, type, count, element.type_length);
    case 'RLE': {
      cursor.offset += 4;
      return Array.from(readRuns(cursor, 1, count), (value) => value !== 0);
    }
    case 'BYTE_STREAM_SPLIT': {
      const widths: Partial<Record<ColumnDecoder['type'], number>> = {
        FLOAT: 4,
        INT32: 4,
        DOUBLE: 8,
        INT64: 8,
      };
      if (count * (widths[type] ?? element.type_length ?? Infinity) > room)
        throw damagedParquet('a page is too short for its values');
      return byteStreamSplit(cursor, count, type, element.type_length);
    }
    case 'DELTA_BINARY_PACKED': {
      checkDelta(cursor);
      const out = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
      deltaBinaryUnpack(cursor, count, out);
      return out;
    }
    case 'DELTA_LENGTH_BYTE_ARRAY': {
      checkDelta(cursor);
      const out: Uint8Array[] = [];
      deltaLengthByteArray(cursor, count, out);
      return out;
    }
    default:
      throw damagedParquet(`its values are encoded as ${encoding}; write the column with another encoding`);
  }
}
