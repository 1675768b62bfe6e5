/** The recipes at hand: those that ship with the lab, and the user's own, kept as drafts in the browser's storage. */
import { InputError, messageOf } from '../base/errors.ts';
import { buildRecipe, draftOf, type Parts, type RecipeDraft } from '../recipe/build.ts';
import type { Recipe } from '../recipe/types.ts';
import type { TextStorage } from './storage/textStorage.ts';

/** A recipe of the user's own. */
export interface OwnRecipe {
  id: string;
  draft: RecipeDraft;
  /** ISO 8601. */
  createdAt: string;
  /** Why it cannot be used now, such as an ensemble that is gone; undefined where it can. */
  problem: string | undefined;
}

type Stored = Omit<OwnRecipe, 'problem'>;

export const RECIPES_KEY = 'bondlab.recipes';
/** What could not be read is put here before anything is written over it. */
export const UNREAD_RECIPES_KEY = 'bondlab.recipes.unread';

const EXAMPLE =
  "{ name: 'Mine', base: 'unified', bonds: [{ kind: 'combination', experts: ['foley', 'tone'], parallel: 'averaged' }] }";
const CLOSED =
  'The browser’s storage is full or closed to this page: recipes last until this window is closed.';
const UNREAD = `Some recipes of this browser could not be read: they are kept under “${UNREAD_RECIPES_KEY}” in its storage.`;

export interface LibraryOptions {
  embedded: readonly Recipe[];
  /** Spaces and ensembles of this moment. */
  parts: () => Parts;
  storage: TextStorage | undefined;
  /** Called after recipes() changed. */
  onChange: () => void;
}

/**
 * Every change is made to what the storage holds at that moment, so that two windows do not write over each other; what could
 * not be written stays in this window and is written with the next change.
 */
