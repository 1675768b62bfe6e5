/** Which tasks a collection has queries for. */
import type { Direction } from '../base/modality.ts';
import { classTask } from './classes.ts';
import { DIRECTIONS, isClassTask, retrievalTask, TASKS } from './tasks.ts';
import type { CollectionManifest, TaskId } from './types.ts';

const served = new WeakMap<CollectionManifest, TaskId[]>();

/** Tasks with at least one query, in the order of the tables; the same list for the same collection. */
export function tasksOf(manifest: CollectionManifest): readonly TaskId[] {
  const known = served.get(manifest);
  if (known) return known;
  const made = TASKS.filter(
    (id) => (isClassTask(id) ? classTask(manifest, id).task : retrievalTask(manifest, id)).queries.length > 0,
  );
  served.set(manifest, made);
  return made;
}

/** The directions among them. */
export function directionsOf(manifest: CollectionManifest): Direction[] {
  return DIRECTIONS.filter((direction) => tasksOf(manifest).includes(direction));
}
