/** The plain version of all-query scoring: the documentation and the test's truth of the worker's kernel. */
import { InputError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import { offsetsOf, type AnswerRanks } from '../math/answers.ts';
import { gatherComponents, gramOf, type Components } from '../math/components.ts';
import { plane, scoresFromPlanes } from '../math/fusion.ts';
import { ranks } from '../math/ranks.ts';
import type { RetrievalTask } from '../world/types.ts';
import { checkFactors, coefficients, nestOf, singleNest, type Nest } from './coefficients.ts';
import type { Factors, Recipe } from './types.ts';

/**
 * Components with their names. With `nPrompts` P, every item is a class that P prompts describe: component p * K + k is the
 * k-th of its prompt p, and `names` are one prompt's K names, P times.
 */
export type NamedComponents = Components & { names: readonly string[]; nPrompts?: number };

/** The nest of a modality's components; without a recipe, of a space of its own. @throws InputError when they do not fit. */
export function nestOfComponents(
  recipe: Recipe | undefined,
  modality: Modality,
  { names, nPrompts = 1 }: { names: readonly string[]; nPrompts?: number },
): Nest {
  const own = names.slice(0, names.length / nPrompts);
  if (!Number.isInteger(nPrompts) || names.some((name, i) => name !== own[i % own.length])) {
    throw new InputError(
      `${nPrompts} prompts have one prompt's names ${nPrompts} times; here are ${names.join(', ')}.`,
    );
  }
  if (recipe) return nestOf(recipe, modality, own, nPrompts);
  if (own.length === 1) return singleNest(modality, nPrompts);
  throw new InputError(`A space of its own has one component; here are ${own.join(', ')}.`);
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

/**
 * Rank of every right answer of every query, at every setting: 1 + #(s > s_a) + #(s = s_a, index < a).
 * @throws InputError as taskScores.
 */
export function taskAnswerRanks(
  recipe: Recipe | undefined,
  components: Partial<Record<Modality, NamedComponents>>,
  task: RetrievalTask,
  settings: readonly Factors[],
): AnswerRanks {
  const nGallery = task.gallery.length;
  const flat = settings.flatMap((factors) => {
    const scores = taskScores(recipe, components, task, factors);
    return task.relevant.flatMap((right, q) => {
      const row = scores.subarray(q * nGallery, (q + 1) * nGallery);
      return Array.from(right, (answer) => ranks(row, nGallery, [Uint32Array.of(answer)])[0]!);
    });
  });
  const offsets = offsetsOf(task.relevant);
  return { nSettings: settings.length, nGallery, offsets, ranks: Uint32Array.from(flat) };
}
