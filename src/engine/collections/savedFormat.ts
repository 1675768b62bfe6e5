/** The file of a collection: a zip of collection.json, vectors/<space>.safetensors and media/<content>.<ending>, all stored as they are. */
import type { Modality } from '../../base/modality.ts';
import type { Recipe, Space } from '../../recipe/types.ts';
import type { Items } from './records.ts';

export const FORMAT = 'bondlab-collection';
export const FORMAT_VERSION = 1;
export const JSON_NAME = 'collection.json';

/** collection.json */
export interface SavedCollection {
  format: typeof FORMAT;
  version: typeof FORMAT_VERSION;
  name: string;
  origin: 'media' | 'embeddings';
  /** Captions are theirs; pairs are equal groups. */
  items: Items;
  /** Files by item id, "media/<content>.png". */
  media: Record<string, string>;
  spaces: SavedSpace[];
  recipes: Recipe[];
}

export interface SavedSpace {
  space: Space;
  origin: string;
  /** "vectors/clip-512.safetensors": one float32 tensor [nItems, dim] a modality, by its name; a row of zeros is an item without one. */
  file: string;
  modalities: Modality[];
}

/** Where collection.json lies among these paths: the one nearest to the top. */
export function savedPath(paths: readonly string[]): string | undefined {
  return paths
    .filter((path) => path === JSON_NAME || path.endsWith(`/${JSON_NAME}`))
    .toSorted((a, b) => a.length - b.length)[0];
}

/** What a saved collection.json begins with; a file of this name may be anyone's. */
const BEGINNING = 4096;

/** Whether a collection.json is one that was saved here: cheap, to be settled by readSaved. */
export async function looksSaved(json: Blob): Promise<boolean> {
  return (await json.slice(0, BEGINNING).text()).includes(`"${FORMAT}"`);
}
