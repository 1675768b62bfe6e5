import { expect, test } from 'vitest';
import { writeCsv } from '../../formats/csv.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Table } from '../tables.ts';
import { exportedSettings } from '../evidence/exportTable.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import { presetFactors } from '../../recipe/coefficients.ts';
import { TASKS } from '../../world/tasks.ts';
import {
  madeUpConflict,
  madeUpCost,
  madeUpKeeps,
  madeUpMembers,
  madeUpSizes,
  madeUpSubjects,
} from './microscopeReports.testing.ts';
import { lookedOf } from './microscopeLook.ts';
import { conflictTables, costTables, keepsTable } from './microscopeBondTables.ts';
import { memberTables, sizesTable } from './microscopeTables.ts';
import { OPEN_MICROSCOPE } from './microscopeTypes.ts';

const engine = createFakeEngine();
const { manifest } = engine;
const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
/** A lab that shows another recipe than the one under the microscope. */
const inUse = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery)).getState();
const world = { spaces: SPACES, manifest };
const recipe = RECIPES.find(({ id }) => id === 'unified-pp-two')!;
const looked = lookedOf({
  recipes: RECIPES,
  recipeId: recipe.id,
  factors: { [recipe.id]: presetFactors(recipe, 'Versatile') },
  spaces: SPACES,
  ensembles: [],
  look: OPEN_MICROSCOPE.look,
})!;
const context = { looked, spaces: SPACES, manifest };
const request = {
  recipe,
  bondId: looked.bond.id,
  tasks: TASKS,
  settings: [{ name: 'x', factors: {} }],
};

/** Every row fills every column, every cell belongs to a column, and it can be written. */
function check(table: Table): void {
  expect(table.rows.length).toBeGreaterThan(0);
  const empty = table.columns.filter(({ key }) => table.rows.some((row) => row[key] === undefined));
  expect(empty).toEqual([]);
  const keys = new Set(table.columns.map(({ key }) => key));
  expect(table.rows.flatMap((row) => Object.keys(row)).filter((key) => !keys.has(key))).toEqual([]);
  expect(new Set(table.columns.map(({ label }) => label)).size).toBe(table.columns.length);
  expect(writeCsv(table.columns, table.rows).split('\n').length).toBe(table.rows.length + 2);
  expect(table.notes?.some((note) => note.includes(manifest.name))).toBe(true);
  expect(exportedSettings(inUse, table)).toMatchObject({
    recipe: { id: recipe.id, formula: recipe.formula },
    factors: looked.setting.factors,
    members: { [looked.bond.id]: looked.bond.members },
  });
}

test('members, their agreement and their spread', () => {
  const [effects, agreement, spread] = memberTables(madeUpMembers(request, world), context);
  for (const table of [effects!, agreement!, spread!]) check(table);
  expect(effects!.rows).toHaveLength(4 * 14);
  expect(effects!.rows[0]).toMatchObject({ task: 'audio>text', member: 'Foley mix', queries: 216 });
  expect(effects!.notes!.join(' ')).toMatch(/c\(Foley, Tone\).*R@1.*test half.*bootstrap/);
  expect(agreement!.rows).toHaveLength(2 * 14 * 14);
  expect(spread!.rows).toHaveLength(manifest.text.length + manifest.audio.length);
});

test('sizes hold every seed', () => {
  const replicates = [1, 2, 3].map((seed) => ({ name: `seed ${seed}`, ensembles: {} }));
  const table = sizesTable(madeUpSizes({ ...request, replicates }), context);
  check(table);
  expect(table.columns.slice(-3).map(({ label }) => label)).toEqual([
    'set, seed 1',
    'set, seed 2',
    'set, seed 3',
  ]);
  expect(table.rows[0]).toMatchObject({ size: 1, set: 'Foley mix' });
});

test('costs, and what bonds keep', () => {
  const report = madeUpCost({ subjects: madeUpSubjects(recipe, looked.bond.id) });
  const { id } = report.rows.find(({ kind }) => kind === 'encoder')!;
  const ready = { id, state: 'ready', backend: 'wasm', precision: 'int8' } as const;
  const tables = costTables(report, { ...context, device: { encoders: { [id]: ready } } });
  for (const table of tables) check(table);
  expect(tables[0]!.notes!.at(-1)).toMatch(/encoder: int8 on WebAssembly\.$/);
  const bonds = [{ recipe, bondId: looked.bond.id, setting: { name: 'x', factors: {} } }];
  const table = keepsTable(madeUpKeeps({ bonds }, world), context, [looked]);
  check(table);
  expect(table.rows[0]).toMatchObject({ bond: 'c(Foley, Tone)', part: 'Foley → Unified', before: null });
});

test('conflicts with their parts, what averaging did, and examples', () => {
  const report = madeUpConflict(
    { experts: ['foley', 'tone'], ensembles: ['foley-to-unified', 'tone-to-unified'], target: 'unified' },
    world,
  );
  const tables = conflictTables(report, context);
  for (const table of tables) check(table);
  expect(tables[0]!.rows[0]).toMatchObject({ modality: 'text (of sounds)', Q: expect.any(Number) as number });
  expect(tables[0]!.notes).toContain(report.warning);
  expect(tables[2]!.rows[0]).toMatchObject({ id: 'text:0', a: expect.stringContaining('text:1') as string });
});
