/** Studies of all queries: which vectors, which tasks, and where they are ranked. */
import { InputError } from '../base/errors.ts';
import type { Direction, Modality } from '../base/modality.ts';
import type { Recipe } from '../recipe/types.ts';
import { CLASS_TEMPLATES, classTask } from '../world/classes.ts';
import { tasksOf } from '../world/served.ts';
import { CLASS_TASKS, directionsAmong, isClassTask, retrievalTask } from '../world/tasks.ts';
import type { ClassTaskId, CollectionManifest, RetrievalTask, TaskId, TaskInfo } from '../world/types.ts';
import { sampledQueries } from './scoring/sampleTask.ts';
import type { ScoringClient } from './scoring/scoring.ts';
import type { ComponentSet, StudyOptions, StudyRequest, StudyResult, Subject } from './types.ts';

/** Seed of a sample of the queries, in the worker and in the figures. */
export const SAMPLE_SEED = 1;

export type Components = Partial<Record<Modality, ComponentSet>>;
export type Tasks = Partial<Record<Direction, RetrievalTask>>;

/** The vectors of a subject, and the scoring worker's key for them. */
export interface StudyVectors {
  key: string;
  recipe: Recipe | undefined;
  components: Components;
}

/** Where a study takes its vectors from. */
export interface StudySources {
  manifest: CollectionManifest;
  vectors(subject: Subject, conditionId: string, signal?: AbortSignal): Promise<StudyVectors>;
  /** The fused prompts of a classification's classes. */
  classSet(
    subject: Subject,
    id: ClassTaskId,
    templates: readonly string[],
    signal?: AbortSignal,
  ): Promise<ComponentSet>;
  /** Runs a request of the scoring worker while it holds components and tasks under a key. */
  use<T>(
    key: string,
    recipe: Recipe | undefined,
    components: Components,
    tasks: () => Tasks,
    request: (scoring: Pick<ScoringClient, 'answerRanks'>) => Promise<T>,
  ): Promise<T>;
}

/** Tasks that are ranked under one key. */
interface Part {
  key: string;
  components: Components;
  tasks: Tasks;
  /** Task by direction: a classification goes to the texts of its prompts. */
  ids: Map<Direction, TaskId>;
}

/** The tasks of all directions among the modalities that have components, and that have queries. */
export function tasksAmong(manifest: CollectionManifest, components: Components): Tasks {
  const served = tasksOf(manifest);
  const directions = directionsAmong(Object.keys(components) as Modality[]).filter((one) =>
    served.includes(one),
  );
  return Object.fromEntries(directions.map((direction) => [direction, retrievalTask(manifest, direction)]));
}

/** As LabEngine.study. */
export async function runStudy(
  sources: StudySources,
  { subject, tasks, settings, conditionId = 'clean', templates = CLASS_TEMPLATES }: StudyRequest,
  { signal, onProgress }: StudyOptions = {},
): Promise<StudyResult> {
  if (settings.length === 0) throw new InputError('A study needs at least one setting of the factors.');
  const { manifest } = sources;
  const { key, recipe, components } = await sources.vectors(subject, conditionId, signal);
  const all = tasksAmong(manifest, components);
  const wanted = tasks.filter((id): id is Direction => !isClassTask(id) && all[id] !== undefined);
  const parts: Part[] = [
    { key, components, tasks: all, ids: new Map(wanted.map((direction) => [direction, direction])) },
  ];
  for (const id of CLASS_TASKS.filter((one) => tasks.includes(one))) {
    const { task } = classTask(manifest, id);
    const queries = components[task.queryModality];
    if (!queries || !components.text || task.queries.length === 0) continue;
    const direction: Direction = `${task.queryModality}>text`;
    parts.push({
      key: `${key} ${id}`,
      components: {
        [task.queryModality]: queries,
        text: await sources.classSet(subject, id, templates[id] ?? CLASS_TEMPLATES[id], signal),
      },
      tasks: { [direction]: task },
      ids: new Map([[direction, id]]),
    });
  }
  const weights = parts.map((part) =>
    [...part.ids.keys()].reduce((sum, direction) => {
      const { queries, gallery } = part.tasks[direction]!;
      return sum + queries.length * gallery.length;
    }, 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const result: StudyResult = {};
  let done = 0;
  for (const [p, part] of parts.entries()) {
    if (part.ids.size === 0) continue;
    const options = {
      ...(signal && { signal }),
      ...(onProgress && {
        onProgress: (fraction: number) => onProgress((done + weights[p]! * fraction) / total),
      }),
    };
    const found = await sources.use(
      part.key,
      recipe,
      part.components,
      () => part.tasks,
      (scoring) => scoring.answerRanks(part.key, [...part.ids.keys()], settings, options),
    );
    for (const [direction, id] of part.ids) {
      const answers = found[direction];
      if (answers) result[id] = answers;
    }
    done += weights[p]!;
  }
  return result;
}

/** A task's queries with those alone that the scoring worker samples (CollectionOptions.sampleQueries). */
export function sampleInfo(info: TaskInfo, nQueries: number): TaskInfo {
  const kept = sampledQueries(info.queries.length, nQueries, SAMPLE_SEED);
  const take = <T>(list: ArrayLike<T>): T[] => Array.from(kept, (q) => list[q]!);
  return {
    ...info,
    queries: kept.map((q) => info.queries[q]!),
    relevant: take(info.relevant),
    groups: take(info.groups),
    halves: take(info.halves),
  };
}
