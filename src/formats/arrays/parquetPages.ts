/** The pages of one parquet column, one after the other: never more than a page of it is in memory. */
import type { ColumnMetaData, RowGroup } from 'hyparquet';
import { compressors as codecs } from 'hyparquet-compressors';
import { parquetHeader } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import type {
  ColumnDecoder,
  Compressors,
  DecodedArray,
  Encoding,
  PageHeader,
  SchemaTree,
} from 'hyparquet/src/types.js';
import { LabError, messageOf } from '../../base/errors.ts';
import type { ByteSource } from './byteSource.ts';
import { checkPage, checkThrift, checkZstd, damagedParquet } from './parquetGuard.ts';
import { cursorOf, readLevels, readValues, type Cursor } from './parquetValues.ts';

/** A page's values; where a level list is empty, every value is there, or begins a row. */
export interface Page {
  /** Values that are there. */
  values: DecodedArray;
  definition: Uint32Array;
  repetition: Uint32Array;
}

const COMPRESSORS: Compressors = codecs;
/** A page's header has a few hundred bytes, unless it tells statistics of long values. */
const HEADER = 2 ** 16;

/** @throws FormatError of whatever goes wrong in the library: it only ever reads a file. */
export async function refused<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    throw error instanceof LabError ? error : damagedParquet(messageOf(error));
  }
}

/** Where a column's pages lie in a row group. @throws FormatError */
function chunkOf({ columns }: RowGroup, path: readonly string[]): ColumnMetaData {
  const key = JSON.stringify(path);
  const found = columns.find(({ meta_data: meta }) => JSON.stringify(meta?.path_in_schema) === key);
  if (!found?.meta_data) throw damagedParquet(`a row group lacks the column ${path[0] ?? ''}`);
  if (found.file_path) throw damagedParquet('its columns lie in files of their own');
  return found.meta_data;
}

/** Goes through a column's pages in one row group. @throws FormatError */
export async function* pagesOf(
  source: ByteSource,
  group: RowGroup,
  schemaPath: SchemaTree[],
): AsyncGenerator<Page, void, undefined> {
  const leaf = schemaPath.at(-1)!;
  const meta = chunkOf(group, leaf.path);
  const begin = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = begin + Number(meta.total_compressed_size);
  if (!(begin >= 4 && end <= source.size)) throw damagedParquet(`its column ${leaf.path[0]} lies outside`);
  const decoder: ColumnDecoder = {
    pathInSchema: leaf.path,
    type: meta.type,
    element: leaf.element,
    schemaPath,
    codec: meta.codec,
    parsers: DEFAULT_PARSERS,
    compressors: COMPRESSORS,
    utf8: true,
  };
  const levels: Levels = {
    definition: schemaPath.slice(1).filter(({ element }) => element.repetition_type !== 'REQUIRED').length,
    repetition: schemaPath.filter(({ element }) => element.repetition_type === 'REPEATED').length,
  };
  let dictionary: DecodedArray | undefined;
  let left = Number(meta.num_values);
  for (let at = begin; at < end && left > 0;) {
    const head = await source.read(at, Math.min(end, at + HEADER));
    const reader = { view: new DataView(head.buffer), offset: 0 };
    checkThrift(reader.view, 0);
    const header = parquetHeader(reader);
    at += reader.offset;
    checkPage(header, end - at);
    const bytes = await source.read(at, at + header.compressed_page_size);
    at += header.compressed_page_size;
    if (header.type === 'DICTIONARY_PAGE') {
      const count = header.dictionary_page_header?.num_values ?? 0;
      const page = cursorOf(unpack(bytes, header.uncompressed_page_size, meta.codec));
      if (count > 8 * page.view.byteLength) throw damagedParquet('a page is too short for its values');
      dictionary = convert(readPlain(page, meta.type, count, leaf.element.type_length), decoder);
    } else {
      const page = header.data_page_header
        ? openPage(bytes, header, levels, meta)
        : openPage2(bytes, header, levels, meta);
      left -= page.count;
      const nThere = page.definition.length === 0 ? page.count : countOf(page.definition, levels.definition);
      const values = readValues(page.cursor, nThere, page.encoding, dictionary, decoder);
      yield { values, definition: page.definition, repetition: page.repetition };
    }
  }
}

interface Levels {
  definition: number;
  repetition: number;
}

interface OpenPage extends Omit<Page, 'values'> {
  count: number;
  encoding: Encoding;
  cursor: Cursor;
}

function countOf(levels: Uint32Array, level: number): number {
  let count = 0;
  for (const one of levels) if (one === level) count++;
  return count;
}

/** A page's bytes unpacked: as many as its header claims. @throws FormatError, and what the unpacker throws */
function unpack(bytes: Uint8Array, size: number, codec: ColumnMetaData['codec']): Uint8Array {
  if (codec === 'ZSTD') checkZstd(bytes, size);
  return decompressPage(bytes, size, codec, COMPRESSORS);
}

function openPage(bytes: Uint8Array, header: PageHeader, most: Levels, meta: ColumnMetaData): OpenPage {
  const { num_values: count, encoding } = header.data_page_header!;
  const cursor = cursorOf(unpack(bytes, header.uncompressed_page_size, meta.codec));
  const repetition = readLevels(cursor, most.repetition, count);
  const definition = readLevels(cursor, most.definition, count);
  return { count, encoding, cursor, repetition, definition };
}

/** Of version 2, levels come first and are never packed. */
function openPage2(bytes: Uint8Array, header: PageHeader, most: Levels, meta: ColumnMetaData): OpenPage {
  const page = header.data_page_header_v2;
  if (!page) throw damagedParquet('it has a page of an unknown kind');
  const { num_values: count, encoding } = page;
  const [nRepetition, nDefinition] = [page.repetition_levels_byte_length, page.definition_levels_byte_length];
  const cursor = cursorOf(bytes);
  const repetition = readLevels(cursor, most.repetition, count, nRepetition);
  const definition = readLevels(cursor, most.definition, count, nDefinition);
  const packed = bytes.subarray(cursor.offset);
  const size = header.uncompressed_page_size - nRepetition - nDefinition;
  if (!(size >= 0 && cursor.offset <= bytes.length)) throw damagedParquet('the levels of a page are cut');
  const isPacked = page.is_compressed !== false && size > 0;
  return {
    count,
    encoding,
    cursor: cursorOf(isPacked ? unpack(packed, size, meta.codec) : packed),
    repetition,
    definition,
  };
}
