/** A download as the page sees it. */
import type { DownloadState, Precision } from '../types.ts';
import { createDeferred, type Deferred } from '../../workers/deferred.ts';
import { filesOf } from './modelDownload.ts';
import type { ModelRecord } from './modelDisk.ts';
import { Pace } from './pace.ts';

export class Transfer {
  readonly repo: string;
  /** Undefined until the repository was read, where none was asked for. */
  precision: Precision | undefined;
  /** Settles when it is kept, failed or cancelled; a pause lasts. */
  over: Deferred<void> = quietDeferred();
  /** Ends the run under way, if there is one. */
  run: AbortController | undefined;
  #state: DownloadState['state'];
  #message: string | undefined;
  #note: string | undefined;
  #files: DownloadState['files'] = [];
  #pace = new Pace();

  constructor(repo: string, precision: Precision | undefined, state: DownloadState['state']) {
    this.repo = repo;
    this.precision = precision;
    this.#state = state;
  }

  get state(): DownloadState['state'] {
    return this.#state;
  }

  get going(): boolean {
    return this.#state === 'waiting' || this.#state === 'running';
  }

  set(state: DownloadState['state'], message?: string): void {
    this.#state = state;
    this.#message = message;
    this.#pace = new Pace();
    if (state === 'waiting') this.#note = undefined;
  }

  /** Lists the files with what came of them. */
  show(record: ModelRecord, done: ReadonlyMap<string, number>): void {
    this.precision = record.precision;
    this.#files = filesOf(record).map(({ path, bytes }) => ({ path, done: done.get(path) ?? 0, of: bytes }));
  }

  onBytes(path: string, done: number, of: number): void {
    this.#message = undefined;
    this.#files = this.#files.map((file) => {
      if (file.path !== path) return file;
      if (done > file.done) this.#pace.add(done - file.done);
      return { path, done, of };
    });
  }

  onNote(note: string): void {
    this.#note = note;
  }

  onTrouble(message: string): void {
    this.#message = message;
  }

  snapshot(): DownloadState {
    const message = this.#message ?? this.#note;
    return {
      repo: this.repo,
      precision: this.precision ?? 'int8',
      state: this.#state,
      files: this.#files,
      bytesPerS: this.#state === 'running' ? this.#pace.perS() : undefined,
      ...(message === undefined ? {} : { message }),
    };
  }
}

/** Nobody may be waiting: then its failure is no unhandled one. */
export function quietDeferred(): Deferred<void> {
  const deferred = createDeferred<void>();
  deferred.promise.catch(() => undefined);
  return deferred;
}
