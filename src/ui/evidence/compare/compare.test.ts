import { expect, test } from 'vitest';
import { AbortedError, InputError } from '../../../base/errors.ts';
import type { LabEngine, StudyRequest, StudyResult } from '../../../engine/types.ts';
import type { AnswerRanks } from '../../../math/answers.ts';
import { RECIPES } from '../../../recipe/embedded.ts';
import { createFakeEngine } from '../../../state/fakeEngine.testing.ts';
import type { RankingModel } from '../../../state/rankingModel.ts';
import { createLabStore, defaultSettings } from '../../../state/store.ts';
import type { LabState, Ranking } from '../../../state/types.ts';
import { directionInfo, isClassTask, TASKS } from '../../../world/tasks.ts';
import type { TaskId } from '../../../world/types.ts';
import { pairLists } from './lists.ts';
import {
  answersAt,
  countAll,
  countSettings,
  isCounted,
  knownOf,
  type CountedUnder,
  type CountProgress,
} from './settingStudies.ts';
import { baseOf, changeKey, currentSide, settingKey, sideOf, sideOptions, snapshotSide } from './sides.ts';
import { differencesTable, keptTable } from './tables.ts';
import type { SettingsNow } from './useSettings.ts';

const at = (text: number, audio: number) => ({ 'c-foley': { text, audio } });
const FIVE = [true, true, false, true, true, false, true];
const MINE = {
  id: 's1',
  name: 'Mine',
  recipeId: 'unified-pp',
  factors: at(0.3, 0.7),
  masks: { 'c-foley': FIVE },
};

function stateOf(change: Partial<LabState> = {}): LabState {
  return {
    recipes: RECIPES,
    recipeId: 'unified-pp',
    factors: { 'unified-pp': at(0.2, 0.9), 'pictext-u': { 'd-pictext': { text: 0.5, image: 0.5 } } },
    masks: {},
    sides: { a: 'preset Versatile', b: 's1' },
    snapshots: [MINE],
    ...change,
  } as LabState;
}

test('a side is what its id means now, and something else of use where it means nothing any more', () => {
  const state = stateOf();
  expect(sideOf(state, 'a')).toMatchObject({ name: 'Versatile', factors: at(0.1, 0.5) });
  expect(sideOf(state, 'b')).toMatchObject({ id: 's1', name: 'Mine', masks: { 'c-foley': FIVE } });
  const gone = stateOf({ sides: { a: 'gone', b: 'gone' } });
  expect(sideOf(gone, 'a')).toMatchObject({ id: 'preset Unified', factors: at(0, 0) });
  expect(sideOf(gone, 'b')).toMatchObject({ id: 'current', factors: at(0.2, 0.9) });
  expect(sideOptions(state, RECIPES[0]!).flatMap(({ items }) => items.map(({ value }) => value))).toEqual([
    'current',
    ...RECIPES[0]!.presets.map(({ name }) => `preset ${name}`),
    's1',
  ]);
});

test('equal settings have equal keys, whatever they are called; members and recipe tell them apart', () => {
  const state = stateOf({ factors: { 'unified-pp': at(0.3, 0.7) } });
  const mine = snapshotSide(state, MINE);
  expect(settingKey(mine)).not.toBe(settingKey(currentSide(state)));
  const allOn = snapshotSide(state, { ...MINE, id: 's2', masks: {} });
  expect(settingKey(allOn)).toBe(settingKey(currentSide(state)));
  expect(settingKey(baseOf(mine))).not.toBe(settingKey(baseOf(allOn)));
  expect(baseOf(mine)).toMatchObject({ factors: at(0, 0), masks: { 'c-foley': FIVE } });
});

const UNDER: CountedUnder = {
  templates: { 'audio>class': ['a sound of {}'], 'image>class': ['{}'] },
  memory: { sampleQueries: undefined, planes: 'float32' },
};

/** Ranks that name their setting: audio * 100 for every answer. */
function fakeEngine() {
  const asked: StudyRequest[] = [];
  let { memory } = UNDER;
  /** Thrown by the next studies, one each. */
  const failures: Error[] = [];
  const study = (request: StudyRequest): Promise<StudyResult> => {
    asked.push(request);
    const failure = failures.shift();
    if (failure) return Promise.reject(failure);
    const answers: AnswerRanks = {
      nSettings: request.settings.length,
      nGallery: 100,
      offsets: Uint32Array.of(0, 1, 3),
      ranks: Uint32Array.from(
        request.settings.flatMap((factors) =>
          Array(3).fill(Math.round((Object.values(factors)[0]!.audio ?? 0) * 100)),
        ),
      ),
    };
    return Promise.resolve(Object.fromEntries(request.tasks.map((task) => [task, answers])));
  };
  const engine = { study, device: () => ({ memory }) } as unknown as LabEngine;
  return { engine, asked, failures, keep: (next: CountedUnder['memory']) => (memory = next) };
}

