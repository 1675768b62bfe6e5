/** Keeps a new collection: all of it, or nothing. */
import { InputError, QuotaError, throwIfAborted } from '../../base/errors.ts';
import { MODALITIES } from '../../base/modality.ts';
import { N_PEAKS } from '../../world/peaks.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { MAX_NAME_LENGTH, newId } from '../training/keptList.ts';
import { hashOf, shortHash } from './content.ts';
import { writeContents, type CollectionContents } from './contents.ts';
import type { Change, Disk } from './disk.ts';
import { atlasLayout, type LookMaker } from './looks.ts';
import { countsOf, type CollectionRecord, type Items, type Looks, type StoredSpace } from './records.ts';
import { gapsOf, writeMatrix } from './rows.ts';
import { sweep } from './sweep.ts';
import type { NewCollection } from './types.ts';

export interface AddOptions {
  signal?: AbortSignal | undefined;
  /** Called after each file and each array. */
  onProgress?: ((progress: { done: number; of: number }) => void) | undefined;
}

/** Bytes of files that are written in one transaction. */
const WRITE_BYTES = 8e6;
/** Items looked at between two turns of the page's thread. */
const N_CHECKED = 20_000;

/** The name without spaces around it and not too long. @throws InputError where nothing is left. */
export function checkName(name: string): string {
  const trimmed = name.trim().slice(0, MAX_NAME_LENGTH);
  if (trimmed === '') throw new InputError('A collection needs a name of at least one character.');
  return trimmed;
}

/**
 * Writes the parts of a collection and, last of all, its record: a collection without one is none. Where it fails, the parts are removed.
 * Nothing else may be added or removed meanwhile.
 * @throws InputError on rows, ids or names that do not fit; QuotaError, AbortedError
 */
export async function addCollection(
  disk: Disk,
  looks: LookMaker,
  collection: NewCollection,
  { signal, onProgress }: AddOptions = {},
): Promise<CollectionRecord> {
  const name = checkName(collection.name);
  await checkShape(collection);
  const id = newId('collection');
  const { media, vectors, origin } = collection;
  const of = 2 * media.size + vectors.length;
  let done = 0;
  const step = () => onProgress?.({ done: ++done, of });
  try {
    // A mark of what is begun: where it is cut off, the next opening sweeps it up (see isUntidy).
    await disk.write([{ table: 'looks', key: id, value: {} }]);
    const kept = await keepMedia(disk, collection, signal, step);
    // Only items with media are changed: a hundred thousand of others are not copied.
    const items: Items =
      media.size === 0
        ? collection.items
        : {
            text: collection.items.text,
            image: collection.items.image.map((item) => ({ ...item })),
            audio: collection.items.audio.map((item) => ({ ...item })),
          };
    const seen = await makeLooks(looks, items, media, signal, step);
    const spaces: StoredSpace[] = [];
    const matrices: string[] = [];
    let bytes = kept.bytes + (seen.looks.atlas?.size ?? 0) + (seen.looks.peaks?.length ?? 0);
    for (const { space, rows, origin: from } of vectors) {
      const held: StoredSpace['held'] = {};
      for (const modality of MODALITIES) {
        const matrix = rows[modality];
        if (!matrix || matrix.length === 0) continue;
        held[modality] = { kind: 'rows', gaps: await gapsOf(matrix, space.dim) };
        matrices.push(
          await writeMatrix(
            disk,
            { collectionId: id, spaceId: space.id, modality },
            matrix,
            space.dim,
            signal,
          ),
        );
        bytes += matrix.byteLength;
      }
      spaces.push({ space, origin: from, held });
      step();
    }
    const written = await writeContents(disk, id, {
      items,
      contents: kept.contents,
      ...(seen.atlas && { atlas: seen.atlas }),
      recipes: [...collection.recipes],
    });
    const record: CollectionRecord = {
      id,
      name,
      createdAt: new Date().toISOString(),
      origin,
      version: await shortHash([written.hash, ...matrices].join()),
      counts: countsOf(items),
      spaces,
      bytes,
    };
    throwIfAborted(signal);
    await disk.write([
      written.head,
      { table: 'looks', key: id, value: seen.looks },
      { table: 'collections', key: id, value: record },
    ]);
    return record;
  } catch (error) {
    await sweep(disk).catch(() => undefined);
    throw error instanceof QuotaError
      ? new QuotaError(`“${name}” could not be kept. ${error.message}`)
      : error;
  }
}

