import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { gatherRows } from '../math/pseudoPairs.ts';
import { evenly, slidersOf, withValue } from '../recipe/sliders.ts';
import {
  drawComponents,
  fusedVectors,
  recipeCases,
  unitRows,
  type RecipeCase,
} from '../recipe/recipes.testing.ts';
import { createRankingModel, N_ROWS, type RankingModel, type Rival } from './rankingModel.ts';
import type { Column } from './types.ts';

const DIM = 12;

/** A text asks sounds 1, 2, 4, 5, 7, ... of n; the second of them is right. */
function prepare(drawn: RecipeCase, n: number, withExpert = true) {
  const components = drawComponents(drawn, { text: 3, image: 1, audio: n }, DIM);
  const gallery = Uint32Array.from({ length: n }, (_, i) => i).filter((i) => i % 3 > 0);
  const random = createRandom(drawn.seed ^ 7);
  const model = createRankingModel({
    recipe: drawn.recipe,
    queryModality: 'text',
    query: components.text.data.map((rows) => gatherRows(rows, [2], DIM)),
    queryNames: components.text.names,
    galleryModality: 'audio',
    components: components.audio,
    gallery,
    galleryIds: Array.from({ length: n }, (_, i) => `audio:${i}`),
    right: Uint32Array.of(1),
    expert: withExpert
      ? { kind: 'present', dim: 5, query: unitRows(random, 1, 5), gallery: unitRows(random, n, 5) }
      : { kind: 'absent', reason: 'It has no ears.' },
  });
  return { model, components, gallery };
}

const ranked = (column: Column) => {
  if (column.kind === 'absent') throw new Error(column.reason);
  return column;
};

/** Every item with its rank, best first. */
const order = (model: RankingModel, factors: RecipeCase['factors']) => model.top(factors, model.nGallery);

test('the parts of a score are the weights times the cosines, and sum to what is ranked', () => {
  fc.assert(
    fc.property(recipeCases, fc.constantFrom(2, 3, 13, 40), (drawn, n) => {
      const { model, components, gallery } = prepare(drawn, n);
      const { recipe, factors } = drawn;
      const q = fusedVectors(recipe, 'text', components.text, factors).subarray(2 * DIM, 3 * DIM);
      const fused = fusedVectors(recipe, 'audio', components.audio, factors);
      for (const row of order(model, factors)) {
        const why = model.explain(factors, row.index);
        expect(why).toMatchObject({ ...row, nGallery: gallery.length });
        const sum = why.parts.reduce((total, { value }) => total + value, 0);
        expect(Math.abs(sum - row.score)).toBeLessThan(1e-5);
        const written = q.reduce((total, x, d) => total + x * fused[row.index * DIM + d]!, 0);
        expect(Math.abs(sum - written)).toBeLessThan(1e-5);
        for (const { query, item, queryWeight, itemWeight, cosine, value } of why.parts) {
          expect(Math.abs(queryWeight * itemWeight * cosine - value)).toBeLessThan(1e-6);
          expect(why.queryWeights[query]).toBe(queryWeight);
          expect(why.itemWeights[item]).toBe(itemWeight);
        }
        expect(why.parts).toHaveLength(components.text.data.length * components.audio.data.length);
      }
    }),
    { numRuns: 60, seed: 4 },
  );
});

test('rivals are the neighbours by rank and the first, and the part that decides gives most of the lead', () => {
  fc.assert(
    fc.property(recipeCases, fc.constantFrom(2, 3, 13, 40), (drawn, n) => {
      const { model } = prepare(drawn, n);
      const { factors } = drawn;
      const list = order(model, factors);
      const check = (rival: Rival | undefined, at: number, index: number) => {
        const other = list[at - 1];
        const expected = other?.index === index ? undefined : other;
        expect(rival?.index).toBe(expected?.index);
        if (!rival || !expected) return;
        const { parts, score } = model.explain(factors, index);
        const own = model.explain(factors, expected.index).parts.map(({ value }) => value);
        const lead = score - expected.score;
        const pushes = parts.map(({ value }, k) => (value - own[k]!) * Math.sign(lead));
        const decides = lead === 0 ? undefined : pushes.indexOf(Math.max(...pushes));
        const { id, rank, score: theirs } = expected;
        expect(rival).toEqual({ index: expected.index, id, rank, score: theirs, values: own, lead, decides });
      };
      for (const { index, rank } of list) {
        const { above, below, top } = model.explain(factors, index);
        check(above, rank - 1, index);
        check(below, rank + 1, index);
        check(top, 1, index);
      }
    }),
    { numRuns: 60, seed: 5 },
  );
});

