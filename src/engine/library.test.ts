import { expect, test, vi } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { BondDraft, RecipeDraft } from '../recipe/build.ts';
import { ENSEMBLES, RECIPES, SPACES } from '../recipe/embedded.ts';
import type { Ensemble } from '../recipe/types.ts';
import { RecipeLibrary, RECIPES_KEY, UNREAD_RECIPES_KEY } from './library.ts';
import type { TextStorage } from './storage/textStorage.ts';

const c = (...experts: string[]): BondDraft => ({ kind: 'combination', experts });
const draft = (name: string, ...bonds: BondDraft[]): RecipeDraft => ({ name, base: 'unified', bonds });
const RUN: Ensemble = { ...ENSEMBLES[0]!, id: 'run-1', name: 'My run', origin: 'trained' };

function fakeStorage(
  kept = new Map<string, string>(),
): TextStorage & { kept: Map<string, string>; full: boolean } {
  return {
    kept,
    full: false,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      if (this.full) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
  };
}

function open(storage: TextStorage | undefined, own: { ensembles: Ensemble[] } = { ensembles: [] }) {
  const onChange = vi.fn<() => void>();
  const library = new RecipeLibrary({
    embedded: RECIPES,
    parts: () => ({ spaces: SPACES, ensembles: [...ENSEMBLES, ...own.ensembles] }),
    storage,
    onChange,
  });
  return { library, onChange };
}
const namesOf = (library: RecipeLibrary) => library.own().map((one) => one.draft.name);

test('a recipe is made, kept, renamed, copied and removed', () => {
  const storage = fakeStorage();
  const { library, onChange } = open(storage);
  const made = library.create(draft('  Mine ', c('foley')));
  expect(made.name).toBe('Mine');
  expect(made.formula).toBe('Unified + c(Foley)');
  expect(library.recipes()).toEqual([...RECIPES, made]);
  expect(onChange).toHaveBeenCalledTimes(1);

  const copy = library.duplicate(made.id);
  expect(copy.name).toBe('Mine (2)');
  expect(copy.id).not.toBe(made.id);
  library.rename(copy.id, ' Other ');
  expect(namesOf(library)).toEqual(['Mine', 'Other']);
  expect(open(storage).library.recipes()).toEqual(library.recipes());

  library.remove(made.id);
  expect(namesOf(open(storage).library)).toEqual(['Other']);
  expect(library.note()).toBeUndefined();
});

test('a copy of an embedded recipe is the user’s own', () => {
  const { library } = open(fakeStorage());
  const copy = library.duplicate('pictext-upp');
  expect(copy.name).toBe('PicText_U++ (2)');
  expect(copy.formula).toBe('Unified + d(PicText) + c(Foley, Tone)');
  expect(copy.bonds.map(({ ensembles }) => ensembles.map(({ id }) => id))).toEqual([
    ['unified-to-pictext'],
    ['foley-to-pictext', 'tone-to-pictext'],
  ]);
});

test('names are free: of the embedded recipes and of each other; a recipe keeps its own', () => {
  const { library } = open(fakeStorage());
  expect(library.create(draft('Unified++', c('foley'))).name).toBe('Unified++ (2)');
  const mine = library.create(draft('Mine', c('foley')));
  expect(library.create(draft('Mine', c('tone'))).name).toBe('Mine (2)');
  library.rename(mine.id, 'Mine');
  expect(namesOf(library)).toEqual(['Unified++ (2)', 'Mine', 'Mine (2)']);
  library.rename(mine.id, 'Mine (2)');
  expect(namesOf(library)).toEqual(['Unified++ (2)', 'Mine (2) (2)', 'Mine (2)']);
});

