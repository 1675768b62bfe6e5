import { beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { isClassTask } from '../../world/tasks.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import type { LabState } from '../types.ts';
import { effectsOf, figureOf } from './figures.ts';
import { TABLE_NAMES, tableOf } from './tables.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => queueMicrotask(callback));
  return () => vi.unstubAllGlobals();
});

function open() {
  const engine = createFakeEngine();
  const taskOf = engine.task.bind(engine);
  // Its pictures are of no kind that has a name: the classes are put in by hand.
  engine.task = (id) =>
    isClassTask(id)
      ? { ...taskOf('audio>text'), id, galleryModality: undefined, classes: ['rain'], nGallery: 1 }
      : taskOf(id);
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  return createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
}

const WAIT = { timeout: 20_000 };

/** A lab with everything counted, at sliders away from the base. */
async function counted(): Promise<LabState> {
  const store = open();
  store.getState().open();
  await vi.waitUntil(() => store.getState().studies.grid.status === 'ready', WAIT);
  store.getState().setFactors({ 'c-foley': { text: 0.25, audio: 0.75 } });
  store.getState().show('evidence', 'tasks');
  for (const id of ['clean', 'snr-10']) store.getState().askShift(id, 'c-foley.audio');
  await vi.waitUntil(() => {
    const { studies, ranking } = store.getState();
    return (
      ranking.status === 'ready' &&
      studies.current?.factors['c-foley']!.audio === 0.75 &&
      studies.shift['snr-10']?.status === 'ready'
    );
  }, WAIT);
  return store.getState();
}

test('before anything is counted every table is there, without figures', () => {
  const state = open().getState();
  for (const name of TABLE_NAMES) {
    const table = tableOf(state, name);
    expect([table.name, table.rows.length]).toEqual([name, name === 'tasks' ? 8 : 0]);
  }
  const [row] = tableOf(state, 'tasks').rows;
  expect(row).toMatchObject({ task: 'audio>text', chance: null, current: null, change: null });
});

test('an unknown name says which tables there are', () => {
  expect(() => tableOf(open().getState(), 'task')).toThrow(InputError);
  expect(() => tableOf(open().getState(), 'task')).toThrow(/tasks, landscape, tradeoff/);
});

test('every row of every table has the columns that it names, and no number that is none', async () => {
  const state = await counted();
  for (const name of TABLE_NAMES) {
    const { columns, rows, notes } = tableOf(state, name);
    const keys = columns.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect([name, rows.length > 0]).toEqual([name, name !== 'snapshots']);
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual(keys.toSorted());
      expect(Object.values(row).some(Number.isNaN)).toBe(false);
    }
    expect(notes!.length).toBeGreaterThan(0);
  }
});

test('the table of tasks holds what the screen shows, unrounded, and says where it comes from', async () => {
  const state = await counted();
  const { rows, notes } = tableOf(state, 'tasks');
  const row = rows.find(({ task }) => task === 'audio>text')!;
  const info = state.engine.task('audio>text');
  const { ends, current } = state.studies;
  if (ends.status !== 'ready') throw new Error('The ends are not counted.');
  const now = figureOf(info, current!.result['audio>text']!, 0, 'R1', 'test');
  const before = figureOf(info, ends.value.base['audio>text']!, 0, 'R1', 'test');
  expect(row.current).toBe(now);
  expect(row.change).toBeCloseTo(now - before, 12);
  expect(row['change low']).toBeLessThanOrEqual(row.change as number);
  expect(rows.find(({ task }) => task === 'audio>image')!['space foley']).toBeNull();
  const said = notes!.join('\n');
  for (const part of [
    'Unified + c(Foley)',
    'c-foley.text 0.25, c-foley.audio 0.75',
    'c-foley: 7 of 7',
    'seed 1',
    'R@1',
    'test half',
    '2,000 draws',
    'seed 2024',
    'float16',
    'WebAssembly',
    'a sound of {}',
  ]) {
    expect(said).toContain(part);
  }
});

test('queries hold ranks at the base, at the sliders and at the best found', async () => {
  const state = await counted();
  const { rows } = tableOf({ ...state, half: 'all' }, 'queries');
  const info = state.engine.task('audio>text');
  const { ends, current } = state.studies;
  if (ends.status !== 'ready') throw new Error('The ends are not counted.');
  const effects = effectsOf(
    info,
    { answers: ends.value.base['audio>text']!, setting: 0 },
    { answers: current!.result['audio>text']!, setting: 0 },
    'all',
  );
  expect(rows.map(({ base, current: after }) => [base, after])).toEqual(
    effects.map(({ before, after }) => [before, after]),
  );
  expect(rows[0]!['current effect']).toBeCloseTo(Math.log(effects[0]!.before / effects[0]!.after), 12);
  expect(rows.every(({ best }) => typeof best === 'number')).toBe(true);
});

test('the landscape has every setting, the trade-off its front, the shift its difference to clean', async () => {
  const state = await counted();
  const landscape = tableOf(state, 'landscape').rows;
  expect(landscape).toHaveLength(441);
  expect(landscape[1]).toMatchObject({ 'c-foley.audio': 0.05, 'c-foley.text': 0 });
  const front = tableOf(state, 'tradeoff').rows.filter((row) => row.front === 1);
  expect(front.length).toBeGreaterThan(0);
  expect(front.length).toBeLessThan(441);
  const shift = tableOf(state, 'shift').rows;
  expect(shift.filter(({ condition }) => condition === 'clean').every(({ cost }) => cost === null)).toBe(
    true,
  );
  expect(shift.filter(({ condition }) => condition === 'snr-10').every(({ cost }) => cost !== null)).toBe(
    true,
  );
});

test('kept settings have the sliders of their own recipe alone, and members where some are off', () => {
  const state = {
    ...open().getState(),
    snapshots: [
      {
        id: '1',
        name: 'mine',
        recipeId: 'unified-pp',
        factors: { 'c-foley': { text: 0.1, audio: 0.5 } },
        masks: { 'c-foley': [true, false, false, false, false, false, true] },
      },
    ],
  };
  expect(tableOf(state, 'snapshots').rows).toEqual([
    {
      name: 'mine',
      recipe: 'unified-pp',
      formula: 'Unified + c(Foley)',
      'c-foley.text': 0.1,
      'c-foley.audio': 0.5,
      'd-pictext.text': null,
      'd-pictext.image': null,
      members: 'c-foley: mix TV',
    },
  ]);
});

test('the ranking has the first rows of each column, and right answers below them', async () => {
  const { rows, notes } = tableOf(await counted(), 'ranking');
  expect(new Set(rows.map(({ ranking }) => ranking))).toEqual(
    new Set(['base', 'current', 'Foley, own space']),
  );
  expect(rows[0]).toMatchObject({ ranking: 'base', rank: 1 });
  expect(notes![0]).toContain('text:0');
});
