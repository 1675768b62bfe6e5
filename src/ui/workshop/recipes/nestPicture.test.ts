import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BondDraft, Parts, RecipeDraft } from '../../../recipe/build.ts';
import { ENSEMBLES, SPACES } from '../../../recipe/embedded.ts';
import { lookOf } from '../../../state/workshop/recipesDraft.ts';
import { pictureOf } from './nestPicture.ts';

const PARTS: Parts = { spaces: SPACES, ensembles: ENSEMBLES };
const c = (...experts: string[]): BondDraft => ({ kind: 'combination', experts });
const d = (expert: string): BondDraft => ({ kind: 'displacement', experts: [expert] });
const draft = (base: string, ...bonds: BondDraft[]): RecipeDraft => ({ name: 'Mine', base, bonds });
const pictured = (one: RecipeDraft) => pictureOf(one, lookOf(one, PARTS).bonds, SPACES);

test('each fuse is a dot on its modality’s line, in the order of the bonds', () => {
  const { rows, bonds, bands } = pictured(draft('unified', d('pictext'), c('foley', 'tone')));
  expect(rows.map(({ modality }) => modality)).toEqual(['text', 'image', 'audio']);
  expect(bonds.map(({ nodes }) => nodes.map(({ row, kind }) => [row, kind]))).toEqual([
    [
      [0, 'fuse'],
      [1, 'fuse'],
    ],
    [
      [0, 'fuse'],
      [2, 'fuse'],
    ],
  ]);
  expect(bonds[0]!.nodes[0]!.x).toBeLessThan(bonds[1]!.nodes[0]!.x);
  expect(bands.map(({ name, kind }) => [name, kind])).toEqual([
    ['Unified', 'base'],
    ['PicText', 'expert'],
  ]);
  // The base is carried over by seven; PicText stays in its own space; the others are projected.
  expect([bonds[0]!.nMoved, bonds[0]!.experts[0]!.nProjectors]).toEqual([7, undefined]);
  expect(bonds[1]!.experts.map(({ name, nProjectors }) => [name, nProjectors])).toEqual([
    ['Foley', 7],
    ['Tone', 7],
  ]);
});

test('experts that are weighed apart have a dot each', () => {
  const { bonds } = pictured(draft('unified', { ...c('foley', 'tone'), parallel: 'weighed' }));
  expect(bonds[0]!.averaged).toBe(false);
  expect(bonds[0]!.nodes).toHaveLength(4);
  expect(pictured(draft('unified', c('foley', 'tone'))).bonds[0]!.nodes).toHaveLength(2);
});

test('a modality that only an expert knows begins with its bond', () => {
  const { bonds, lines, rows } = pictured(draft('pictext', c('foley')));
  expect(bonds[0]!.nodes.map(({ row, kind }) => [rows[row]!.modality, kind])).toEqual([
    ['text', 'fuse'],
    ['audio', 'start'],
  ]);
  const audio = lines.filter(({ row }) => rows[row]!.modality === 'audio');
  expect(audio.map(({ from, factor }) => [from, factor])).toEqual([[bonds[0]!.nodes[1]!.x, 1]]);
  expect(pictured(draft('c-mcr', c('pictext'))).base.rows).toEqual([]);
});

test('what cannot be is drawn as names alone, and said', () => {
  const { bonds, words } = pictured(draft('unified', c('foley'), c('foley'), c('tone')));
  expect(bonds.map(({ broken }) => broken)).toEqual([false, true, true]);
  expect(bonds[1]!.nodes).toEqual([]);
  expect(words).toMatch(
    /Bond 2 with Foley cannot be: Foley is in this recipe already\. Bond 3 with Tone stands on one/,
  );
});

test('in words: what each bond does', () => {
  expect(pictured(draft('unified', d('pictext'), c('foley', 'tone'))).words).toBe(
    'Unified knows texts, pictures and sounds. ' +
      'Bond 1: the base is moved into PicText’s space by 7 projectors; it fuses texts and pictures and projects sounds alone. ' +
      'Bond 2: Foley and Tone projected by 14 projectors, averaged; it fuses texts and sounds and leaves pictures as they are.',
  );
});

test('whatever is drafted: lines go from left to right without a gap, and nothing lies outside or upon another', () => {
  const ids = SPACES.map(({ id }) => id);
  const drafts = fc.record({
    base: fc.constantFrom(...ids),
    bonds: fc.array(
      fc.record({
        kind: fc.constantFrom('combination' as const, 'displacement' as const),
        experts: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 4 }),
        parallel: fc.constantFrom('averaged' as const, 'weighed' as const),
      }),
      { maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(drafts, (one) => {
      const { rows, lines, bonds, width, height, endX, bands } = pictured({ ...one, name: '' });
      rows.forEach((_, row) => {
        const own = lines.filter((line) => line.row === row);
        own.forEach(({ from, to }, i) => {
          expect(to).toBeGreaterThan(from);
          expect(to).toBe(own[i + 1]?.from ?? endX);
        });
      });
      expect(bands.map(({ to }) => to)).toEqual([...bands.slice(1).map(({ from }) => from), endX]);
      const experts = bonds.flatMap((bond) => bond.experts.map(({ x }) => x));
      experts.slice(1).forEach((x, i) => expect(x - experts[i]!).toBeGreaterThanOrEqual(80));
      for (const { nodes } of bonds)
        for (const { x, row } of nodes) expect(x < endX && row >= 0 && row < rows.length).toBe(true);
      expect(Math.max(0, ...experts)).toBeLessThan(width);
      expect(rows.at(-1)!.y).toBeLessThan(height);
    }),
    { seed: 5, numRuns: 300 },
  );
});