async function checkShape({ items, media, vectors }: NewCollection): Promise<void> {
  const ids = new Set<string>();
  for (const modality of MODALITIES) {
    for (const { id } of items[modality]) {
      if (ids.has(id)) throw new InputError(`Two items have the id "${id}": ids are unique in a collection.`);
      ids.add(id);
      if (ids.size % N_CHECKED === 0) await nextTurn();
    }
  }
  if (ids.size === 0) throw new InputError('There is no item in it: a collection has at least one.');
  for (const id of media.keys())
    if (!ids.has(id)) throw new InputError(`A file belongs to "${id}", which is no item of the collection.`);
  const spaceIds = new Set<string>();
  for (const { space, rows } of vectors) {
    if (spaceIds.has(space.id)) throw new InputError(`The space "${space.id}" is there twice.`);
    if (space.id === '' || space.id.length > 200 || /\p{Cc}/u.test(space.id))
      throw new InputError('The id of a space is a short word without control characters.');
    spaceIds.add(space.id);
    for (const modality of MODALITIES) {
      const n = items[modality].length;
      const matrix = rows[modality];
      if (matrix && matrix.length !== n * space.dim)
        throw new InputError(
          `${space.name} has ${matrix.length / space.dim} ${modality} rows of ${space.dim}; the collection has ${n} ${modality} items.`,
        );
    }
  }
}

type ItemContents = CollectionContents['contents'];

/** Stores every file under its content, the same one once. */
async function keepMedia(
  disk: Disk,
  { items, media }: NewCollection,
  signal: AbortSignal | undefined,
  step: () => void,
): Promise<{ contents: ItemContents; bytes: number }> {
  const contents: ItemContents = { image: [], audio: [] };
  const stored = new Set<string>();
  let bytes = 0;
  let waiting: Change[] = [];
  let waitingBytes = 0;
  const flush = async () => {
    await disk.write(waiting);
    [waiting, waitingBytes] = [[], 0];
  };
  for (const modality of ['image', 'audio'] as const) {
    for (const { id } of items[modality]) {
      throwIfAborted(signal);
      const blob = media.get(id);
      if (!blob) {
        contents[modality].push(undefined);
        continue;
      }
      const data = await bytesOf(blob);
      const hash = await hashOf(data);
      contents[modality].push(hash);
      if (!stored.has(hash)) {
        stored.add(hash);
        bytes += data.byteLength;
        // A file on disk may change or go: what is stored is what was read.
        waiting.push({ table: 'media', key: hash, value: new Blob([data], { type: blob.type }) });
        waitingBytes += data.byteLength;
        if (waitingBytes > WRITE_BYTES) await flush();
      }
      step();
    }
  }
  await flush();
  return { contents, bytes };
}

async function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch {
    const name = blob instanceof File ? `"${blob.name}"` : 'A file';
    throw new InputError(`${name} can no longer be read: it was moved or changed. Choose the files again.`);
  }
}

/** Draws tiles and waveforms; numbers the tiles and tells the sounds' lengths in `items`. */
async function makeLooks(
  maker: LookMaker,
  items: Items,
  media: NewCollection['media'],
  signal: AbortSignal | undefined,
  step: () => void,
): Promise<{ looks: Looks; atlas?: { tilePx: number; columns: number } }> {
  const looks: Looks = {};
  for (const item of items.image) if (item.tile !== undefined) delete item.tile;
  const shown = items.image.filter(({ id }) => media.has(id));
  let atlas: { tilePx: number; columns: number } | undefined;
  if (shown.length > 0) {
    const layout = atlasLayout(shown.length);
    const pictures = shown.map(({ id }) => media.get(id)!);
    const { blob, drawn } = await maker.atlas(pictures, layout, { signal, onDone: step });
    shown.forEach((item, i) => {
      if (drawn[i]) item.tile = i;
    });
    looks.atlas = blob;
    atlas = { tilePx: layout.tilePx, columns: layout.columns };
  }
  if (items.audio.some(({ id }) => media.has(id))) {
    looks.peaks = new Uint8Array(items.audio.length * N_PEAKS);
    for (const [i, item] of items.audio.entries()) {
      throwIfAborted(signal);
      const blob = media.get(item.id);
      if (!blob) continue;
      const found = await maker.waveform(blob);
      if (found) {
        looks.peaks.set(found.peaks, i * N_PEAKS);
        item.durationS = found.durationS;
      }
      step();
    }
  }
  return { looks, ...(atlas && { atlas }) };
}
