import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { metricBySetting, queryValues } from '../../math/answers.ts';
import { mixtureOf } from '../../math/members.ts';
import { componentNames } from '../../recipe/coefficients.ts';
import { taskAnswerRanks, type NamedComponents } from '../../recipe/taskScores.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { classTask } from '../../world/classes.ts';
import { retrievalTask, TASKS } from '../../world/tasks.ts';
import type { TaskId } from '../../world/types.ts';
import { countTasks, countTaskValues, keptRows } from './counting.ts';
import { FusedRows, spaceRows } from './fusedRows.ts';
import { ItemRows, type ItemSet } from './itemRows.ts';
import { COMBINED, COMBINED_TWO, DISPLACED, makeSources, SPACES_MADE } from './microscope.testing.ts';

const PROMPTS = ['{}', 'a {}', 'sound of {}'];
const TEMPLATES = { 'audio>class': PROMPTS, 'image>class': PROMPTS };

async function valuesOf(recipe: Recipe, mask: boolean[], factors: Factors, tasks: readonly TaskId[] = TASKS) {
  const rows = new ItemRows(makeSources(), undefined);
  const fused = await FusedRows.create(rows, recipe, recipe.bonds[0]!.id);
  const rowsFor = keptRows((items) => fused.fused(items, mask, factors));
  const out = new Map<TaskId, Float64Array | undefined>();
  for (const task of countTasks(rows, { tasks, half: 'all', templates: TEMPLATES })) {
    out.set(task.id, await countTaskValues(task, rowsFor, fused.dim, 'MRR', {}));
  }
  return { rows, fused, out };
}

/** Components put together by hand from what the sources give, of plain items or of a class's prompts. */
async function componentsByHand(
  rows: ItemRows,
  fused: FusedRows,
  recipe: Recipe,
  items: ItemSet,
  mask: boolean[],
): Promise<NamedComponents> {
  const names = componentNames(recipe, items.modality, SPACES_MADE);
  const bond = recipe.bonds[0]!;
  const all: Float32Array[] = [];
  for (const name of names) {
    if (!name.includes('.')) {
      all.push(await rows.own(name, items));
      continue;
    }
    const source = bond.kind === 'displacement' ? recipe.base : bond.experts[0]!;
    all.push(mixtureOf(await rows.members(bond.ensembles[0]!.id, source, items, fused.dim), mask));
  }
  const size = items.nItems * fused.dim;
  const prompts = Array.from({ length: items.nPrompts }, (_, p) => p);
  return {
    names: prompts.flatMap(() => names),
    nItems: items.nItems,
    dim: fused.dim,
    nPrompts: items.nPrompts,
    data: prompts.flatMap((p) => all.map((part) => part.slice(p * size, (p + 1) * size))),
  };
}

test.each([
  ['a combination', COMBINED, [true, false, true, true], { c: { text: 0.3, audio: 0.8 } }],
  ['its projected end', COMBINED, [false, true, false, false], { c: { text: 1, audio: 1 } }],
  ['a displacement', DISPLACED, [true, true, false], { d: { text: 0.9, image: 0.4 } }],
] as const)('ranks under a mask are those of the closed form: %s', async (_, recipe, mask, factors) => {
  const { rows, fused, out } = await valuesOf(recipe, [...mask], factors);
  const { manifest } = rows.sources;
  const sets = MODALITIES.map((modality) => rows.items(modality));
  const components: Partial<Record<Modality, NamedComponents>> = {};
  for (const items of sets) {
    components[items.modality] = await componentsByHand(rows, fused, recipe, items, [...mask]);
  }
  let counted = 0;
  for (const [id, values] of out) {
    const classes = id === 'audio>class' || id === 'image>class';
    const task = classes ? classTask(manifest, id).task : retrievalTask(manifest, id);
    const text = classes
      ? await componentsByHand(rows, fused, recipe, rows.classes(id, PROMPTS), [...mask])
      : components.text!;
    const answers = taskAnswerRanks(recipe, { ...components, text }, task, [factors]);
    expect(values).toEqual(queryValues(answers, 0, 'MRR'));
    counted += metricBySetting(answers, 'MRR')[0]! < 1 ? 1 : 0;
  }
  expect(counted).toBeGreaterThan(3);
});

test('at the base, a combination is the base space by itself, whatever members are on', async () => {
  const { rows, fused, out } = await valuesOf(COMBINED, [false, false, true, false], {});
  for (const task of countTasks(rows, { tasks: TASKS, half: 'all', templates: TEMPLATES })) {
    const own = await countTaskValues(task, (items) => spaceRows(rows, 'base', items), fused.dim, 'MRR', {});
    expect(out.get(task.id)).toEqual(own);
  }
});

test('halves part the queries, and every query has its group', () => {
  const rows = new ItemRows(makeSources(), undefined);
  const of = (half: 'validation' | 'test' | 'all') => countTasks(rows, { tasks: ['audio>text'], half })[0]!;
  const [validation, tests, all] = [of('validation'), of('test'), of('all')];
  expect([...validation.positions, ...tests.positions].sort((a, b) => a - b)).toEqual([...all.positions]);
  expect(validation.groups).toHaveLength(validation.positions.length);
  expect(new Set(validation.groups.filter((group) => tests.groups.includes(group)))).toEqual(new Set());
});

test('a pooled bond of two experts projects with all members that know the modality', async () => {
  const rows = new ItemRows(makeSources(), undefined);
  const fused = await FusedRows.create(rows, COMBINED_TWO, 'c');
  expect(fused.members).toHaveLength(8);
  expect(fused.positions({ modality: 'audio' })).toHaveLength(8);
  expect(fused.positions({ modality: 'image' })).toHaveLength(0);
  const audio = rows.items('audio');
  const only = await fused.fused(audio, [...Array<boolean>(4).fill(false), true, true, true, true], {
    c: { audio: 1 },
  });
  const horn = mixtureOf(await rows.members('horn-to-base', 'horn', audio, fused.dim), [
    true,
    true,
    true,
    true,
  ]);
  only!.forEach((value, at) => expect(value).toBeCloseTo(horn[at]!, 5));
});

test('ensembles of another seed stand for the bond’s own', async () => {
  const rows = new ItemRows(makeSources(), undefined);
  const both = { ensembles: { 'ear-to-base': ['ear-to-base', 'seed 2 of ear-to-base'] } };
  const fused = await FusedRows.create(rows, COMBINED, 'c', both);
  expect(fused.members.map(({ ensemble, member }) => `${ensemble} ${member}`)).toContain(
    'seed 2 of ear-to-base AT',
  );
  expect(fused.positions({ modality: 'text' })).toHaveLength(8);
});

test('what does not fit is refused', async () => {
  const rows = new ItemRows(makeSources(), undefined);
  await expect(FusedRows.create(rows, COMBINED, 'd')).rejects.toThrow(InputError);
  const fused = await FusedRows.create(rows, COMBINED, 'c');
  const all = [true, true, true, true];
  await expect(fused.fused(rows.items('text'), all, { c: { text: 2 } })).rejects.toThrow(InputError);
  expect(() => rows.space('nowhere')).toThrow(InputError);
  await expect(rows.own('eye', rows.items('audio'))).rejects.toThrow(InputError);
});
