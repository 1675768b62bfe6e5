/** Opens a collection that was saved to a file. */
import { FormatError, throwIfAborted } from '../../base/errors.ts';
import { safetensorsHeaderBytes, LENGTH_BYTES, readSafetensorsHeader } from '../../formats/safetensors.ts';
import { shown } from '../../formats/tensors.ts';
import type { NamedFile } from '../exchange/types.ts';
import { typedBlob } from '../intake/media/sniff.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import type { Vectors } from '../vectors.ts';
import { countsOf } from './records.ts';
import { JSON_NAME, savedPath, type SavedSpace } from './savedFormat.ts';
import { readSavedJson } from './savedJson.ts';
import type { NewCollection } from './types.ts';

/** How far a row's length may be off 1. */
const UNIT_TOLERANCE = 1e-3;
/** Numbers looked at between two turns of the page's thread. */
const STEP = 2 ** 20;

/**
 * A saved collection from the files of its zip (or of its folder), to be handed to Collections.add; its rows are those that were saved,
 * to the bit. Whatever does not fit refuses the whole.
 * @throws FormatError when a file is missing, damaged, lies about its shape, or says something that the format does not know; AbortedError
 */
export async function readSaved(files: readonly NamedFile[], signal?: AbortSignal): Promise<NewCollection> {
  const blobs = new Map(
    files.map(({ path, bytes }) => [path, bytes instanceof Blob ? bytes : new Blob([bytes])]),
  );
  const path = savedPath([...blobs.keys()]);
  if (path === undefined)
    throw new FormatError(`There is no ${JSON_NAME} among the files: this is no saved collection.`);
  const folder = path.slice(0, -JSON_NAME.length);
  const saved = await readSavedJson(blobs.get(path)!);
  const counts = countsOf(saved.items);
  const ids = new Set([...saved.items.image, ...saved.items.audio].map(({ id }) => id));
  const media = new Map<string, Blob>();
  for (const [id, name] of Object.entries(saved.media)) {
    if (!ids.has(id))
      throw new FormatError(`A file belongs to ${shown(id)}, which is no picture or sound of it.`);
    const blob = found(blobs, folder, name);
    // Files of a zip have no type.
    media.set(id, blob.type === '' ? await typedBlob(name, blob) : blob);
  }
  const vectors: NewCollection['vectors'][number][] = [];
  for (const one of saved.spaces) {
    throwIfAborted(signal);
    const rows = await readRows(found(blobs, folder, one.file), one, counts, signal);
    vectors.push({ space: one.space, origin: one.origin, rows });
  }
  const { name, origin, items, recipes } = saved;
  return { name, origin, items, media, vectors, recipes };
}

function found(blobs: ReadonlyMap<string, Blob>, folder: string, name: string): Blob {
  const blob = blobs.get(folder + name);
  if (!blob)
    throw new FormatError(`The saved collection lacks its file ${shown(name)}: it was cut or taken apart.`);
  return blob;
}

async function readRows(
  blob: Blob,
  { file, space, modalities }: SavedSpace,
  counts: Record<SavedSpace['modalities'][number], number>,
  signal: AbortSignal | undefined,
): Promise<Vectors> {
  const first = new Uint8Array(await blob.slice(0, LENGTH_BYTES).arrayBuffer());
  const head = await blob.slice(0, safetensorsHeaderBytes(first, blob.size)).arrayBuffer();
  const { tensors } = readSafetensorsHeader(new Uint8Array(head), blob.size);
  const rows: Vectors = {};
  for (const modality of modalities) {
    throwIfAborted(signal);
    const tensor = tensors.get(modality);
    if (!tensor) throw new FormatError(`${file} holds no tensor "${modality}".`);
    const { shape, dtype, from, to } = tensor;
    if (dtype !== 'F32' || shape.length !== 2 || shape[0] !== counts[modality] || shape[1] !== space.dim)
      throw new FormatError(
        `${file} holds "${modality}" [${shape.slice(0, 8).join(', ')}] of ${dtype}; needed is [${counts[modality]}, ${space.dim}] of F32.`,
      );
    const matrix = new Float32Array(await blob.slice(from, to).arrayBuffer());
    await checkUnit(matrix, space.dim, `${file}, ${modality}`);
    rows[modality] = matrix;
  }
  return rows;
}

/** Rows are unit vectors, or all zero where an item has none. @throws FormatError */
async function checkUnit(matrix: Float32Array, dim: number, where: string): Promise<void> {
  const perStep = Math.max(1, Math.floor(STEP / dim));
  for (let row = 0; row * dim < matrix.length; row++) {
    if (row % perStep === perStep - 1) await nextTurn();
    let squares = 0;
    for (let at = row * dim, end = at + dim; at < end; at++) squares += matrix[at]! ** 2;
    if (squares !== 0 && !(Math.abs(Math.sqrt(squares) - 1) < UNIT_TOLERANCE))
      throw new FormatError(`${where}: row ${row} has length ${Math.sqrt(squares)}; rows are unit vectors.`);
  }
}
