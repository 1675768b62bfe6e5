/** Writes a collection to one file. */
import { Zip, ZipPassThrough } from 'fflate';
import { AbortedError, InputError, throwIfAborted } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { endingOfType } from './content.ts';
import { readContents, type CollectionContents } from './contents.ts';
import type { Disk } from './disk.ts';
import { wholeModalities, type CollectionRecord, type StoredSpace } from './records.ts';
import { matrixParts } from './rows.ts';
import { FORMAT, FORMAT_VERSION, JSON_NAME, type SavedCollection, type SavedSpace } from './savedFormat.ts';

/** What a reader takes (formats/zip.ts), and what the zip format counts without its 64-bit extension. */
const MAX_FILES = 20_000;
const MAX_BYTES = 2 ** 32 - 1;
/** Bytes between two turns of the page's thread. */
const STEP = 2 ** 22;
const N_ITEMS = 4000;

/**
 * A zip in which everything is stored as it is. Bytes go to the browser part by part, which may keep them on disk: neither the
 * media nor a whole matrix are in memory at once. Of spaces that are being encoded, only modalities that are whole are written.
 * @throws InputError where there is none of this id, or it has too many files or bytes for a zip; AbortedError, QuotaError
 */
export async function saveCollection(
  disk: Disk,
  id: string,
  signal?: AbortSignal,
): Promise<{ name: string; blob: Blob }> {
  const record = (await disk.get('collections', id)) as CollectionRecord | undefined;
  const contents = await readContents(disk, id);
  if (!record || !contents) throw new InputError(`There is no collection "${id}".`);
  const spaces = savedSpaces(record);
  const media = await mediaOf(disk, contents);
  if (media.files.size + spaces.length + 1 > MAX_FILES)
    throw new InputError(`It has ${media.files.size} files; a saved collection holds up to ${MAX_FILES}.`);

  const archive = new Archive(signal);
  const saved: Omit<SavedCollection, 'items'> = {
    format: FORMAT,
    version: FORMAT_VERSION,
    name: record.name,
    origin: record.origin,
    media: media.paths,
    spaces: spaces.map(({ saved: one }) => one),
    recipes: contents.recipes,
  };
  await archive.add(JSON_NAME, jsonFile(saved, contents));
  for (const { stored, saved: one } of spaces) {
    await archive.add(one.file, matrixFile(disk, record, contents, stored, one.modalities));
  }
  for (const [content, path] of media.files) await archive.add(path, fileOf(disk, content));
  const name = record.name.replace(/[^\p{L}\p{N} ._-]+/gu, '_').replace(/^[ .]+/, '') || 'collection';
  return { name: `${name}.zip`, blob: archive.close() };
}

function savedSpaces(record: CollectionRecord): { stored: StoredSpace; saved: SavedSpace }[] {
  return record.spaces.flatMap((stored, i) => {
    const modalities = wholeModalities(stored, record.counts);
    if (modalities.length === 0) return [];
    const { space, origin } = stored;
    const word = space.id.replace(/[^\w.-]+/g, '_');
    const isTaken = record.spaces.slice(0, i).some((one) => one.space.id.replace(/[^\w.-]+/g, '_') === word);
    const file = `vectors/${isTaken ? `${i}-` : ''}${word}.safetensors`;
    return [{ stored, saved: { space, origin, file, modalities } }];
  });
}

/** Paths of the media by item, and of each content once. */
async function mediaOf(
  disk: Disk,
  { items, contents }: CollectionContents,
): Promise<{ paths: Record<string, string>; files: Map<string, string> }> {
  const paths: [string, string][] = [];
  const files = new Map<string, string>();
  for (const modality of ['image', 'audio'] as const) {
    for (const [i, { id }] of items[modality].entries()) {
      const content = contents[modality][i];
      if (content === undefined) continue;
      if (!files.has(content)) {
        const blob = (await disk.get('media', content)) as Blob | undefined;
        if (!blob) continue;
        files.set(content, `media/${content}.${endingOfType(blob.type)}`);
      }
      paths.push([id, files.get(content)!]);
    }
  }
  return { paths: Object.fromEntries(paths), files };
}