test('what cannot be is refused and nothing is changed', () => {
  const { library, onChange } = open(fakeStorage());
  expect(() => library.create(draft('Mine', c('pictext', 'foley')))).toThrow(InputError);
  expect(() => library.create(draft('Mine', c('pictext')))).toThrow('Nothing projects PicText → Unified yet');
  expect(() => library.rename('unified-pp', 'Mine')).toThrow('no recipe of your own');
  expect(() => library.remove('unified-pp')).toThrow('no recipe of your own');
  expect(() => library.duplicate('attic')).toThrow('There is no recipe "attic"');
  const mine = library.create(draft('Mine', c('foley')));
  expect(() => library.rename(mine.id, ' ')).toThrow('needs a name');
  expect(namesOf(library)).toEqual(['Mine']);
  expect(onChange).toHaveBeenCalledTimes(1);
});

test('a recipe whose ensemble is gone says so, and comes back with it', () => {
  const own = { ensembles: [RUN] };
  const storage = fakeStorage();
  const { library, onChange } = open(storage, own);
  const made = library.create(draft('Mine', { ...c('foley'), ensembles: ['run-1'] }));
  own.ensembles = [];
  library.renew();
  expect(library.recipes()).toEqual(RECIPES);
  expect(library.own()[0]!.problem).toMatch(/Foley → Unified is gone/);
  expect(onChange).toHaveBeenCalledTimes(2);
  // It is neither forgotten nor copied meanwhile.
  expect(() => library.duplicate(made.id)).toThrow(InputError);
  library.create(draft('Another', c('foley')));
  expect(namesOf(open(storage).library)).toEqual(['Mine', 'Another']);

  own.ensembles = [RUN];
  library.renew();
  expect(library.own()[0]!.problem).toBeUndefined();
  expect(library.recipes().find(({ id }) => id === made.id)).toEqual(made);
});

test('a recipe that grew with its ensemble is another object; the others stay the same', () => {
  const own = { ensembles: [RUN] };
  const { library, onChange } = open(fakeStorage(), own);
  const grows = library.create(draft('Mine', { ...c('foley'), ensembles: ['run-1'] }));
  const stays = library.create(draft('Other', c('foley')));
  own.ensembles = [{ ...RUN, members: [...RUN.members, 'more'] }];
  onChange.mockClear();
  library.renew();
  const found = (id: string) => library.recipes().find((one) => one.id === id)!;
  expect(found(grows.id).bonds[0]!.members).toHaveLength(8);
  expect(found(grows.id)).not.toBe(grows);
  expect(found(stays.id)).toBe(stays);
  expect(onChange).toHaveBeenCalledTimes(1);
  library.renew();
  expect(onChange).toHaveBeenCalledTimes(1);
});

test('without a name for its ensembles, a later training changes no recipe', () => {
  const own: { ensembles: Ensemble[] } = { ensembles: [{ ...RUN, source: 'tags', target: 'pictext' }] };
  const { library } = open(fakeStorage(), own);
  const made = library.create({ name: 'Mine', base: 'pictext', bonds: [c('tags')] });
  own.ensembles.unshift({ ...RUN, id: 'run-2', source: 'tags', target: 'pictext' });
  library.renew();
  expect(library.recipes().find(({ id }) => id === made.id)).toBe(made);
});

test('two windows do not write over each other', () => {
  const storage = fakeStorage();
  const [here, there] = [open(storage).library, open(storage).library];
  const mine = here.create(draft('Mine', c('foley')));
  const other = there.create(draft('Mine', c('tone')));
  // Seen by the one that wrote later, its name free there too.
  expect(namesOf(there)).toEqual(['Mine', 'Mine (2)']);
  expect(other.id).not.toBe(mine.id);
  here.rename(mine.id, 'First');
  expect(namesOf(here)).toEqual(['First', 'Mine (2)']);
  here.remove(other.id);
  there.create(draft('Third', c('foley')));
  expect(namesOf(there)).toEqual(['First', 'Third']);
});

