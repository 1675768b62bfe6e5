/**
 * What is checked of a parquet file before hyparquet reads it: it allocates what a file claims, and a file may claim anything. Thrift's
 * compact protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import type { PageHeader } from 'hyparquet/src/types.js';
import { FormatError } from '../../base/errors.ts';

/** Values of one page, and bytes that it unpacks to. Writers stop at about 1 MB. */
const MAX_VALUES = 2 ** 23;
const MAX_PAGE = 2 ** 28;
const MAX_DEPTH = 16;

export function damagedParquet(what: string): FormatError {
  return new FormatError(`The parquet file is damaged, cut or of a kind that cannot be read: ${what}.`);
}

/**
 * Walks over one Thrift struct and returns where it ends.
 * @throws FormatError where it is cut, is nested deeply, or claims lists or words longer than the bytes that are left.
 */
export function checkThrift(view: DataView, start: number): number {
  let at = start;
  const byte = () => {
    if (at >= view.byteLength) throw damagedParquet('its description is cut');
    return view.getUint8(at++);
  };
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const read = byte();
      value += (read & 0x7f) * 2 ** shift;
      if (read < 0x80) return value;
    }
    throw damagedParquet('a number of its description has no end');
  };
  const skip = (count: number) => {
    if (!(count <= view.byteLength - at)) throw damagedParquet('its description claims more than it holds');
    at += count;
  };
  const list = (depth: number) => {
    const head = byte();
    const size = head >> 4 === 15 ? varint() : head >> 4;
    // Every element has at least one byte.
    if (size > view.byteLength - at) throw damagedParquet(`its description claims a list of ${size}`);
    const type = head & 15;
    for (let i = 0; i < size; i++) {
      if (type === 1 || type === 2) byte();
      else element(type, depth);
    }
  };
  const element = (type: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw damagedParquet('its description is nested too deeply');
    if (type === 1 || type === 2) return;
    if (type === 3) byte();
    else if (type >= 4 && type <= 6) varint();
    else if (type === 7) skip(8);
    else if (type === 8) skip(varint());
    else if (type === 9) list(depth + 1);
    else if (type === 12) struct(depth + 1);
    else throw damagedParquet(`its description has a field of type ${type}`);
  };
  const struct = (depth: number): void => {
    for (;;) {
      const head = byte();
      if ((head & 15) === 0) return;
      if (head >> 4 === 0) varint();
      element(head & 15, depth);
    }
  };
  struct(0);
  return at;
}

/** @throws FormatError where a page claims more than `room` packed bytes, or more than is ever written. */
export function checkPage(header: PageHeader, room: number): void {
  const { compressed_page_size: packed, uncompressed_page_size: size } = header;
  const counts = [
    header.data_page_header?.num_values,
    header.data_page_header_v2?.num_values,
    header.data_page_header_v2?.num_rows,
    header.data_page_header_v2?.num_nulls,
    header.data_page_header_v2?.definition_levels_byte_length,
    header.data_page_header_v2?.repetition_levels_byte_length,
    header.dictionary_page_header?.num_values,
  ];
  if (!(packed >= 0 && packed <= room)) throw damagedParquet(`a page claims ${packed} bytes of ${room}`);
  if (!(size >= 0 && size <= MAX_PAGE)) throw damagedParquet(`a page claims to unpack to ${size} bytes`);
  for (const count of counts)
    if (count !== undefined && !(count >= 0 && count <= MAX_VALUES))
      throw damagedParquet(`a page claims ${count} values`);
}

const ZSTD_BLOCK = 2 ** 17;

/**
 * Walks over the frames and blocks of Zstandard (RFC 8878, section 3.1.1), because fzstd unpacks without a bound.
 * @throws FormatError where they may unpack to more than a page of `size` bytes has, by more than their last blocks.
 */
export function checkZstd(bytes: Uint8Array, size: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (count: number) => {
    if (at + count > bytes.length) throw damagedParquet('a page is cut');
  };
  let [at, exact, most] = [0, 0, 0];
  while (at < bytes.length) {
    need(6);
    const magic = view.getUint32(at, true);
    if (magic >>> 4 === 0x184d2a5) {
      need(8);
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== 0xfd2fb528) throw damagedParquet('a page is not packed as it says');
    const descriptor = bytes[at + 4]!;
    const isSingle = (descriptor & 32) !== 0;
    if (!isSingle && bytes[at + 5]! >> 3 > 17) throw damagedParquet('a page claims a huge window');
    at += 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
    const width = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    need(width);
    const claimed =
      width === 8 ? Number(view.getBigUint64(at, true)) : width === 4 ? view.getUint32(at, true) : 0;
    if (claimed > size) throw damagedParquet(`a page claims to unpack to ${claimed} bytes`);
    at += width;
    for (let isLast = false; !isLast;) {
      need(3);
      const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      const [type, length] = [(block >> 1) & 3, block >> 3];
      isLast = (block & 1) === 1;
      at += 3 + (type === 1 ? 1 : length);
      if (type < 2) exact += length;
      most += type < 2 ? length : ZSTD_BLOCK;
      if (exact > size || most > MAX_PAGE) throw damagedParquet('a page unpacks to more than it claims');
    }
    if ((descriptor & 4) !== 0) at += 4;
  }
}
