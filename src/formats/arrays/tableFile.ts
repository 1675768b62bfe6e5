/** Tables of text (RFC 4180) of any length: where rows begin is found once, and blocks of them are parsed when they are asked for. */
import { dsvFormat } from 'd3-dsv';
import { FormatError } from '../../base/errors.ts';
import type { ByteSource } from './byteSource.ts';
import { decodeText } from './npyArrays.ts';

/** Bytes that are scanned, and that a block of rows has at least, at a time. */
const STEP = 2 ** 21;
const BLOCK = 2 ** 20;
/** A longer row has a quotation mark that is never closed. */
const MAX_ROW = 2 ** 24;
const [QUOTE, NEWLINE, RETURN] = [34, 10, 13];

interface Block {
  start: number;
  end: number;
  /** Number of its first row, the line of the columns' names counted. */
  row: number;
}

export class TableFile {
  readonly nRows: number;
  readonly #source: ByteSource;
  readonly #blocks: readonly Block[];
  readonly #parse: (text: string) => string[][];
  #last: { block: Block; rows: string[][] } | undefined;

  private constructor(source: ByteSource, blocks: readonly Block[], nRows: number, delimiter: string) {
    this.#source = source;
    this.#blocks = blocks;
    this.nRows = nRows;
    const format = dsvFormat(delimiter);
    // What d3-dsv makes of an empty line is one empty cell: rows() and the scan both leave it out.
    this.#parse = (text) => format.parseRows(text).filter((row) => row.length > 1 || row[0] !== '');
  }

  /**
   * Scans a file once for where its rows begin.
   * @param delimiter that of the name's extension; in its place, ";" or a tab where the first line has more of them.
   * @throws FormatError where it is UTF-16 or no text, or a quotation mark is never closed.
   */
  static async open(source: ByteSource, delimiter: string): Promise<TableFile> {
    const head = await source.read(0, Math.min(source.size, BLOCK));
    if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
      throw new FormatError('The table is saved as UTF-16: save it as UTF-8.');
    const begin = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
    const { blocks, nRows } = await scan(source, begin);
    const line = decodeText(head.subarray(begin)).split(/\r?\n|\r/, 1)[0] ?? '';
    const count = (one: string) => line.split(one).length;
    const best = [delimiter, ';', '\t'].reduce((most, one) => (count(one) > count(most) ? one : most));
    return new TableFile(source, blocks, nRows, best);
  }

  /** Rows `start` to `end` (exclusive) as cells, in blocks. */
  async *rows(
    start: number,
    end: number,
  ): AsyncGenerator<{ row: number; cells: string[][] }, void, undefined> {
    for (const [i, block] of this.#blocks.entries()) {
      const next = this.#blocks[i + 1]?.row ?? this.nRows;
      if (next <= start || block.row >= end) continue;
      const rows = await this.#read(block);
      if (rows.length !== next - block.row)
        throw new FormatError(
          `Quotation marks do not match between rows ${block.row + 1} and ${next} of the table.`,
        );
      const from = Math.max(start, block.row);
      yield { row: from, cells: rows.slice(from - block.row, end - block.row) };
    }
  }

  async #read(block: Block): Promise<string[][]> {
    if (this.#last?.block !== block) {
      const text = decodeText(await this.#source.read(block.start, block.end));
      this.#last = { block, rows: this.#parse(text) };
    }
    return this.#last.rows;
  }
}

async function scan(source: ByteSource, begin: number): Promise<{ blocks: Block[]; nRows: number }> {
  const blocks: Block[] = [];
  let block: Block = { start: begin, end: begin, row: 0 };
  let [row, rowStart, isQuoted, isEmpty] = [0, begin, false, true];
  const close = (end: number) => {
    if (row > block.row) blocks.push({ ...block, end });
    block = { start: end, end, row };
  };
  for (let from = begin; from < source.size; from += STEP) {
    const bytes = await source.read(from, Math.min(source.size, from + STEP));
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte === 0) throw new FormatError('The table holds zero bytes: it is no text.');
      if (isQuoted || (byte !== NEWLINE && byte !== RETURN)) {
        isEmpty = false;
        continue;
      }
      const end = from + i + 1;
      if (!isEmpty) row++;
      isEmpty = true;
      rowStart = end;
      if (end - block.start >= BLOCK) close(end);
    }
    if (from + bytes.length - rowStart > MAX_ROW)
      throw new FormatError(`Row ${row + 1} of the table has no end: a quotation mark is never closed.`);
  }
  if (isQuoted)
    throw new FormatError(`Row ${row + 1} of the table has no end: a quotation mark is never closed.`);
  if (!isEmpty) row++;
  close(source.size);
  return { blocks, nRows: row };
}
