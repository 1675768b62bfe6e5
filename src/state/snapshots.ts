/** Settings kept under a name, in the browser's storage. Lists in, lists out; the storage is handed in. */
import { MODALITIES } from '../base/modality.ts';
import type { TextStorage } from '../engine/storage/textStorage.ts';
import { checkFactors, defaultFactors } from '../recipe/coefficients.ts';
import { slidersOf, valueAt } from '../recipe/sliders.ts';
import type { Factors, Recipe } from '../recipe/types.ts';
import type { Snapshot } from './types.ts';

/** What a snapshot keeps. */
export type KeptSetting = Pick<Snapshot, 'recipeId' | 'factors' | 'masks'>;

export interface SnapshotsNow {
  snapshots: Snapshot[];
  /** What a person has to know: something could not be read or kept. */
  note: string | undefined;
}

/**
 * The kept settings of this browser. Every change is made to what the storage holds at that moment, so that two windows do not
 * write over each other; what could not be written stays in this window and is written with the next change.
 */
export interface SnapshotStore {
  /** What is there. */
  open(): SnapshotsNow;
  /** Keeps a setting, last of the list; the name is made from it where none is given. */
  keep(setting: KeptSetting, name?: string): SnapshotsNow & { kept: Snapshot };
  /** An empty name becomes the one made from the setting. */
  rename(id: string, name: string): SnapshotsNow;
  remove(id: string): SnapshotsNow;
}

export const SNAPSHOTS_KEY = 'bondlab.snapshots';
/** What could not be read is put here before anything is written over it. */
export const UNREAD_KEY = 'bondlab.snapshots.unread';
const MAX_NAME_LENGTH = 80;
const CLOSED =
  'The browser’s storage is full or closed to this page: kept settings last until this window is closed.';

/** The recipe's members at a snapshot, every bond named: all on where it says nothing, or what is of other members. */
export function masksAt({ masks }: Pick<Snapshot, 'masks'>, recipe: Recipe): Record<string, boolean[]> {
  return Object.fromEntries(
    recipe.bonds.map(({ id, members }) => {
      const mask = masks[id];
      return [id, mask?.length === members.length ? mask : members.map(() => true)];
    }),
  );
}

/** "Unified++ text 0.10 audio 0.50", and how many members are on where some are off. */
export function proposeName(recipe: Recipe, { factors, masks }: Pick<Snapshot, 'factors' | 'masks'>): string {
  const sliders = slidersOf(recipe);
  const severalBonds = new Set(sliders.map(({ key }) => key)).size > 1;
  const places = sliders.map((slider) => {
    const name = severalBonds ? `${slider.key} ${slider.modality}` : slider.modality;
    return `${name} ${valueAt(factors, slider).toFixed(2)}`;
  });
  const off = recipe.bonds.flatMap(({ id, members }) => {
    const nOn = masks[id]?.filter(Boolean).length ?? members.length;
    return nOn < members.length ? [`${nOn} of ${members.length} members`] : [];
  });
  return [[recipe.name, ...places].join(' '), ...off].join(', ');
}

