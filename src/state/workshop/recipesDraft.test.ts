import { expect, test } from 'vitest';
import type { BondDraft, Parts, RecipeDraft } from '../../recipe/build.ts';
import { ENSEMBLES, SPACES } from '../../recipe/embedded.ts';
import type { Ensemble } from '../../recipe/types.ts';
import {
  additions,
  lookOf,
  moved,
  partners,
  tidy,
  trainingFor,
  withBond,
  withEnsemble,
  withExpert,
  withoutExpert,
} from './recipesDraft.ts';

const PARTS: Parts = { spaces: SPACES, ensembles: ENSEMBLES };
const RUN: Ensemble = { ...ENSEMBLES[0]!, id: 'run-1', name: 'My run', members: ['mix'], origin: 'trained' };
const MORE: Parts = { ...PARTS, ensembles: [...ENSEMBLES, RUN] };
const c = (...experts: string[]): BondDraft => ({ kind: 'combination', experts });
const d = (expert: string): BondDraft => ({ kind: 'displacement', experts: [expert] });
const draft = (base: string, ...bonds: BondDraft[]): RecipeDraft => ({ name: 'Mine', base, bonds });
const idsOf = (list: readonly { space: { id: string } }[]) => list.map(({ space }) => space.id);

test('a draft says what it is, what it needs, and what is missing first', () => {
  const whole = lookOf(draft('unified', d('pictext'), c('foley', 'tone')), PARTS);
  expect(whole.formula).toBe('Unified + d(PicText) + c(Foley, Tone)');
  expect([whole.nProjectors, whole.missing]).toEqual([21, undefined]);
  expect(whole.bonds[1]!.projections.map(({ chosen }) => chosen?.id)).toEqual([
    'foley-to-pictext',
    'tone-to-pictext',
  ]);
  expect(whole.bonds[1]!.reach?.untouched).toEqual(['image']);

  expect(lookOf(draft('unified'), PARTS).missing).toMatch(/Add a bond/);
  expect(lookOf({ ...draft('unified', c('foley')), name: ' ' }, PARTS).missing).toBe('Give it a name.');
  expect(lookOf(draft('pictext', c('foley'), c('tags')), PARTS).missing).toBe(
    'Nobody trained Tags → PicText yet.',
  );
});

test('what stands on a bond that cannot be is looked at no further, and nothing throws', () => {
  const look = lookOf(draft('unified', c('foley'), c('foley'), c('tone')), PARTS);
  expect(look.missing).toBe('Bond 2 cannot be: see why.');
  expect(look.bonds.map(({ why }) => why === undefined)).toEqual([true, false, true]);
  expect(look.bonds.map(({ reach }) => reach !== undefined)).toEqual([true, false, false]);
  expect(lookOf(draft('attic', c('foley')), PARTS).bonds[0]!.why).toMatch(/no space “attic”/);
});

test('of several ensembles the chosen one is used, until it fits no more', () => {
  const chosen = withEnsemble(draft('unified', c('foley')), 0, 0, 'run-1');
  expect(lookOf(chosen, MORE).bonds[0]!.projections[0]!.fitting.map(({ id }) => id)).toEqual([
    'foley-to-unified',
    'run-1',
  ]);
  expect(lookOf(chosen, MORE).nProjectors).toBe(1);
  expect(tidy(chosen, MORE)).toEqual(chosen);
  // Gone, or projecting elsewhere now: the first that fits stands for it.
  expect(tidy(chosen, PARTS).bonds).toEqual([c('foley')]);
  expect(tidy({ ...chosen, base: 'pictext' }, MORE).bonds).toEqual([c('foley')]);
  expect(lookOf(chosen, PARTS).bonds[0]!.projections[0]!.chosen?.id).toBe('foley-to-unified');
});

test('steps change what they name alone', () => {
  const two = draft('unified', c('foley', 'tone'), c('tags'));
  const named = withEnsemble(two, 0, 1, 'tone-to-unified');
  expect(named.bonds[0]!.ensembles).toEqual([undefined, 'tone-to-unified']);
  expect(withoutExpert(named, 0, 0).bonds[0]).toEqual({ ...c('tone'), ensembles: ['tone-to-unified'] });
  expect(withoutExpert(two, 1, 0).bonds).toEqual([c('foley', 'tone')]);
  expect(withExpert(named, 0, 1, 'tags').bonds[0]).toEqual({
    ...c('foley', 'tags'),
    ensembles: [undefined, undefined],
  });
  expect(withBond(two, 0, { parallel: 'weighed' }).bonds[0]!.parallel).toBe('weighed');
  expect(moved(two, 0, 1).bonds).toEqual([c('tags'), c('foley', 'tone')]);
  expect(moved(two, 0, -1)).toBe(two);
  expect(two).toEqual(draft('unified', c('foley', 'tone'), c('tags')));
});

test('what can be added comes first, what has to be trained next, what cannot be last with its reason', () => {
  const list = additions(draft('unified', c('foley')), 'combination', PARTS);
  expect(idsOf(list)).toEqual(['tone', 'tags', 'pictext', 'foley', 'unified-dagger', 'c-mcr']);
  expect(list.map(({ nProjectors }) => nProjectors)).toEqual([7, 1, 0, 0, 0, 0]);
  expect(list.map(({ why }) => why === undefined)).toEqual([true, true, true, false, false, false]);
  expect(
    additions(draft('unified', c('foley')), 'displacement', PARTS).every(({ why }) => why !== undefined),
  ).toBe(true);
  expect(idsOf(additions(draft('unified'), 'displacement', PARTS))[0]).toBe('pictext');
});

test('a partner must know the same modalities, and must not take the place of a later bond', () => {
  const list = partners(draft('unified', c('foley')), 0, PARTS);
  expect(list.find(({ why }) => why === undefined)?.space.id).toBe('tone');
  expect(list.find(({ space }) => space.id === 'pictext')!.why).toMatch(/know different modalities/);
  const later = partners(draft('unified', c('foley'), c('tone')), 0, PARTS);
  expect(later.find(({ space }) => space.id === 'tone')!.why).toBe('Tone is in this recipe already.');
});

test('what is missing is trained between the right spaces', () => {
  const form = (source: string, target: string, kind: BondDraft['kind'] = 'combination') =>
    trainingFor({ source, target }, kind, SPACES);
  expect(form('tags', 'pictext')).toEqual({ kind: 'combination', base: 'pictext', expert: 'tags' });
  expect(form('unified', 'foley', 'displacement')).toEqual({
    kind: 'displacement',
    base: 'unified',
    expert: 'foley',
  });
  // A tuned space is projected by what is trained for the one it was tuned from.
  expect(form('unified-dagger', 'foley', 'displacement')).toEqual({
    kind: 'displacement',
    base: 'unified',
    expert: 'foley',
  });
  expect(form('tone', 'c-mcr')).toEqual({ kind: 'joint', base: 'tone', expert: 'unified' });
});
