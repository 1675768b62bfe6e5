/** Which queries, which gallery, which right answers: one place for metrics, rankings and the scripting interface. */
import { MODALITIES, splitDirection, type Direction, type Modality } from '../base/modality.ts';
import type { ClassTaskId, CollectionManifest, RetrievalTask, TaskId, TaskInfo, TextItem } from './types.ts';

/** The six directions between different modalities, in the order of the evidence strip. */
export const DIRECTIONS: readonly Direction[] = [
  'audio>text',
  'text>audio',
  'audio>image',
  'image>audio',
  'image>text',
  'text>image',
];

/** The two classifications. */
export const CLASS_TASKS: readonly ClassTaskId[] = ['audio>class', 'image>class'];

/** Every task, in the order of the tables. */
export const TASKS: readonly TaskId[] = [...DIRECTIONS, ...CLASS_TASKS];

export function isClassTask(id: TaskId): id is ClassTaskId {
  return id === 'audio>class' || id === 'image>class';
}

const SOURCE: Partial<Record<Modality, TextItem['source']>> = { audio: 'sound', image: 'picture' };

/**
 * Item indices of a gallery, ascending: all items of the modality; of texts, only those that describe what the query
 * is made of (sound sentences for a sound, picture captions for a picture, all for a text).
 */
export function galleryOf(manifest: CollectionManifest, query: Modality, gallery: Modality): Uint32Array {
  const source = gallery === 'text' ? SOURCE[query] : undefined;
  const indices: number[] = [];
  manifest[gallery].forEach((item, i) => {
    if (source === undefined || ((item as TextItem).source ?? source) === source) indices.push(i);
  });
  return Uint32Array.from(indices);
}

/** The key that makes an item a right answer: its text's id, or its group across picture and sound or where groups tell all. */
function answerKey(manifest: CollectionManifest, modality: Modality, other: Modality): string[] {
  if (manifest.answers === 'group') return manifest[modality].map(({ group }) => group);
  if (modality === 'text') return manifest.text.map(({ id }) => id);
  return manifest[modality].map((item) => (other === 'text' ? (item.textId ?? item.group) : item.group));
}

/** Tasks of collections that are still in use: a manifest does not change. */
const made = new WeakMap<CollectionManifest, Map<Direction, RetrievalTask>>();

/** Queries with at least one right answer, their gallery and their right answers; made once a collection. */
export function retrievalTask(manifest: CollectionManifest, direction: Direction): RetrievalTask {
  const known = made.get(manifest) ?? new Map<Direction, RetrievalTask>();
  made.set(manifest, known);
  const task = known.get(direction) ?? makeTask(manifest, direction);
  known.set(direction, task);
  return task;
}

function makeTask(manifest: CollectionManifest, direction: Direction): RetrievalTask {
  const [queryModality, galleryModality] = splitDirection(direction);
  const gallery = galleryOf(manifest, queryModality, galleryModality);
  const galleryKeys = answerKey(manifest, galleryModality, queryModality);
  const positions = new Map<string, number[]>();
  gallery.forEach((item, position) => {
    const key = galleryKeys[item]!;
    const list = positions.get(key);
    if (list) list.push(position);
    else positions.set(key, [position]);
  });
  const queries: number[] = [];
  const relevant: Uint32Array[] = [];
  answerKey(manifest, queryModality, galleryModality).forEach((key, query) => {
    const right = positions.get(key);
    if (!right) return;
    queries.push(query);
    relevant.push(Uint32Array.from(right));
  });
  return { queryModality, galleryModality, queries: Uint32Array.from(queries), gallery, relevant };
}

/** A direction's queries with their groups and halves. */
export function directionInfo(manifest: CollectionManifest, id: Direction): TaskInfo {
  const { queryModality, galleryModality, queries, gallery, relevant } = retrievalTask(manifest, id);
  const items = [...queries].map((index) => manifest[queryModality][index]!);
  return {
    id,
    queryModality,
    galleryModality,
    queries,
    relevant,
    nGallery: gallery.length,
    groups: items.map(({ group }) => group),
    halves: items.map(({ half }) => half),
  };
}

/** Directions between two lists of modalities a recipe or space serves. */
export function directionsAmong(modalities: readonly Modality[]): Direction[] {
  return DIRECTIONS.filter((direction) => splitDirection(direction).every((m) => modalities.includes(m)));
}

/** Total number of items. */
export function nItems(manifest: CollectionManifest): number {
  return MODALITIES.reduce((sum, modality) => sum + manifest[modality].length, 0);
}