const TWO: TaskId[] = ['audio>text', 'text>audio'];
const never = new AbortController().signal;
const silent = () => undefined;

test('settings are counted together and once, and each keeps its own ranks', async () => {
  const { engine, asked } = fakeEngine();
  const state = stateOf();
  const [one, two] = [sideOf(state, 'a'), currentSide(state)];
  await countSettings(engine, [one, two, one], TWO, UNDER, never, silent);
  expect(asked.map(({ settings }) => settings)).toEqual([[one.factors, two.factors]]);
  expect([...knownOf(engine, one, UNDER)!['audio>text']!.ranks]).toEqual([50, 50, 50]);
  expect([...knownOf(engine, two, UNDER)!['audio>text']!.ranks]).toEqual([90, 90, 90]);
  await countSettings(engine, [two], ['audio>class'], UNDER, never, silent);
  expect(Object.keys(knownOf(engine, two, UNDER)!)).toEqual([...TWO, 'audio>class']);
  expect(isCounted(engine, one, ['audio>class'], UNDER)).toBe(false);
  await countSettings(engine, [one, two], TWO, UNDER, never, silent);
  expect(asked).toHaveLength(2);
});

test('what was aborted is not kept', async () => {
  const { engine, failures } = fakeEngine();
  const side = currentSide(stateOf());
  failures.push(new AbortedError());
  await expect(countSettings(engine, [side], TWO, UNDER, never, silent)).rejects.toThrow(AbortedError);
  const abort = new AbortController();
  const counting = countSettings(engine, [side], TWO, UNDER, abort.signal, silent);
  abort.abort();
  await counting;
  expect(knownOf(engine, side, UNDER)).toBeUndefined();
});

test('prompts are those of the page, and other prompts, samples or precisions are counted anew', async () => {
  const { engine, asked, keep } = fakeEngine();
  const side = currentSide(stateOf());
  await countSettings(engine, [side], ['audio>class'], UNDER, never, silent);
  expect(asked[0]!.templates).toEqual(UNDER.templates);
  const worded = { ...UNDER, templates: { ...UNDER.templates, 'audio>class': ['only {}'] } };
  expect(isCounted(engine, side, ['audio>class'], worded)).toBe(false);
  await countSettings(engine, [side], ['audio>class'], worded, never, silent);
  expect(asked[1]!.templates).toEqual(worded.templates);
  for (const memory of [
    { sampleQueries: 100, planes: 'float32' },
    { sampleQueries: undefined, planes: 'float16' },
  ] as const) {
    expect(knownOf(engine, side, { ...UNDER, memory })).toBeUndefined();
    keep(memory);
    await countSettings(engine, [side], ['audio>class'], { ...UNDER, memory }, never, silent);
    expect(knownOf(engine, side, { ...UNDER, memory })).toBeDefined();
  }
  expect(asked).toHaveLength(4);
});

test('ranks of another sample than the one that was asked for are not kept', async () => {
  const { engine, keep } = fakeEngine();
  const side = currentSide(stateOf());
  const counting = countSettings(engine, [side], TWO, UNDER, never, silent);
  keep({ sampleQueries: 100, planes: 'float32' });
  await expect(counting).rejects.toThrow(AbortedError);
  expect(knownOf(engine, side, UNDER)).toBeUndefined();
});

test('a count that others ended is begun anew, and given up with words after some', async () => {
  const { engine, asked, failures } = fakeEngine();
  const side = currentSide(stateOf());
  const told: CountProgress[] = [];
  failures.push(new AbortedError(), new AbortedError());
  await countAll(engine, [side], UNDER, never, (progress) => told.push(progress));
  expect(asked.map(({ tasks }) => tasks.length)).toEqual([6, 6, 6, 2]);
  expect(isCounted(engine, side, TASKS, UNDER)).toBe(true);
  expect(told.at(-1)).toEqual({});

  const other = snapshotSide(stateOf(), { ...MINE, masks: {} });
  failures.push(...Array.from({ length: 4 }, () => new AbortedError()));
  await countAll(engine, [other], UNDER, never, (progress) => told.push(progress));
  expect(told.at(-1)).toEqual({ failed: expect.stringContaining('interrupted 4 times') });
});

