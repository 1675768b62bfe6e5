/** The service over all collections of this browser: the list, opening, encoding, files, figures. */
import { DisposedError, InputError, messageOf } from '../../base/errors.ts';
import { WORLD_ID } from '../../world/worldId.ts';
import { createWindows, type Windows } from '../training/windows.ts';
import { SerialLock } from '../workers/serialLock.ts';
import { addCollection, checkName, type AddOptions } from './adding.ts';
import { createQualityCounter, qualityRequest, type QualityCounter } from './countQuality.ts';
import { CLOSED, createMemoryDisk, openDisk, type Disk } from './disk.ts';
import type { Encoding } from './encodeBatch.ts';
import { EncodeRuns, type EncodeRunsOptions } from './encodeRuns.ts';
import { createLookMaker, type LookMaker } from './looks.ts';
import { openOwn, viewOwn } from './ownSource.ts';
import { infoOf, type CollectionRecord } from './records.ts';
import { isUntidy, sweep } from './sweep.ts';
import { saveCollection } from './saveCollection.ts';
import type {
  CollectionInfo,
  Collections,
  CollectionSource,
  EncodeRun,
  NewCollection,
  SpaceQuality,
} from './types.ts';
import { worldInfo } from './worldInfo.ts';

export interface CollectionsOptions extends Encoding, Pick<EncodeRunsOptions, 'spaces' | 'precision'> {
  /** The embedded world; asked at every opening. */
  world: () => Promise<CollectionSource>;
  /** Fakes for tests. */
  openDisk?: () => Promise<Disk>;
  locks?: LockManager | undefined;
  looks?: LookMaker;
  counter?: QualityCounter;
  now?: () => number;
}

/** What the intake desk uses beside the page's part. */
export interface OwnCollections extends Collections {
  /**
   * Keeps a collection, all of it or nothing; returns its id. Turns at this wait for each other over all windows.
   * @throws InputError on rows, ids or names that do not fit; QuotaError, AbortedError
   */
  add(
    collection: NewCollection,
    signal?: AbortSignal,
    onProgress?: AddOptions['onProgress'],
  ): Promise<string>;
}

/** Opens what the browser keeps; the caller disposes. */
export function createCollections(options: CollectionsOptions): OwnCollections {
  return new Service(options);
}

/** Always the same list. */
const NO_RUNS: readonly EncodeRun[] = [];
/** Locks and channels of the browser. */
const CHANGES = 'bondlab.collections';
const ENCODING = 'bondlab.collections.encoding';

class Service implements OwnCollections {
  readonly opened: Promise<void>;
  readonly #options: CollectionsOptions;
  readonly #disk: Promise<Disk>;
  readonly #locks: LockManager | undefined;
  /** Adding and removing take turns: in this window, and among all. */
  readonly #turns = new SerialLock();
  readonly #changes: Windows;
  readonly #encoding: Windows;
  readonly #runs: Promise<EncodeRuns>;
  readonly #looks: LookMaker;
  readonly #counter: QualityCounter;
  readonly #listeners = new Set<() => void>();
  #open: EncodeRuns | undefined;
  #world: CollectionInfo | undefined;
  #own: readonly CollectionRecord[] = [];
  #list: readonly CollectionInfo[] = [];
  #problem: string | undefined;
  #disposed = false;

