import { expect, test } from 'vitest';
import type { TextStorage } from '../engine/storage/textStorage.ts';
import { RECIPES } from '../recipe/embedded.ts';
import {
  createSnapshotStore,
  masksAt,
  proposeName,
  readSnapshots,
  SNAPSHOTS_KEY,
  UNREAD_KEY,
} from './snapshots.ts';

function memory(): TextStorage & { map: Map<string, string>; full: boolean; closed: boolean } {
  const map = new Map<string, string>();
  return {
    map,
    full: false,
    closed: false,
    getItem(key) {
      if (this.closed) throw new Error('SecurityError');
      return map.get(key) ?? null;
    },
    setItem(key, value) {
      if (this.full || this.closed) throw new Error('QuotaExceededError');
      map.set(key, value);
    },
  };
}

const VERSATILE = { recipeId: 'unified-pp', factors: { 'c-foley': { text: 0.1, audio: 0.5 } }, masks: {} };
const SEVEN = [true, true, true, true, true, true, true];
const FIVE = [true, true, false, true, true, false, true];

test('a kept setting is there in the next window, under a name that says what it is', () => {
  const storage = memory();
  const { kept, note, snapshots } = createSnapshotStore(storage, () => RECIPES).keep(VERSATILE);
  expect(note).toBeUndefined();
  expect(kept).toMatchObject({ ...VERSATILE, name: 'Unified++ text 0.10 audio 0.50' });
  expect(snapshots).toEqual([kept]);
  expect(createSnapshotStore(storage, () => RECIPES).open()).toEqual({ snapshots: [kept], note: undefined });
});

test('members of this recipe that are off are kept and named, others are not', () => {
  const masks = { 'c-foley': FIVE, 'd-pictext': FIVE };
  const { kept } = createSnapshotStore(memory(), () => RECIPES).keep({ ...VERSATILE, masks });
  expect(kept.masks).toEqual({ 'c-foley': FIVE });
  expect(kept.name).toBe('Unified++ text 0.10 audio 0.50, 5 of 7 members');
  expect(masksAt(kept, RECIPES[0]!)).toEqual({ 'c-foley': FIVE });
  expect(masksAt({ masks: {} }, RECIPES[0]!)).toEqual({ 'c-foley': SEVEN });
  expect(
    createSnapshotStore(memory(), () => RECIPES).keep({ ...VERSATILE, masks: { 'c-foley': SEVEN } }).kept
      .masks,
  ).toEqual({});
});

test('names are given, numbered where taken, changed, and never empty', () => {
  const store = createSnapshotStore(memory(), () => RECIPES);
  const first = store.keep(VERSATILE, ' Mine ').kept;
  const second = store.keep(VERSATILE, 'Mine').kept;
  expect([first.name, second.name]).toEqual(['Mine', 'Mine (2)']);
  const names = (id: string, name: string) => store.rename(id, name).snapshots.map((one) => one.name);
  expect(names(second.id, 'Mine')).toEqual(['Mine', 'Mine (2)']);
  expect(names(second.id, 'Other')).toEqual(['Mine', 'Other']);
  expect(names(first.id, '  ')).toEqual([proposeName(RECIPES[0]!, VERSATILE), 'Other']);
  expect(store.remove(first.id).snapshots.map(({ id }) => id)).toEqual([second.id]);
});

test('two windows do not write over each other', () => {
  const storage = memory();
  const [one, two] = [
    createSnapshotStore(storage, () => RECIPES),
    createSnapshotStore(storage, () => RECIPES),
  ];
  const a = one.keep(VERSATILE, 'a').kept;
  const b = two.keep(VERSATILE, 'b').kept;
  expect(one.remove(a.id).snapshots).toEqual([b]);
  expect(two.open().snapshots).toEqual([b]);
});

test('a full storage is said, keeps the list in the window, and is written once there is room', () => {
  const storage = memory();
  const store = createSnapshotStore(storage, () => RECIPES);
  const a = store.keep(VERSATILE, 'a').kept;
  storage.full = true;
  const { kept: b, note } = store.keep(VERSATILE, 'b');
  expect(note).toMatch(/full or closed/);
  expect(store.rename(a.id, 'A').snapshots.map(({ name }) => name)).toEqual(['A', 'b']);
  expect(store.open().snapshots.map(({ name }) => name)).toEqual(['A', 'b']);
  storage.full = false;
  store.keep(VERSATILE, 'c');
  const after = createSnapshotStore(storage, () => RECIPES).open().snapshots;
  expect(after.map(({ name }) => name)).toEqual(['A', 'b', 'c']);
  expect(after[1]).toEqual(b);
});

