/** The plain version of all-query scoring: the documentation and the test's truth of the worker's kernel. */
import { InputError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import { gatherComponents, gramOf, type Components } from '../math/components.ts';
import { plane, scoresFromPlanes } from '../math/fusion.ts';
import { ranks } from '../math/ranks.ts';
import type { RetrievalTask } from '../world/types.ts';
import { checkFactors, coefficients, nestOf, singleNest, type Nest } from './coefficients.ts';
import type { Factors, Recipe } from './types.ts';

export type NamedComponents = Components & { names: readonly string[] };

/** The nest of a modality's components; without a recipe, of a space of its own. @throws InputError when they do not fit. */
export function nestOfComponents(
  recipe: Recipe | undefined,
  modality: Modality,
  { names }: { names: readonly string[] },
): Nest {
  if (recipe) return nestOf(recipe, modality, names);
  if (names.length === 1) return singleNest(modality);
  throw new InputError(`A space of its own has one component; here are ${names.join(', ')}.`);
}

/**
 * Scores of a task in closed form, [nQueries, nGallery], from the components of all items of each modality.
 * @throws InputError on a modality without components, or factors that do not fit the recipe.
 */
export function taskScores(
  recipe: Recipe | undefined,
  components: Partial<Record<Modality, NamedComponents>>,
  task: RetrievalTask,
  factors: Factors,
): Float32Array {
  const checked = recipe ? checkFactors(recipe, factors) : {};
  const side = (modality: Modality, indices: Uint32Array) => {
    const all = components[modality];
    if (!all) throw new InputError(`There are no ${modality} components to score.`);
    const gathered = gatherComponents(all, indices);
    const w = coefficients(nestOfComponents(recipe, modality, all), checked, gramOf(gathered));
    return { data: gathered.data, dim: all.dim, w };
  };
  const queries = side(task.queryModality, task.queries);
  const gallery = side(task.galleryModality, task.gallery);
  const planes = queries.data.flatMap((x) => gallery.data.map((y) => plane(x, y, queries.dim)));
  return scoresFromPlanes(planes, queries.w, gallery.w, task.queries.length, task.gallery.length);
}

/** Rank of each query's best right answer, [nQueries], from 1 (see ranks()). @throws InputError as taskScores. */
export function taskRanks(
  recipe: Recipe | undefined,
  components: Partial<Record<Modality, NamedComponents>>,
  task: RetrievalTask,
  factors: Factors,
): Uint32Array {
  return ranks(taskScores(recipe, components, task, factors), task.gallery.length, task.relevant);
}