test('equal scores go to the lower index, and no part decides between them', () => {
  const drawn = fc.sample(recipeCases, { numRuns: 1, seed: 1 })[0]!;
  const { model } = prepare(drawn, 2);
  const only = model.explain(drawn.factors, 1);
  expect(only).toMatchObject({ rank: 1, above: undefined, below: undefined, top: undefined });
  const twins = createRankingModel({
    recipe: { id: 'r', name: 'R', formula: '', base: 'base', bonds: [], presets: [] },
    queryModality: 'text',
    query: [Float32Array.of(1, 0)],
    queryNames: ['base'],
    galleryModality: 'audio',
    components: { names: ['base'], nItems: 3, dim: 2, data: [Float32Array.of(0.6, 0.8, 1, 0, 0.6, 0.8)] },
    gallery: Uint32Array.of(0, 1, 2),
    galleryIds: ['a', 'b', 'c'],
    right: new Uint32Array(),
    expert: { kind: 'absent', reason: '' },
  });
  const why = twins.explain({}, 2);
  expect(why).toMatchObject({ rank: 3, above: { id: 'a', lead: 0, decides: undefined }, top: { id: 'b' } });
  expect(twins.explain({}, 0)).toMatchObject({ rank: 2, below: { id: 'c', lead: 0 } });
});

test('pairs are named by what meets what', () => {
  const drawn = fc
    .sample(recipeCases, { numRuns: 200, seed: 2 })
    .find(({ recipe }) => recipe.bonds.length > 1 && recipe.bonds[0]!.kind === 'displacement')!;
  const { model } = prepare(drawn, 4);
  const { parts } = model.explain(drawn.factors, 1);
  for (const { query, item, kind } of parts) {
    const own = query === 'd.base' ? 'base' : 'expert';
    expect(kind).toBe(query === item ? own : 'crossed');
  }
  expect(parts.some(({ kind }) => kind === 'base')).toBe(true);
});

test('followed items have their place in all three rankings, whether among the rows or not', () => {
  fc.assert(
    fc.property(recipeCases, fc.boolean(), (drawn, withExpert) => {
      const { model, gallery } = prepare(drawn, 40, withExpert);
      const pins = [...gallery].toReversed();
      const { base, current, expert, pinned } = model.at(drawn.factors, [0, ...pins, 3]);
      expect(pinned.map(({ index }) => index)).toEqual(pins);
      const places = new Map(order(model, drawn.factors).map(({ index, rank }) => [index, rank]));
      for (const one of pinned) {
        expect(one.current).toBe(places.get(one.index));
        expect(one.expert === undefined).toBe(!withExpert);
        expect(one.right).toBe(one.index === gallery[1]);
        for (const [column, rank] of [
          [base, one.base],
          [expert, one.expert],
        ] as const) {
          if (rank === undefined || rank > N_ROWS) continue;
          expect(ranked(column).rows[rank - 1]!.index).toBe(one.index);
        }
      }
      for (const { index, id, rank, score } of ranked(current).rows) {
        const one = pinned.find((pin) => pin.index === index);
        expect(one).toMatchObject({ id, score, current: rank });
      }
      expect(model.at(drawn.factors).pinned).toEqual([]);
    }),
    { numRuns: 30, seed: 6 },
  );
});

test('the trace of an item is its rank at each value, and leaves the present ranking as it was', () => {
  const drawn = fc
    .sample(recipeCases, { numRuns: 50, seed: 3 })
    .find(({ recipe }) => slidersOf(recipe).some(({ modality }) => modality === 'audio'))!;
  const { model, gallery } = prepare(drawn, 40);
  const slider = slidersOf(drawn.recipe).find(({ modality }) => modality === 'audio')!;
  const before = model.at(drawn.factors).current;
  const values = evenly(21);
  const indices = [gallery[0]!, gallery[20]!];
  const traces = model.ranksAlong(drawn.factors, slider, values, indices);
  traces.forEach((ranks, i) =>
    values.forEach((value, s) => {
      expect(ranks[s]).toBe(model.explain(withValue(drawn.factors, slider, value), indices[i]!).rank);
    }),
  );
  expect(new Set(traces.flat()).size).toBeGreaterThan(2);
  expect(model.at(drawn.factors).current).toEqual(before);
});

test('an item of another gallery is refused by name', () => {
  const drawn = fc.sample(recipeCases, { numRuns: 1, seed: 1 })[0]!;
  const { model } = prepare(drawn, 10);
  expect(model.has(1)).toBe(true);
  expect(model.has(3)).toBe(false);
  expect(() => model.explain(drawn.factors, 3)).toThrow(InputError);
  expect(() => model.ranksAlong({}, {} as never, [], [0])).toThrow(/Item 0 is not among the 6/);
});
