/** Arrays of files as what a person can map: slices of three dimensions are arrays of their own, lists are told apart. */
import { dimOf, rowsOf, type LazyArray } from '../../../formats/arrays/lazyArray.ts';
import type { ArrayInfo, LeftOut } from '../types.ts';
import { checkRowsOf, type Checked, type Rows, type WalkOptions } from './checks.ts';
import { readName, type NameSays } from './names.ts';

/** An array with the file that it comes from. */
export interface FileArray {
  path: string;
  array: LazyArray;
}

/** Rows of numbers that may be embeddings. */
export interface EmbeddingCandidate extends Rows {
  info: ArrayInfo;
  says: NameSays;
  /** Which slice along the first axis, and of how many. */
  slice: { index: number; of: number } | undefined;
  /** What was counted; of arrays that are named as no embedding, once someone maps them. */
  checked: Checked | undefined;
}

/** A list of words or whole numbers, a value a row. */
export interface ListCandidate {
  info: ArrayInfo;
  says: NameSays;
  strings(): Promise<string[]>;
}

export interface Candidates {
  embeddings: EmbeddingCandidate[];
  lists: ListCandidate[];
  leftOut: LeftOut[];
}

/** Slices along the first axis that are arrays of their own, at most. */
const MAX_SLICES = 8;
const SAMPLE = 3;
const SAMPLE_LENGTH = 120;

/** "embeddings.npz/audio_unified"; the path alone of a file of one array without a name. */
export function keyOf({ path, array }: FileArray): string {
  return array.name === '' ? path : `${path}/${array.name}`;
}

/**
 * Sorts arrays, and counts what is odd about the rows of those that may be embeddings.
 * @throws AbortedError, FormatError where a file does not hold what it claims
 */
export async function sortArrays(
  files: readonly FileArray[],
  { signal, onRows }: WalkOptions = {},
): Promise<Candidates> {
  const out: Candidates = { embeddings: [], lists: [], leftOut: [] };
  let done = 0;
  // Files of several arrays first: where a loose file repeats one of them, it is the one that is left out.
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(path, (counts.get(path) ?? 0) + 1);
  for (const file of files.toSorted((a, b) => counts.get(b.path)! - counts.get(a.path)!)) {
    const { array } = file;
    const { shape } = array;
    const nSlices = shape.length === 3 ? shape[0]! : 1;
    const nRows = rowsOf(shape) / nSlices;
    if (shape.length === 1 && array.strings) out.lists.push(await listOf(file));
    else if (
      (shape.length === 2 || (shape.length === 3 && nSlices <= MAX_SLICES)) &&
      dimOf(shape) >= 2 &&
      nRows > 0
    ) {
      for (let index = 0; index < nSlices; index++) {
        const before = done;
        out.embeddings.push(
          await embeddingOf(file, shape.length === 3 ? { index, of: nSlices } : undefined, nRows, {
            signal,
            onRows: (rows) => onRows?.(before + rows * dimOf(shape)),
          }),
        );
        done = before + nRows * dimOf(shape);
      }
    } else
      out.leftOut.push({
        path: keyOf(file),
        reason: `Its shape is [${shape.join(', ')}]: embeddings are [rows, numbers], lists of words [rows].`,
      });
  }
  return out;
}

/** Numbers that sortArrays goes through. */
export function numbersIn(files: readonly FileArray[]): number {
  return files.reduce(
    (sum, { array: { shape } }) =>
      sum + (shape.length === 2 || shape.length === 3 ? rowsOf(shape) * dimOf(shape) : 0),
    0,
  );
}

async function embeddingOf(
  file: FileArray,
  slice: EmbeddingCandidate['slice'],
  nRows: number,
  options: WalkOptions,
): Promise<EmbeddingCandidate> {
  const { array, path } = file;
  const { dtype, fortran, shape } = array;
  const first = (slice?.index ?? 0) * nRows;
  const rows: Rows = {
    nRows,
    dim: dimOf(shape),
    fortran,
    rows: (start, n) => array.rows(first + start, n),
  };
  const says = saysOf(file);
  // A model's weights are no embeddings, and may be gigabytes.
  const checked = says.derived === undefined ? await checkRowsOf(rows, options) : undefined;
  const key = slice ? `${keyOf(file)}[${slice.index}]` : keyOf(file);
  return {
    ...rows,
    info: {
      key,
      path,
      shape: [nRows, rows.dim],
      dtype,
      fortran,
      ...(checked && { checks: checked.checks }),
    },
    says,
    slice,
    checked,
  };
}

async function listOf(file: FileArray): Promise<ListCandidate> {
  const { array, path } = file;
  const strings = () => array.strings!();
  const sample = (await strings()).slice(0, SAMPLE).map((word) => word.slice(0, SAMPLE_LENGTH));
  return {
    info: {
      key: keyOf(file),
      path,
      shape: [...array.shape],
      dtype: array.dtype,
      fortran: array.fortran,
      sample,
    },
    says: saysOf(file),
    strings,
  };
}

/** What a name says; what it leaves open, the file's name, and then its folder's, may. */
function saysOf({ path, array }: FileArray): NameSays {
  const parts = path.split('/');
  const stem = parts.at(-1)!.replace(/\.[^.]+$/, '');
  const named = array.name === '' ? readName(stem) : readName(array.name);
  const file = readName(stem);
  const folder = readName(parts.at(-2) ?? '');
  const modality = named.modality ?? file.modality ?? folder.modality;
  const place = named.space !== undefined ? named : file.space !== undefined ? file : folder;
  return {
    ...named,
    modality,
    space: place.space,
    role: place.role,
    split: named.split ?? file.split,
    list: named.list ?? (array.name === '' ? file.list : undefined),
  };
}
