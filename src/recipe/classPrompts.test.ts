/** Classes that several prompts describe: the closed form against fusing every prompt, averaging and normalising. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { gramOf } from '../math/components.ts';
import { plane } from '../math/fusion.ts';
import { coefficients, componentSource } from './coefficients.ts';
import { RECIPES } from './embedded.ts';
import {
  drawComponents,
  drawTask,
  fusedVectors,
  recipeCases,
  unitRows,
  type NamedSet,
} from './recipes.testing.ts';
import { nestOfComponents, taskScores, type NamedComponents } from './taskScores.ts';
import type { Recipe } from './types.ts';

const DIM = 24;
const [UNIFIED_PP, PICTEXT_U] = RECIPES as [Recipe, Recipe];
const prompts = fc.constantFrom(1, 2, 3, 7);
const sizes = fc.constantFrom(0, 1, 13);

/** One set of classes from the sets of their prompts. */
function joined(sets: readonly NamedSet[]): NamedComponents {
  return {
    names: sets.flatMap(({ names }) => names),
    nItems: sets[0]!.nItems,
    dim: DIM,
    data: sets.flatMap(({ data }) => data),
    nPrompts: sets.length,
  };
}

/** normalise(mean_p x_p), row by row, of arrays [nItems, DIM]. */
function meanDirections(rows: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(rows[0]!.length);
  for (let start = 0; start < out.length; start += DIM) {
    const sum = Float64Array.from({ length: DIM }, (_, d) => rows.reduce((s, x) => s + x[start + d]!, 0));
    out.set(
      sum.map((value) => value / Math.hypot(...sum)),
      start,
    );
  }
  return out;
}

function largestGap(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);
}

describe('a class scores as the normalised mean of its fused prompts', () => {
  test('for random recipes, factors, numbers of prompts and sizes', () => {
    fc.assert(
      fc.property(recipeCases, prompts, sizes, (drawn, nPrompts, nClasses) => {
        const nItems = { text: nClasses, image: 1, audio: 11 };
        const queries = drawComponents(drawn, nItems, DIM).audio;
        const sets = Array.from(
          { length: nPrompts },
          (_, p) => drawComponents({ ...drawn, seed: drawn.seed ^ (p + 1) }, nItems, DIM).text,
        );
        const task = drawTask(drawn.seed, 'audio', 'text', nItems);
        const scores = taskScores(drawn.recipe, { audio: queries, text: joined(sets) }, task, drawn.factors);
        const x = fusedVectors(drawn.recipe, 'audio', queries, drawn.factors);
        const classes = meanDirections(
          sets.map((set) => fusedVectors(drawn.recipe, 'text', set, drawn.factors)),
        );
        expect(
          largestGap(scores, plane(x.subarray(0, task.queries.length * DIM), classes, DIM)),
        ).toBeLessThan(1e-5);
      }),
      { numRuns: 150, seed: 21 },
    );
  });

  test('for a space of its own', () => {
    fc.assert(
      fc.property(fc.integer(), prompts, sizes, (seed, nPrompts, nClasses) => {
        const random = createRandom(seed);
        const audio = { names: ['foley'], nItems: 5, dim: DIM, data: [unitRows(random, 5, DIM)] };
        const rows = Array.from({ length: nPrompts }, () => unitRows(random, nClasses, DIM));
        const text = joined(
          rows.map((data) => ({ names: ['foley'], nItems: nClasses, dim: DIM, data: [data] })),
        );
        const task = drawTask(seed, 'audio', 'text', { text: nClasses, image: 0, audio: 5 });
        const scores = taskScores(undefined, { audio, text }, task, {});
        const queries = audio.data[0]!.subarray(0, task.queries.length * DIM);
        expect(largestGap(scores, plane(queries, meanDirections(rows), DIM))).toBeLessThan(1e-5);
      }),
      { numRuns: 50, seed: 22 },
    );
  });

  test('one prompt is the plain item, to the last bit', () => {
    fc.assert(
      fc.property(recipeCases, (drawn) => {
        const { text } = drawComponents(drawn, { text: 9, image: 1, audio: 1 }, DIM);
        const gram = gramOf(text);
        const w = (set: NamedComponents) =>
          coefficients(nestOfComponents(drawn.recipe, 'text', set), drawn.factors, gram);
        expect(w({ ...text, nPrompts: 1 })).toEqual(w(text));
      }),
      { numRuns: 50, seed: 23 },
    );
  });

  test('prompts that cancel score nothing', () => {
    const data = [Float32Array.of(1, 0), Float32Array.of(-1, 0)];
    const set = { names: ['foley', 'foley'], nItems: 1, dim: 2, data, nPrompts: 2 };
    const w = coefficients(nestOfComponents(undefined, 'text', set), {}, gramOf(set));
    expect([...w]).toEqual([0, 0]);
  });
});

test('names that are not one prompt’s, nPrompts times, are refused', () => {
  const names = ['unified', 'c-foley.foley'];
  const nest = (list: string[], nPrompts: number) =>
    nestOfComponents(UNIFIED_PP, 'text', { names: list, nPrompts });
  expect(nest([...names, ...names], 2)).toMatchObject({ nComponents: 4, nPrompts: 2, start: 0 });
  expect(() => nest(['unified', 'unified', 'c-foley.foley', 'c-foley.foley'], 2)).toThrow(InputError);
  expect(() => nest([...names, 'unified'], 2)).toThrow(/2 prompts/);
  expect(() => nest([...names, 'unified'], 1.5)).toThrow(InputError);
  expect(() => nest([...names, ...names], 4)).toThrow(InputError);
  expect(() => nestOfComponents(undefined, 'text', { names, nPrompts: 1 })).toThrow(/has one component/);
  expect(nestOfComponents(undefined, 'text', { names: ['foley', 'foley'], nPrompts: 2 })).toMatchObject({
    nComponents: 2,
    nPrompts: 2,
  });
});

test('what a component is made from', () => {
  const [c, d] = [UNIFIED_PP.bonds[0]!, PICTEXT_U.bonds[0]!];
  expect(componentSource(UNIFIED_PP, 'unified')).toEqual({ space: 'unified' });
  expect(componentSource(UNIFIED_PP, 'c-foley.foley')).toEqual({
    bond: c,
    parts: [{ space: 'foley', ensemble: 'foley-to-unified', from: 0, to: 7 }],
  });
  expect(componentSource(PICTEXT_U, 'd-pictext.unified')).toEqual({
    bond: d,
    parts: [{ space: 'unified', ensemble: 'unified-to-pictext', from: 0, to: 7 }],
  });
  expect(componentSource(PICTEXT_U, 'pictext')).toEqual({ space: 'pictext' });
  expect(() => componentSource(UNIFIED_PP, 'c-foley.tone')).toThrow(InputError);
});

test('a pooled mixture has a part an expert, a tuned base is projected with the ensemble of the space it came from', () => {
  const recipe = (id: string) => RECIPES.find((one) => one.id === id)!;
  const both = componentSource(recipe('pictext-upp'), 'c-foley-tone-pictext.foley+tone');
  expect(both).toMatchObject({
    parts: [
      { space: 'foley', ensemble: 'foley-to-pictext', from: 0, to: 7 },
      { space: 'tone', ensemble: 'tone-to-pictext', from: 7, to: 14 },
    ],
  });
  expect(componentSource(recipe('pictext-u-dagger'), 'd-pictext.unified-dagger')).toMatchObject({
    parts: [{ space: 'unified-dagger', ensemble: 'unified-to-pictext' }],
  });
});
