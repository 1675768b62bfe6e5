import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../engine/training/settings.ts';
import type { OwnEnsemble, RunRecord, TrainRequest } from '../../engine/training/types.ts';
import { ENSEMBLES, MEMBERS, RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Bond } from '../../recipe/types.ts';
import { seedPlan } from './microscopeSeeds.ts';

const bondOf = (id: string) => RECIPES.flatMap(({ bonds }) => bonds).find((bond) => bond.id === id)!;
const FOLEY: TrainRequest = {
  kind: 'combination',
  base: 'unified',
  expert: 'foley',
  members: [...MEMBERS],
  settings: DEFAULT_SETTINGS,
  mining: { kind: 'top-1' },
  pool: 'embedded',
};

function run(seed: number, part: Partial<RunRecord> = {}, request: Partial<TrainRequest> = {}): RunRecord {
  const id = `run-${seed}-${Object.keys(request).join()}`;
  return {
    id,
    name: id,
    request: { ...FOLEY, ...request, settings: { ...(request.settings ?? DEFAULT_SETTINGS), seed } },
    status: 'done',
    createdAt: '2026-01-01T00:00:00Z',
    seconds: 60,
    nPairs: {},
    curves: [],
    ensembles: [id],
    ...part,
  };
}

const ensembleOf = ({ id, request }: RunRecord): OwnEnsemble => ({
  id,
  name: id,
  source: request.expert,
  target: request.base,
  members: [...request.members],
  origin: 'trained',
  dIn: 96,
  dOut: 128,
  hidden: 384,
  runId: id,
});

/** Newest first, as Training.runs() gives them. */
function planOf(bond: Bond, ...oldestFirst: RunRecord[]) {
  const runs = oldestFirst.toReversed();
  const own = runs.filter(({ ensembles }) => ensembles.length > 0).map(ensembleOf);
  return seedPlan({
    bond,
    spaces: SPACES,
    ensembles: [...ENSEMBLES, ...own],
    runs,
    defaults: DEFAULT_SETTINGS,
  });
}

test('an embedded ensemble alone is one seed, and two more can be trained', () => {
  const plan = planOf(bondOf('c-foley'));
  expect(plan.replicates).toEqual([
    { name: 'seed 1', ensembles: { 'foley-to-unified': ['foley-to-unified'] } },
  ]);
  expect(plan.nMissing).toBe(2);
  expect(plan.missing.map(({ settings }) => settings.seed)).toEqual([2, 3]);
  expect(plan.missing[0]).toEqual({ ...FOLEY, settings: { ...DEFAULT_SETTINGS, seed: 2 } });
});

test('runs that differ in their seed alone are replicates, the bond’s own first', () => {
  const plan = planOf(
    bondOf('c-foley'),
    run(5),
    run(2),
    // The same seed again, another setting, spoiled pairs, softmax mining: none is another seed of the same training.
    run(1),
    run(3, {}, { settings: { ...DEFAULT_SETTINGS, steps: 20 } }),
    run(4, {}, { damage: { corrupt: 0.5, keep: 1, topics: 1 } }),
    run(6, {}, { mining: { kind: 'softmax', temperature: 0.05 } }),
    run(7, {}, { members: ['mix'] }),
  );
  expect(plan.replicates.map(({ name }) => name)).toEqual(['seed 1', 'seed 5', 'seed 2']);
  expect(plan.replicates[1]!.ensembles).toEqual({ 'foley-to-unified': ['run-5-'] });
  expect(plan.nMissing).toBe(1);
  expect(plan.missing.map(({ settings }) => settings.seed)).toEqual([3]);
});

test('pairs that are not spoiled at all count as such', () => {
  const whole = run(9, {}, { damage: { corrupt: 0, keep: 1, topics: 1 } });
  expect(planOf(bondOf('c-foley'), whole).replicates).toHaveLength(2);
});

test('what waits or goes is told of and not asked for again; what failed is no seed', () => {
  const plan = planOf(
    bondOf('c-foley'),
    run(2, { status: 'training', ensembles: [] }),
    run(3, { status: 'failed', ensembles: [] }),
    run(4, { status: 'stopped' }),
  );
  expect(plan.replicates).toHaveLength(1);
  expect(plan.nUnderWay).toBe(1);
  expect(plan.missing.map(({ settings }) => settings.seed)).toEqual([3]);
});

test('of two experts every replicate has another seed of each, as many as the one with fewest', () => {
  const bond = bondOf('c-foley-tone');
  expect(planOf(bond, run(2)).replicates).toHaveLength(1);
  const plan = planOf(bond, run(2), run(4, {}, { expert: 'tone' }));
  expect(plan.replicates[1]).toEqual({
    name: 'seeds 2, 4',
    ensembles: { 'foley-to-unified': ['run-2-'], 'tone-to-unified': ['run-4-expert'] },
  });
  expect(plan.missing.map(({ expert, settings }) => [expert, settings.seed])).toEqual([
    ['foley', 3],
    ['tone', 2],
  ]);
});

test('a displacement is trained as one', () => {
  expect(planOf(bondOf('d-pictext')).missing[0]).toMatchObject({
    kind: 'displacement',
    base: 'unified',
    expert: 'pictext',
  });
});

test('ensembles of files, and those trained together into a space of their own, stand for themselves', () => {
  const joint = planOf(bondOf('c-foley-new'));
  expect(joint).toMatchObject({ replicates: [{ ensembles: {} }], missing: [] });
  expect(joint.why).toContain('no other seed');
  const imported: OwnEnsemble = {
    ...ensembleOf(run(1)),
    id: 'own-1',
    origin: 'imported',
    imported: { file: 'a.pt', format: 'torch', createdAt: '' },
  };
  const { members, source, target } = imported;
  const bond: Bond = { ...bondOf('c-foley'), ensembles: [{ id: 'own-1', members, source, target }] };
  const plan = seedPlan({
    bond,
    spaces: SPACES,
    ensembles: [...ENSEMBLES, imported],
    runs: [],
    defaults: DEFAULT_SETTINGS,
  });
  expect(plan.why).toBeDefined();
});
