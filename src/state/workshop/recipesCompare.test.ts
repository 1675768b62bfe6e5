import { expect, test, vi } from 'vitest';
import { AbortedError, InputError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import type { StudyResult } from '../../engine/types.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { answersOf, fourQueries } from '../evidence/task.testing.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import { comparedRows, comparisonJob, comparisonTable, settingFor, wantedAt } from './recipesCompare.ts';
import type { ComparedRecipe, Comparison } from './recipesTypes.ts';

const options = { signal: new AbortController().signal, onProgress: () => undefined };
const info = fourQueries('validation', 'test', 'test', 'test');

function open() {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  return { engine, store: createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery)) };
}
const recipeIn = (engine: ReturnType<typeof createFakeEngine>, id: string) =>
  engine.recipes.find((recipe) => recipe.id === id)!;

const counted = (name: string, result: StudyResult): ComparedRecipe => ({
  recipeId: name,
  name,
  formula: name,
  nProjectors: 7,
  off: [],
  members: {},
  settings: ['base', 'half', 'expert'].map((one) => ({ name: one, factors: {} })),
  result,
});

test('figures are R@1 of the test half at each place; changes are against the first recipe', () => {
  const comparison: Comparison = {
    places: ['base', 'half', 'expert'].map((name) => ({ name, about: '' })),
    told: 1,
    recipes: [
      counted('one', { 'audio>text': answersOf([1, 5, 5, 5], [1, 1, 5, 5], [9, 1, 1, 5]) }),
      counted('two', { 'audio>text': answersOf([5, 5, 5, 5], [5, 1, 1, 1], [1, 5, 5, 5]) }),
      counted('three', {}),
    ],
    notes: ['told beside'],
  };
  const [row, ...others] = comparedRows(comparison, () => info);
  expect(others).toEqual([]);
  expect(row!.nQueries).toBe(3);
  expect(row!.chance).toBeCloseTo(1 / 20, 12);
  const third = 1 / 3;
  expect(row!.cells[0]!.values).toEqual([0, expect.closeTo(third, 12), expect.closeTo(2 * third, 12)]);
  expect(row!.cells[1]!.values).toEqual([0, 1, 0]);
  expect(row!.cells[2]!.values).toEqual([undefined, undefined, undefined]);
  // Of the first: against its own base; of the second: against the first at the same place; of none: none.
  expect(row!.cells.map(({ change }) => change?.mean)).toEqual([
    expect.closeTo(third, 12),
    expect.closeTo(2 * third, 12),
    undefined,
  ]);
  const table = comparisonTable(comparison, () => info, 'recipes', 'Recipes');
  expect(table.rows.map(({ recipe, half, against }) => [recipe, half, against])).toEqual([
    ['one', expect.closeTo(third, 12), 'its own base'],
    ['two', 1, 'one'],
    ['three', null, 'one'],
  ]);
  for (const tableRow of table.rows)
    expect(Object.keys(tableRow).sort()).toEqual(table.columns.map(({ key }) => key).sort());
  // The file says what it is of, not what the lab shows.
  expect(table.setting).toMatchObject({ recipe: { id: 'one, two, three' }, metric: 'R1', half: 'test' });
  expect(table.notes!.join(' ')).toMatch(/one = one; half: half.*paired bootstrap 95%.*told beside/);
});