test('a recipe that fails does not keep the others, and a panel that is left is told nothing more', async () => {
  const { engine, failures } = fakeEngine();
  const state = stateOf();
  const other = currentSide(stateOf({ recipeId: 'pictext-u' }));
  const told: CountProgress[] = [];
  failures.push(new InputError('No vectors.'));
  await countAll(engine, [currentSide(state), other], UNDER, never, (progress) => told.push(progress));
  expect(isCounted(engine, other, TASKS, UNDER)).toBe(true);
  expect(told.at(-1)).toEqual({ failed: 'No vectors.' });

  const abort = new AbortController();
  const late: CountProgress[] = [];
  const counting = countAll(engine, [currentSide(state)], UNDER, abort.signal, (progress) =>
    late.push(progress),
  );
  const before = late.length;
  abort.abort();
  await counting;
  expect(late).toHaveLength(before);
});

test('a change is of one metric, half, pair of settings and way of counting; a drag keeps its name', () => {
  const state = stateOf();
  const [a, b] = [sideOf(state, 'a'), currentSide(state)];
  const moved = currentSide(stateOf({ factors: { 'unified-pp': at(1, 1) } }));
  const key = changeKey(a, b, 'R1', 'test', 'u');
  expect(changeKey(a, moved, 'R1', 'test', 'u')).toBe(key);
  const others = [
    changeKey(a, b, 'MedR', 'test', 'u'),
    changeKey(a, b, 'R1', 'all', 'u'),
    changeKey(a, b, 'R1', 'test', 'v'),
    changeKey(b, a, 'R1', 'test', 'u'),
    changeKey(snapshotSide(state, MINE), b, 'R1', 'test', 'u'),
  ];
  expect(new Set([key, ...others]).size).toBe(6);
});

test('the tables of a comparison leave out figures of where the sliders stood before', () => {
  const engine = createFakeEngine();
  // Its pictures are of no kind that has a name.
  engine.task = (id) => directionInfo(engine.manifest, isClassTask(id) ? 'audio>text' : id);
  const query = { kind: 'item' as const, modality: 'text' as const, index: 0 };
  const state = createLabStore(engine, defaultSettings(engine, query, 'audio')).getState();
  const answers = {
    nSettings: 1,
    nGallery: 6,
    offsets: Uint32Array.of(0, 1, 2, 3, 4, 5, 6),
    ranks: new Uint32Array(6).fill(1),
  };
  const settings = (stale: boolean): SettingsNow => ({
    of: ({ id }) => ({
      result: { 'audio>text': answers },
      stale: stale && id === 'current',
      waits: () => false,
      otherMembers: false,
    }),
    under: '',
    words: undefined,
    failed: undefined,
  });
  const [a, b] = [sideOf(state, 'a'), currentSide(state)];
  const rowOf = (stale: boolean) => differencesTable(state, a, b, settings(stale)).rows[0]!;
  expect(rowOf(false)).toMatchObject({ a: 1, b: 1, change: 0 });
  expect(rowOf(true)).toMatchObject({ a: 1, b: null, change: null });
  expect(keptTable(state, [b], settings(true)).rows[0]).toMatchObject({ 'audio>text': null });
  expect(differencesTable(state, a, b, settings(false)).notes!.join()).not.toMatch(/audio>text: \d+ queries/);
});

test('a setting that is not there is refused', () => {
  const answers = { nSettings: 2, nGallery: 9, offsets: Uint32Array.of(0, 1), ranks: Uint32Array.of(4, 7) };
  expect([...answersAt(answers, 1).ranks]).toEqual([7]);
  expect(() => answersAt(answers, 2)).toThrow(InputError);
});

/** A model that ranks items in the given order; item `right` is right. */
function modelOf(order: number[], right: number): RankingModel {
  const row = (index: number) => ({
    index,
    id: `i${index}`,
    score: 1 - order.indexOf(index) / 10,
    rank: order.indexOf(index) + 1,
    right: index === right,
  });
  return {
    top: (_: unknown, k: number) => order.slice(0, k).map(row),
    at: (_: unknown, pins: number[] = []) =>
      ({
        current: { kind: 'ranked', rows: [], right: [row(right)] },
        pinned: pins.map((index) => ({ index, current: row(index).rank })),
      }) as unknown as Ranking,
  } as unknown as RankingModel;
}

test('two lists say of each row where it stands on the other side', () => {
  const lists = pairLists(
    { model: modelOf([0, 1, 2, 3], 3), factors: {} },
    { model: modelOf([3, 0, 2, 1], 3), factors: {} },
    2,
  );
  expect(lists.a.map(({ index, other, shared }) => [index, other, shared])).toEqual([
    [0, 2, true],
    [1, 4, false],
  ]);
  expect(lists.b.map(({ index, other, shared }) => [index, other, shared])).toEqual([
    [3, 4, false],
    [0, 1, true],
  ]);
  expect(lists.right).toEqual([{ index: 3, a: 4, b: 1 }]);
});
