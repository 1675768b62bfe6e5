/** Arrays in tables of text: columns of lists ("[0.1, 0.2]"), runs of numeric columns (e0, e1, …), and columns of words. */
import { FormatError } from '../../base/errors.ts';
import { shown } from '../tensors.ts';
import type { ByteSource } from './byteSource.ts';
import { checkRows, MAX_STRING, MAX_STRINGS, type LazyArray } from './lazyArray.ts';
import type { OpenedArrays } from './openArrays.ts';
import { TableFile } from './tableFile.ts';

/** Rows that tell what a column holds. */
const SAMPLE = 200;
/** Numeric columns that make an array, at least. */
const LEAST_COLUMNS = 4;
const MAX_COLUMNS = 65_536;

const SHORTENED = 'Its lists were printed shortened ("..."): write the numbers with x.tolist().';

type Kind = 'lists' | 'whole' | 'floats' | 'words';

/** @throws FormatError where it is no table that can be read, or has no rows. */
export async function openTable(source: ByteSource, delimiter: string): Promise<OpenedArrays> {
  const file = await TableFile.open(source, delimiter);
  const sample = await rowsBetween(file, 0, SAMPLE + 1);
  const first = sample[0];
  if (!first) throw new FormatError('The table has no rows.');
  if (first.length > MAX_COLUMNS)
    throw new FormatError(`The table has ${first.length} columns; ${MAX_COLUMNS} can be read.`);
  // numpy.savetxt writes no names.
  const isNamed = !first.every(isNumber);
  const names = isNamed ? first.map((name) => name.trim()) : first.map((_, i) => String(i));
  const begin = isNamed ? 1 : 0;
  const body = sample.slice(begin);
  if (body.length === 0) throw new FormatError('The table has a line of names and no rows.');
  const kinds = names.map((_, i) => kindOf(body.map((row) => row[i] ?? '')));
  const view: View = { file, begin, nRows: file.nRows - begin };
  const runs = runsOf(names, kinds);
  const inRuns = new Set(runs.flatMap(({ columns }) => columns));
  const arrays = runs.map(({ name, columns }) => numericRun(view, name, columns));
  const broken: OpenedArrays['broken'] = [];
  for (const [i, name] of names.entries()) {
    if (inRuns.has(i)) continue;
    if (kinds[i] === 'lists' && body.some((row) => isShortened(row[i] ?? '')))
      broken.push({ name, reason: SHORTENED });
    else if (kinds[i] === 'lists') arrays.push(listColumn(view, name, i, body));
    else arrays.push(singleColumn(view, name, i, kinds[i]!));
  }
  return { arrays, broken, metadata: new Map() };
}

interface View {
  file: TableFile;
  /** Rows before the first of the data. */
  begin: number;
  nRows: number;
}

async function rowsBetween(file: TableFile, start: number, end: number): Promise<string[][]> {
  const out: string[][] = [];
  for await (const { cells } of file.rows(start, end)) out.push(...cells);
  return out;
}

const isNumber = (cell: string) => cell.trim() !== '' && (!Number.isNaN(Number(cell)) || isNan(cell));
const isNan = (cell: string) => /^\s*[-+]?(nan|inf|infinity|none|null)\s*$/i.test(cell);

function kindOf(cells: readonly string[]): Kind {
  const filled = cells.filter((cell) => cell.trim() !== '');
  if (filled.length === 0) return 'words';
  const isList = (cell: string) => /^\s*[[(][\s\S]*[\])]\s*$/.test(cell);
  if (filled.every((cell) => isList(cell) && (numbersOf(cell).length > 0 || isShortened(cell))))
    return 'lists';
  if (!filled.every(isNumber)) return 'words';
  return filled.every((cell) => /^\s*-?\d+\s*$/.test(cell)) ? 'whole' : 'floats';
}

