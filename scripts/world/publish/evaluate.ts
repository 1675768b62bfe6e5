/** Ranks of a task at many settings: planes once, then the closed form. */
import type { Direction, Modality } from '../../../src/base/modality.ts';
import { gatherComponents, gramOf } from '../../../src/math/components.ts';
import { plane, scoresFromPlanes } from '../../../src/math/fusion.ts';
import { chanceOf, taskMetrics, type TaskMetrics } from '../../../src/math/metrics.ts';
import { ranks } from '../../../src/math/ranks.ts';
import { coefficients } from '../../../src/recipe/coefficients.ts';
import { nestOfComponents, type NamedComponents } from '../../../src/recipe/taskScores.ts';
import type { Factors, Recipe } from '../../../src/recipe/types.ts';
import { retrievalTask } from '../../../src/world/tasks.ts';
import type { CollectionManifest, RetrievalTask } from '../../../src/world/types.ts';

export interface Evaluator {
  task: RetrievalTask;
  /** Rank of each query's best right answer, [nQueries]. */
  ranksAt(factors: Factors): Uint32Array;
  /** The figures of all queries, or of those at `only`. */
  metricsAt(factors: Factors, only?: readonly number[]): TaskMetrics;
}

export function createEvaluator(
  manifest: CollectionManifest,
  recipe: Recipe | undefined,
  components: Partial<Record<Modality, NamedComponents>>,
  direction: Direction,
): Evaluator {
  const task = retrievalTask(manifest, direction);
  const side = (modality: Modality, indices: Uint32Array) => {
    const all = components[modality]!;
    const gathered = gatherComponents(all, indices);
    return { ...gathered, gram: gramOf(gathered), nest: nestOfComponents(recipe, modality, all) };
  };
  const queries = side(task.queryModality, task.queries);
  const gallery = side(task.galleryModality, task.gallery);
  const planes = queries.data.flatMap((x) => gallery.data.map((y) => plane(x, y, queries.dim)));
  const ranksAt = (factors: Factors) =>
    ranks(
      scoresFromPlanes(
        planes,
        coefficients(queries.nest, factors, queries.gram),
        coefficients(gallery.nest, factors, gallery.gram),
        queries.nItems,
        gallery.nItems,
      ),
      gallery.nItems,
      task.relevant,
    );
  return {
    task,
    ranksAt,
    metricsAt(factors, only) {
      const all = ranksAt(factors);
      const chosen = only ?? [...all.keys()];
      const relevant = chosen.map((q) => task.relevant[q]!);
      return taskMetrics(
        Uint32Array.from(chosen, (q) => all[q]!),
        gallery.nItems,
        chanceOf(relevant, gallery.nItems),
      );
    },
  };
}
