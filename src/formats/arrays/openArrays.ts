/** Arrays in files of every format that embeddings are exchanged in, by what the bytes are, and else by the name. */
import { FormatError, messageOf } from '../../base/errors.ts';
import { isNpy } from '../npy.ts';
import {
  LENGTH_BYTES,
  readSafetensorsHeader,
  safetensorsHeaderBytes,
  type SafetensorsHeader,
} from '../safetensors.ts';
import { isZip } from '../zip.ts';
import { openZip } from '../zipSource.ts';
import { partOf, type ByteSource } from './byteSource.ts';
import { numbersAt, type LazyArray } from './lazyArray.ts';
import { openNpy } from './npyArrays.ts';
import { openParquet } from './parquetArrays.ts';
import { openTable } from './tableArrays.ts';

/** Files that are read for arrays. */
export const ARRAY_FILES = /\.(npy|npz|safetensors|parquet|csv|tsv)$/i;

/** Arrays of one file, and letters of their names, at most. */
const MAX_ARRAYS = 2000;
const MAX_NAME = 200;

/** What a file holds. */
export interface OpenedArrays {
  arrays: LazyArray[];
  /** Arrays of the file that cannot be read; the others can. */
  broken: { name: string; reason: string }[];
  /** Words that the file has beside its arrays (safetensors). */
  metadata: ReadonlyMap<string, string>;
}

/**
 * Opens every array of a file; of it, headers and directories are read, of tables also where their rows begin.
 * @throws FormatError where it is of none of these formats, cut or damaged as a whole.
 */
export async function openArrays(path: string, source: ByteSource): Promise<OpenedArrays> {
  const { arrays, broken, metadata } = await openFile(path, source);
  checkCount(arrays.length);
  // A name is shown again and again; nobody gives an array one of a page's length.
  const isLong = ({ name }: LazyArray) => name.length > MAX_NAME;
  return {
    arrays: arrays.filter((array) => !isLong(array)),
    broken: [
      ...broken.map(({ name, reason }) => ({ name: name.slice(0, MAX_NAME), reason })),
      ...arrays.filter(isLong).map(({ name }) => ({
        name: name.slice(0, MAX_NAME),
        reason: `Its name has ${name.length} letters.`,
      })),
    ],
    metadata,
  };
}

/** @throws FormatError where a file holds more arrays than anyone can look through. */
function checkCount(count: number): void {
  if (count > MAX_ARRAYS)
    throw new FormatError(`The file holds ${count} arrays; files of up to ${MAX_ARRAYS} can be read.`);
}

async function openFile(path: string, source: ByteSource): Promise<OpenedArrays> {
  if (source.size === 0) throw new FormatError('The file is empty: copy or download it again.');
  const start = await source.read(0, Math.min(64, source.size));
  refuseStrangers(start);
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (isNpy(start) || name.endsWith('.npy')) return alone(await openNpy('', source));
  if (isZip(start) || name.endsWith('.npz')) return openNpz(source);
  if (isParquet(start) || name.endsWith('.parquet')) return openParquet(source);
  if (name.endsWith('.safetensors')) return openTensors(source);
  if (/\.(csv|tsv)$/.test(name)) return openTable(source, name.endsWith('.tsv') ? '\t' : ',');
  throw new FormatError('This is no .npy, .npz, safetensors, parquet, .csv or .tsv file.');
}

function refuseStrangers(bytes: Uint8Array): void {
  const text = new TextDecoder().decode(bytes).trimStart().toLowerCase();
  if (text.startsWith('version https://git-lfs'))
    throw new FormatError(
      'This is a pointer of Git LFS, not the file itself: run "git lfs pull", or download the file.',
    );
  if (text.startsWith('<!doctype') || text.startsWith('<html'))
    throw new FormatError(
      'This is a web page that was saved in place of the file: download the file itself.',
    );
}

const isParquet = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, 4)) === 'PAR1';

function alone(array: LazyArray): OpenedArrays {
  return { arrays: [array], broken: [], metadata: new Map() };
}

/** NumPy's .npz: a zip of .npy files, stored or deflated. */
async function openNpz(source: ByteSource): Promise<OpenedArrays> {
  const out: OpenedArrays = { arrays: [], broken: [], metadata: new Map() };
  const members = await openZip(source);
  checkCount(members.length);
  for (const member of members) {
    const name = member.name.replace(/\.npy$/, '');
    try {
      out.arrays.push(await openNpy(name, await member.open()));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      out.broken.push({ name, reason: messageOf(error) });
    }
  }
  return out;
}

/** The header of a safetensors file. @throws FormatError as readSafetensorsHeader. */
export async function safetensorsHeaderOf(source: ByteSource): Promise<SafetensorsHeader> {
  const length = await source.read(0, Math.min(LENGTH_BYTES, source.size));
  const end = safetensorsHeaderBytes(length, source.size);
  return readSafetensorsHeader(await source.read(0, end), source.size);
}

async function openTensors(source: ByteSource): Promise<OpenedArrays> {
  const { tensors, metadata } = await safetensorsHeaderOf(source);
  const arrays = [...tensors].map(([name, { dtype, shape, from, to }]) =>
    numbersAt({
      name,
      shape,
      dtype,
      fortran: false,
      bigEndian: false,
      source: partOf(source, from, to),
      offset: 0,
    }),
  );
  return { arrays, broken: [], metadata };
}