  constructor(options: CollectionsOptions) {
    this.#options = options;
    this.#looks = options.looks ?? createLookMaker();
    this.#counter = options.counter ?? createQualityCounter();
    this.#locks = options.locks ?? globalThis.navigator?.locks;
    const told = () => void this.#refresh();
    this.#changes = createWindows(told, this.#locks, CHANGES);
    this.#encoding = createWindows(told, this.#locks, ENCODING);
    this.#disk = (options.openDisk ?? openDisk)().catch(() => {
      this.#problem = CLOSED;
      return createMemoryDisk();
    });
    this.#runs = this.#disk.then((disk) => {
      this.#open = new EncodeRuns({
        disk,
        windows: this.#encoding,
        spaces: options.spaces,
        encode: options.encode,
        encodeTexts: options.encodeTexts,
        precision: options.precision,
        now: options.now ?? (() => performance.now()),
        changed: (recordChanged) => (recordChanged ? void this.#refreshList() : this.#tell()),
        othersEnded: () => void this.#refresh(),
      });
      return this.#open;
    });
    this.opened = this.#start();
  }

  list(): readonly CollectionInfo[] {
    return this.#list;
  }

  runs(): readonly EncodeRun[] {
    return this.#open?.list() ?? NO_RUNS;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  problem(): string | undefined {
    return this.#problem;
  }

  async open(id: string): Promise<CollectionSource> {
    this.#check();
    if (id === WORLD_ID) return this.#options.world();
    return openOwn(await this.#disk, id, this.#options.spaces());
  }

  async add(
    collection: NewCollection,
    signal?: AbortSignal,
    onProgress?: AddOptions['onProgress'],
  ): Promise<string> {
    this.#check();
    const disk = await this.#disk;
    for (const { space } of collection.vectors) {
      const known = this.#options.spaces().find(({ id }) => id === space.id);
      if (known && known.dim !== space.dim)
        throw new InputError(
          `The space "${space.id}" has ${known.dim} dimensions in this lab and ${space.dim} in these files: give it another id.`,
        );
    }
    const record = await this.#inTurn(
      () => addCollection(disk, this.#looks, collection, { signal, onProgress }),
      signal,
    );
    await this.#changed();
    return record.id;
  }

  async encode(collectionId: string, spaceIds: readonly string[]): Promise<string> {
    this.#check();
    this.#checkOwn(collectionId, 'encoded');
    return (await this.#runs).add(collectionId, spaceIds);
  }

  pause(runId: string): void {
    this.#run().pause(runId);
  }

  goOn(runId: string): void {
    this.#run().goOn(runId);
  }

  cancel(runId: string): void {
    this.#run().cancel(runId);
  }

  async rename(id: string, name: string): Promise<void> {
    this.#check();
    this.#checkOwn(id, 'renamed');
    const wanted = checkName(name);
    const disk = await this.#disk;
    const edited = await disk.edit<CollectionRecord>('collections', id, (record) => ({
      ...record,
      name: wanted,
    }));
    if (!edited) throw new InputError(`There is no collection "${id}".`);
    await this.#changed();
  }

  async remove(id: string): Promise<void> {
    this.#check();
    this.#checkOwn(id, 'removed');
    const disk = await this.#disk;
    await (await this.#runs).forget(id);
    await this.#inTurn(async () => {
      // Without its record it is gone; where the rest is cut off, the next opening sweeps it up.
      await disk.write([{ table: 'collections', key: id }]);
      await sweep(disk);
    });
    await this.#changed();
  }

  async save(id: string, signal?: AbortSignal): Promise<{ name: string; blob: Blob }> {
    this.#check();
    this.#checkOwn(id, 'saved');
    return saveCollection(await this.#disk, id, signal);
  }

  async quality(id: string, spaceId: string): Promise<SpaceQuality> {
    this.#check();
    const seen = id === WORLD_ID ? await this.#options.world() : await viewOwn(await this.#disk, id);
    return this.#counter.count(await qualityRequest(seen, spaceId));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#listeners.clear();
    this.#open?.dispose();
    this.#changes.dispose();
    this.#encoding.dispose();
    this.#counter.dispose();
    void this.#disk.then((disk) => disk.close());
  }

  async #start(): Promise<void> {
    const disk = await this.#disk;
    const runs = await this.#runs;
    // The list does not wait for files of the site.
    void this.#readWorld();
    try {
      await runs.read(true);
    } catch (error) {
      this.#problem = messageOf(error);
    }
    await this.#refreshList();
    // Without locks another window may be adding now; what is left over then goes with the next removal.
    if (!this.#locks) return;
    void this.#inTurn(async () => ((await isUntidy(disk)) ? sweep(disk) : undefined)).catch(() => undefined);
  }

  async #readWorld(): Promise<void> {
    try {
      this.#world = worldInfo(await this.#options.world());
      this.#show();
    } catch {
      // Whoever opens it hears why.
    }
  }

  #checkOwn(id: string, what: string): void {
    if (id === WORLD_ID)
      throw new InputError(`The embedded collection is part of the lab: it cannot be ${what}.`);
  }

  #run(): EncodeRuns {
    this.#check();
    if (!this.#open) throw new InputError('The browser’s storage is not read yet: wait for `opened`.');
    return this.#open;
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('The collections');
  }

  async #changed(): Promise<void> {
    this.#changes.tell();
    await this.#refreshList();
  }

  #inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#turns.run(() => this.#changes.inTurn(work, signal), signal);
  }

  /** Another window has changed something. */
  async #refresh(): Promise<void> {
    if (this.#disposed) return;
    await (await this.#runs).read(false).catch(() => undefined);
    await this.#refreshList();
  }

  async #refreshList(): Promise<void> {
    if (this.#disposed) return;
    try {
      this.#own = (await (await this.#disk).all('collections')) as CollectionRecord[];
    } catch (error) {
      this.#problem = messageOf(error);
    }
    this.#show();
  }

  #show(): void {
    const own = this.#own.toSorted((a, b) => (a.id < b.id ? 1 : -1)).map(infoOf);
    const list = this.#world ? [this.#world, ...own] : own;
    if (JSON.stringify(list) !== JSON.stringify(this.#list)) this.#list = list;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
