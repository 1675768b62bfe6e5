import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import { createRandom } from '../base/random.ts';
import { dotRows } from './fusion.ts';
import {
  corruptPairs,
  gatherRows,
  mineSet,
  nearestRows,
  PairMiner,
  rowsOf,
  startsOf,
  unionRows,
  type MiningSpace,
} from './pseudoPairs.ts';
import { normaliseRows } from './sphere.ts';

/** Seeded unit rows; every fourth repeats the one before, for ties. */
function unitRows(n: number, dim: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const x = Float32Array.from({ length: n * dim }, () => random.normal());
  for (let i = 3; i < n; i += 4) x.copyWithin(i * dim, (i - 1) * dim, i * dim);
  return normaliseRows(x, dim);
}

const SIZES: Record<Modality, number> = { text: 23, image: 9, audio: 14 };

function space(id: string, dim: number, knows: readonly Modality[], seed = 1): MiningSpace {
  const rows = Object.fromEntries(knows.map((m, i) => [m, unitRows(SIZES[m], dim, seed + 10 * i + dim)]));
  return { id, dim, rows };
}

const BASE = space('base', 6, ['text', 'image', 'audio']);
const EXPERT = space('expert', 5, ['text', 'audio']);
const EYES = space('eyes', 6, ['text', 'image'], 5);

/** The nearest by a plain search, the lower index on a tie. */
function plainNearest(x: Float32Array, y: Float32Array, dim: number): number[] {
  return Array.from({ length: x.length / dim }, (_, q) => {
    const scores = Array.from({ length: y.length / dim }, (_unused, g) => dotRows(x, q, y, g, dim));
    return scores.indexOf(Math.max(...scores));
  });
}

test('finds the most similar row, the lower index on a tie', () => {
  const x = Float32Array.of(1, 0, 0, 1, Math.SQRT1_2, Math.SQRT1_2);
  const y = Float32Array.of(0, 1, 1, 0);
  expect([...nearestRows(x, y, 2)]).toEqual([1, 0, 0]);
  expect(nearestRows(new Float32Array(), y, 2).length).toBe(0);
  expect([...gatherRows(y, [1, 1, 0], 2)]).toEqual([1, 0, 1, 0, 0, 1]);
});

test('the blocked search equals the plain one, whatever the numbers of rows', () => {
  const rows = fc.integer({ min: 1, max: 150 });
  fc.assert(
    fc.property(rows, rows, fc.integer({ min: 1, max: 9 }), fc.integer(), (nX, nY, dim, seed) => {
      const x = unitRows(nX, dim, seed);
      const y = unitRows(nY, dim, seed + 1);
      expect([...nearestRows(x, y, dim)]).toEqual(plainNearest(x, y, dim));
    }),
    { numRuns: 60 },
  );
});

test('partners come from the expert where it links, else from the base', () => {
  const set = mineSet(new PairMiner(BASE, EXPERT), 'audio', { kind: 'top-1' });
  expect(set.n).toBe(SIZES.audio);
  expect(set.partners.text).toMatchObject({ space: 'expert' });
  expect(set.partners.image).toMatchObject({ space: 'base' });
  expect([...set.partners.text!.index]).toEqual(
    plainNearest(EXPERT.rows.audio!, EXPERT.rows.text!, EXPERT.dim),
  );
  expect([...set.partners.image!.index]).toEqual(plainNearest(BASE.rows.audio!, BASE.rows.image!, BASE.dim));
  set.partners.text!.similarity.forEach((cosine, i) => {
    const item = set.partners.text!.index[i]!;
    expect(cosine).toBeCloseTo(dotRows(EXPERT.rows.audio!, i, EXPERT.rows.text!, item, EXPERT.dim), 6);
  });
  // The start keeps its own embeddings.
  expect(rowsOf(set, BASE, 'audio')).toBe(BASE.rows.audio);
});

test('what no space knows together is linked through the text that both read', () => {
  const set = mineSet(new PairMiner(EYES, EXPERT), 'audio', { kind: 'top-1' });
  const texts = plainNearest(EXPERT.rows.audio!, EXPERT.rows.text!, EXPERT.dim);
  const images = plainNearest(EYES.rows.text!, EYES.rows.image!, EYES.dim);
  expect(set.partners.image).toMatchObject({ space: 'eyes', via: 'text' });
  expect([...set.partners.image!.index]).toEqual(texts.map((text) => images[text]));
});

test('softmax means become the nearest items as the temperature falls, and the mean of all as it rises', () => {
  const miner = new PairMiner(EYES, EXPERT);
  const hard = mineSet(miner, 'audio', { kind: 'top-1' });
  const cold = mineSet(miner, 'audio', { kind: 'softmax', temperature: 1e-5 });
  for (const [modality, where] of [
    ['text', EXPERT],
    ['text', EYES],
    ['image', EYES],
  ] as const) {
    const [a, b] = [rowsOf(hard, where, modality), rowsOf(cold, where, modality)];
    a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 5));
    expect([...cold.partners[modality]!.index]).toEqual([...hard.partners[modality]!.index]);
  }
  const warm = mineSet(miner, 'audio', { kind: 'softmax', temperature: 1e6 });
  const mean = new Float32Array(EYES.dim);
  EYES.rows.image!.forEach((value, i) => (mean[i % EYES.dim]! += value));
  normaliseRows(mean, EYES.dim);
  rowsOf(warm, EYES, 'image').forEach((value, i) => expect(value).toBeCloseTo(mean[i % EYES.dim]!, 5));
});

