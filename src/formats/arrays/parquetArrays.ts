/** Parquet: columns of lists are arrays [rows, dim], columns of words are lists. Page by page, in the order of the rows. */
import { parquetMetadataAsync, parquetSchema, type FileMetaData } from 'hyparquet';
import type { SchemaTree } from 'hyparquet/src/types.js';
import { FormatError, messageOf } from '../../base/errors.ts';
import { isCount, shown } from '../tensors.ts';
import type { ByteSource } from './byteSource.ts';
import { checkRows, MAX_STRING, MAX_STRINGS, textList, type LazyArray } from './lazyArray.ts';
import type { OpenedArrays } from './openArrays.ts';
import { checkThrift, damagedParquet } from './parquetGuard.ts';
import { pagesOf, refused, type Page } from './parquetPages.ts';

const MAX_FOOTER = 64 * 2 ** 20;
/** Most numbers of one row. */
const MAX_DIM = 65_536;

/** @throws FormatError where the file is no parquet file, cut or damaged, or holds no column that can be read. */
export async function openParquet(source: ByteSource): Promise<OpenedArrays> {
  const metadata = await refused(() => readFooter(source));
  const { total, root } = await refused(() => Promise.resolve(checked(metadata)));
  const out: OpenedArrays = { arrays: [], broken: [], metadata: new Map() };
  for (const column of root.children) {
    const { name } = column.element;
    try {
      out.arrays.push(await refused(() => openColumn(source, metadata, [root, column], total)));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      out.broken.push({ name, reason: messageOf(error) });
    }
  }
  return out;
}

/** Rows and columns; a description that is whole may still be of anything. @throws FormatError, and what hyparquet throws */
function checked(metadata: FileMetaData): { total: number; root: SchemaTree } {
  const counts = metadata.row_groups.map((group) => Number(group.num_rows));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!counts.every(isCount) || !isCount(total)) throw damagedParquet(`it claims ${total} rows`);
  const root = parquetSchema(metadata);
  if (root.children.some(({ element }) => typeof element.name !== 'string'))
    throw damagedParquet('a column has no name');
  return { total, root };
}

async function readFooter(source: ByteSource): Promise<FileMetaData> {
  if (source.size < 12) throw damagedParquet(`it has ${source.size} bytes`);
  const end = new DataView((await source.read(source.size - 8, source.size)).buffer);
  const length = end.getUint32(0, true);
  if (end.getUint32(4, true) !== 0x31524150) throw damagedParquet('it does not end in PAR1');
  if (length > MAX_FOOTER || length + 12 > source.size)
    throw damagedParquet(`its description claims ${length} bytes of ${source.size}`);
  const footer = await source.read(source.size - 8 - length, source.size - 8);
  checkThrift(new DataView(footer.buffer), 0);
  return parquetMetadataAsync({
    byteLength: source.size,
    slice: async (start, stop = source.size) => (await source.read(start, stop)).buffer,
  });
}

const NUMBERS: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE', 'INT32', 'INT64', 'BOOLEAN']);

async function openColumn(
  source: ByteSource,
  metadata: FileMetaData,
  [root, column]: [SchemaTree, SchemaTree],
  total: number,
): Promise<LazyArray> {
  const path = [root, column];
  while (path.at(-1)!.children.length === 1) path.push(path.at(-1)!.children[0]!);
  const leaf = path.at(-1)!;
  const { name } = column.element;
  const lists = path.filter(({ element }) => element.repetition_type === 'REPEATED').length;
  const isText =
    leaf.element.type === 'BYTE_ARRAY' &&
    (leaf.element.logical_type === undefined || leaf.element.logical_type.type === 'STRING');
  const isNumber = NUMBERS.has(leaf.element.type ?? '') || leaf.element.logical_type?.type === 'FLOAT16';
  if (leaf.children.length > 0) throw new FormatError('The column holds records of several fields.');
  if (lists > 1)
    throw new FormatError('The column holds lists of lists: one list of numbers a row can be read.');
  const reader = new ColumnReader(source, metadata, path);
  if (lists === 1 && isNumber) {
    const dim = (await reader.firstLength()) ?? 0;
    return {
      name,
      shape: [total, dim],
      dtype: leaf.element.type === 'DOUBLE' ? 'F64' : isFloat(leaf) ? 'F32' : 'I64',
      fortran: false,
      async rows(start, n) {
        checkRows(start, n, total);
        return reader.rows(start, n, dim);
      },
    };
  }
  if (lists === 0 && isText) return textList(name, total, () => reader.words());
  if (lists === 0 && isNumber)
    return {
      name,
      shape: [total],
      dtype: leaf.element.type === 'DOUBLE' ? 'F64' : isFloat(leaf) ? 'F32' : 'I64',
      fortran: false,
      async rows(start, n) {
        checkRows(start, n, total);
        return reader.rows(start, n, 1);
      },
      ...(isFloat(leaf) ? {} : { strings: () => reader.words() }),
    };
  throw new FormatError('The column holds neither numbers, lists of numbers nor words.');
}

function isFloat({ element }: SchemaTree): boolean {
  return element.type === 'FLOAT' || element.type === 'DOUBLE' || element.logical_type?.type === 'FLOAT16';
}

