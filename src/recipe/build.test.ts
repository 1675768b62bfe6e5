import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import {
  buildRecipe,
  draftOf,
  ensemblesBetween,
  formulaOf,
  projectionsOf,
  reachOf,
  whyIllegal,
  type BondDraft,
  type Parts,
  type RecipeDraft,
} from './build.ts';
import {
  checkFactors,
  componentNames,
  componentSource,
  nestOf,
  spacesRead,
  targetSpace,
} from './coefficients.ts';
import { ENSEMBLES, RECIPES, SPACES } from './embedded.ts';
import { slidersOf } from './sliders.ts';
import type { Bond, Ensemble, Space } from './types.ts';

const PARTS: Parts = { spaces: SPACES, ensembles: ENSEMBLES };
const c = (...experts: string[]): BondDraft => ({ kind: 'combination', experts });
const d = (expert: string): BondDraft => ({ kind: 'displacement', experts: [expert] });
const draft = (base: string, ...bonds: BondDraft[]): RecipeDraft => ({ name: 'Mine', base, bonds });
const why = (one: RecipeDraft) => whyIllegal(one, one.bonds.length - 1, SPACES);
const ensemble = (source: string, target: string, id = `${source}-to-${target}`): Ensemble => ({
  id,
  name: id,
  source,
  target,
  members: ['mix', 'A'],
  origin: 'trained',
});

describe('why a bond cannot be', () => {
  test.each([
    ['no expert', draft('unified', c()), 'A bond needs an expert.'],
    ['a space that is gone', draft('unified', c('attic')), /no space “attic” here any more/],
    ['a base that is gone', draft('attic', c('foley')), /no space “attic” here any more/],
    ['the base as its own expert', draft('unified', c('unified')), 'Unified is in this recipe already.'],
    ['an expert twice', draft('unified', c('foley'), c('foley')), 'Foley is in this recipe already.'],
    [
      'an expert twice in one bond',
      draft('unified', c('foley', 'foley')),
      'Foley is in this recipe already.',
    ],
    [
      'an expert without encoders',
      draft('unified', c('c-mcr')),
      /C-MCR has no encoder of its own: it can be a base/,
    ],
    [
      'a displacement into two spaces',
      draft('unified', { kind: 'displacement', experts: ['pictext', 'foley'] }),
      /exactly one expert/,
    ],
    [
      'nothing to move',
      draft('c-mcr', d('pictext')),
      /Nothing is encoded into C-MCR, so there is nothing to move/,
    ],
    [
      'a displacement after another bond',
      draft('unified', c('foley'), d('pictext')),
      /displacement must come first/,
    ],
    ['two displacements', draft('unified', d('pictext'), d('foley')), /displacement must come first/],
    [
      'different modalities side by side',
      draft('unified', c('pictext', 'foley')),
      'PicText and Foley know different modalities: put them in sequence, each in a bond of its own.',
    ],
    [
      'experts weighed apart with nothing to start from',
      draft('pictext', { ...c('foley', 'tone'), parallel: 'weighed' }),
      /Nothing before this bond knows audio, .* average them, or put them in sequence/,
    ],
  ])('%s', (_, one, reason) => {
    expect(why(one)).toMatch(reason);
    expect(() => buildRecipe(one, 'r', PARTS)).toThrow(InputError);
  });

  test('no shared modality, in words of what each knows', () => {
    const eyes: Space = { id: 'eyes', name: 'Eyes', about: '', dim: 8, modalities: ['image'] };
    const spaces = [...SPACES, eyes];
    expect(whyIllegal(draft('foley', c('eyes')), 0, spaces)).toBe(
      'No modality is shared: Eyes sees, Foley reads and hears. Nothing would link the two.',
    );
    expect(whyIllegal(draft('foley', c('tone'), c('eyes')), 1, spaces)).toBe(
      'No modality is shared: Eyes sees, what stands before it reads and hears. Nothing would link the two.',
    );
    expect(whyIllegal(draft('foley', d('eyes')), 0, spaces)).toMatch(/^No modality is shared/);
    // What a bond before it brought is shared.
    expect(whyIllegal(draft('foley', c('pictext'), c('eyes')), 1, spaces)).toBeUndefined();
  });

  test('an unnamed recipe and one without a bond are no recipes', () => {
    expect(() => buildRecipe({ ...draft('unified', c('foley')), name: '  ' }, 'r', PARTS)).toThrow(
      'needs a name',
    );
    expect(() => buildRecipe(draft('unified'), 'r', PARTS)).toThrow('at least one bond');
  });
});

