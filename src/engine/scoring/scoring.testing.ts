/** What holds the fast ranks to the plain ones, for tests. */
import { expect } from 'vitest';
import type { Modality } from '../../base/modality.ts';
import { createRandom } from '../../base/random.ts';
import { nAnswersOf, offsetsOf, type AnswerRanks } from '../../math/answers.ts';
import { taskAnswerRanks, taskScores, type NamedComponents } from '../../recipe/taskScores.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';

/** Scores of float32 sums differ from the plain ones by less than this: so near, the order may differ. */
const NEAR = 1e-6;

type Components = Partial<Record<Modality, NamedComponents>>;

/** Ranks of every right answer must equal the plain version's, except by as many as score within 1e-6 of the answer. */
export function expectAnswerRanks(
  found: AnswerRanks | undefined,
  recipe: Recipe | undefined,
  components: Components,
  task: RetrievalTask,
  settings: readonly Factors[],
): void {
  const plain = taskAnswerRanks(recipe, components, task, settings);
  expect(found?.nSettings).toBe(settings.length);
  expect(found?.nGallery).toBe(task.gallery.length);
  expect(found?.offsets).toEqual(plain.offsets);
  expect(found?.ranks.length).toBe(plain.ranks.length);
  const nAnswers = nAnswersOf(plain);
  settings.forEach((factors, s) => {
    const scores = taskScores(recipe, components, task, factors);
    task.relevant.forEach((right, q) => {
      const row = scores.subarray(q * task.gallery.length, (q + 1) * task.gallery.length);
      right.forEach((g, k) => {
        const a = s * nAnswers + plain.offsets[q]! + k;
        const nNear = row.filter((score) => Math.abs(score - row[g]!) <= NEAR).length - 1;
        expect(Math.abs(found!.ranks[a]! - plain.ranks[a]!)).toBeLessThanOrEqual(nNear);
      });
    });
  });
}

/** Ranks of each query's best right answer, [nQueries], must equal the plain version's in the same way. */
export function expectBestRanks(
  found: Uint32Array | undefined,
  recipe: Recipe | undefined,
  components: Components,
  task: RetrievalTask,
  factors: Factors,
): void {
  const scores = taskScores(recipe, components, task, factors);
  const best = task.relevant.map((right, q) => {
    const row = scores.subarray(q * task.gallery.length, (q + 1) * task.gallery.length);
    return right.reduce((top, g) => (row[g]! > row[top]! ? g : top), right[0]!);
  });
  const relevant = best.map((g) => Uint32Array.of(g));
  const single = { nSettings: 1, nGallery: task.gallery.length, offsets: offsetsOf(relevant), ranks: found! };
  expectAnswerRanks(single, recipe, components, { ...task, relevant }, [factors]);
}

/** A seeded task over all items with `nRight` right answers a query (fewer in a smaller gallery). */
export function drawCaptionTask(
  seed: number,
  queryModality: Modality,
  galleryModality: Modality,
  nItems: Readonly<Record<Modality, number>>,
  nRight: number,
): RetrievalTask {
  const random = createRandom(seed);
  const all = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);
  const gallery = all(nItems[galleryModality]);
  const queries = all(gallery.length > 0 ? nItems[queryModality] : 0);
  const relevant = Array.from(queries, () =>
    Uint32Array.from(random.shuffled([...gallery]).slice(0, nRight)).sort(),
  );
  return { queryModality, galleryModality, queries, gallery, relevant };
}
