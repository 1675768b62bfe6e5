import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { gatherComponents } from '../math/components.ts';
import { rankOf, topK } from '../math/topK.ts';
import { ranks } from '../math/ranks.ts';
import { factorKeys, nestOf, singleNest, type Nest } from './coefficients.ts';
import { RECIPES, SPACES } from './embedded.ts';
import { createQueryScorer } from './queryScorer.ts';
import { drawComponents, drawTask, recipeCases, type RecipeCase } from './recipes.testing.ts';
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

/** A text query against audio items under a drawn recipe. */
function scorerOf(drawn: RecipeCase, nItems: number) {
  const components = drawComponents(drawn, { text: 1, image: 1, audio: nItems }, DIM);
  const side = (modality: 'text' | 'audio') => ({
    nest: nestOf(drawn.recipe, modality, components[modality].names),
    components: components[modality],
  });
  return createQueryScorer(side('text'), side('audio'));
}

test('scores depend on the factors alone, not on those that came before', () => {
  const moves = fc.array(
    fc.record({ text: fc.constantFrom(0, 0.3, 1), audio: fc.constantFrom(0, 0.45, 1) }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(recipeCases, moves, (drawn, settings) => {
      const kept = scorerOf(drawn, 13);
      const scores = new Float32Array(13);
      for (const setting of settings) {
        const keys = drawn.recipe.bonds.flatMap((bond) => factorKeys(bond));
        const factors = Object.fromEntries(keys.map((key) => [key, setting]));
        const fresh = new Float32Array(13);
        scorerOf(drawn, 13).scoresInto(fresh, factors);
        kept.scoresInto(scores, factors);
        expect(scores).toEqual(fresh);
      }
    }),
    { numRuns: 100, seed: 10 },
  );
});

const FUSED: Nest = {
  modality: 'audio',
  nComponents: 2,
  nPrompts: 1,
  start: 0,
  steps: [{ experts: [{ component: 1, factorKey: 'c' }] }],
};

test('what cancels scores nothing, and equal items tie exactly at every factor', () => {
  const base = Float32Array.of(1, 0, 0.6, 0.8, 0.6, 0.8);
  const expert = Float32Array.of(-1, 0, 0.8, -0.6, 0.8, -0.6);
  const scorer = createQueryScorer(
    { nest: singleNest('text'), components: { nItems: 1, dim: 2, data: [Float32Array.of(0.28, 0.96)] } },
    { nest: FUSED, components: { nItems: 3, dim: 2, data: [base, expert] } },
  );
  const scores = new Float32Array(3);
  for (const audio of [0, 0.1, 0.5, 0.5, 0.77, 1]) {
    scorer.scoresInto(scores, { c: { audio } });
    expect(scores[1]).toBe(scores[2]);
    expect([...topK(scores, 3)].indexOf(1)).toBeLessThan([...topK(scores, 3)].indexOf(2));
  }
  const ofOpposites = [0.5, 1, 0.5].map((audio) => {
    scorer.scoresInto(scores, { c: { audio } });
    return scores[0];
  });
  expect(ofOpposites).toEqual([0, Math.fround(-0.28), 0]);
});

test.each([4095, 4096, 4097, 8193])('a gallery of %i items is scored to its last', (n) => {
  const factors = { 'c-foley': { audio: 0.35, text: 0.6 } };
  const drawn = { recipe: RECIPES[0]!, spaces: [...SPACES], factors, seed: n };
  const components = drawComponents(drawn, { text: n, image: 1, audio: 1 }, 4);
  const side = (modality: 'text' | 'audio') => ({
    nest: nestOf(drawn.recipe, modality, components[modality].names),
    components: components[modality],
  });
  const scorer = createQueryScorer(side('audio'), side('text'));
  const task = drawTask(1, 'audio', 'text', { text: n, image: 1, audio: 1 });
  const scores = new Float32Array(n);
  // Once with everything new, once with the gallery's coefficients kept, once with the query's rows kept.
  const others = [
    { audio: 0.35, text: 0.6 },
    { audio: 0.9, text: 0.6 },
    { audio: 0.9, text: 0.1 },
  ];
  for (const other of others) {
    const setting = { 'c-foley': other };
    scorer.scoresInto(scores, setting);
    const expected = taskScores(drawn.recipe, components, task, setting);
    const gap = scores.reduce((largest, score, g) => Math.max(largest, Math.abs(score - expected[g]!)), 0);
    expect(gap).toBeLessThan(1e-5);
  }
});

test('an empty gallery has no scores', () => {
  const empty = { nItems: 0, dim: 2, data: [new Float32Array(0), new Float32Array(0)] };
  const one = { nItems: 1, dim: 2, data: [Float32Array.of(1, 0)] };
  const scorer = createQueryScorer(
    { nest: singleNest('text'), components: one },
    { nest: FUSED, components: empty },
  );
  scorer.scoresInto(new Float32Array(0), { c: { audio: 0.5 } });
  expect(scorer.nGallery).toBe(0);
  expect([...topK(new Float32Array(0), 10)]).toEqual([]);
  expect(() => scorer.parts(0, {})).toThrow(/no item 0/);
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
  const score = fc.constantFrom(-1, -0, 0, 0.25, 0.5, 1);
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

test.each(['ascending', 'descending', 'all equal'])('topK of %s scores', (order) => {
  const n = 1009;
  const scores = Float32Array.from({ length: n }, (_, i) =>
    order === 'ascending' ? i : order === 'descending' ? -i : 0.5,
  );
  const expected = Array.from({ length: n }, (_, i) => (order === 'ascending' ? n - 1 - i : i));
  for (const k of [1, 2, 10, n - 1, n, n + 1]) expect([...topK(scores, k)]).toEqual(expected.slice(0, k));
});
