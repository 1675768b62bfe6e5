import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { gramOf } from '../math/components.ts';
import { fuseCoefficients, plane } from '../math/fusion.ts';
import { ranks } from '../math/ranks.ts';
import {
  checkFactors,
  coefficients,
  componentNames,
  defaultFactors,
  factorKeys,
  nestOf,
  presetFactors,
} from './coefficients.ts';
import { RECIPES, SPACES } from './embedded.ts';
import { drawComponents, drawTask, fusedVectors, recipeCases } from './recipes.testing.ts';
import { taskRanks, taskScores } from './taskScores.ts';
import type { Bond, Recipe } from './types.ts';

const [UNIFIED_PP, PICTEXT_U] = RECIPES as [Recipe, Recipe];
const DIM = 24;
const sizes = fc.constantFrom(0, 1, 13, 65);

/** sum_k w_k e_k of every item. */
function combined(w: Float32Array, data: Float32Array[], nItems: number): Float32Array {
  const out = new Float32Array(nItems * DIM);
  data.forEach((rows, k) => rows.forEach((e, i) => (out[i]! += w[k * nItems + Math.floor(i / DIM)]! * e)));
  return out;
}

function largestGap(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);
}

describe('the closed form', () => {
  test('equals re-fusing, for random nests, factors and sizes', () => {
    fc.assert(
      fc.property(recipeCases, sizes, (drawn, n) => {
        const components = drawComponents(drawn, { text: n, image: n, audio: n }, DIM);
        for (const modality of MODALITIES) {
          const set = components[modality];
          const nest = nestOf(drawn.recipe, modality, set.names);
          const w = coefficients(nest, drawn.factors, gramOf(set));
          const written = fusedVectors(drawn.recipe, modality, set, drawn.factors);
          expect(largestGap(combined(w, set.data, n), written)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('scores and ranks equal re-fusing and re-multiplying', () => {
    fc.assert(
      fc.property(recipeCases, sizes, sizes, (drawn, nText, nAudio) => {
        const nItems = { text: nText, image: 5, audio: nAudio };
        const components = drawComponents(drawn, nItems, DIM);
        const task = drawTask(drawn.seed, 'audio', 'text', nItems);
        const scores = taskScores(drawn.recipe, components, task, drawn.factors);
        const fused = (modality: Modality) =>
          fusedVectors(drawn.recipe, modality, components[modality], drawn.factors);
        const written = plane(fused('audio').subarray(0, task.queries.length * DIM), fused('text'), DIM);
        expect(largestGap(scores, written)).toBeLessThan(1e-5);
        const found = taskRanks(drawn.recipe, components, task, drawn.factors);
        const expected = ranks(written, nText, task.relevant);
        const wrong = [...found.keys()].filter((q) => {
          const row = written.subarray(q * nText, (q + 1) * nText);
          const best = Math.max(...[...task.relevant[q]!].map((g) => row[g]!));
          const nClose = row.filter((score) => Math.abs(score - best) <= 1e-6).length;
          return nClose === 1 && found[q] !== expected[q];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 100, seed: 8 },
    );
  });

  test('is the single fuse of math/fusion for one combination', () => {
    const drawn = { recipe: UNIFIED_PP, spaces: [...SPACES], factors: {}, seed: 3 };
    const { text } = drawComponents(drawn, { text: 17, image: 1, audio: 1 }, DIM);
    const gram = gramOf(text);
    const nest = nestOf(UNIFIED_PP, 'text', text.names);
    const cross = Float32Array.from({ length: 17 }, (_, i) => gram.products[17 + i]!);
    for (const f of [0, 0.37, 1]) {
      const w = coefficients(nest, { 'c-foley': { text: f } }, gram);
      expect(largestGap(w, fuseCoefficients(f, cross))).toBeLessThan(1e-6);
    }
  });

  test('gives nothing where opposite vectors cancel', () => {
    const set = { names: ['unified', 'c-foley.foley'], nItems: 1, dim: 2 };
    const data = [Float32Array.of(1, 0), Float32Array.of(-1, 0)];
    const nest = nestOf(UNIFIED_PP, 'audio', set.names);
    const w = coefficients(nest, { 'c-foley': { audio: 0.5 } }, gramOf({ ...set, data }));
    expect([...w]).toEqual([0, 0]);
  });
});

describe('component names', () => {
  test('of the recipes that ship', () => {
    const names = (recipe: Recipe) => MODALITIES.map((modality) => componentNames(recipe, modality, SPACES));
    const withFoley = ['unified', 'c-foley.foley'];
    expect(names(UNIFIED_PP)).toEqual([withFoley, ['unified'], withFoley]);
    const displaced = ['d-pictext.unified', 'pictext'];
    expect(names(PICTEXT_U)).toEqual([displaced, displaced, ['d-pictext.unified']]);
  });

  test('of a displacement with a pooled and a weighed combination', () => {
    const c: Bond = { ...UNIFIED_PP.bonds[0]!, id: 'c', experts: ['foley', 'foley2'] };
    const spaces = [...SPACES, { ...SPACES[2]!, id: 'foley2' }];
    const nested = { ...PICTEXT_U, bonds: [...PICTEXT_U.bonds, c] };
    expect(componentNames(nested, 'text', spaces)).toEqual([
      'd-pictext.unified',
      'pictext',
      'c.foley+foley2',
    ]);
    const weighed = { ...nested, bonds: [PICTEXT_U.bonds[0]!, { ...c, parallel: 'weighed' as const }] };
    expect(componentNames(weighed, 'audio', spaces)).toEqual(['d-pictext.unified', 'c.foley', 'c.foley2']);
    expect(factorKeys(weighed.bonds[1]!)).toEqual(['c.foley', 'c.foley2']);
  });

  test('of modalities that the base lacks: the one expert stands alone, several serve nothing', () => {
    const spaces = [{ ...SPACES[0]!, modalities: ['text' as const] }, SPACES[1]!, SPACES[2]!];
    expect(componentNames(PICTEXT_U, 'image', spaces)).toEqual(['pictext']);
    expect(componentNames(UNIFIED_PP, 'audio', spaces)).toEqual(['c-foley.foley']);
    expect(componentNames(UNIFIED_PP, 'image', spaces)).toEqual([]);
    const nest = nestOf(UNIFIED_PP, 'audio', ['c-foley.foley']);
    expect(nest).toMatchObject({ start: 0, steps: [] });
    const two: Bond = { ...UNIFIED_PP.bonds[0]!, experts: ['foley', 'foley2'], parallel: 'weighed' };
    const more = [...spaces, { ...SPACES[2]!, id: 'foley2' }];
    expect(componentNames({ ...UNIFIED_PP, bonds: [two] }, 'audio', more)).toEqual([]);
  });

  test('names that do not fit the recipe are refused', () => {
    expect(() => nestOf(UNIFIED_PP, 'text', ['unified', 'pictext'])).toThrow(/no part "pictext"/);
    expect(() => nestOf(UNIFIED_PP, 'text', [])).toThrow(InputError);
    expect(() => componentNames(UNIFIED_PP, 'text', SPACES.slice(1))).toThrow(/not loaded/);
  });
});

test('a displacement after a combination is refused, and the message says why', () => {
  const wrong = { ...UNIFIED_PP, bonds: [...UNIFIED_PP.bonds, ...PICTEXT_U.bonds] };
  expect(() => componentNames(wrong, 'text', SPACES)).toThrow(InputError);
  expect(() => componentNames(wrong, 'text', SPACES)).toThrow(/already fused/);
});

describe('factors', () => {
  test('defaults stand at the base, presets are complete', () => {
    expect(defaultFactors(UNIFIED_PP)).toEqual({ 'c-foley': { text: 0, audio: 0 } });
    expect(presetFactors(UNIFIED_PP, 'Versatile')).toEqual({ 'c-foley': { text: 0.1, audio: 0.5 } });
    expect(checkFactors(UNIFIED_PP, { 'c-foley': { audio: 1 } })).toEqual({
      'c-foley': { text: 0, audio: 1 },
    });
    expect(checkFactors(UNIFIED_PP, {})).toEqual(defaultFactors(UNIFIED_PP));
  });

  test.each([
    [{ 'c-nothing': { text: 0.5 } }, /no slider "c-nothing"; it has c-foley/],
    [{ constructor: { text: 0.5 } }, /no slider "constructor"/],
    [{ 'c-foley': { image: 0.5 } }, /no slider for image; it fuses text and audio/],
    [{ 'c-foley': { text: 1.01 } }, /has 1.01 for text/],
    [{ 'c-foley': { text: -1e-9 } }, InputError],
    [{ 'c-foley': { text: NaN } }, /has NaN/],
  ])('%j is refused', (factors, reason) => {
    expect(() => checkFactors(UNIFIED_PP, factors as never)).toThrow(reason);
    expect(() => checkFactors(UNIFIED_PP, factors as never)).toThrow(InputError);
  });

  test('an unknown preset is refused', () => {
    expect(() => presetFactors(UNIFIED_PP, 'Nothing')).toThrow(/it has Unified, Versatile/);
  });
});
