/** What training keeps in the browser: a database where there is one, memory where there is none or it is full. */
import { openDB } from 'idb';

/** Values lie under string keys. "weights" and "checkpoints" hold the large ones. */
export const TABLES = ['runs', 'ensembles', 'weights', 'checkpoints', 'experiments'] as const;
export type Table = (typeof TABLES)[number];

/** A database as it is: any call may fail. Values are cloned on their way in and out. */
export interface Disk {
  get(table: Table, key: string): Promise<unknown>;
  all(table: Table): Promise<[key: string, value: unknown][]>;
  put(table: Table, key: string, value: unknown): Promise<void>;
  /** Puts what `edit` makes of the value, and gives it back; nothing else writes it in between. */
  edit(table: Table, key: string, edit: (stored: unknown) => unknown): Promise<unknown>;
  remove(table: Table, key: string): Promise<void>;
  close(): void;
}

const NAME = 'bondlab.training';
const VERSION = 1;
const CLOSED =
  'This browser keeps nothing for the page (a private window, or storage is blocked): runs and ensembles last until the window is closed.';
const FULL =
  'The browser’s storage is full: what was trained since lasts until this window is closed. Remove runs or ensembles that are no longer needed.';

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
    get: (table, key) => database.get(table, key) as Promise<unknown>,
    async all(table) {
      const transaction = database.transaction(table);
      const [keys, values] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
      return keys.map((key, i): [string, unknown] => [key as string, values[i]]);
    },
    put: async (table, key, value) => void (await database.put(table, value, key)),
    async edit(table, key, edit) {
      const { store, done } = database.transaction(table, 'readwrite');
      const write = async () => {
        const value = edit(await store.get(key));
        await store.put(value, key);
        return value;
      };
      const [value] = await Promise.all([write(), done]);
      return value;
    },
    remove: (table, key) => database.delete(table, key),
    close: () => database.close(),
  };
}

/** A change that the disk did not take; without a value, a removal. */
interface Held {
  value?: unknown;
}

/**
 * Keeps values on a disk, and in memory what the disk does not take: no call fails for want of storage, and `problem()`
 * says what is amiss. A value that lies in memory is read from there until a later one could be written.
 */
export class TrainingStorage {
  readonly #disk: Promise<Disk | undefined>;
  readonly #onProblem: () => void;
  readonly #held = new Map<Table, Map<string, Held>>(TABLES.map((table) => [table, new Map()]));
  #problem: string | undefined;

  constructor(open: () => Promise<Disk> = openDisk, onProblem: () => void = () => {}) {
    this.#onProblem = onProblem;
    this.#disk = open().catch(() => {
      this.#say(CLOSED);
      return undefined;
    });
  }

  problem(): string | undefined {
    return this.#problem;
  }

  async get<T>(table: Table, key: string): Promise<T | undefined> {
    const held = this.#held.get(table)!.get(key);
    if (held) return structuredClone(held.value) as T | undefined;
    const disk = await this.#disk;
    try {
      return (await disk?.get(table, key)) as T | undefined;
    } catch {
      this.#say(CLOSED);
      return undefined;
    }
  }

  /** All values, in the order of their keys. */
  async all<T>(table: Table): Promise<T[]> {
    const disk = await this.#disk;
    const values = new Map<string, unknown>();
    try {
      for (const [key, value] of (await disk?.all(table)) ?? []) values.set(key, value);
    } catch {
      this.#say(CLOSED);
    }
    for (const [key, held] of this.#held.get(table)!) {
      if ('value' in held) values.set(key, structuredClone(held.value));
      else values.delete(key);
    }
    return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value as T);
  }

  /** Puts a value under a key, in place of the old one. */
  async put(table: Table, key: string, value: unknown): Promise<void> {
    const disk = await this.#disk;
    await this.#attempt(table, key, { value }, disk && (() => disk.put(table, key, value)));
  }

  /** Puts what `edit` makes of the value, and gives it back: where several windows edit one value, every edit holds. */
  async edit<T>(table: Table, key: string, edit: (stored: T | undefined) => T): Promise<T> {
    const disk = await this.#disk;
    const held = this.#held.get(table)!;
    if (disk && !held.has(key)) {
      try {
        return (await disk.edit(table, key, (stored) => edit(stored as T | undefined))) as T;
      } catch (error) {
        this.#sayWhy(error);
      }
    }
    const value = edit(structuredClone(held.get(key)?.value) as T | undefined);
    // Held at once: the next edit builds on this one.
    const change: Held = { value: structuredClone(value) };
    held.set(key, change);
    try {
      await disk?.put(table, key, value);
      if (disk && held.get(key) === change) held.delete(key);
    } catch (error) {
      this.#sayWhy(error);
    }
    return value;
  }

  async remove(table: Table, key: string): Promise<void> {
    const disk = await this.#disk;
    await this.#attempt(table, key, {}, disk && (() => disk.remove(table, key)));
  }

  async close(): Promise<void> {
    (await this.#disk)?.close();
  }

  async #attempt(
    table: Table,
    key: string,
    change: Held,
    write: (() => Promise<void>) | undefined,
  ): Promise<void> {
    const held = this.#held.get(table)!;
    try {
      if (write) {
        await write();
        held.delete(key);
        return;
      }
    } catch (error) {
      this.#sayWhy(error);
    }
    held.set(key, structuredClone(change));
  }

  #sayWhy(error: unknown): void {
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    this.#say(full ? FULL : CLOSED);
  }

  #say(problem: string): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#onProblem();
  }
}
