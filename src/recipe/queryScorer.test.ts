import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { gatherComponents } from '../math/components.ts';
import { rankOf, topK } from '../math/topK.ts';
import { ranks } from '../math/ranks.ts';
import { nestOf, singleNest } from './coefficients.ts';
import { createQueryScorer } from './queryScorer.ts';
import { drawComponents, drawTask, recipeCases } from './recipes.testing.ts';
import { taskScores } from './taskScores.ts';

const DIM = 12;

test('one query scores as its row of the task, and its parts sum to the score', () => {
  fc.assert(
    fc.property(recipeCases, fc.constantFrom(0, 1, 13, 65), (drawn, n) => {
      const nItems = { text: n, image: 3, audio: 4 };
      const components = drawComponents(drawn, nItems, DIM);
      const gallery = Uint32Array.from({ length: n }, (_, i) => n - 1 - i).filter((i) => i % 3 > 0);
      const task = { ...drawTask(1, 'audio', 'text', nItems), queries: Uint32Array.of(2), gallery };
      const expected = taskScores(drawn.recipe, components, task, drawn.factors);
      const scorer = createQueryScorer(
        {
          nest: nestOf(drawn.recipe, 'audio', components.audio.names),
          components: gatherComponents(components.audio, [2]),
        },
        { nest: nestOf(drawn.recipe, 'text', components.text.names), components: components.text },
        gallery,
      );
      const scores = new Float32Array(scorer.nGallery);
      scorer.scoresInto(scores, drawn.factors);
      expect(scores.length).toBe(gallery.length);
      scores.forEach((score, g) => {
        expect(Math.abs(score - expected[g]!)).toBeLessThan(1e-5);
        const sum = scorer.parts(g, drawn.factors).reduce((total, { value }) => total + value, 0);
        expect(Math.abs(sum - score)).toBeLessThan(1e-5);
      });
    }),
    { numRuns: 100, seed: 9 },
  );
});

test('a scorer refuses what does not fit', () => {
  const side = (nItems: number, dim: number, value = 1) => ({
    nest: singleNest('text'),
    components: { nItems, dim, data: [new Float32Array(nItems * dim).fill(value)] },
  });
  expect(() => createQueryScorer(side(2, 3), side(4, 3))).toThrow(InputError);
  expect(() => createQueryScorer(side(1, 3), side(4, 2))).toThrow(/dimension 3/);
  expect(() => createQueryScorer(side(1, 3, NaN), side(4, 3))).toThrow(/NaN/);
  const scorer = createQueryScorer(side(1, 3), side(4, 3));
  expect(() => scorer.scoresInto(new Float32Array(3), {})).toThrow(InputError);
  expect(() => scorer.parts(4, {})).toThrow(InputError);
});

test('topK and rankOf agree with sorting, ties to the lower index', () => {
  const score = fc.constantFrom(-1, 0, 0.25, 0.5, 1);
  fc.assert(
    fc.property(fc.array(score, { maxLength: 40 }), fc.integer({ min: 0, max: 45 }), (list, k) => {
      const scores = Float32Array.from(list);
      const sorted = list.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
      expect([...topK(scores, k)]).toEqual(sorted.slice(0, k));
      sorted.forEach((item, position) => {
        expect(rankOf(scores, item)).toBe(position + 1);
        expect(ranks(scores, list.length, [Uint32Array.of(item)])[0]).toBe(position + 1);
      });
    }),
  );
});
