import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../engine/training/settings.ts';
import { checkRequest } from '../../engine/training/request.ts';
import { buildRecipe } from '../../recipe/build.ts';
import { ENSEMBLES, SPACES } from '../../recipe/embedded.ts';
import type { Ensemble } from '../../recipe/types.ts';
import {
  changedSettings,
  draftOfRun,
  formOfRun,
  formulaWords,
  isSound,
  memberChoices,
  nextSeed,
  problemsOf,
  startsFrom,
  wayWords,
  whyNotBond,
  withDamage,
  withEnds,
} from './trainForm.ts';
import { SAMPLE_REQUEST, sampleRun } from './trainSamples.testing.ts';

describe('a form', () => {
  test('as it begins, and the three beginnings, can be trained', () => {
    for (const request of [SAMPLE_REQUEST, ...startsFrom(DEFAULT_SETTINGS).map((start) => start.request)]) {
      expect(isSound(problemsOf(request, SPACES))).toBe(true);
      expect(() => checkRequest(request, SPACES)).not.toThrow();
    }
  });

  test('says beside each field what is wrong with it', () => {
    const problems = problemsOf(
      {
        ...SAMPLE_REQUEST,
        kind: 'joint',
        dOut: 1.5,
        expert: 'unified',
        members: [],
        mining: { kind: 'softmax', temperature: 0 },
        damage: { corrupt: 1.2, keep: 0, topics: 1 },
        settings: { ...DEFAULT_SETTINGS, steps: 20, batch: NaN, momentum: 1 },
      },
      SPACES,
    );
    expect(problems).toMatchObject({
      expert: 'Unified is the base already.',
      members: 'Choose at least one: each trains one projector.',
      tau1: 'Above 0, up to 1.',
      dOut: 'A whole number from 2 to 4,096.',
      damage: { corrupt: 'From 0 to 1.', keep: 'Above 0, up to 1.' },
      settings: {
        batch: 'A whole number from 8 to 4,096.',
        momentum: 'A number from 0 to 0.9999.',
        warmUp: 'Shorter than the 20 steps.',
      },
    });
    expect(problems.damage.topics).toBeUndefined();
    expect(isSound(problems)).toBe(false);
  });

  test('agrees with the engine on which spaces can be bonded', () => {
    for (const kind of ['combination', 'displacement', 'joint'] as const) {
      for (const { id: base } of SPACES) {
        for (const { id: expert } of SPACES) {
          const ends = { kind, base, expert };
          if (whyNotBond(ends, SPACES) !== undefined) continue;
          const request = withEnds({ ...SAMPLE_REQUEST, ...ends }, {}, SPACES);
          expect(() => checkRequest(request, SPACES)).not.toThrow();
        }
      }
    }
    expect(whyNotBond({ kind: 'combination', base: 'c-mcr', expert: 'foley' }, SPACES)).toMatch(/no pairs/);
    expect(whyNotBond({ kind: 'combination', base: 'unified', expert: 'gone' }, SPACES)).toMatch(/not here/);
  });

  test('leaves out members that two other spaces cannot have, and gives a new space its dimension', () => {
    const deaf = withEnds(SAMPLE_REQUEST, { base: 'pictext', expert: 'tags' }, SPACES);
    expect(deaf.members).toEqual(['mix', 'T', 'V', 'TV']);
    const odd = memberChoices(deaf, SPACES).find(({ member }) => member === 'AT')!;
    expect(odd).toMatchObject({
      about: 'sounds and texts',
      whyNot: 'neither space knows sounds',
    });
    expect(problemsOf({ ...deaf, members: ['AT'] }, SPACES).members).toMatch(/Leave out AT/);
    const joint = withEnds(SAMPLE_REQUEST, { kind: 'joint' }, SPACES);
    expect(joint.dOut).toBe(128);
    expect('dOut' in withEnds(joint, { kind: 'combination' }, SPACES)).toBe(false);
  });

  test('holds no damage that is none', () => {
    const spoiled = withDamage(SAMPLE_REQUEST, { corrupt: 0.25 });
    expect(spoiled.damage).toEqual({ corrupt: 0.25, keep: 1, topics: 1 });
    expect('damage' in withDamage(spoiled, { corrupt: 0 })).toBe(false);
  });

  test('is named by its formula and the way that vectors go', () => {
    const joint = startsFrom(DEFAULT_SETTINGS)[2]!.request;
    expect(formulaWords(SAMPLE_REQUEST, SPACES)).toBe('Unified + c(Foley)');
    expect(wayWords(SAMPLE_REQUEST, SPACES)).toBe('Foley → Unified');
    const displaced = { ...SAMPLE_REQUEST, kind: 'displacement', expert: 'pictext' } as const;
    expect(formulaWords(displaced, SPACES)).toBe('Unified + d(PicText)');
    expect(wayWords(displaced, SPACES)).toBe('Unified → PicText');
    expect(wayWords(joint, SPACES)).toBe('PicText + Foley → new');
    expect(formulaWords({ ...SAMPLE_REQUEST, expert: 'gone' }, SPACES)).toBe('Unified + c(gone)');
  });

  test('names the settings that are not the defaults', () => {
    expect(changedSettings({ ...DEFAULT_SETTINGS, seed: 7, noise: 0 }, DEFAULT_SETTINGS)).toEqual([
      'seed',
      'noise',
    ]);
  });
});

