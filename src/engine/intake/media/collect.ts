/** From a plan of media to a collection that can be kept. */
import { AbortedError, messageOf, throwIfAborted } from '../../../base/errors.ts';
import { seedOf } from '../../../base/random.ts';
import type { AudioItem, Half, ImageItem, TextItem } from '../../../world/types.ts';
import type { NewCollection } from '../../collections/types.ts';
import type { OpenFile } from '../openFiles.ts';
import { partsOf } from '../paths.ts';
import type { LeftOut, MediaPlan, PlannedItem } from '../types.ts';
import { typedBlob } from './sniff.ts';

/** Category of items without a class. */
const NO_CLASS = 'unsorted';
/** Files that are opened at a time. */
const AT_ONCE = 16;

export interface PlannedItems {
  items: NewCollection['items'];
  /** The path of each picture's and sound's file, by item id. */
  paths: ReadonlyMap<string, string>;
}

/**
 * A plan's items as a manifest lists them, for `answers: 'group'`. Ids are "image:<stem>" and "text:<stem of its group>", with ":2",
 * ":3", … where several would be equal. A half that no split tells is drawn from the group's name alone, so the same group has the same
 * half in every collection.
 */
export function itemsOf({ items }: Pick<MediaPlan, 'items'>): PlannedItems {
  const listed = { text: [] as TextItem[], image: [] as ImageItem[], audio: [] as AudioItem[] };
  const paths = new Map<string, string>();
  const ids = new Map<string, number>();
  for (const item of items) {
    const id = uniqueId(item, ids);
    listed[item.modality].push({
      id,
      caption: item.caption,
      group: item.group,
      category: item.label ?? NO_CLASS,
      half: item.half ?? drawnHalf(item.group),
      seen: false,
      ...(item.label !== undefined && { label: item.label }),
    });
    if (item.modality !== 'text') paths.set(id, item.path);
  }
  return { items: listed, paths };
}

function uniqueId({ modality, path, group }: PlannedItem, ids: Map<string, number>): string {
  const name = modality === 'text' ? group.slice(group.lastIndexOf('/') + 1) : partsOf(path).stem;
  const base = `${modality}:${name}`;
  let id = base;
  // "dog:2" may be a stem of its own.
  for (let n = (ids.get(base) ?? 0) + 1; ids.has(id); n++) {
    ids.set(base, n);
    id = `${base}:${n}`;
  }
  ids.set(id, 1);
  return id;
}

/** A half by the name of a group: even chances, the same for ever (murmur3's finaliser over FNV-1a). */
export function drawnHalf(group: string): Half {
  let hash = seedOf(group);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) & 1) === 0 ? 'validation' : 'test';
}

/**
 * The collection that a plan and its files make, with typed blobs (files of zips are unpacked here). A picture or sound that cannot be
 * read any more is left out. @throws AbortedError
 */
export async function collectMedia(
  name: string,
  plan: MediaPlan,
  files: readonly OpenFile[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, of: number) => void } = {},
): Promise<{ collection: NewCollection; leftOut: LeftOut[] }> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const { items, paths } = itemsOf(plan);
  const media = new Map<string, Blob>();
  const leftOut: LeftOut[] = [];
  const all = [...paths];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    throwIfAborted(signal);
    onProgress?.(at, all.length);
    const some = all.slice(at, at + AT_ONCE);
    const blobs = await Promise.all(some.map(([, path]) => openTyped(path, byPath.get(path), signal)));
    some.forEach(([id, path], i) => {
      const blob = blobs[i]!;
      if (blob instanceof Blob) media.set(id, blob);
      else leftOut.push({ path, reason: blob.reason });
    });
  }
  onProgress?.(all.length, all.length);
  const isAtHand = ({ id }: { id: string }) => media.has(id);
  return {
    collection: {
      name,
      origin: 'media',
      items: { text: items.text, image: items.image.filter(isAtHand), audio: items.audio.filter(isAtHand) },
      media,
      vectors: [],
      recipes: [],
    },
    leftOut,
  };
}

async function openTyped(
  path: string,
  file: OpenFile | undefined,
  signal: AbortSignal | undefined,
): Promise<Blob | { reason: string }> {
  if (!file) return { reason: 'The file is not at hand any more: drop it again.' };
  try {
    return await typedBlob(path, await file.blob(signal));
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    return { reason: messageOf(error) };
  }
}
