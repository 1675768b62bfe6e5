/** What storage holds of a collection, and what the page is told of it. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { CollectionInfo, CollectionSpace } from './types.ts';

export type Items = Pick<CollectionManifest, 'text' | 'image' | 'audio'>;

/** Where the vectors of one modality in a space lie. */
export type Held =
  /** Rows that came with the collection; `gaps`: items whose row is all zero, that is, that have none. */
  | { kind: 'rows'; gaps: number[] }
  /**
   * Rows that encoders here made, by content; `n` items have one, `refused` cannot have one. Whole once both make up all
   * items: only then it is used.
   */
  | { kind: 'encoded'; precision: string; n: number; refused: number };

export interface StoredSpace {
  space: Space;
  origin: string;
  held: Partial<Record<Modality, Held>>;
}

/** A table's small row: read for the list. */
export interface CollectionRecord {
  id: string;
  name: string;
  /** ISO 8601 */
  createdAt: string;
  origin: 'media' | 'embeddings';
  /** Short name of what it was made of. */
  version: string;
  counts: Record<Modality, number>;
  spaces: StoredSpace[];
  /** Of media, tiles and rows that came with it. */
  bytes: number;
}

/** Tiles and waveforms. */
export interface Looks {
  atlas?: Blob;
  /** [nSounds, N_PEAKS] */
  peaks?: Uint8Array;
}

export function countsOf(items: Items): Record<Modality, number> {
  return { text: items.text.length, image: items.image.length, audio: items.audio.length };
}

/** How many of n items have a vector. */
export function nHeld(held: Held | undefined, n: number): number {
  if (!held) return 0;
  return held.kind === 'rows' ? n - held.gaps.length : held.n;
}

/** Whether every one of n items has a vector or cannot have one, and at least one has. */
export function isWhole(held: Held | undefined, n: number): boolean {
  if (!held || nHeld(held, n) === 0) return false;
  return held.kind === 'rows' || held.n + held.refused === n;
}

/** Modalities of a space that can be used: those that are whole. */
export function wholeModalities({ held }: StoredSpace, counts: Record<Modality, number>): Modality[] {
  return MODALITIES.filter((modality) => isWhole(held[modality], counts[modality]));
}

/** What is missing before a lab can open it; undefined where nothing is. */
export function whyNotReady({ counts, spaces }: CollectionRecord): string | undefined {
  if (MODALITIES.filter((modality) => counts[modality] > 0).length < 2)
    return 'It has items of one kind only: there is nothing to search across. Add texts, pictures or sounds that belong to them.';
  if (spaces.some((space) => wholeModalities(space, counts).length >= 2)) return undefined;
  const begun = spaces.some(({ held }) => Object.keys(held).length > 0);
  return begun
    ? 'No space has vectors of two kinds of items yet: let its encoding finish.'
    : 'It has no vectors yet: encode it in a space that knows two kinds of its items.';
}

/** Bytes of what encoders made for it. */
function encodedBytes({ spaces }: CollectionRecord): number {
  let bytes = 0;
  for (const { space, held } of spaces) {
    for (const modality of MODALITIES) {
      const how = held[modality];
      // What a tuned space shares lies in storage once.
      const shared = space.tunedFrom?.shares.includes(modality) ?? false;
      if (how?.kind === 'encoded' && !shared) bytes += 4 * space.dim * how.n;
    }
  }
  return bytes;
}

/** A record as the page sees it. */
export function infoOf(record: CollectionRecord): CollectionInfo {
  const { id, name, createdAt, origin, counts, bytes } = record;
  const why = whyNotReady(record);
  const spaces = record.spaces.map(({ space, origin: from, held }): CollectionSpace => {
    const encoded: CollectionSpace['encoded'] = {};
    for (const modality of MODALITIES)
      if (held[modality]) encoded[modality] = nHeld(held[modality], counts[modality]);
    return { space, encoded, origin: from };
  });
  return {
    id,
    name,
    createdAt,
    origin,
    counts,
    spaces,
    bytes: bytes + encodedBytes(record),
    ready: why === undefined,
    ...(why !== undefined && { why }),
  };
}