export class RecipeLibrary {
  readonly #options: LibraryOptions;
  #stored: Stored[] = [];
  /** Ids that the storage held when it was last read or written: others there are of another window. */
  #known = new Set<string>();
  /** The last change could not be written: this window's list is the newer one. */
  #unwritten = false;
  /** Something in the storage can be neither read nor put aside: nothing is written over it. */
  #blocked = false;
  #broken = false;
  #recipes: readonly Recipe[];
  #own: readonly OwnRecipe[] = [];

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#recipes = options.embedded;
    this.#read();
    this.#build();
  }

  /** Every recipe that can be used; one that did not change stays the same object. */
  recipes(): readonly Recipe[] {
    return this.#recipes;
  }

  /** The user's own, in the order in which they were made. */
  own(): readonly OwnRecipe[] {
    return this.#own;
  }

  /** What a person has to know: recipes that could not be read or kept. */
  note(): string | undefined {
    return this.#unwritten ? CLOSED : this.#broken ? UNREAD : undefined;
  }

  /** Builds and keeps a recipe; its name gets a number where another has it. @throws InputError as buildRecipe(). */
  create(draft: RecipeDraft): Recipe {
    if (!isDraft(draft)) throw new InputError(`A recipe is defined as in ${EXAMPLE}.`);
    const stored = this.#read();
    const id = this.#freeId();
    const named = { ...draft, name: this.#freeName(draft.name.trim()) };
    const made = buildRecipe(named, id, this.#options.parts());
    // What was chosen by its ends alone is named from here on, so that a later training does not change the recipe.
    this.#change([...stored, { id, draft: draftOf(made), createdAt: new Date().toISOString() }]);
    return this.#recipes.find((recipe) => recipe.id === id)!;
  }

  /** A copy under a name of its own, of any recipe. */
  duplicate(id: string): Recipe {
    const from = this.#recipes.find((recipe) => recipe.id === id);
    if (!from) throw new InputError(`There is no recipe "${id}" to copy.`);
    return this.create(draftOf(from));
  }

  /** @throws InputError on an empty name, or a recipe that is not the user's own. */
  rename(id: string, name: string): void {
    const trimmed = name.trim();
    if (trimmed === '') throw new InputError('A recipe needs a name.');
    this.#checkOwn(id);
    const stored = this.#read();
    const free = this.#freeName(trimmed, id);
    this.#change(
      stored.map((one) => (one.id === id ? { ...one, draft: { ...one.draft, name: free } } : one)),
    );
  }

  /** @throws InputError on a recipe that is not the user's own. */
  remove(id: string): void {
    this.#checkOwn(id);
    this.#change(this.#read().filter((one) => one.id !== id));
  }

  /** Takes over what another window wrote. */
  reread(): void {
    this.#read();
    this.renew();
  }

  /** Builds everything anew: spaces or ensembles changed. */
  renew(): void {
    if (this.#build()) this.#options.onChange();
  }

  #checkOwn(id: string): void {
    if (!this.#stored.some((one) => one.id === id))
      throw new InputError(
        `"${id}" is no recipe of your own: those that ship with the lab stay as they are.`,
      );
  }

  #freeId(): string {
    const taken = new Set([...this.#recipes, ...this.#stored].map(({ id }) => id));
    for (;;) {
      // Random: two windows that cannot see each other must not give the same.
      const [drawn] = crypto.getRandomValues(new Uint32Array(1));
      const id = `r-${drawn!.toString(36)}`;
      if (!taken.has(id)) return id;
    }
  }

  #freeName(wanted: string, except?: string): string {
    const others = [
      ...this.#options.embedded.map(({ id, name }) => ({ id, name })),
      ...this.#stored.map(({ id, draft }) => ({ id, name: draft.name })),
    ];
    const taken = new Set(others.filter(({ id }) => id !== except).map(({ name }) => name));
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`;
    return name;
  }

  /**
   * What the storage holds now: another window may have written. Where this window's last change could not be written, its
   * own list, with what other windows added since.
   */
  #read(): Stored[] {
    const { storage, embedded } = this.#options;
    let text: string | null | undefined;
    try {
      text = storage?.getItem(RECIPES_KEY);
    } catch {
      return this.#stored;
    }
    if (text === null || text === undefined) return this.#stored;
    const { read, broken } = readStored(text, new Set(embedded.map(({ id }) => id)));
    this.#blocked = false;
    if (broken) {
      this.#broken = true;
      try {
        storage!.setItem(UNREAD_RECIPES_KEY, text);
      } catch {
        this.#blocked = true;
      }
    }
    const added = read.filter(({ id }) => !this.#known.has(id));
    for (const { id } of added) this.#known.add(id);
    const mine = new Set(this.#stored.map(({ id }) => id));
    this.#stored = this.#unwritten ? [...this.#stored, ...added.filter(({ id }) => !mine.has(id))] : read;
    return this.#stored;
  }

  #change(stored: Stored[]): void {
    const { storage } = this.#options;
    this.#stored = stored;
    this.#unwritten = true;
    if (storage && !this.#blocked) {
      try {
        storage.setItem(RECIPES_KEY, JSON.stringify(stored));
        this.#unwritten = false;
        this.#known = new Set(stored.map(({ id }) => id));
      } catch {
        // Forbidden or full: see note().
      }
    }
    this.#build();
    this.#options.onChange();
  }

  /** True where something is another than before. */
  #build(): boolean {
    const { embedded, parts } = this.#options;
    const built: Recipe[] = [...embedded];
    const own = this.#stored.map(({ id, draft, createdAt }): OwnRecipe => {
      try {
        const made = buildRecipe(draft, id, parts());
        const before = this.#recipes.find((recipe) => recipe.id === id);
        built.push(before && JSON.stringify(before) === JSON.stringify(made) ? before : made);
        return { id, draft, createdAt, problem: undefined };
      } catch (error) {
        return { id, draft, createdAt, problem: messageOf(error) };
      }
    });
    const same =
      built.length === this.#recipes.length && built.every((recipe, i) => recipe === this.#recipes[i]);
    const changed = !same || JSON.stringify(own) !== JSON.stringify(this.#own);
    if (!same) this.#recipes = built;
    if (changed) this.#own = own;
    return changed;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function isDraft(value: unknown): value is RecipeDraft {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.base === 'string' &&
    Array.isArray(value.bonds) &&
    value.bonds.every(
      (bond) =>
        isRecord(bond) &&
        (bond.kind === 'combination' || bond.kind === 'displacement') &&
        isStrings(bond.experts) &&
        (bond.parallel === undefined || bond.parallel === 'averaged' || bond.parallel === 'weighed') &&
        (bond.ensembles === undefined ||
          (Array.isArray(bond.ensembles) &&
            bond.ensembles.every((one) => one === null || one === undefined || typeof one === 'string'))),
    )
  );
}

/** Drafts from their stored text, one an id, none of a taken one; `broken` where something was left out. */
function readStored(text: string, taken: ReadonlySet<string>): { read: Stored[]; broken: boolean } {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return { read: [], broken: true };
  }
  if (!Array.isArray(list)) return { read: [], broken: true };
  const ids = new Set(taken);
  const read = list.flatMap((one): Stored[] => {
    if (!isRecord(one) || typeof one.id !== 'string' || ids.has(one.id) || !isDraft(one.draft)) return [];
    ids.add(one.id);
    const createdAt = typeof one.createdAt === 'string' ? one.createdAt : '';
    return [{ id: one.id, draft: one.draft, createdAt }];
  });
  return { read, broken: read.length < list.length };
}