test('a full storage keeps recipes in this window, says so, and writes them when there is room', () => {
  const storage = fakeStorage();
  const { library } = open(storage);
  library.create(draft('Kept', c('foley')));
  storage.full = true;
  library.create(draft('One', c('foley')));
  const two = library.create(draft('Two', c('foley')));
  expect(namesOf(library)).toEqual(['Kept', 'One', 'Two']);
  expect(library.note()).toMatch(/full or closed/);
  expect(namesOf(open(storage).library)).toEqual(['Kept']);

  // Another window makes room and adds one of its own.
  storage.full = false;
  open(storage).library.create(draft('Theirs', c('foley')));
  library.remove(two.id);
  expect(namesOf(library)).toEqual(['Kept', 'One', 'Theirs']);
  expect(namesOf(open(storage).library)).toEqual(['Kept', 'One', 'Theirs']);
  expect(library.note()).toBeUndefined();
});

test('what was removed while nothing could be written stays removed', () => {
  const storage = fakeStorage();
  const { library } = open(storage);
  const one = library.create(draft('One', c('foley')));
  storage.full = true;
  library.remove(one.id);
  library.create(draft('Two', c('foley')));
  expect(namesOf(library)).toEqual(['Two']);
});

test('without a storage recipes last as long as the window', () => {
  const { library } = open(undefined);
  library.create(draft('Mine', c('foley')));
  library.create(draft('Other', c('foley')));
  expect(namesOf(library)).toEqual(['Mine', 'Other']);
  expect(library.note()).toMatch(/full or closed/);
  const forbidden: TextStorage = {
    getItem: () => {
      throw new DOMException('no', 'SecurityError');
    },
    setItem: () => {
      throw new DOMException('no', 'SecurityError');
    },
  };
  const other = open(forbidden).library;
  other.create(draft('Mine', c('foley')));
  expect(namesOf(other)).toEqual(['Mine']);
});

test.each([
  ['no JSON', '{"cut', []],
  ['no list', '{"a": 1}', []],
  ['an entry that is no draft', JSON.stringify([{ id: 'r-1', draft: { name: 'x' } }, 7, null]), []],
  [
    'one of several',
    JSON.stringify([
      { id: 'r-1', draft: draft('Good', c('foley')), createdAt: '2024-01-01T00:00:00.000Z' },
      { id: 'r-2', draft: draft('Bad', { ...c('foley'), parallel: 'sideways' as never }) },
      { id: 'r-3', draft: draft('Worse', { ...c('foley'), ensembles: 'foley-to-unified' as never }) },
    ]),
    ['Good'],
  ],
  [
    'ids of embedded recipes and ids twice',
    JSON.stringify([
      { id: 'unified-pp', draft: draft('Taken', c('foley')) },
      { id: 'r-1', draft: draft('Good', c('foley')) },
      { id: 'r-1', draft: draft('Twice', c('foley')) },
    ]),
    ['Good'],
  ],
])('a broken list is put aside before anything is written over it: %s', (_, text, names) => {
  const storage = fakeStorage(new Map([[RECIPES_KEY, text]]));
  const { library } = open(storage);
  expect(namesOf(library)).toEqual(names);
  expect(library.note()).toContain(UNREAD_RECIPES_KEY);
  library.create(draft('New', c('foley')));
  expect(storage.kept.get(UNREAD_RECIPES_KEY)).toBe(text);
  expect(namesOf(open(storage).library)).toEqual([...names, 'New']);
});

test('a broken list that cannot be put aside is not written over', () => {
  const storage = fakeStorage(new Map([[RECIPES_KEY, '{"cut']]));
  const setItem = storage.setItem.bind(storage);
  storage.setItem = (key, value) => {
    if (key === UNREAD_RECIPES_KEY) throw new DOMException('full', 'QuotaExceededError');
    setItem(key, value);
  };
  const { library } = open(storage);
  library.create(draft('New', c('foley')));
  expect(namesOf(library)).toEqual(['New']);
  expect(storage.kept.get(RECIPES_KEY)).toBe('{"cut');
  expect(library.note()).toMatch(/full or closed/);
});
