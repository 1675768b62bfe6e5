/** Models from the hub, a mirror or a folder: what there is, what is being fetched, what is kept. */
import { AbortedError, DisposedError, MissingFileError } from '../../../base/errors.ts';
import type { NamedFile } from '../../exchange/types.ts';
import { browserStorage, type TextStorage } from '../../storage/textStorage.ts';
import type { DownloadState, Host, KeptModel, Models, Precision, RepoPlan, ShelfModel } from '../types.ts';
import type { Checksums } from './checksum.ts';
import { createChecksumWorker } from './checksumWorker.ts';
import { checkHost, HUB_ADDRESS, readHost, sourceOf, writeHost } from './hosts.ts';
import { inspectRepo } from './inspect.ts';
import { ModelDisk } from './modelDisk.ts';
import { checkRepo } from './names.ts';
import { SHELF } from './shelf.ts';
import { PATIENCE, type Patience } from './stall.ts';
import { Transfers } from './transfers.ts';

export interface ModelStoreOptions {
  hubAddress?: string;
  patience?: Partial<Patience>;
  /** Of each file, so much lies on the disk at once; what a closed window loses at most. */
  pieceBytes?: number;
  openDisk?: () => Promise<ModelDisk>;
  /** For the choice of the host. */
  storage?: TextStorage | undefined;
  checksums?: (file: Blob) => Promise<Checksums>;
  /** What the browser has left for the page, in bytes. */
  room?: () => Promise<number | undefined>;
  locks?: LockManager | undefined;
}

/** The part of Models that is about repositories. */
export type ModelRepositories = Pick<
  Models,
  | 'shelf'
  | 'host'
  | 'setHost'
  | 'inspect'
  | 'download'
  | 'pause'
  | 'cancel'
  | 'downloads'
  | 'kept'
  | 'remove'
  | 'onChange'
  | 'opened'
  | 'dispose'
>;

const PIECE_BYTES = 4 * 1024 * 1024;
/** Listeners hear of bytes at most so often. */
const TELL_MS = 100;

