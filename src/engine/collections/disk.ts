/** Where collections lie: the browser's database, or memory where it keeps nothing for the page. Every write is whole or not at all. */
import { openDB } from 'idb';
import { QuotaError } from '../../base/errors.ts';

/**
 * Values lie under string keys. "collections": records, small; "contents": items and content keys, in parts; "looks": tiles and
 * waveforms; "media": files by content; "rows": imported matrices in chunks; "vectors": what encoders made, by content and
 * space; "runs": encode runs.
 */
export const TABLES = ['collections', 'contents', 'looks', 'media', 'rows', 'vectors', 'runs'] as const;
export type Table = (typeof TABLES)[number];

/** A value to put; without one, a removal. */
export interface Change {
  table: Table;
  key: string;
  value?: unknown;
}

/** Values are cloned on their way in and out. @throws QuotaError from every call: storage is full, or was closed. */
export interface Disk {
  get(table: Table, key: string): Promise<unknown>;
  /** The values of many keys, undefined where there is none, read in one transaction. */
  many(table: Table, keys: readonly string[]): Promise<unknown[]>;
  all(table: Table): Promise<unknown[]>;
  /** Keys that begin with `prefix`, ascending. */
  keys(table: Table, prefix?: string): Promise<string[]>;
  /** All changes, or none. */
  write(changes: readonly Change[]): Promise<void>;
  /** Puts what `edit` makes of a stored value and gives it back; nothing happens where there is none. */
  edit<T>(table: Table, key: string, edit: (stored: T) => T): Promise<T | undefined>;
  close(): void;
}

const NAME = 'bondlab.collections';
const VERSION = 1;
/** Joins the parts of a key; no part but the last holds it. */
const JOINT = '\n';
/** Behind every character that a key goes on with. */
const LAST = '\uffff';

export const CLOSED =
  'This browser keeps nothing for the page (a private window, or storage is blocked): collections last until the window is closed.';
const FULL =
  'The browser’s storage is full: nothing of this was kept. Remove collections or models that are no longer needed, and try again.';
const GONE =
  'The browser closed this page’s storage (a newer version of the lab is open in another window, or its data were cleared). Reload the page.';

/** The key of some parts, the last of which may be any string. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join(JOINT);
}

/** What the keys of some first parts begin with. */
export function prefixOf(...parts: readonly string[]): string {
  return keyOf(...parts, '');
}

/** The first part of a key. */
export function firstPart(key: string): string {
  return key.split(JOINT, 1)[0]!;
}

/** The last part of a key, behind `before` others. */
export function lastPart(key: string, before: number): string {
  return key.split(JOINT).slice(before).join(JOINT);
}

function told(error: unknown): QuotaError {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError';
  return new QuotaError(full ? FULL : GONE);
}

async function tell<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw told(error);
  }
}

/** Opens the browser's database. @throws whatever the browser does where it forbids it. */
export async function openDisk(name = NAME): Promise<Disk> {
  const database = await openDB(name, VERSION, {
    upgrade(fresh) {
      for (const table of TABLES) fresh.createObjectStore(table);
    },
    // Another window wants a newer layout: it must not wait for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
  return {
    get: (table, key) => tell(() => database.get(table, key) as Promise<unknown>),
    many: (table, keys) =>
      tell(async () => {
        const { store } = database.transaction(table);
        return Promise.all(keys.map((key) => store.get(key) as Promise<unknown>));
      }),
    all: (table) => tell(() => database.getAll(table) as Promise<unknown[]>),
    keys: (table, prefix) =>
      tell(async () => {
        const range = prefix === undefined ? undefined : IDBKeyRange.bound(prefix, prefix + LAST);
        return (await database.getAllKeys(table, range)) as string[];
      }),
    write: (changes) =>
      tell(async () => {
        const tables = [...new Set(changes.map(({ table }) => table))];
        if (tables.length === 0) return;
        const transaction = database.transaction(tables, 'readwrite');
        const over = transaction.done.catch((error: unknown) => {
          throw transaction.error ?? error;
        });
        try {
          for (const { table, key, value } of changes) {
            const store = transaction.objectStore(table);
            // What a request is refused for, the transaction tells.
            const request = value === undefined ? store.delete(key) : store.put(value, key);
            request.catch(() => undefined);
          }
        } catch (error) {
          over.catch(() => undefined);
          transaction.abort();
          throw error;
        }
        await over;
      }),
    edit: <T>(table: Table, key: string, edit: (stored: T) => T) =>
      tell(async () => {
        const { store, done } = database.transaction(table, 'readwrite');
        const change = async () => {
          const stored = (await store.get(key)) as T | undefined;
          if (stored === undefined) return undefined;
          const value = edit(stored);
          await store.put(value, key);
          return value;
        };
        const [value] = await Promise.all([change(), done]);
        return value;
      }),
    close: () => database.close(),
  };
}

/** A disk that lasts as long as the page. */
export function createMemoryDisk(): Disk {
  const tables = new Map<Table, Map<string, unknown>>(TABLES.map((table) => [table, new Map()]));
  const of = (table: Table) => tables.get(table)!;
  const out = (value: unknown) => structuredClone(value);
  return {
    get: (table, key) => Promise.resolve(out(of(table).get(key))),
    many: (table, keys) => Promise.resolve(keys.map((key) => out(of(table).get(key)))),
    all: (table) =>
      Promise.resolve([...of(table)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => out(value))),
    keys: (table, prefix = '') =>
      Promise.resolve([...of(table).keys()].filter((key) => key.startsWith(prefix)).sort()),
    async write(changes) {
      const values = changes.map(({ value }) => structuredClone(value));
      changes.forEach(({ table, key }, i) => {
        if (values[i] === undefined) of(table).delete(key);
        else of(table).set(key, values[i]);
      });
      return Promise.resolve();
    },
    edit<T>(table: Table, key: string, edit: (stored: T) => T) {
      const stored = of(table).get(key) as T | undefined;
      if (stored === undefined) return Promise.resolve(undefined);
      const value = edit(structuredClone(stored));
      of(table).set(key, structuredClone(value));
      return Promise.resolve(value);
    },
    close: () => undefined,
  };
}
