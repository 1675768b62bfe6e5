/** Models in the browser's database: what was asked for, how far each file is, and the pieces that came. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { QuotaError } from '../../../base/errors.ts';
import type { KeptModel, Precision, RepoPlan } from '../types.ts';

/** A model that is kept, or on its way. */
export interface ModelRecord {
  repo: string;
  precision: Precision;
  plan: RepoPlan;
  /** For a paused download: where it came from. */
  host: string;
  /** Once every file is whole and checked: what they are. */
  kept?: KeptModel['files'];
  /** ISO 8601: when it was kept, or begun. */
  at: string;
  /** Why it stopped, for one that is not kept. */
  message?: string;
}

/** How far a file is. */
export interface Part {
  /** Bytes that lie on the disk, without a gap. */
  done: number;
  /** The host's mark of the content (ETag) that the bytes belong to. */
  tag?: string;
  /** Bytes and SHA-256 of the whole, once it was checked. */
  whole?: { bytes: number; sha256: string };
}

/** Files are told apart by revision: two precisions of one commit share theirs. */
export interface FileKey {
  repo: string;
  revision: string;
  path: string;
}

interface Schema extends DBSchema {
  /** By [repo, precision]. */
  models: { key: [string, string]; value: ModelRecord };
  /** By [repo, revision, path]. */
  parts: { key: [string, string, string]; value: Part };
  /** By [repo, revision, path, first byte]. */
  pieces: { key: [string, string, string, number]; value: Blob };
}

const NAME = 'bondlab.models';
const VERSION = 1;
const CLOSED =
  'This browser keeps nothing for the page (a private window, or storage is blocked), so models cannot be kept. ' +
  'Allow storage for this address, or use an ordinary window.';

export class ModelDisk {
  readonly #database: IDBPDatabase<Schema>;

  constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  /** @throws QuotaError where the browser forbids it. */
  static async open(name = NAME): Promise<ModelDisk> {
    try {
      const database = await openDB<Schema>(name, VERSION, {
        upgrade(fresh) {
          for (const table of ['models', 'parts', 'pieces'] as const) fresh.createObjectStore(table);
        },
        // Another window wants a newer layout: it must not wait for this one.
        blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
      });
      return new ModelDisk(database);
    } catch {
      throw new QuotaError(CLOSED);
    }
  }

  models(): Promise<ModelRecord[]> {
    return asked(() => this.#database.getAll('models'));
  }

  model(repo: string, precision: Precision): Promise<ModelRecord | undefined> {
    return asked(() => this.#database.get('models', [repo, precision]));
  }

  async putModel(record: ModelRecord): Promise<void> {
    await asked(() => this.#database.put('models', record, [record.repo, record.precision]));
  }

  async removeModel(repo: string, precision: Precision): Promise<void> {
    await asked(() => this.#database.delete('models', [repo, precision]));
  }

  async part({ repo, revision, path }: FileKey): Promise<Part> {
    return (await asked(() => this.#database.get('parts', [repo, revision, path]))) ?? { done: 0 };
  }

  async putPart({ repo, revision, path }: FileKey, part: Part): Promise<void> {
    await asked(() => this.#database.put('parts', part, [repo, revision, path]));
  }

  /** Adds a piece at the end of what is there, and says so, both or neither. @throws QuotaError */
  async addPiece({ repo, revision, path }: FileKey, part: Part, piece: Blob): Promise<Part> {
    const longer: Part = { ...part, done: part.done + piece.size };
    await asked(async () => {
      const transaction = this.#database.transaction(['parts', 'pieces'], 'readwrite');
      await Promise.all([
        transaction.objectStore('pieces').put(piece, [repo, revision, path, part.done]),
        transaction.objectStore('parts').put(longer, [repo, revision, path]),
        transaction.done,
      ]);
    });
    return longer;
  }

  /** Throws a file away. */
  async dropFile({ repo, revision, path }: FileKey): Promise<void> {
    await asked(async () => {
      const transaction = this.#database.transaction(['parts', 'pieces'], 'readwrite');
      await Promise.all([
        transaction.objectStore('parts').delete([repo, revision, path]),
        transaction.objectStore('pieces').delete(rangeOf(repo, revision, path)),
        transaction.done,
      ]);
    });
  }

  /** A file's bytes; they stay on the disk until they are read. */
  async file({ repo, revision, path }: FileKey): Promise<Blob> {
    return new Blob(await asked(() => this.#database.getAll('pieces', rangeOf(repo, revision, path))));
  }

  /** Throws away every file of a repository that no record needs. */
  async sweep(repo: string): Promise<void> {
    const records = await this.models();
    const needed = new Set(
      records
        .filter((record) => record.repo === repo)
        .flatMap(({ precision, plan }) =>
          (plan.files[precision] ?? []).map(({ path }) => JSON.stringify([repo, plan.revision, path])),
        ),
    );
    const keys = await asked(() => this.#database.getAllKeys('parts', rangeOf(repo)));
    for (const [, revision, path] of keys) {
      if (!needed.has(JSON.stringify([repo, revision, path]))) await this.dropFile({ repo, revision, path });
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** All keys that begin so: arrays sort after strings and numbers. */
function rangeOf(...start: string[]): IDBKeyRange {
  return IDBKeyRange.bound(start, [...start, []]);
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError') {
      throw new QuotaError(
        'The browser’s storage is full. Remove models or collections that are no longer needed, or make room on the disk, ' +
          'then go on: what came so far is kept.',
      );
    }
    throw new QuotaError(CLOSED);
  }
}