/** collection.json, some items at a time. */
function* jsonFile(
  saved: Omit<SavedCollection, 'items'>,
  { items }: CollectionContents,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${JSON.stringify(saved).slice(0, -1)},"items":{`);
  for (const [m, modality] of MODALITIES.entries()) {
    yield encoder.encode(`${m > 0 ? ',' : ''}"${modality}":[`);
    const list: readonly unknown[] = items[modality];
    for (let from = 0; from < list.length; from += N_ITEMS) {
      const words = JSON.stringify(list.slice(from, from + N_ITEMS)).slice(1, -1);
      yield encoder.encode(from > 0 ? `,${words}` : words);
    }
    yield encoder.encode(']');
  }
  yield encoder.encode('}}');
}

async function* fileOf(disk: Disk, content: string): AsyncGenerator<Uint8Array> {
  const blob = (await disk.get('media', content)) as Blob | undefined;
  if (!blob) throw new InputError('The collection was changed while it was saved. Save it again.');
  for (let from = 0; from < blob.size; from += STEP)
    yield new Uint8Array(await blob.slice(from, from + STEP).arrayBuffer());
}

/** A safetensors file of the whole modalities, part by part. */
async function* matrixFile(
  disk: Disk,
  { id, counts }: CollectionRecord,
  contents: CollectionContents,
  space: StoredSpace,
  modalities: readonly Modality[],
): AsyncGenerator<Uint8Array> {
  const { dim } = space.space;
  let size = 0;
  const header = modalities.map((modality) => {
    const from = size;
    size += 4 * dim * counts[modality];
    return [modality, { dtype: 'F32', shape: [counts[modality], dim], data_offsets: [from, size] }];
  });
  const text = JSON.stringify(Object.fromEntries(header));
  const words = new TextEncoder().encode(text.padEnd(8 * Math.ceil(text.length / 8)));
  const head = new Uint8Array(8 + words.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(words.length), true);
  head.set(words, 8);
  yield head;
  let left = size;
  for (const modality of MODALITIES.filter((one) => modalities.includes(one))) {
    for await (const rows of matrixParts(disk, { collectionId: id, space, modality, contents })) {
      left -= rows.byteLength;
      yield new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    }
  }
  if (left !== 0) throw new InputError('The collection was changed while it was saved. Save it again.');
}

/** A zip that is collected in a blob. */
class Archive {
  readonly #parts: Blob[] = [];
  readonly #zip: Zip;
  readonly #signal: AbortSignal | undefined;
  #bytes = 0;
  #failure: Error | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#zip = new Zip((error, chunk) => {
      if (error) this.#failure ??= error;
      else if (chunk.length > 0) this.#parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
      this.#bytes += error ? 0 : chunk.length;
    });
  }

  async add(path: string, parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const file = new ZipPassThrough(path);
    file.mtime = EPOCH;
    this.#zip.add(file);
    for await (const part of parts) {
      for (let from = 0; from < part.length; from += STEP) {
        file.push(part.subarray(from, from + STEP));
        await nextTurn();
        throwIfAborted(this.#signal);
        if (this.#bytes > MAX_BYTES)
          throw new InputError('The collection has more than 4 GB, which one zip cannot hold.');
      }
    }
    file.push(new Uint8Array(0), true);
  }

  /** @throws AbortedError, Error */
  close(): Blob {
    if (this.#signal?.aborted) throw new AbortedError();
    this.#zip.end();
    if (this.#failure) throw this.#failure;
    return new Blob(this.#parts, { type: 'application/zip' });
  }
}

/** The same collection gives the same file: the earliest time that a zip knows. */
const EPOCH = new Date(1980, 0, 1);