export class ModelStore implements ModelRepositories {
  readonly opened: Promise<void>;
  readonly #hubAddress: string;
  readonly #patience: Patience;
  readonly #storage: TextStorage | undefined;
  readonly #disk: Promise<ModelDisk>;
  readonly #transfers: Transfers;
  readonly #listeners = new Set<() => void>();
  readonly #ended = new AbortController();
  readonly #endChecksums: () => void;
  #host: Host;
  #folder: readonly NamedFile[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ModelStoreOptions = {}) {
    this.#hubAddress = options.hubAddress ?? HUB_ADDRESS;
    this.#patience = { ...PATIENCE, ...options.patience };
    this.#storage = 'storage' in options ? options.storage : browserStorage();
    this.#host = readHost(this.#storage);
    this.#disk = (options.openDisk ?? (() => ModelDisk.open()))();
    // Said by whoever needs it: without a database there are just no models.
    this.#disk.catch(() => undefined);
    const worker = options.checksums ? undefined : createChecksumWorker();
    this.#endChecksums = () => worker?.dispose();
    this.#transfers = new Transfers({
      disk: this.#disk,
      origin: () => this.#origin(),
      patience: this.#patience,
      pieceBytes: options.pieceBytes ?? PIECE_BYTES,
      checksums: options.checksums ?? ((file) => worker!.call((remote) => remote.checksumsOf(file))),
      room: options.room ?? roomLeft,
      locks: 'locks' in options ? options.locks : globalThis.navigator?.locks,
      changed: (soon) => (soon ? this.#tellSoon() : this.#tell()),
    });
    this.opened = this.#transfers.read().catch(() => undefined);
  }

  shelf(): readonly ShelfModel[] {
    return SHELF;
  }

  host(): Host {
    return this.#host;
  }

  /** As Models.setHost: an address of the layout, or `files` for a folder. What is under way stays with its host. */
  setHost(host: Host, files?: readonly NamedFile[]): void {
    this.#host = checkHost(host, files);
    this.#folder = host.kind === 'folder' ? (files ?? []) : [];
    writeHost(this.#storage, this.#host);
    this.#tell();
  }

  async inspect(repo: string, signal?: AbortSignal): Promise<RepoPlan> {
    this.#checkOpen();
    checkRepo(repo);
    const own = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    if (own.aborted) throw new AbortedError();
    this.#checkAvailable(repo);
    return inspectRepo(this.#origin().source, repo, this.#patience, own);
  }

  /**
   * As Models.download. Of a model that is kept, or with the network off, nothing is asked of any host. Without a precision, the one of
   * the unfinished download, else 8 bits where there are any. A pause does not settle it.
   * @throws InputError, MissingFileError, NetworkError, FormatError, QuotaError, AbortedError (cancelled), DisposedError
   */
  async download(repo: string, precision?: Precision): Promise<void> {
    this.#checkOpen();
    checkRepo(repo);
    // Fails at once, and with the reason, where nothing can be kept.
    await this.#disk;
    await this.opened;
    this.#checkOpen();
    if (!this.#transfers.keptRecord(repo, precision)) this.#checkAvailable(repo);
    return this.#transfers.start(repo, precision);
  }

  /** What came stays; download() goes on. */
  pause(repo: string): void {
    this.#transfers.pause(repo);
  }

  /** What came is thrown away. */
  cancel(repo: string): void {
    this.#transfers.cancel(repo);
  }

  downloads(): readonly DownloadState[] {
    return this.#transfers.downloads();
  }

  kept(): readonly KeptModel[] {
    return this.#transfers.kept();
  }

  /**
   * The files of a kept model, by their paths in the repository ("onnx/text_model_quantized.onnx"). They stay on the disk until they
   * are read. Without a precision, of the one that was kept last.
   * @throws MissingFileError where it is not kept, QuotaError
   */
  async files(repo: string, precision?: Precision): Promise<ReadonlyMap<string, Blob>> {
    await this.opened;
    const record = this.#transfers.keptRecord(repo, precision);
    if (!record) {
      throw new MissingFileError(`${repo} is not in the browser’s storage: download it first.`);
    }
    const disk = await this.#disk;
    const revision = record.plan.revision;
    const files = new Map<string, Blob>();
    for (const { path, bytes } of record.kept ?? []) {
      const file = await disk.file({ repo, revision, path });
      if (file.size !== bytes) {
        throw new MissingFileError(
          `${repo}/${path} is no longer whole in the browser’s storage (${file.size} of ${bytes} bytes): remove the model and ` +
            'download it anew.',
        );
      }
      files.set(path, file);
    }
    return files;
  }

  /** Removes a model in all its precisions, or what came of one. */
  async remove(repo: string): Promise<void> {
    this.#checkOpen();
    await this.opened;
    await this.#transfers.remove(repo);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#transfers.dispose();
    this.#endChecksums();
  }

  #origin() {
    const host = this.#host;
    const label =
      host.kind === 'hub' ? this.#hubAddress : host.kind === 'mirror' ? host.address : `folder ${host.name}`;
    return { label, source: sourceOf(host, this.#folder, this.#hubAddress, this.#patience) };
  }

  /** Another host may have what the hub has not. */
  #checkAvailable(repo: string): void {
    const missing = SHELF.find((model) => model.repo === repo)?.unavailable;
    if (!missing || this.#host.kind !== 'hub') return;
    throw new MissingFileError(`${repo} cannot be fetched: ${missing.reason} ${missing.docs} shows how.`);
  }

  #checkOpen(): void {
    if (this.#ended.signal.aborted) throw new DisposedError('The model store');
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const listener of this.#listeners) listener();
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => this.#tell(), TELL_MS);
  }
}

async function roomLeft(): Promise<number | undefined> {
  const storage = globalThis.navigator?.storage;
  try {
    // A model is large and dear: the browser is asked not to clear it away by itself. It may ask the person in turn.
    storage?.persist?.().catch(() => undefined);
    const { usage, quota } = (await storage?.estimate?.()) ?? {};
    return usage === undefined || quota === undefined ? undefined : quota - usage;
  } catch {
    return undefined;
  }
}