test('recipes are counted without leaving the one on the page; classes that cannot be counted are said', async () => {
  const { engine, store } = open();
  const wanted = ['unified-pp', 'pictext-upp'].map((id) =>
    wantedAt(recipeIn(engine, id), 'Versatile', undefined),
  );
  const study = vi.spyOn(engine, 'study');
  const { recipes, places, notes } = await comparisonJob(wanted, {
    'c-foley': [true, false, true, true, true, true, true],
  })(engine, options);
  expect(store.getState().recipeId).toBe('unified-pp');
  expect(places.map(({ name }) => name)).toEqual(['base', 'Versatile', 'expert']);
  expect(recipes.map(({ name, nProjectors, off }) => [name, nProjectors, off])).toEqual([
    ['Unified++', 7, ['Foley A']],
    ['PicText_U++', 21, []],
  ]);
  expect(recipes[0]!.result['audio>text']!.nSettings).toBe(3);
  expect(study.mock.calls.map(([{ subject }]) => subject)).toContainEqual({ recipeId: 'pictext-upp' });
  expect(notes).toEqual([]);
  await expect(comparisonJob(wanted.slice(1), {})(engine, options)).rejects.toThrow(InputError);

  engine.study = (request) =>
    request.tasks.includes('audio>class')
      ? Promise.reject(new InputError('There are no prompts.'))
      : Promise.resolve({ 'audio>text': answersOf([1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]) });
  const without = await comparisonJob(wanted, {})(engine, options);
  expect(without.notes).toEqual(['Classes could not be counted: There are no prompts.']);
  expect(without.recipes).toHaveLength(2);
});

test('a recipe is compared at its most telling preset, or where its sliders stand', () => {
  const { engine } = open();
  const settings = engine.recipes.map((recipe) => settingFor(recipe, undefined));
  expect(settings).toEqual([
    'Versatile',
    'Paper',
    'Versatile',
    'Versatile',
    'Paper',
    'Versatile',
    'Halves',
    'Ex-MCR',
    'Half',
  ]);
  const recipe = recipeIn(engine, 'unified-pp');
  expect(settingFor(recipe, 'Expert')).toBe('Expert');
  expect(settingFor(recipe, 'gone')).toBe('Versatile');
  expect(wantedAt(recipe, 'current', { 'c-foley': { text: 0.3 } }).setting).toEqual({
    name: 'as in the lab',
    factors: { 'c-foley': { text: 0.3 } },
  });
});

test('counts wait for each other, are taken back, fail, and are kept until they are asked anew', async () => {
  const { store } = open();
  const { countRecipes, cancelRecipes } = store.getState();
  const answerOf = () => store.getState().recipeBench.answers;
  const empty: Comparison = { places: [], told: 0, recipes: [], notes: [] };
  let finish: (value: Comparison) => void = () => undefined;
  const started: string[] = [];
  countRecipes('compare', (_, { onProgress }) => {
    started.push('compare');
    onProgress(0.426);
    return new Promise((done) => (finish = done));
  });
  countRecipes('integration', () => {
    started.push('integration');
    return Promise.reject(new InputError('No such experts.'));
  });
  await until(() => started.length > 0);
  expect(answerOf().compare).toEqual({ status: 'loading', words: 'Counting … 42%', fraction: 0.426 });
  expect(started).toEqual(['compare']);
  finish(empty);
  await until(() => answerOf().integration?.status === 'failed');
  expect(answerOf().compare).toEqual({ status: 'ready', value: empty });
  expect(answerOf().integration).toEqual({ status: 'failed', message: 'No such experts.' });

  // Taken back while it runs: gone, and what comes late is dropped.
  countRecipes('compare', () => new Promise((done) => (finish = done)));
  cancelRecipes('compare');
  expect(answerOf().compare).toBeUndefined();
  finish(empty);
  countRecipes('integration', () => Promise.resolve(empty));
  await until(() => answerOf().integration?.status === 'ready');
  expect(answerOf().compare).toBeUndefined();
});

test('a study that the engine gave up is asked again', async () => {
  const { engine } = open();
  const recipe = recipeIn(engine, 'unified-pp');
  const study = engine.study.bind(engine);
  let n = 0;
  engine.study = (request, of) => (++n === 1 ? Promise.reject(new AbortedError()) : study(request, of));
  const wanted = [wantedAt(recipe, 'Versatile', undefined), wantedAt(recipe, 'Expert', undefined)];
  expect((await comparisonJob(wanted, {})(engine, options)).recipes).toHaveLength(2);
  engine.study = () => Promise.reject(new AbortedError());
  await expect(comparisonJob(wanted, {})(engine, options)).rejects.toThrow(AbortedError);
});