describe('ensembles', () => {
  test('what nobody trained yet is legal and says so when it is built', () => {
    const one = draft('pictext', c('tags'));
    expect(why(one)).toBeUndefined();
    expect(() => buildRecipe(one, 'r', PARTS)).toThrow(
      'Nothing projects Tags → PicText yet: train that bond first.',
    );
  });

  test('the first that fits is taken where none is named, and named from then on', () => {
    const parts = { ...PARTS, ensembles: [...ENSEMBLES, ensemble('foley', 'unified', 'run-1')] };
    const first = buildRecipe(draft('unified', c('foley')), 'r', parts);
    expect(first.bonds[0]!.ensembles.map(({ id }) => id)).toEqual(['foley-to-unified']);
    const chosen = buildRecipe(draft('unified', { ...c('foley'), ensembles: ['run-1'] }), 'r', parts);
    expect(chosen.bonds[0]!.ensembles.map(({ id }) => id)).toEqual(['run-1']);
    expect(chosen.bonds[0]!.members).toEqual(['mix', 'A']);
    expect(draftOf(chosen).bonds[0]!.ensembles).toEqual(['run-1']);
    expect(() => buildRecipe(draftOf(chosen), 'r', PARTS)).toThrow(
      'The ensemble that projected Foley → Unified is gone (“run-1”): choose another, or train it again.',
    );
    expect(() =>
      buildRecipe(draft('unified', { ...c('foley'), ensembles: ['tone-to-unified'] }), 'r', PARTS),
    ).toThrow('“Tone → Unified” does not project Foley → Unified: choose another ensemble.');
  });

  test('a tuned space is projected, and projected into, by those of the space it was tuned from', () => {
    const found = (source: string, target: string, ensembles = ENSEMBLES) =>
      ensemblesBetween({ source, target }, { spaces: SPACES, ensembles }).map(({ id }) => id);
    expect(found('unified-dagger', 'pictext')).toEqual(['unified-to-pictext']);
    expect(found('foley', 'unified-dagger')).toEqual(['foley-to-unified']);
    expect(found('pictext', 'unified')).toEqual([]);
    // Not the other way round: what was trained for the tuned space is its own.
    const own = ensemble('unified-dagger', 'pictext', 'run-2');
    expect(found('unified', 'pictext', [...ENSEMBLES, own])).toEqual(['unified-to-pictext']);
    expect(found('unified-dagger', 'pictext', [...ENSEMBLES, own])).toEqual(['unified-to-pictext', 'run-2']);
  });

  test('after a displacement experts are projected into its space', () => {
    const one = draft('unified', d('pictext'), c('foley', 'tone'));
    expect(projectionsOf(one, 0)).toEqual([{ source: 'unified', target: 'pictext' }]);
    expect(projectionsOf(one, 1)).toEqual([
      { source: 'foley', target: 'pictext' },
      { source: 'tone', target: 'pictext' },
    ]);
  });
});

describe('formulas', () => {
  test('of every embedded recipe, as it is written there', () => {
    for (const recipe of RECIPES) expect(formulaOf(draftOf(recipe), SPACES)).toBe(recipe.formula);
  });

  test('of the paper, with its names', () => {
    const space = (id: string, modalities: Modality[]): Space => ({
      id,
      name: id,
      about: '',
      dim: 8,
      modalities,
    });
    const spaces = [
      space('ImageBind', ['text', 'image', 'audio']),
      space('InternVL', ['text', 'image']),
      space('CLAP_g', ['text', 'audio']),
      space('CLAP_m', ['text', 'audio']),
    ];
    expect(formulaOf(draft('ImageBind', c('CLAP_g', 'CLAP_m')), spaces)).toBe(
      'ImageBind + c(CLAP_g, CLAP_m)',
    );
    expect(formulaOf(draft('ImageBind', d('InternVL')), spaces)).toBe('ImageBind + d(InternVL)');
    expect(formulaOf(draft('ImageBind', d('InternVL'), c('CLAP_g', 'CLAP_m')), spaces)).toBe(
      'ImageBind + d(InternVL) + c(CLAP_g, CLAP_m)',
    );
  });

  test('tell experts that are weighed apart, and name what is gone by its id', () => {
    expect(formulaOf(draft('unified', { ...c('foley', 'tone'), parallel: 'weighed' }), SPACES)).toBe(
      'Unified + c(Foley | Tone)',
    );
    expect(formulaOf(draft('unified', c('foley'), c('attic')), SPACES)).toBe('Unified + c(Foley) + c(attic)');
    expect(formulaOf(draft('c-mcr'), SPACES)).toBe('C-MCR');
  });
});

test('what a bond does to each modality', () => {
  const reach = (one: RecipeDraft) => one.bonds.map((_, i) => reachOf(one, i, SPACES));
  expect(reach(draft('unified', d('pictext'), c('foley')))).toEqual([
    { fused: ['text', 'image'], alone: [], untouched: ['audio'] },
    { fused: ['text', 'audio'], alone: [], untouched: ['image'] },
  ]);
  expect(reach(draft('pictext', c('foley')))).toEqual([
    { fused: ['text'], alone: ['audio'], untouched: ['image'] },
  ]);
  expect(reach(draft('c-mcr', c('pictext'), c('foley')))).toEqual([
    { fused: [], alone: ['text', 'image'], untouched: [] },
    { fused: ['text'], alone: ['audio'], untouched: ['image'] },
  ]);
});