/** The name, or with a number after it where another snapshot has it: "Mine (2)". */
function freeName(wanted: string, others: readonly Snapshot[]): string {
  const taken = new Set(others.map(({ name }) => name));
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`;
  return name;
}

/** The masks of a recipe's bonds with some members off, and not all. */
function partialMasks(recipe: Recipe, masks: Record<string, unknown>): Record<string, boolean[]> {
  const kept: Record<string, boolean[]> = {};
  for (const { id, members } of recipe.bonds) {
    const mask: unknown = masks[id];
    if (!Array.isArray(mask) || mask.length !== members.length) continue;
    const on = mask.map((one) => one === true);
    if (on.includes(true) && on.includes(false)) kept[id] = on;
  }
  return kept;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The factors of a stored snapshot that the recipe has sliders for, and the names of those it has not. */
function readFactors(
  recipe: Recipe,
  stored: Record<string, unknown>,
): { factors: Factors; strays: string[] } {
  const known = defaultFactors(recipe);
  const factors: Factors = {};
  const strays: string[] = [];
  for (const [key, byModality] of Object.entries(stored)) {
    if (!isRecord(byModality)) continue;
    for (const [modality, value] of Object.entries(byModality)) {
      const served = MODALITIES.find((one) => one === modality);
      const slider = Object.hasOwn(known, key) && served && known[key]![served] !== undefined;
      if (slider && typeof value === 'number' && value >= 0 && value <= 1) {
        (factors[key] ??= {})[served] = value;
      } else strays.push(`${key}.${modality}`);
    }
  }
  return { factors: checkFactors(recipe, factors), strays };
}

export interface ReadSnapshots {
  snapshots: Snapshot[];
  /** Entries that this lab cannot show, as they were stored: they are written back with the rest. */
  foreign: unknown[];
  /** True where the text is no list at all. */
  broken: boolean;
  /** In words, one a thing that is left out. */
  problems: string[];
}

/** Snapshots from their stored text. What fits no recipe or slider of this lab is left out and said; nothing throws. */
export function readSnapshots(text: string | null, recipes: readonly Recipe[]): ReadSnapshots {
  const read: ReadSnapshots = { snapshots: [], foreign: [], broken: false, problems: [] };
  const list = text === null ? [] : parsed(text);
  if (!list) {
    const problems = [
      `The kept settings of this browser could not be read: see “${UNREAD_KEY}” in its storage`,
    ];
    return { ...read, broken: true, problems };
  }
  const { snapshots, foreign, problems } = read;
  for (const one of list) {
    if (!isRecord(one) || typeof one.id !== 'string' || typeof one.name !== 'string') {
      problems.push('A kept setting is damaged and is not shown');
      foreign.push(one);
      continue;
    }
    const { id, name } = one;
    if (snapshots.some((other) => other.id === id)) continue;
    const recipe = recipes.find((known) => known.id === one.recipeId);
    if (!recipe) {
      problems.push(`“${name}” belongs to a recipe that is not in this lab and is not shown`);
      foreign.push(one);
      continue;
    }
    const { factors, strays } = readFactors(recipe, isRecord(one.factors) ? one.factors : {});
    if (strays.length > 0)
      problems.push(`“${name}” names ${strays.join(', ')}, which ${recipe.name} has not`);
    const stored = isRecord(one.masks) ? one.masks : {};
    const masks = partialMasks(recipe, stored);
    if (
      recipe.bonds.some(
        ({ id: bond, members }) => Array.isArray(stored[bond]) && stored[bond].length !== members.length,
      )
    )
      problems.push(`“${name}” switched members of an ensemble that has others now: all are on`);
    snapshots.push({ id, name, recipeId: recipe.id, factors, masks });
  }
  return read;
}

/** The list that a text holds, or undefined. */
function parsed(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Unique over the windows of one browser: the time, and a count within the window. */
let nMade = 0;
const newId = () => `${Date.now().toString(36)}-${(nMade++).toString(36)}`;

/** The kept settings in `storage`; undefined: none, they last as long as the window. */
export function createSnapshotStore(
  storage: TextStorage | undefined,
  recipes: () => readonly Recipe[],
): SnapshotStore {
  let list: Snapshot[] = [];
  let foreign: unknown[] = [];
  /** Kept or renamed here and not yet in the storage; and removed here while it still holds them. */
  const unwritten = new Set<string>();
  const removed = new Set<string>();

  /** Takes over what the storage holds now; the words of what it could not give. */
  const read = (): string | undefined => {
    if (!storage) return undefined;
    try {
      const text = storage.getItem(SNAPSHOTS_KEY);
      const now = readSnapshots(text, recipes());
      if (now.broken) storage.setItem(UNREAD_KEY, text!);
      foreign = now.foreign;
      const stored = now.snapshots.filter(({ id }) => !removed.has(id));
      const mine = list.filter(({ id }) => unwritten.has(id));
      const isNew = ({ id }: Snapshot) => stored.every((one) => one.id !== id);
      list = [...stored.map((one) => mine.find(({ id }) => id === one.id) ?? one), ...mine.filter(isNew)];
      return now.problems.length > 0 ? `${now.problems.join('. ')}.` : undefined;
    } catch {
      return CLOSED;
    }
  };
  const write = (): string | undefined => {
    if (!storage) return CLOSED;
    try {
      storage.setItem(SNAPSHOTS_KEY, JSON.stringify([...list, ...foreign]));
      unwritten.clear();
      removed.clear();
      return undefined;
    } catch {
      return CLOSED;
    }
  };
  const change = (apply: () => void): SnapshotsNow => {
    const problem = read();
    apply();
    // What could not be read must not be written over.
    return { snapshots: list, note: problem === CLOSED ? CLOSED : (write() ?? problem) };
  };
  const recipeOf = ({ recipeId }: KeptSetting) => recipes().find(({ id }) => id === recipeId)!;
  const named = (setting: KeptSetting, name: string, others: readonly Snapshot[]) =>
    freeName(name.trim().slice(0, MAX_NAME_LENGTH) || proposeName(recipeOf(setting), setting), others);

  return {
    open() {
      const note = read();
      return { snapshots: list, note };
    },
    keep({ recipeId, factors, masks }, name = '') {
      const recipe = recipes().find(({ id }) => id === recipeId)!;
      const setting = {
        recipeId,
        factors: checkFactors(recipe, factors),
        masks: partialMasks(recipe, masks),
      };
      const id = newId();
      const now = change(() => {
        list = [...list, { id, name: named(setting, name, list), ...setting }];
        unwritten.add(id);
      });
      return { ...now, kept: now.snapshots.at(-1)! };
    },
    rename(id, name) {
      return change(() => {
        const others = list.filter((one) => one.id !== id);
        list = list.map((one) => (one.id === id ? { ...one, name: named(one, name, others) } : one));
        unwritten.add(id);
      });
    },
    remove(id) {
      return change(() => {
        list = list.filter((one) => one.id !== id);
        unwritten.delete(id);
        removed.add(id);
      });
    },
  };
}
