import { expect, test } from 'vitest';
import { AbortedError, InputError } from '../../../base/errors.ts';
import type { LabEngine, StudyRequest, StudyResult } from '../../../engine/types.ts';
import type { AnswerRanks } from '../../../math/answers.ts';
import { RECIPES } from '../../../recipe/embedded.ts';
import type { RankingModel } from '../../../state/rankingModel.ts';
import type { LabState, Ranking } from '../../../state/types.ts';
import type { TaskId } from '../../../world/types.ts';
import { pairLists } from './lists.ts';
import { answersAt, countSettings, isCounted, knownOf } from './settingStudies.ts';
import { baseOf, currentSide, settingKey, sideOf, sideOptions, snapshotSide } from './sides.ts';

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
    engine: { recipes: RECIPES },
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

/** Ranks that name their setting: audio * 100 for every answer. */
function fakeEngine() {
  const asked: StudyRequest[] = [];
  let failing = false;
  const study = (request: StudyRequest): Promise<StudyResult> => {
    asked.push(request);
    if (failing) return Promise.reject(new AbortedError());
    const answers: AnswerRanks = {
      nSettings: request.settings.length,
      nGallery: 100,
      offsets: Uint32Array.of(0, 1, 3),
      ranks: Uint32Array.from(
        request.settings.flatMap((factors) => Array(3).fill(Math.round(factors['c-foley']!.audio! * 100))),
      ),
    };
    return Promise.resolve(Object.fromEntries(request.tasks.map((task) => [task, answers])));
  };
  const fail = (on: boolean) => (failing = on);
  return { engine: { study } as unknown as LabEngine, asked, fail };
}

const TASKS: TaskId[] = ['audio>text', 'text>audio'];
const never = new AbortController().signal;
const silent = () => undefined;

test('settings are counted together and once, and each keeps its own ranks', async () => {
  const { engine, asked } = fakeEngine();
  const state = stateOf();
  const [one, two] = [sideOf(state, 'a'), currentSide(state)];
  await countSettings(engine, [one, two, one], TASKS, never, silent);
  expect(asked.map(({ settings }) => settings)).toEqual([[one.factors, two.factors]]);
  expect([...knownOf(engine, one)!['audio>text']!.ranks]).toEqual([50, 50, 50]);
  expect([...knownOf(engine, two)!['audio>text']!.ranks]).toEqual([90, 90, 90]);
  await countSettings(engine, [two], ['audio>class'], never, silent);
  expect(Object.keys(knownOf(engine, two)!)).toEqual([...TASKS, 'audio>class']);
  expect(isCounted(engine, one, ['audio>class'])).toBe(false);
  await countSettings(engine, [one, two], TASKS, never, silent);
  expect(asked).toHaveLength(2);
});

test('what was aborted is not kept', async () => {
  const { engine, fail } = fakeEngine();
  const side = currentSide(stateOf());
  fail(true);
  await expect(countSettings(engine, [side], TASKS, never, silent)).rejects.toThrow(AbortedError);
  fail(false);
  const abort = new AbortController();
  const counting = countSettings(engine, [side], TASKS, abort.signal, silent);
  abort.abort();
  await counting;
  expect(knownOf(engine, side)).toBeUndefined();
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