test('embedded recipes are what their drafts build, but for ids and presets', () => {
  for (const recipe of RECIPES) {
    const built = buildRecipe(draftOf(recipe), 'r', PARTS);
    const bare = (bond: Bond) => ({ ...bond, id: '' });
    expect(built.bonds.map(bare)).toEqual(recipe.bonds.map(bare));
    expect(built.bonds.map(({ id }) => id)).toEqual(recipe.bonds.map((__, i) => `r-${i + 1}`));
    expect({ ...built, id: '', bonds: [], presets: [] }).toEqual({
      ...recipe,
      id: '',
      bonds: [],
      presets: [],
    });
  }
});

test('the paper’s settings stand among the presets where the paper has bonds of such kinds', () => {
  const named = (one: RecipeDraft) =>
    Object.fromEntries(buildRecipe(one, 'r', PARTS).presets.map(({ name, factors }) => [name, factors]));
  const whole = named(draft('unified', d('pictext'), c('foley', 'tone')));
  expect(whole.Versatile).toEqual({ 'r-1': { text: 0.9, image: 0.9 }, 'r-2': { text: 0.1, audio: 0.5 } });
  expect(whole['AT Expertise']).toEqual({
    'r-1': { text: 0.9, image: 0.9 },
    'r-2': { text: 0.5, audio: 0.8 },
  });
  expect(named(draft('unified', d('pictext'))).Paper).toEqual({ 'r-1': { text: 0.9, image: 0.9 } });
  const plain = ['Base', 'Half', 'Expert'];
  expect(Object.keys(named(draft('unified', c('tags'))))).toEqual(plain);
  expect(Object.keys(named(draft('c-mcr', c('pictext'))))).toEqual(plain);
});

/** Bonds of up to three experts drawn from all spaces, most of them illegal. */
const drafts: fc.Arbitrary<RecipeDraft> = fc
  .record({
    base: fc.constantFrom(...SPACES.map(({ id }) => id)),
    bonds: fc.array(
      fc.record({
        kind: fc.constantFrom('combination' as const, 'combination' as const, 'displacement' as const),
        experts: fc.uniqueArray(fc.constantFrom(...SPACES.map(({ id }) => id)), {
          minLength: 1,
          maxLength: 3,
        }),
        parallel: fc.constantFrom('averaged' as const, 'weighed' as const),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map((one) => ({ ...one, name: 'Drawn' }));
/** Every pair of spaces is projected. */
const ALL: Parts = {
  spaces: SPACES,
  ensembles: SPACES.flatMap((source) => SPACES.map((target) => ensemble(source.id, target.id))),
};

function refuses(job: () => unknown): boolean {
  try {
    job();
  } catch (error) {
    if (error instanceof InputError) return true;
    throw error;
  }
  return false;
}
const familyOf = (id: string) => SPACES.find((space) => space.id === id)!.tunedFrom?.space ?? id;

test('every legal draft builds, its nests fit its components, and it is its own draft again', () => {
  let nLegal = 0;
  fc.assert(
    fc.property(drafts, (one) => {
      const legal = one.bonds.every((_, i) => whyIllegal(one, i, SPACES) === undefined);
      expect(refuses(() => buildRecipe(one, 'r', ALL))).toBe(!legal);
      if (!legal) return;
      nLegal++;
      const recipe = buildRecipe(one, 'r', ALL);
      expect(buildRecipe(draftOf(recipe), 'r', ALL)).toEqual(recipe);
      for (const preset of recipe.presets) checkFactors(recipe, preset.factors);
      const read = spacesRead(recipe).map((id) => SPACES.find((space) => space.id === id)!);
      for (const modality of MODALITIES) {
        const names = componentNames(recipe, modality, SPACES);
        // A recipe serves what any of its spaces knows.
        expect(names.length > 0).toBe(read.some(({ modalities }) => modalities.includes(modality)));
        if (names.length === 0) continue;
        const nest = nestOf(recipe, modality, names);
        expect(nest.nComponents).toBe(names.length);
        // Every fuse has a slider of its own, and every slider a fuse.
        const keys = nest.steps.flatMap(({ experts }) => experts.map(({ factorKey }) => factorKey));
        const sliders = slidersOf(recipe).filter((slider) => slider.modality === modality);
        expect(keys).toEqual(sliders.map(({ key }) => key));
        for (const name of names) {
          const source = componentSource(recipe, name);
          if ('space' in source) continue;
          for (const part of source.parts) {
            const used = source.bond.ensembles.find(({ id }) => id === part.ensemble)!;
            expect(familyOf(used.target)).toBe(familyOf(targetSpace(recipe)));
            expect(part.to - part.from).toBe(used.members.length);
          }
        }
      }
    }),
    { numRuns: 1500, seed: 4 },
  );
  expect(nLegal).toBeGreaterThan(40);
});
