/** Downloads in line, one at a time over all windows, and the models that they leave. */
import { AbortedError, DisposedError, InputError, messageOf } from '../../../base/errors.ts';
import { createWindows, type Windows } from '../../training/windows.ts';
import { SerialLock } from '../../workers/serialLock.ts';
import type { DownloadState, KeptModel, Precision } from '../types.ts';
import { beginRecord } from './beginRecord.ts';
import type { ModelDisk, ModelRecord } from './modelDisk.ts';
import { downloadModel, filesOf, keyOf, type ModelDownload } from './modelDownload.ts';
import type { RepoSource } from './source.ts';
import { Transfer } from './transfer.ts';

export interface TransfersOptions extends Pick<
  ModelDownload,
  'patience' | 'pieceBytes' | 'checksums' | 'room'
> {
  disk: Promise<ModelDisk>;
  /** Where repositories are read from now. */
  origin(): { label: string; source: RepoSource };
  locks: LockManager | undefined;
  /** `soon`: only bytes came. */
  changed(soon: boolean): void;
}

const LOCK = 'bondlab.models';
const ELSEWHERE = 'Another window is fetching models, maybe this one.';
const BROKE_OFF = 'It broke off. What came so far is kept: it goes on from there.';

export class Transfers {
  readonly #options: TransfersOptions;
  readonly #windows: Windows;
  readonly #line = new SerialLock();
  /** One at a time for each repository: its run, or the clearing away after it. */
  readonly #ofRepo = new Map<string, SerialLock>();
  readonly #transfers = new Map<string, Transfer>();
  #records: readonly ModelRecord[] = [];
  #downloads: readonly DownloadState[] | undefined;
  #kept: readonly KeptModel[] = [];
  #closed = false;

  constructor(options: TransfersOptions) {
    this.#options = options;
    this.#windows = createWindows(() => void this.read().catch(() => undefined), options.locks, LOCK);
  }

  /** Reads what lies on the disk; what another window fetches shows as broken off. */
  async read(): Promise<void> {
    const disk = await this.#options.disk;
    this.#records = await disk.models();
    this.#kept = this.#records
      .flatMap(({ repo, precision, plan, kept, at }) =>
        kept === undefined
          ? []
          : [{ repo, precision, revision: plan.revision, files: kept, bytes: sumOf(kept), at }],
      )
      .sort((a, b) => (a.at < b.at ? -1 : 1));
    for (const record of this.#records) {
      const known = this.#transfers.get(record.repo);
      if (record.kept !== undefined) this.#noteKept(known, record);
      else if (known === undefined || known.state === 'done') await this.#noteBroken(record);
    }
    this.#changed();
  }

