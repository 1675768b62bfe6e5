import type { Table, TrainingStorage } from './storage.ts';

/** A list of records, newest first, in memory and in the storage. Records are never changed in place. */
export class KeptList<T extends { id: string; name?: string }> {
  readonly #storage: TrainingStorage;
  readonly #table: Table;
  readonly #changed: () => void;
  #list: readonly T[] = [];
  /** Ids that are being written: what the storage still says of them is old. */
  readonly #writing = new Map<string, number>();

  /** `changed` is called after every change, before it is written. */
  constructor(storage: TrainingStorage, table: Table, changed: () => void) {
    this.#storage = storage;
    this.#table = table;
    this.#changed = changed;
  }

  /** Takes over what the storage holds; `reading` sees each record, and may change it for this window alone. */
  async read(reading: (record: T) => T = (record) => record): Promise<void> {
    const stored = await this.#storage.all<T>(this.#table);
    const mine = this.#list.filter(({ id }) => this.#writing.has(id));
    this.#set([...stored.filter(({ id }) => !this.#writing.has(id)).map(reading), ...mine]);
  }

  list(): readonly T[] {
    return this.#list;
  }

  get(id: string): T | undefined {
    return this.#list.find((one) => one.id === id);
  }

  /** Adds a record or replaces the one of its id. Resolves when it is written. */
  put(record: T): Promise<void> {
    this.show(record);
    return this.#write(record.id, this.#storage.put(this.#table, record.id, record));
  }

  /** Replaces a record in this window alone. */
  show(record: T): void {
    this.#set([...this.#list.filter(({ id }) => id !== record.id), record]);
  }

  /**
   * Changes a record here and as the storage has it, which may be otherwise: another window may have written it. Nothing happens
   * where there is none. Resolves when it is written.
   */
  async change(id: string, edit: (record: T) => T): Promise<void> {
    const old = this.get(id);
    if (!old) return;
    const shown = edit(old);
    this.show(shown);
    const writing = this.#storage.edit<T>(this.#table, id, (stored) => edit(stored ?? old));
    await this.#write(id, writing);
    const { name } = await writing;
    const now = this.get(id);
    const renamed = name !== undefined && name !== shown.name;
    if (renamed && now && now.name === shown.name) this.show({ ...now, name });
  }

  remove(id: string): Promise<void> {
    this.#set(this.#list.filter((one) => one.id !== id));
    return this.#write(id, this.#storage.remove(this.#table, id));
  }

  async #write(id: string, written: Promise<unknown>): Promise<void> {
    this.#writing.set(id, (this.#writing.get(id) ?? 0) + 1);
    await written;
    const left = this.#writing.get(id)! - 1;
    if (left > 0) this.#writing.set(id, left);
    else this.#writing.delete(id);
  }

  #set(list: readonly T[]): void {
    this.#list = list.toSorted((a, b) => (madeAt(a) < madeAt(b) ? 1 : -1));
    this.#changed();
  }
}

/** The part of an id behind its kind, which begins with the time it was made at. */
const madeAt = ({ id }: { id: string }) => id.slice(id.indexOf('-'));

/** Longest name on screen. */
export const MAX_NAME_LENGTH = 80;

let nMade = 0;

/** An id that is unique over the windows of a browser, and greater than all made before: "run-mbx3k2p1-000". */
export function newId(kind: string): string {
  const count = (nMade++ % 46656).toString(36).padStart(3, '0');
  return `${kind}-${Date.now().toString(36)}-${count}`;
}

/** The name, or with a number after it where another has it: "Foley → Unified (2)". */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let n = 2; taken.includes(name); n++) name = `${wanted} (${n})`;
  return name;
}
