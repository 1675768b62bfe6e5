/** NumPy's .npz: a zip of .npy files, one an array (numpy.savez). */
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { FormatError } from '../base/errors.ts';
import { readNpyArray, writeNpy, type NpyArray, type NpyData } from './npy.ts';

/** The first day that a zip can tell: equal arrays give equal bytes on any day. */
const WRITTEN = new Date(1980, 0, 1);

/**
 * Writes arrays by name for np.load. Stored as they are: embeddings do not shrink.
 * @throws InputError as writeNpy.
 */
export function writeNpz(
  arrays: Readonly<Record<string, { shape: readonly number[]; data: NpyData }>>,
): Uint8Array<ArrayBuffer> {
  const files: Zippable = Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)]),
  );
  return zipSync(files, { level: 0, mtime: WRITTEN });
}

/**
 * Reads the arrays of a .npz by name, stored or deflated.
 * @throws FormatError when it is no zip, is damaged or cut, or holds something that is no .npy array.
 */
export function readNpz(buffer: ArrayBuffer): Map<string, NpyArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(new Uint8Array(buffer));
  } catch {
    throw new FormatError('This is no .npz file, or it is cut: its zip directory cannot be read.');
  }
  return new Map(
    Object.entries(files).map(([name, bytes]) => [
      name.replace(/\.npy$/, ''),
      // A copy: the parts of a zip lie anywhere in it.
      readNpyArray(bytes.slice().buffer),
    ]),
  );
}
