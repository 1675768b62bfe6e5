import { expect, test } from 'vitest';
import type { CostReport, MemberReport, SizeReport } from '../../engine/microscope/types.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import {
  bestAlone,
  commonNeighbours,
  conflictVerdict,
  costLines,
  isLastOn,
  keepsParts,
  memberEffects,
  memberNames,
  memberSummary,
  sizeSteps,
} from './microscopeFigures.ts';
import { madeUpConflict, madeUpCost, madeUpKeeps, madeUpSubjects } from './microscopeReports.testing.ts';

const bondOf = (id: string) => RECIPES.flatMap(({ bonds }) => bonds).find((bond) => bond.id === id)!;
const world = { spaces: SPACES, manifest: createFakeEngine().manifest };

const interval = (mean: number, low: number, high: number) => ({ mean, low, high });
const members: MemberReport = {
  recipeId: 'unified-pp',
  bondId: 'c-foley',
  metric: 'R1',
  half: 'test',
  members: [
    { ensemble: 'foley-to-unified', member: 'mix' },
    { ensemble: 'foley-to-unified', member: 'A' },
  ],
  rows: [
    {
      task: 'audio>text',
      setting: 'x',
      nQueries: 10,
      all: 0.5,
      chance: 0.1,
      members: [
        { without: 0.4, alone: 0.45, effect: interval(0.1, 0.02, 0.2) },
        { without: 0.52, alone: 0.3, effect: interval(-0.02, -0.05, 0.01) },
      ],
    },
    {
      task: 'text>audio',
      setting: 'x',
      nQueries: 10,
      all: 0.5,
      chance: 0.1,
      members: [
        { without: 0.65, alone: 0.45, effect: interval(-0.15, -0.3, -0.1) },
        { without: 0.5, alone: 0.3, effect: undefined },
      ],
    },
  ],
  agreement: [],
};

test('members of several ensembles are told apart by their expert', () => {
  const two = bondOf('c-foley-tone');
  const names = two.ensembles.flatMap(({ id, members: all }) =>
    all.map((member) => ({ ensemble: id, member })),
  );
  expect(memberNames(names, two, SPACES).slice(6, 9)).toEqual(['Foley TV', 'Tone mix', 'Tone A']);
  expect(memberNames(members.members, bondOf('c-foley'), SPACES)).toEqual(['mix', 'A']);
});

test('effects are verdicts, and the largest that can be told from none comes first', () => {
  expect(memberEffects(members).map(({ verdict }) => verdict)).toEqual([
    'better',
    'open',
    'worse',
    undefined,
  ]);
  const { nEffects, clear, largest } = memberSummary(members);
  expect([nEffects, clear.length]).toEqual([3, 2]);
  expect(largest).toMatchObject({ task: 'text>audio', member: 0, verdict: 'worse' });
  // Of a median rank less is better.
  expect(memberEffects({ ...members, metric: 'MedR' })[0]!.verdict).toBe('worse');
});

test('what the mixture gains on its best member', () => {
  expect(bestAlone(members.rows[0]!, true)).toEqual({ member: 0, gain: expect.closeTo(0.05) as number });
  expect(bestAlone(members.rows[0]!, false).member).toBe(1);
});

test('the last member on stays on: of the bond, or of each expert that is weighed apart', () => {
  const averaged = bondOf('c-foley-tone');
  const weighed = { ...averaged, parallel: 'weighed' as const };
  const on = (...which: number[]) => averaged.members.map((_, i) => which.includes(i));
  expect(isLastOn(averaged, on(3), 3)).toBe(true);
  expect(isLastOn(averaged, on(3, 9), 3)).toBe(false);
  expect(isLastOn(averaged, on(3), 4)).toBe(false);
  expect(isLastOn(weighed, on(3, 9), 3)).toBe(true);
  expect(isLastOn(weighed, on(3, 9, 13), 9)).toBe(false);
  expect(isLastOn(weighed, on(3, 13), 13)).toBe(true);
});

function sizes(...rows: number[][][]): SizeReport {
  return {
    recipeId: 'r',
    bondId: 'b',
    metric: 'R1',
    half: 'test',
    replicates: rows[0]![0]!.map((_, i) => `seed ${i}`),
    rows: rows.map((bySize) => ({
      task: 'audio>text',
      setting: 'x',
      nQueries: 10,
      chance: 0,
      base: undefined,
      unstable: undefined,
      sizes: bySize.map((values, i) => ({
        size: [1, 7, 14][i]!,
        values,
        mean: values.reduce((a, b) => a + b, 0) / values.length,
        sd: undefined,
        low: Math.min(...values),
        high: Math.max(...values),
        sets: [],
      })),
    })),
    warnings: [],
  };
}