test('softmax means have the same weights in both spaces', () => {
  const temperature = 0.3;
  const set = mineSet(new PairMiner(BASE, EXPERT), 'audio', { kind: 'softmax', temperature });
  for (const where of [BASE, EXPERT]) {
    const found = rowsOf(set, where, 'text');
    for (let i = 0; i < set.n; i++) {
      const mean = new Float32Array(where.dim);
      for (let g = 0; g < SIZES.text; g++) {
        const weight = Math.exp(
          dotRows(EXPERT.rows.audio!, i, EXPERT.rows.text!, g, EXPERT.dim) / temperature,
        );
        for (let d = 0; d < where.dim; d++) mean[d]! += weight * where.rows.text![g * where.dim + d]!;
      }
      normaliseRows(mean, where.dim);
      expect([...found.subarray(i * where.dim, (i + 1) * where.dim)]).toEqual(
        [...mean].map((value) => expect.closeTo(value, 5) as number),
      );
    }
  }
});

test('a set of its own letter, of several, and of all', () => {
  const available = ['text', 'image', 'audio'] as const;
  expect(startsOf('mix', available)).toEqual(available);
  expect(startsOf('AT', available)).toEqual(['audio', 'text']);
  expect(startsOf('mix', ['text', 'audio'])).toEqual(['text', 'audio']);
  expect(() => startsOf('AV', ['text', 'audio'])).toThrow(/knows image/);
  for (const name of ['', 'AA', 'X', 'at', 'mixA'])
    expect(() => startsOf(name, available)).toThrow(InputError);
  const miner = new PairMiner(BASE, EXPERT);
  const sets = (['audio', 'text'] as const).map((start) => mineSet(miner, start, { kind: 'top-1' }));
  const rows = unionRows(sets, EXPERT, 'audio');
  expect(rows.length).toBe((SIZES.audio + SIZES.text) * EXPERT.dim);
  expect(rows.slice(0, SIZES.audio * EXPERT.dim)).toEqual(EXPERT.rows.audio);
});

test('spaces without a modality together, empty modalities and cold mistakes are refused', () => {
  const ears = space('ears', 4, ['audio']);
  const top: { kind: 'top-1' } = { kind: 'top-1' };
  expect(() => mineSet(new PairMiner(EYES, ears), 'audio', top)).toThrow(/no modality together/);
  expect(() => mineSet(new PairMiner(EYES, EXPERT), 'image', { kind: 'softmax', temperature: 0 })).toThrow(
    InputError,
  );
  expect(() => mineSet(new PairMiner(ears, ears), 'text', top)).toThrow(InputError);
  const empty = { ...EXPERT, rows: { ...EXPERT.rows, text: new Float32Array() } };
  const alone = { ...ears, rows: { audio: EXPERT.rows.audio! }, dim: EXPERT.dim };
  expect(() => mineSet(new PairMiner(alone, empty), 'audio', top)).toThrow(/no text items/);
});

test.each([0, 0.25, 1])('a share of %d of the pairs is spoiled, the rest stays', (share) => {
  for (const mining of [{ kind: 'top-1' }, { kind: 'softmax', temperature: 0.05 }] as const) {
    const miner = new PairMiner(EYES, EXPERT);
    const set = mineSet(miner, 'audio', mining);
    const spoiled = corruptPairs(set, miner, share, createRandom(3));
    expect(corruptPairs(set, miner, share, createRandom(3))).toEqual(spoiled);
    for (const [modality, where] of [
      ['text', EXPERT],
      ['image', EYES],
    ] as const) {
      const [before, after] = [rowsOf(set, where, modality), rowsOf(spoiled, where, modality)];
      const row = (x: Float32Array, i: number) => x.subarray(i * where.dim, (i + 1) * where.dim).join();
      const pairs = Array.from({ length: set.n }, (_, i) => i);
      const changed = pairs.filter((i) => row(before, i) !== row(after, i));
      // A random item may happen to be the old one, or its double.
      expect(changed.length).toBeLessThanOrEqual(Math.round(share * set.n));
      expect(changed.length > 0).toBe(share > 0);
      const { index, similarity, via } = spoiled.partners[modality]!;
      for (const i of changed) {
        const x = via ? EYES.rows.text! : EXPERT.rows.audio!;
        const from = via ? spoiled.partners.text!.index[i]! : i;
        expect(similarity[i]).toBeCloseTo(dotRows(x, from, where.rows[modality]!, index[i]!, where.dim), 6);
      }
    }
  }
});
