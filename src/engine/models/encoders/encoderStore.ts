/** What is kept of single graphs and of the choice of backends: in a database of its own, or in memory where there is none. */
import { openDB, type IDBPDatabase } from 'idb';
import { QuotaError } from '../../../base/errors.ts';
import { newId } from '../../training/keptList.ts';
import { SerialLock } from '../../workers/serialLock.ts';
import type { Backend } from '../../types.ts';
import type { EncoderSpec } from '../types.ts';
import type { Choice } from './probe.ts';

/** A single graph with the files beside it. */
export interface StoredEncoder {
  id: string;
  path: string;
  spec: EncoderSpec;
  files: ReadonlyMap<string, Blob>;
  /** Given by the store: no other graph that was added under this id has the same. */
  addedAt?: string;
}

/** Which backend an encoder runs on: a person's choice, or the last probe's. */
export interface StoredChoice {
  pinned?: Backend;
  /** What the probe found with the files of this stamp (TowerSource). */
  known?: Choice & { stamp: string };
}

const NAME = 'bondlab.encoders';
const VERSION = 1;
const TABLES = ['graphs', 'choices'] as const;

export class EncoderStore {
  readonly #database: Promise<IDBPDatabase | undefined>;
  readonly #lock = new SerialLock();
  #graphs = new Map<string, StoredEncoder>();
  #choices = new Map<string, StoredChoice>();
  /** Graphs and choices that the database did not take. */
  readonly #hereOnly = new Set<string>();

  /** A browser that forbids storage (a private window) keeps all in memory until the window is closed. */
  constructor(name = NAME) {
    this.#database = openDatabase(name).catch(() => undefined);
  }

  /** Reads all anew, another window's changes too; what is damaged is left out. */
  read(): Promise<void> {
    return this.#lock.run(async () => {
      const database = await this.#database;
      try {
        const graphs = ((await database?.getAll('graphs')) ?? []) as StoredEncoder[];
        const ids = ((await database?.getAllKeys('choices')) ?? []) as string[];
        const choices = ((await database?.getAll('choices')) ?? []) as StoredChoice[];
        const whole = graphs.filter((graph) => graph?.files instanceof Map);
        this.#graphs = new Map([
          ...whole.map((graph) => [graph.id, graph] as const),
          ...this.#here(this.#graphs),
        ]);
        const chosen = ids.map((id, i) => [id, choices[i] ?? {}] as const);
        this.#choices = new Map([...chosen, ...this.#here(this.#choices)]);
      } catch {
        // a database that cannot be read is one that keeps nothing: what is in memory stays
      }
    });
  }

  #here<T>(map: ReadonlyMap<string, T>): [string, T][] {
    return [...map].filter(([id]) => this.#hereOnly.has(id));
  }

  graphs(): StoredEncoder[] {
    return [...this.#graphs.values()];
  }

  /** The choice that holds for an encoder's present files. */
  choiceFor(id: string, stamp: string | undefined): StoredChoice {
    const { pinned, known } = this.#choices.get(id) ?? {};
    return {
      ...(pinned ? { pinned } : {}),
      ...(known && known.stamp === stamp ? { known } : {}),
    };
  }

  /** Keeps what a probe found, or a failure taught, of an encoder's files. */
  async remember(id: string, stamp: string | undefined, choice: Choice): Promise<void> {
    if (stamp !== undefined)
      await this.setChoice(id, { ...this.#choices.get(id), known: { ...choice, stamp } });
  }

  /** @throws QuotaError where the browser's storage is full */
  addGraph(given: StoredEncoder): Promise<void> {
    const graph = { ...given, addedAt: newId('graph') };
    return this.#lock.run(async () => {
      try {
        await this.#put('graphs', graph.id, graph);
      } catch (error) {
        if (isFull(error))
          throw new QuotaError(
            `The browser's storage has no room for the encoder "${graph.spec.space.name}". Remove models or collections that are no longer needed.`,
          );
        this.#hereOnly.add(graph.id);
      }
      this.#graphs.set(graph.id, graph);
    });
  }

  removeGraph(id: string): Promise<void> {
    return this.#lock.run(async () => {
      this.#graphs.delete(id);
      this.#choices.delete(id);
      this.#hereOnly.delete(id);
      const database = await this.#database;
      await Promise.all([database?.delete('graphs', id), database?.delete('choices', id)]).catch(
        () => undefined,
      );
    });
  }

  /** At hand at once; kept where there is room: a choice is found again by a probe. */
  setChoice(id: string, choice: StoredChoice): Promise<void> {
    this.#choices.set(id, choice);
    return this.#lock.run(async () => {
      this.#choices.set(id, choice);
      await this.#put('choices', id, choice).catch(() => this.#hereOnly.add(id));
    });
  }

  async #put(table: (typeof TABLES)[number], id: string, value: unknown): Promise<void> {
    const database = await this.#database;
    if (database) await database.put(table, value, id);
    else this.#hereOnly.add(id);
  }

  async close(): Promise<void> {
    (await this.#database)?.close();
  }
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/** Some browsers throw at once where storage is forbidden, others reject. */
async function openDatabase(name: string): Promise<IDBPDatabase> {
  return openDB(name, VERSION, {
    upgrade(fresh) {
      for (const table of TABLES) fresh.createObjectStore(table);
    },
    // Another window wants a newer layout: it must not wait for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}
