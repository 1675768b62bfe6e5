/** Vectors in storage: matrices that came with a collection, in chunks, and single rows that encoders made, by content. */
import { InputError, throwIfAborted } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { contentId } from '../scoring/contentId.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { contentsOf, type CollectionContents } from './contents.ts';
import { keyOf, prefixOf, type Disk } from './disk.ts';
import type { StoredSpace } from './records.ts';

/** One value of the database takes so much at most. */
const CHUNK_BYTES = 2 ** 22;
/** Single rows read in one transaction. */
const N_READ = 512;

/** Rows of a chunk of a matrix with `dim` columns. */
export function chunkRows(dim: number): number {
  return Math.max(1, Math.floor(CHUNK_BYTES / (4 * dim)));
}

const chunkKey = (collectionId: string, spaceId: string, modality: Modality, index: number) =>
  keyOf(collectionId, spaceId, modality, String(index).padStart(8, '0'));

/** Writes a matrix [n, dim] chunk by chunk; returns a name of its content. @throws QuotaError, AbortedError */
export async function writeMatrix(
  disk: Disk,
  place: { collectionId: string; spaceId: string; modality: Modality },
  rows: Float32Array,
  dim: number,
  signal?: AbortSignal,
): Promise<string> {
  const names: string[] = [];
  const step = chunkRows(dim) * dim;
  for (let from = 0, index = 0; from < rows.length; from += step, index++) {
    throwIfAborted(signal);
    const key = chunkKey(place.collectionId, place.spaceId, place.modality, index);
    const chunk = rows.slice(from, from + step);
    names.push(contentId(chunk));
    await disk.write([{ table: 'rows', key, value: chunk }]);
  }
  return names.join();
}

/** Indices of rows that are all zero: items without a vector. */
export async function gapsOf(rows: Float32Array, dim: number): Promise<number[]> {
  const gaps: number[] = [];
  const n = rows.length / dim;
  for (let i = 0; i < n; i++) {
    if (i % 4096 === 4095) await nextTurn();
    let d = i * dim;
    const end = d + dim;
    while (d < end && rows[d] === 0) d++;
    if (d === end) gaps.push(i);
  }
  return gaps;
}

/** Under which key an encoder's row of a content lies. */
export function vectorKey(spaceId: string, modality: Modality, precision: string, content: string): string {
  return keyOf(spaceId, modality, precision, content);
}

/** The space whose encoder reads a modality: a tuned space shares some with the one that it was tuned from. */
export function readIn(space: StoredSpace['space'], modality: Modality): string {
  return space.tunedFrom?.shares.includes(modality) ? space.tunedFrom.space : space.id;
}

/** What a matrix is read from. */
export interface MatrixPlace {
  collectionId: string;
  space: StoredSpace;
  modality: Modality;
  contents: CollectionContents;
}

/**
 * The rows of a modality in a space, in parts of some rows, in the order of the items; a row of zeros where an item has none.
 * @throws QuotaError; InputError where the collection was removed meanwhile.
 */
export async function* matrixParts(
  disk: Disk,
  { collectionId, space: { space, held }, modality, contents }: MatrixPlace,
): AsyncGenerator<Float32Array> {
  const how = held[modality];
  if (!how) return;
  if (how.kind === 'rows') {
    const keys = await disk.keys('rows', prefixOf(collectionId, space.id, modality));
    for (const key of keys) {
      const chunk = (await disk.get('rows', key)) as Float32Array | undefined;
      if (!chunk) throw removed();
      yield chunk;
    }
    return;
  }
  const of = contentsOf(contents, modality);
  const reader = readIn(space, modality);
  for (let from = 0; from < of.length; from += N_READ) {
    const part = of.slice(from, from + N_READ);
    const keys = part.map((content) => vectorKey(reader, modality, how.precision, content ?? ''));
    const found = await disk.many('vectors', keys);
    const rows = new Float32Array(part.length * space.dim);
    found.forEach((value, i) => {
      if (value instanceof Float32Array && value.length === space.dim) rows.set(value, i * space.dim);
    });
    yield rows;
  }
}

/** All of them, [nItems, dim]. @throws as matrixParts. */
export async function readMatrix(disk: Disk, place: MatrixPlace): Promise<Float32Array> {
  const { space, modality, contents } = place;
  const rows = new Float32Array(contents.items[modality].length * space.space.dim);
  let at = 0;
  for await (const part of matrixParts(disk, place)) {
    rows.set(part, at);
    at += part.length;
    await nextTurn();
  }
  if (at !== rows.length) throw removed();
  return rows;
}

/** Which items of a modality have no vector in a space. */
export async function missingItems(disk: Disk, place: MatrixPlace): Promise<number[]> {
  const { space, modality, contents } = place;
  const how = space.held[modality];
  if (!how) return [];
  if (how.kind === 'rows') return how.gaps;
  if (how.refused === 0) return [];
  const of = contentsOf(contents, modality);
  const reader = readIn(space.space, modality);
  const missing: number[] = [];
  for (let from = 0; from < of.length; from += N_READ) {
    const part = of.slice(from, from + N_READ);
    const keys = part.map((content) => vectorKey(reader, modality, how.precision, content ?? ''));
    (await disk.many('vectors', keys)).forEach((value, i) => {
      if (!(value instanceof Float32Array)) missing.push(from + i);
    });
  }
  return missing;
}

function removed(): InputError {
  return new InputError(
    'This collection was removed meanwhile, or its storage was cleared. Open another one.',
  );
}
