/** What a recipe can rank, answer and classify in the collection on screen. */
import { MODALITIES, splitDirection, type Modality } from '../base/modality.ts';
import type { LabEngine } from '../engine/types.ts';
import { componentNames } from '../recipe/coefficients.ts';
import type { Recipe } from '../recipe/types.ts';
import { tasksOf } from '../world/served.ts';
import { isClassTask } from '../world/tasks.ts';
import type { TaskId } from '../world/types.ts';
import { galleriesOf } from './types.ts';

type Served = Pick<LabEngine, 'manifest' | 'spaces'>;

/** Modalities that the recipe has vectors of, among those of the collection. */
export function modalitiesServed({ manifest, spaces }: Served, recipe: Recipe): Modality[] {
  return MODALITIES.filter(
    (modality) => manifest[modality].length > 0 && componentNames(recipe, modality, spaces).length > 0,
  );
}

const known = new WeakMap<Recipe, Map<string, readonly TaskId[]>>();

/**
 * Tasks of the collection that the recipe can do, in the order of the tables; the same list as long as nothing changes. Classes
 * are named in words, so they need texts.
 */
export function tasksServed(engine: Served, recipe: Recipe): readonly TaskId[] {
  const modalities = modalitiesServed(engine, recipe);
  const key = `${engine.manifest.id} ${engine.manifest.version} ${modalities.join(' ')}`;
  const lists = known.get(recipe) ?? new Map<string, readonly TaskId[]>();
  known.set(recipe, lists);
  const made =
    lists.get(key) ??
    tasksOf(engine.manifest).filter((task) => {
      const needed = isClassTask(task)
        ? ([task === 'audio>class' ? 'audio' : 'image', 'text'] as const)
        : splitDirection(task);
      return needed.every((modality) => modalities.includes(modality));
    });
  lists.set(key, made);
  return made;
}

/** What a query of this modality can be ranked against with the recipe; with what the collection has, where it knows none. */
export function galleriesServed(engine: Served, recipe: Recipe, modality: Modality): Modality[] {
  const all = galleriesOf(engine.manifest, modality);
  const served = modalitiesServed(engine, recipe);
  const able = served.includes(modality) ? all.filter((other) => served.includes(other)) : [];
  return able.length > 0 ? able : all;
}

/** Two tasks that the recipe can do: those wanted where it can, else the first others. */
export function fitTasks(
  engine: Served,
  recipe: Recipe,
  { task, versus }: { task: TaskId; versus: TaskId },
): { task: TaskId; versus: TaskId } {
  const served = tasksServed(engine, recipe);
  const fitted = served.includes(task) ? task : (served[0] ?? task);
  if (served.includes(versus)) return { task: fitted, versus };
  return { task: fitted, versus: served.find((one) => one !== fitted) ?? fitted };
}