test('a step is better only where every seed says so', () => {
  const report = sizes(
    [
      [0.2, 0.3],
      [0.4, 0.5],
      [0.5, 0.4],
    ],
    [
      [0.2, 0.2],
      [0.1, 0.1],
      [0.1, 0.3],
    ],
  );
  const [first, second] = sizeSteps(report, true);
  expect(first).toEqual({
    from: 1,
    to: 7,
    meanChange: expect.closeTo(0.05) as number,
    nBetter: 1,
    nWorse: 1,
    nTasks: 2,
  });
  expect([second!.nBetter, second!.nWorse]).toEqual([0, 0]);
  expect(sizeSteps(report, false)[0]).toMatchObject({ nBetter: 1, nWorse: 1 });
  expect(sizeSteps({ ...report, rows: [] }, true)).toEqual([]);
});

test('a cost is summed from the encoders and the mixture that an item needs', () => {
  const recipe = RECIPES.find(({ id }) => id === 'unified-pp-two')!;
  const bond = recipe.bonds[0]!;
  const report = madeUpCost({ subjects: madeUpSubjects(recipe, bond.id) });
  const lines = costLines(report, { base: 'unified', bond, spaces: SPACES });
  expect(lines.map(({ modality, name }) => `${modality} ${name}`)).toEqual(
    ['text', 'audio'].flatMap((modality) => [
      `${modality} Unified alone`,
      `${modality} with 1 projector`,
      `${modality} with 7 projectors`,
      `${modality} with 14 projectors`,
    ]),
  );
  // One expert for a mixture of its seven, both for all fourteen.
  expect(lines[2]!.rows).toEqual(['unified/text', 'foley/text', 'c-foley-tone:7']);
  expect(lines[3]!.rows).toEqual(['unified/text', 'foley/text', 'tone/text', 'c-foley-tone:14']);
  const row = (id: string) => report.rows.find((one) => one.id === id)!;
  const ms = (id: string) => row(id).times[1]!.msPerThousand;
  const sum = ms('unified/text') + ms('foley/text') + ms('c-foley-tone:7');
  expect(lines[2]!.times[1]).toEqual({
    batch: 32,
    msPerThousand: expect.closeTo(sum, 10) as number,
    ratio: expect.closeTo(sum / ms('unified/text'), 10) as number,
  });
  expect(lines[0]!.times.map(({ ratio }) => ratio)).toEqual([1, 1, 1]);
  expect(lines[2]!.bytes).toBe(
    row('unified/text').bytes + row('foley/text').bytes + row('c-foley-tone:7').bytes,
  );
});

test('a base that nothing is encoded into is held against its expert', () => {
  const recipe = RECIPES.find(({ id }) => id === 'c-mcr')!;
  const bond = recipe.bonds[1]!;
  const subjects = madeUpSubjects(recipe, bond.id).filter(({ id }) => !id.startsWith('c-mcr/'));
  const report: CostReport = madeUpCost({ subjects });
  const lines = costLines(report, { base: 'c-mcr', bond, spaces: SPACES });
  expect(lines.map(({ name }) => name)).toEqual(['Foley alone', 'with 1 projector']);
  expect(lines[1]!.rows).toEqual(['foley/text', 'c-foley-new:1']);
});

test('what a bond keeps has a part for each projection and one for what is fused', () => {
  const recipe = RECIPES.find(({ id }) => id === 'unified-pp-two')!;
  const ask = (setting?: { name: string; factors: Record<string, never> }) =>
    madeUpKeeps({ bonds: [{ recipe, bondId: 'c-foley-tone', ...(setting && { setting }) }] }, world)
      .bonds[0]!;
  expect(keepsParts(ask(), SPACES).map(({ name }) => name)).toEqual(['Foley → Unified', 'Tone → Unified']);
  expect(keepsParts(ask({ name: 'x', factors: {} }), SPACES).at(-1)!.name).toBe('Unified → fused');
});

test('the worst modality decides, and neighbours of both lists are found', () => {
  const ask = (experts: [string, string]) =>
    conflictVerdict(madeUpConflict({ experts, ensembles: ['a', 'b'], target: 'unified' }, world));
  expect(ask(['foley', 'tone'])).toMatchObject({ hurts: true, worst: { modality: 'text' } });
  expect(ask(['foley', 'unified']).hurts).toBe(false);
  expect(ask(['tags', 'foley']).worst?.modality).toBe('text');
  expect([
    ...commonNeighbours([
      [1, 2, 3],
      [3, 9, 1],
    ]),
  ]).toEqual([1, 3]);
});
