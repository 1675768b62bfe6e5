import { beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { tasksOf } from '../../world/served.ts';
import { isClassTask } from '../../world/tasks.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import type { LabState } from '../types.ts';
import { withValue } from '../../recipe/sliders.ts';
import { effectsOf, figureOf, tradeoffOf } from './figures.ts';
import { TABLE_NAMES, tableOf } from './tables.ts';
import { onFront } from './tradeoffFigures.ts';
import { until } from '../../base/until.testing.ts';

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

/** A lab with everything counted, at sliders away from the base. */
async function counted(): Promise<LabState> {
  const store = open();
  store.getState().open();
  await until(() => store.getState().studies.grid.status === 'ready');
  store.getState().setFactors({ 'c-foley': { text: 0.25, audio: 0.75 } });
  store.getState().show('evidence', 'tasks');
  for (const id of ['clean', 'snr-10']) store.getState().askShift(id, 'c-foley.audio');
  await until(() => {
    const { studies, ranking } = store.getState();
    return (
      ranking.status === 'ready' &&
      studies.current?.factors['c-foley']!.audio === 0.75 &&
      studies.shift['snr-10']?.status === 'ready'
    );
  });
  return store.getState();
}

test('before anything is counted every table is there, without figures', () => {
  const state = open().getState();
  for (const name of TABLE_NAMES) {
    const table = tableOf(state, name);
    expect([table.name, table.rows.length]).toEqual([
      name,
      name === 'tasks' ? tasksOf(state.engine.manifest).length : 0,
    ]);
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

test('figures of where the sliders stood before are not written as those of now', async () => {
  const state = await counted();
  const moved = {
    ...state,
    factors: { ...state.factors, 'unified-pp': { 'c-foley': { text: 1, audio: 1 } } },
  };
  const tasks = tableOf(moved, 'tasks');
  expect(tasks.rows.every(({ current, change }) => current === null && change === null)).toBe(true);
  expect(tasks.rows[0]!['best test']).not.toBeNull();
  expect(tasks.notes).toContain('The figures at the sliders are not counted yet: they are left empty.');
  const queries = tableOf(moved, 'queries');
  expect(queries.rows.length).toBeGreaterThan(0);
  expect(queries.rows.every(({ current, best }) => current === null && best !== null)).toBe(true);
  const same = { ...state, factors: structuredClone(state.factors) };
  expect(tableOf(same, 'tasks').rows).toEqual(tableOf(state, 'tasks').rows);
  expect(tableOf(same, 'tasks').notes!.join()).not.toContain('not counted yet');
});

test('a line that was counted with the other sliders elsewhere is left out', async () => {
  const state = await counted();
  const { shift } = state.studies;
  const noisy = shift['snr-10']!;
  if (noisy.status !== 'ready') throw new Error('The condition is not counted.');
  const idsOf = (of: LabState) => [...new Set(tableOf(of, 'shift').rows.map(({ condition }) => condition))];
  expect(idsOf(state)).toEqual(['clean', 'snr-10']);
  const withNoisy = (value: typeof noisy.value): LabState => ({
    ...state,
    studies: { ...state.studies, shift: { ...shift, 'snr-10': { status: 'ready', value } } },
  });
  const old = { ...noisy.value, factors: { 'c-foley': { text: 0.9, audio: 0.75 } } };
  expect(idsOf(withNoisy(old))).toEqual(['clean']);
  const along = { ...noisy.value, factors: withValue(noisy.value.factors, noisy.value.slider, 0.1) };
  expect(idsOf(withNoisy(along))).toEqual(['clean', 'snr-10']);
  const moved = {
    ...state,
    factors: { ...state.factors, 'unified-pp': { 'c-foley': { text: 1, audio: 1 } } },
  };
  expect(idsOf(moved)).toEqual([]);
});

test('the trade-off is of two tasks, and its front the one of the validation half with all that are equal there', async () => {
  const state = { ...(await counted()), task: 'audio>image', versus: 'audio>image' } as const;
  const { title, rows, columns } = tableOf(state, 'tradeoff');
  expect(title).toContain('audio>image against audio>text');
  expect(columns.map(({ label }) => label)).toContain('audio>text R@1, validation (chosen on)');
  const { grid } = state.studies;
  if (grid.status !== 'ready') throw new Error('The grid is not counted.');
  const [a, b] = [state.engine.task('audio>image'), state.engine.task('audio>text')];
  const chosen = tradeoffOf(grid.value, a, b, 'R1', 'validation')!;
  const all = onFront(chosen, grid.value);
  expect(all.size).toBeGreaterThan(chosen.front.length);
  expect(rows.filter(({ front }) => front === 1)).toHaveLength(all.size);
  const reported = tradeoffOf(grid.value, a, b, 'R1', 'test')!.points;
  expect(rows.map((row) => [row.a, row.b])).toEqual(reported.map((point) => [point.a, point.b]));
});

test('notes say of how many queries and in which precision, as the planes are kept', async () => {
  const state = await counted();
  const said = (of: LabState) => tableOf(of, 'tasks').notes!.join('\n');
  expect(said(state)).toContain('fused and scored in float32');
  expect(said(state)).not.toContain('sample');
  const memory = { ...state.device.memory, sampleQueries: 200, planes: 'float16' as const };
  const half = { ...state, device: { ...state.device, memory } };
  expect(said(half)).toContain('A seeded sample of 200 queries');
  expect(said(half)).toContain('cosines kept in float16');
  expect(said(half)).not.toContain('scored in float32');
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
      {
        id: '2',
        name: 'moved',
        recipeId: 'pictext-u',
        factors: { 'd-pictext': { text: 0.9, image: 0.8 } },
        masks: {},
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
    {
      name: 'moved',
      recipe: 'pictext-u',
      formula: 'Unified + d(PicText)',
      'c-foley.text': null,
      'c-foley.audio': null,
      'd-pictext.text': 0.9,
      'd-pictext.image': 0.8,
      members: null,
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