/** Values of one row as they come; `undefined` stands for a value that is not there. */
interface Cursor {
  /** Row that `values` begins with. */
  row: number;
  /** One row after the other. */
  rows: AsyncGenerator<readonly unknown[], void, undefined>;
}

/** Reads a column forwards; what lies behind is read anew from its row group on. Reads wait for each other. */
class ColumnReader {
  readonly #source: ByteSource;
  readonly #metadata: FileMetaData;
  readonly #path: SchemaTree[];
  /** Definition level of a value that is there, and of an element of a list, null or not. */
  readonly #depth: number;
  readonly #listed: number;
  #cursor: Cursor | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(source: ByteSource, metadata: FileMetaData, path: SchemaTree[]) {
    this.#source = source;
    this.#metadata = metadata;
    this.#path = path;
    const repeated = path.findIndex(({ element }) => element.repetition_type === 'REPEATED');
    const levels = (parts: readonly SchemaTree[]) =>
      parts.filter(({ element }) => element.repetition_type !== 'REQUIRED').length;
    this.#depth = levels(path.slice(1));
    this.#listed = levels(path.slice(1, repeated + 1));
  }

  /** Values of the first row that has any. */
  async firstLength(): Promise<number | undefined> {
    const { rows } = this.#at(0);
    let seen = 0;
    for await (const row of rows) {
      if (row.length > 0) return row.length;
      if (++seen > 10_000) break;
    }
    return undefined;
  }

  rows(start: number, n: number, dim: number): Promise<Float32Array<ArrayBuffer>> {
    const job = this.#last.then(() => refused(() => this.#rows(start, n, dim)));
    this.#last = job.catch(() => undefined);
    return job;
  }

  async #rows(start: number, n: number, dim: number): Promise<Float32Array<ArrayBuffer>> {
    const out = new Float32Array(n * dim);
    const cursor = this.#cursor && this.#cursor.row <= start ? this.#cursor : this.#at(start);
    this.#cursor = undefined;
    while (cursor.row < start + n) {
      const { value, done } = await cursor.rows.next();
      if (done) throw damagedParquet(`it has ${cursor.row} rows in the column ${this.#name()}`);
      const at = (cursor.row++ - start) * dim;
      if (at < 0) continue;
      if (value.length === 0) out.fill(NaN, at, at + dim);
      else if (value.length !== dim)
        throw damagedParquet(
          `row ${cursor.row - 1} of ${this.#name()} has ${value.length} numbers, others ${dim}`,
        );
      else for (let d = 0; d < dim; d++) out[at + d] = value[d] === undefined ? NaN : Number(value[d]);
    }
    this.#cursor = cursor;
    return out;
  }

  words(): Promise<string[]> {
    return refused(async () => {
      const out: string[] = [];
      for await (const [value] of this.#at(0).rows) {
        if (out.length >= MAX_STRINGS)
          throw new FormatError(`The column has more than ${MAX_STRINGS} words.`);
        out.push(typeof value === 'string' ? value.slice(0, MAX_STRING) : wordOf(value));
      }
      return out;
    });
  }

  #name(): string {
    return shown(this.#path[1]!.element.name);
  }

  /** A cursor at the row group that row `start` lies in. */
  #at(start: number): Cursor {
    let row = 0;
    let first = 0;
    const groups = this.#metadata.row_groups;
    while (first < groups.length - 1 && row + Number(groups[first]!.num_rows) <= start)
      row += Number(groups[first++]!.num_rows);
    return { row, rows: this.#walk(first) };
  }

  async *#walk(first: number): AsyncGenerator<readonly unknown[], void, undefined> {
    for (const group of this.#metadata.row_groups.slice(first)) {
      let nRows = 0;
      let row: unknown[] | undefined;
      for await (const page of pagesOf(this.#source, group, this.#path)) {
        for (const [begins, value] of this.#values(page)) {
          if (begins) {
            if (row) {
              yield row;
              nRows++;
            }
            row = [];
          }
          if (!row) throw damagedParquet('a page goes on with a row that was never begun');
          if (value !== NOTHING) row.push(value);
          if (row.length > MAX_DIM) throw damagedParquet(`a row has more than ${MAX_DIM} numbers`);
        }
      }
      if (row) {
        yield row;
        nRows++;
      }
      if (nRows !== Number(group.num_rows))
        throw damagedParquet(
          `a row group has ${nRows} rows in ${this.#name()}, and claims ${group.num_rows}`,
        );
    }
  }

  /** Each value with whether it begins a row: undefined where it is null, NOTHING of a row without values. */
  *#values({ values, definition, repetition }: Page): Generator<[begins: boolean, value: unknown]> {
    const count = definition.length || repetition.length || values.length;
    const isList = this.#path.some(({ element }) => element.repetition_type === 'REPEATED');
    let at = 0;
    for (let i = 0; i < count; i++) {
      const level = definition.length > 0 ? definition[i]! : this.#depth;
      const begins = !isList || repetition.length === 0 || repetition[i] === 0;
      if (level === this.#depth) yield [begins, values[at++]];
      else yield [begins, isList && level < this.#listed ? NOTHING : undefined];
    }
  }
}

const NOTHING = Symbol('nothing');

function wordOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : '';
}
