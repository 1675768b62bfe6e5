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

/** Whether among these paths there is a saved collection: cheap, to be settled by readSaved. */
export function looksSaved(paths: readonly string[]): boolean {
  return paths.some((path) => path === JSON_NAME || path.endsWith(`/${JSON_NAME}`));
}
