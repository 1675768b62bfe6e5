/** The fast path held to its plain twin on random recipes, sizes and tiles; on WebAssembly, one thread. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Direction, Modality } from '../../base/modality.ts';
import { checkFactors, factorKeys } from '../../recipe/coefficients.ts';
import { drawComponents, recipeCases } from '../../recipe/recipes.testing.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { drawCaptionTask, expectAnswerRanks, expectBestRanks } from './scoring.testing.ts';
import { openWasm } from './scoringDevice.ts';
import { ScoringJob } from './scoringJob.ts';

const DIM = 12;
/** Tiles of eight queries, the smallest there are. */
const TINY = 1;
const DIRECTIONS: Direction[] = ['audio>text', 'text>audio', 'image>text', 'audio>image', 'text>text'];

/** None, one, a prime, one more than a tile, and several tiles. */
const size = fc.constantFrom(0, 1, 7, 9, 13, 17, 31);

const cases = fc.record({
  one: recipeCases,
  nItems: fc.record({ text: size, image: size, audio: size }),
  nRight: fc.constantFrom(1, 2, 5),
  tileBytes: fc.constantFrom(TINY, 40 * 4 * 16, 2 ** 20),
});

/** The factors with some modality's sliders all at one value. */
function moved(recipe: Recipe, factors: Factors, modality: Modality, value: number): Factors {
  const next = checkFactors(recipe, factors);
  for (const key of recipe.bonds.flatMap(factorKeys)) {
    if (next[key]![modality] !== undefined) next[key] = { ...next[key], [modality]: value };
  }
  return next;
}

test('ranks of every answer, and drags of one side and the other, equal the plain version', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ one, nItems, nRight, tileBytes }) => {
      const { recipe } = one;
      const job = new ScoringJob({ open: () => openWasm('a test'), tileBytes });
      const components = drawComponents(one, nItems, DIM);
      const tasks = Object.fromEntries(
        DIRECTIONS.map((direction, d) => {
          const [from, to] = direction.split('>') as [Modality, Modality];
          return [direction, drawCaptionTask(one.seed + d, from, to, nItems, nRight)];
        }),
      ) as Record<Direction, ReturnType<typeof drawCaptionTask>>;
      await job.setCollection('r', recipe, components, tasks);
      // A path of single steps: the base, then text alone, text again, audio alone, audio again, everything at once.
      const settings = [one.factors];
      for (const [modality, value] of [
        ['text', 0.25],
        ['text', 0.5],
        ['audio', 0.75],
        ['audio', 1],
      ] as const) {
        settings.push(moved(recipe, settings.at(-1)!, modality, value));
      }
      settings.push({}, one.factors);
      const served = DIRECTIONS.filter((direction) => tasks[direction].queries.length > 0);
      for (const factors of settings) {
        for (const direction of served) {
          const found = await job.ranks('r', direction, factors);
          expectBestRanks(found, recipe, components, tasks[direction], factors);
        }
      }
      const swept = await job.answerRanks('r', DIRECTIONS, settings);
      expect(Object.keys(swept)).toEqual(served);
      for (const direction of served) {
        expectAnswerRanks(swept[direction], recipe, components, tasks[direction], settings);
      }
      job.dispose();
    }),
    { numRuns: 15, seed: 8 },
  );
}, 60_000);

test('equal items tie in every path: the lower index stands first', async () => {
  await fc.assert(
    fc.asyncProperty(recipeCases, fc.constantFrom(TINY, 2 ** 20), async (one, tileBytes) => {
      const { recipe } = one;
      const half = 17;
      const nItems = { text: 2 * half, image: 1, audio: half };
      const components = drawComponents(one, nItems, DIM);
      // Every text is there twice: item g and item g + half, both right.
      for (const rows of components.text.data) rows.copyWithin(half * DIM, 0, half * DIM);
      const task = drawCaptionTask(1, 'audio', 'text', nItems, 1);
      const relevant = Array.from(task.queries, (q) => Uint32Array.of(q, q + half));
      const tasks = { 'audio>text': { ...task, relevant } };
      const job = new ScoringJob({ open: () => openWasm('a test'), tileBytes });
      await job.setCollection('r', recipe, components, tasks);
      const settings = [0, 0.3, 0.6, 0.9].map((value) => moved(recipe, one.factors, 'audio', value));
      settings.push(...[0.1, 0.5].map((value) => moved(recipe, settings[3]!, 'text', value)));
      const swept = (await job.answerRanks('r', ['audio>text'], settings))['audio>text']!;
      for (const [s, factors] of settings.entries()) {
        const best = await job.ranks('r', 'audio>text', factors);
        best.forEach((rank, q) => {
          expect(rank % 2).toBe(1); // pairs stand before it
          const [first, second] = swept.ranks.subarray((s * half + q) * 2, (s * half + q + 1) * 2);
          expect(second).toBe(first! + 1);
        });
      }
      job.dispose();
    }),
    { numRuns: 15, seed: 3 },
  );
}, 60_000);