/** "[0.1 0.2 ... 0.9]": pandas and NumPy leave out what is in the middle of a long list. */
function isShortened(cell: string): boolean {
  return /^\s*[[(]\s*[-+\d.][^a-z]*\.\.\./i.test(cell);
}

/** "[0.1, 0.2]", "[0.1 0.2]" as NumPy prints it; empty where it is no list of numbers. */
function numbersOf(cell: string): number[] {
  const inside = cell.trim().slice(1, -1).trim();
  const parts = inside.split(/[\s,;]+/);
  return parts.every(isNumber) ? parts.map(Number) : [];
}

/** Columns of numbers whose names are one word with ascending numbers behind it. */
function runsOf(names: readonly string[], kinds: readonly Kind[]): { name: string; columns: number[] }[] {
  const byWord = new Map<string, { column: number; place: number }[]>();
  for (const [column, name] of names.entries()) {
    const [, word, place] = /^(.*?)[\s_.[-]*(\d+)\]?$/.exec(name) ?? [];
    if (word === undefined || (kinds[column] !== 'whole' && kinds[column] !== 'floats')) continue;
    const run = byWord.get(word) ?? [];
    run.push({ column, place: Number(place) });
    byWord.set(word, run);
  }
  return [...byWord].flatMap(([name, run]) => {
    run.sort((a, b) => a.place - b.place);
    const isRun = run.length >= LEAST_COLUMNS && run.every(({ place }, i) => place === run[0]!.place + i);
    return isRun ? [{ name, columns: run.map(({ column }) => column) }] : [];
  });
}

/** An array [rows, dim] of which `fill` writes one row from its cells. */
function tableArray(
  { file, begin, nRows }: View,
  name: string,
  dim: number,
  fill: (cells: readonly string[], out: Float32Array, row: number) => void,
): LazyArray {
  return {
    name,
    shape: [nRows, dim],
    dtype: 'F64',
    fortran: false,
    async rows(start, n) {
      checkRows(start, n, nRows);
      const out = new Float32Array(n * dim);
      for await (const { row, cells } of file.rows(begin + start, begin + start + n))
        for (const [i, one] of cells.entries()) {
          const at = row - begin - start + i;
          fill(one, out.subarray(at * dim, (at + 1) * dim), start + at);
        }
      return out;
    },
  };
}

function numericRun(view: View, name: string, columns: readonly number[]): LazyArray {
  return tableArray(view, name, columns.length, (cells, out) => {
    for (const [d, column] of columns.entries()) out[d] = numberOf(cells[column] ?? '');
  });
}

function numberOf(cell: string): number {
  return cell.trim() === '' ? NaN : Number(cell);
}

function listColumn(view: View, name: string, column: number, body: readonly string[][]): LazyArray {
  const first = body.find((row) => (row[column] ?? '').trim() !== '')!;
  const dim = numbersOf(first[column]!).length;
  return tableArray(view, name, dim, (cells, out, row) => {
    const cell = cells[column] ?? '';
    if (cell.trim() === '') {
      out.fill(NaN);
      return;
    }
    const values = numbersOf(cell);
    if (values.length !== dim)
      throw new FormatError(
        isShortened(cell)
          ? SHORTENED
          : `Row ${row + 1} of ${shown(name)} has ${values.length} numbers, the first has ${dim}.`,
      );
    out.set(values);
  });
}

function singleColumn(view: View, name: string, column: number, kind: Kind): LazyArray {
  const { file, begin, nRows } = view;
  const strings = async () => {
    if (nRows > MAX_STRINGS)
      throw new FormatError(`The table has ${nRows} rows; lists of up to ${MAX_STRINGS} can be read.`);
    const out: string[] = [];
    for await (const { cells } of file.rows(begin, begin + nRows))
      for (const row of cells) out.push((row[column] ?? '').slice(0, MAX_STRING));
    return out;
  };
  const numbers = tableArray(view, name, 1, (cells, out) => {
    out[0] = numberOf(cells[column] ?? '');
  });
  return {
    ...numbers,
    shape: [nRows],
    dtype: kind === 'words' ? 'TEXT' : kind === 'whole' ? 'I64' : 'F64',
    ...(kind === 'floats' ? {} : { strings }),
  };
}