  downloads(): readonly DownloadState[] {
    return (this.#downloads ??= [...this.#transfers.values()].map((transfer) => transfer.snapshot()));
  }

  kept(): readonly KeptModel[] {
    return this.#kept;
  }

  /** The one of that precision, else the one that was kept last. */
  keptRecord(repo: string, precision: Precision | undefined): ModelRecord | undefined {
    return this.#records
      .filter((record) => record.repo === repo && record.kept !== undefined)
      .filter((record) => precision === undefined || record.precision === precision)
      .sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  }

  /** As ModelStore.download, after storage was read. */
  start(repo: string, precision: Precision | undefined): Promise<void> {
    if (this.keptRecord(repo, precision)) return Promise.resolve();
    const known = this.#transfers.get(repo);
    if (known?.going) {
      if (precision === undefined || known.precision === undefined || known.precision === precision) {
        return known.over.promise;
      }
      throw new InputError(
        `${repo} is being fetched in ${known.precision}: let it finish, or cancel it, before ${precision} is fetched.`,
      );
    }
    const open = known?.state === 'paused' || known?.state === 'failed' ? known.precision : undefined;
    const transfer = new Transfer(repo, precision ?? open, 'waiting');
    // Who waits for a paused one waits on.
    if (known?.state === 'paused') transfer.over = known.over;
    this.#transfers.set(repo, transfer);
    this.#changed();
    void this.#run(transfer);
    return transfer.over.promise;
  }

  pause(repo: string): void {
    const transfer = this.#transfers.get(repo);
    if (!transfer?.going) return;
    transfer.set('paused');
    transfer.run?.abort();
    this.#changed();
  }

  cancel(repo: string): void {
    const transfer = this.#transfers.get(repo);
    if (!transfer || transfer.state === 'done' || transfer.state === 'cancelled') return;
    transfer.set('cancelled', 'It was cancelled: nothing of it is kept.');
    transfer.run?.abort();
    transfer.over.reject(new AbortedError('The download was cancelled.'));
    this.#changed();
    void this.#clear(repo, (record) => record.kept === undefined).catch(() => undefined);
  }

  async remove(repo: string): Promise<void> {
    const transfer = this.#transfers.get(repo);
    this.#transfers.delete(repo);
    transfer?.run?.abort();
    transfer?.over.reject(new AbortedError('The model was removed.'));
    this.#changed();
    await this.#clear(repo, () => true);
  }

  dispose(): void {
    this.#closed = true;
    const closed = new DisposedError('The model store');
    for (const transfer of this.#transfers.values()) {
      transfer.run?.abort();
      transfer.over.reject(closed);
    }
    this.#windows.dispose();
    // What is being written is written.
    const ends = [...this.#ofRepo.values()].map((lock) => lock.run(() => Promise.resolve()));
    void Promise.allSettled(ends)
      .then(() => this.#options.disk)
      .then((disk) => disk.close())
      .catch(() => undefined);
  }

  #changed(soon = false): void {
    this.#downloads = undefined;
    if (!this.#closed) this.#options.changed(soon);
  }

  #lockOf(repo: string): SerialLock {
    const lock = this.#ofRepo.get(repo) ?? new SerialLock();
    this.#ofRepo.set(repo, lock);
    return lock;
  }

  /** Throws away a repository's records, and the files that none needs any more. */
  #clear(repo: string, goes: (record: ModelRecord) => boolean): Promise<void> {
    return this.#lockOf(repo).run(async () => {
      const disk = await this.#options.disk;
      for (const record of await disk.models()) {
        if (record.repo === repo && goes(record)) await disk.removeModel(repo, record.precision);
      }
      await disk.sweep(repo);
      await this.read();
      this.#windows.tell();
    });
  }

  async #run(transfer: Transfer): Promise<void> {
    const run = new AbortController();
    transfer.run = run;
    const { signal } = run;
    try {
      await this.#lockOf(transfer.repo).run(
        () => this.#inLine(() => this.#work(transfer, signal), signal),
        signal,
      );
      if (signal.aborted) return;
      transfer.set('done');
      transfer.over.resolve();
    } catch (error) {
      // Paused, cancelled, removed or closed: whoever did that has said so.
      if (!signal.aborted) await this.#noteFailure(transfer, messageOf(error));
      if (signal.aborted) return;
      transfer.set('failed', messageOf(error));
      transfer.over.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#changed();
    }
  }

  /** One download at a time; who gives up his place does not wait for his turn. @throws AbortedError */
  #inLine(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let begun = false;
      signal.addEventListener('abort', () => begun || reject(new AbortedError()), { once: true });
      const turn = () =>
        this.#windows.inTurn(() => {
          begun = true;
          return work();
        }, signal);
      this.#line.run(turn, signal).then(resolve, reject);
    });
  }

  async #work(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const disk = await this.#options.disk;
    const { message: _, ...record } = await beginRecord({
      ...this.#options.origin(),
      disk,
      repo: transfer.repo,
      precision: transfer.precision,
      patience: this.#options.patience,
      signal,
    });
    if (record.kept === undefined) {
      // Should the window close now, it broke off: what was amiss last time is over.
      await disk.putModel(record);
      transfer.set('running');
      await this.#show(transfer, record);
      this.#changed();
      const { patience, pieceBytes, checksums, room } = this.#options;
      const kept = await downloadModel({
        patience,
        pieceBytes,
        checksums,
        room,
        source: this.#options.origin().source,
        disk,
        record,
        signal,
        onBytes: (path, done, of) => {
          transfer.onBytes(path, done, of);
          this.#changed(true);
        },
        onNote: (note) => {
          transfer.onNote(note);
          this.#changed();
        },
        onTrouble: (message) => {
          transfer.onTrouble(message);
          this.#changed();
        },
      });
      await disk.putModel({ ...record, kept, at: new Date().toISOString() });
      this.#windows.tell();
    }
    await this.read();
  }

  /** Another window finished what stands still here. */
  #noteKept(known: Transfer | undefined, { precision }: ModelRecord): void {
    if (known === undefined || known.precision !== precision) return;
    if (known.state !== 'paused' && known.state !== 'failed') return;
    known.set('done');
    known.over.resolve();
  }

  async #noteBroken(record: ModelRecord): Promise<void> {
    const transfer = new Transfer(record.repo, record.precision, record.message ? 'failed' : 'paused');
    const elsewhere = await this.#windows.othersTrain();
    transfer.set(transfer.state, record.message ?? (elsewhere ? ELSEWHERE : BROKE_OFF));
    await this.#show(transfer, record);
    const known = this.#transfers.get(record.repo);
    if (known === undefined || known.state === 'done') this.#transfers.set(record.repo, transfer);
  }

  async #show(transfer: Transfer, record: ModelRecord): Promise<void> {
    const disk = await this.#options.disk;
    const done = new Map<string, number>();
    for (const { path } of filesOf(record)) done.set(path, (await disk.part(keyOf(record, path))).done);
    transfer.show(record, done);
  }

  /** So that the reason is still there after a reload. */
  async #noteFailure({ repo, precision }: Transfer, message: string): Promise<void> {
    try {
      const disk = await this.#options.disk;
      const record = precision && (await disk.model(repo, precision));
      if (record && record.kept === undefined) await disk.putModel({ ...record, message });
    } catch {
      // The disk is what failed.
    }
  }
}

function sumOf(files: KeptModel['files']): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