describe('a run', () => {
  test('again takes the next seed that no run like it has taken', () => {
    const first = sampleRun({ id: 'a' });
    const second = sampleRun({ id: 'b', request: nextSeed(first, [first]) });
    expect(second.request.settings.seed).toBe(2);
    const other = sampleRun({
      id: 'c',
      request: { ...SAMPLE_REQUEST, members: ['A'], settings: { ...DEFAULT_SETTINGS, seed: 3 } },
    });
    expect(nextSeed(first, [first, second, other]).settings.seed).toBe(3);
  });

  test('keeps its name to itself', () => {
    const named = sampleRun({ request: { ...SAMPLE_REQUEST, name: 'mine' } });
    expect('name' in formOfRun(named)).toBe(false);
    expect('name' in nextSeed(named, [])).toBe(false);
  });

  test('becomes a recipe with its own ensemble', () => {
    const run = sampleRun({ id: 'r1' });
    const made: Ensemble = {
      id: 'r1',
      name: run.name,
      source: 'foley',
      target: 'unified',
      members: ['mix'],
      origin: 'trained',
    };
    const parts = { spaces: SPACES, ensembles: [...ENSEMBLES, made] };
    const draft = draftOfRun(run, parts.ensembles, SPACES)!;
    const recipe = buildRecipe(draft, 'own', parts);
    expect(recipe.formula).toBe('Unified + c(Foley)');
    expect(recipe.bonds[0]!.ensembles.map(({ id }) => id)).toEqual(['r1']);
    expect(draftOfRun({ ...run, ensembles: [] }, parts.ensembles, SPACES)).toBeUndefined();
  });

  test('of a joint becomes both spaces in the new one', () => {
    const { request } = startsFrom(DEFAULT_SETTINGS)[2]!;
    const run = sampleRun({ id: 'j', request, ensembles: ['j-base', 'j-expert'] });
    const made = (id: string, source: string): Ensemble => ({
      id,
      name: id,
      source,
      target: 'j',
      members: ['T'],
      origin: 'trained',
    });
    const ensembles = [made('j-base', 'pictext'), made('j-expert', 'foley')];
    const space = { id: 'j', name: 'New', about: '', dim: 128, modalities: [] };
    const parts = { spaces: [...SPACES, space], ensembles };
    const draft = draftOfRun(run, ensembles, parts.spaces)!;
    const recipe = buildRecipe(draft, 'own', parts);
    expect(recipe.base).toBe('j');
    expect(recipe.bonds.flatMap(({ ensembles: used }) => used.map(({ id }) => id))).toEqual([
      'j-base',
      'j-expert',
    ]);
  });
});