test('something removed while the storage is full stays removed', () => {
  const storage = memory();
  const store = createSnapshotStore(storage, () => RECIPES);
  const { kept } = store.keep(VERSATILE);
  storage.full = true;
  expect(store.remove(kept.id).snapshots).toEqual([]);
  expect(store.open().snapshots).toEqual([]);
  storage.full = false;
  store.keep(VERSATILE, 'b');
  expect(
    createSnapshotStore(storage, () => RECIPES)
      .open()
      .snapshots.map(({ name }) => name),
  ).toEqual(['b']);
});

test('no storage, or one that may not be asked, keeps settings for the window and says so', () => {
  const closed = memory();
  closed.closed = true;
  for (const storage of [undefined, closed]) {
    const store = createSnapshotStore(storage, () => RECIPES);
    expect(store.open().snapshots).toEqual([]);
    const { note, snapshots } = store.keep(VERSATILE);
    expect(snapshots).toHaveLength(1);
    expect(note).toMatch(/until this window is closed/);
    expect(store.keep(VERSATILE).snapshots).toHaveLength(2);
  }
});

test('unknown recipes and sliders are left out with a note; the entries stay in the storage', () => {
  const storage = memory();
  const stored: unknown[] = [
    { id: '1', name: 'good', recipeId: 'unified-pp', factors: { 'c-foley': { audio: 0.5 } }, masks: {} },
    { id: '2', name: 'foreign', recipeId: 'other', factors: {}, masks: {} },
    {
      id: '3',
      name: 'stray',
      recipeId: 'unified-pp',
      factors: { 'c-foley': { audio: 2, image: 0.5, text: 1 }, toString: { text: 1 } },
    },
    { id: '1', name: 'again', recipeId: 'unified-pp', factors: {}, masks: {} },
    {
      id: '4',
      name: 'short',
      recipeId: 'unified-pp',
      factors: null,
      masks: { 'c-foley': [true], 'd-pictext': 3 },
    },
    'nonsense',
  ];
  storage.map.set(SNAPSHOTS_KEY, JSON.stringify(stored));
  const store = createSnapshotStore(storage, () => RECIPES);
  const { snapshots, note } = store.open();
  expect(snapshots.map(({ id, factors }) => [id, factors])).toEqual([
    ['1', { 'c-foley': { text: 0, audio: 0.5 } }],
    ['3', { 'c-foley': { text: 1, audio: 0 } }],
    ['4', { 'c-foley': { text: 0, audio: 0 } }],
  ]);
  expect(snapshots[2]!.masks).toEqual({});
  expect(note).toMatch(/“foreign” belongs to a recipe/);
  expect(note).toMatch(/“stray” names c-foley\.audio, c-foley\.image, toString\.text/);
  expect(note).toMatch(/damaged/);
  store.remove('1');
  const left = JSON.parse(storage.map.get(SNAPSHOTS_KEY)!) as unknown[];
  expect(left).toContainEqual(stored[1]);
  expect(left).toContainEqual('nonsense');
});

test('text that is no list is put aside before anything is written over it', () => {
  for (const text of ['{"a":1}', '[{', 'null']) {
    const storage = memory();
    storage.map.set(SNAPSHOTS_KEY, text);
    expect(readSnapshots(text, RECIPES).broken).toBe(true);
    const store = createSnapshotStore(storage, () => RECIPES);
    expect(store.open().note).toMatch(/could not be read/);
    store.keep(VERSATILE);
    expect(storage.map.get(UNREAD_KEY)).toBe(text);
    expect(createSnapshotStore(storage, () => RECIPES).open().snapshots).toHaveLength(1);
  }
});

test('where the text cannot be put aside, it is not written over', () => {
  const storage = memory();
  storage.map.set(SNAPSHOTS_KEY, '[{');
  storage.full = true;
  const store = createSnapshotStore(storage, () => RECIPES);
  expect(store.keep(VERSATILE).snapshots).toHaveLength(1);
  storage.full = false;
  expect(storage.map.get(SNAPSHOTS_KEY)).toBe('[{');
});
