/** Runs in line, the one that has its turn, and what they are told. */
import { AbortedError, DisposedError, InputError, messageOf } from '../../base/errors.ts';
import { createDeferred, type Deferred } from '../workers/deferred.ts';
import type { Command, RunEnd, TrainEvent } from './orders.ts';
import type { RunBook } from './runBook.ts';
import type { TrainingLink } from './trainingLink.ts';
import type { RunProgress, RunRecord, RunStatus, TrainRequest } from './types.ts';
import type { Windows } from './windows.ts';

export interface RunsOptions {
  book: RunBook;
  link: TrainingLink;
  windows: Windows;
  /** Called when a run stands in line. */
  onWork: () => void;
  changed: () => void;
  onProblem: (problem: string) => void;
}

/** The run that has its turn. */
interface Active {
  runId: string;
  /** What it was told first. */
  command: Command | undefined;
  /** True once the worker has it: commands go there. */
  begun: boolean;
  /** Takes it out of the line of windows. */
  waiting: AbortController;
  over: Deferred<void>;
}

const GOING: readonly RunStatus[] = ['waiting', 'mining', 'training'];

export class Runs {
  readonly #options: RunsOptions;
  readonly #queue: string[] = [];
  #active: Active | undefined;
  #progress: RunProgress | undefined;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** Of the run under way here, if any. */
  progress(): RunProgress | undefined {
    return this.#progress;
  }

  /** Reads what is kept; where no other window trains, what was cut is paused. */
  read(othersTrain: boolean): Promise<void> {
    const { book } = this.#options;
    return book.read((record) => {
      // Another window may have given it another name.
      if (this.#isHere(record.id)) return { ...(book.find(record.id) ?? record), name: record.name };
      const cut = !othersTrain && GOING.includes(record.status);
      return cut ? { ...record, status: 'paused' } : record;
    });
  }

  /** As Training.train. */
  async add(request: TrainRequest): Promise<string> {
    const id = await this.#options.book.create(request);
    this.#queue.push(id);
    this.#stand();
    return id;
  }

  /** The next run in line, to be worked on. */
  next(): (() => Promise<void>) | undefined {
    const runId = this.#queue.shift();
    if (runId === undefined) return undefined;
    const waiting = new AbortController();
    const active: Active = { runId, command: undefined, begun: false, waiting, over: createDeferred() };
    this.#active = active;
    return async () => {
      await this.#work(active);
      this.#active = undefined;
      this.#progress = undefined;
      this.#options.windows.tell();
      active.over.resolve();
      this.#options.changed();
    };
  }

  /** As Training.pause. */
  async pause(id: string): Promise<void> {
    if (await this.#tell(id, 'pause')) return;
    const status = this.#standing(id);
    if (status !== 'paused') throw new InputError('This run is over: there is nothing to pause.');
  }

  /** As Training.goOn. */
  async goOn(id: string): Promise<void> {
    const active = this.#active;
    if (active?.runId === id && active.command !== undefined) await active.over.promise;
    if (this.#isHere(id)) return;
    this.#options.book.checkCollection(id);
    const status = this.#standing(id);
    if (status !== 'paused' && status !== 'failed') {
      throw new InputError('This run is over: start another with the same settings.');
    }
    this.#queue.push(id);
    await this.#options.book.put(id, { status: 'waiting' });
    this.#stand();
  }

  /** As Training.stop. */
  async stop(id: string): Promise<void> {
    if (await this.#tell(id, 'stop')) return;
    const status = this.#standing(id);
    if (status === 'done' || status === 'stopped') return;
    const { book, link, windows } = this.#options;
    const nReady = book.nReady(id);
    const partial = await link.partial(id, nReady);
    if (partial) await book.keepMember(id, nReady, partial);
    await book.put(id, { status: 'stopped' });
    windows.tell();
  }

  /** As Training.stepBack. */
  async stepBack(id: string): Promise<void> {
    const { book, link, windows } = this.#options;
    const { request, curves } = book.get(id);
    const nReady = book.nReady(id);
    const curve = curves.find(({ member }) => member === request.members[nReady]);
    if (curve?.bestStep === undefined) {
      throw new InputError('Nothing was measured yet, so there is no best to step back to.');
    }
    if (await this.#tell(id, 'step back')) return;
    const status = this.#standing(id);
    if (status !== 'paused' && status !== 'failed') {
      throw new InputError('This run is over: it cannot step back.');
    }
    const back = await link.stepBack(id, nReady);
    await book.putCurve(id, back.curve, back.seconds);
    await book.put(id, { status: 'paused' });
    windows.tell();
  }

  /** As Training.remove. */
  async remove(id: string): Promise<void> {
    const { book, link, windows } = this.#options;
    if (!book.find(id)) return;
    if (!(await this.#tell(id, 'stop'))) this.#standing(id);
    await book.remove(id);
    await link.forget(id);
    windows.tell();
  }

  async #work(active: Active): Promise<void> {
    const { runId } = active;
    const { windows, link, book } = this.#options;
    const { nDeaths } = link;
    try {
      await windows.inTurn(() => this.#train(active), active.waiting.signal);
    } catch (error) {
      if (error instanceof DisposedError) return;
      const died = link.nDeaths > nDeaths;
      const message = died ? `${messageOf(error)} It goes on at its last checkpoint.` : messageOf(error);
      if (error instanceof AbortedError) await book.put(runId, { status: 'paused' });
      else await book.put(runId, { status: died ? 'paused' : 'failed', message });
    }
  }

  /** In this window's turn. */
  async #train(active: Active): Promise<void> {
    const { runId } = active;
    const { book, link, windows } = this.#options;
    const record = await book.renew(runId);
    if (!record || record.status === 'done' || record.status === 'stopped') return;
    await book.put(runId, { status: 'mining' });
    windows.tell();
    const { request, seconds, device } = record;
    const from = {
      runId,
      nReady: book.nReady(runId),
      seconds,
      ...(device && { begunOn: device.backend }),
    };
    const ended = await link.run(
      request,
      book.endsOf(record),
      from,
      () => (active.begun = active.command === undefined),
      (event) => this.#hear(record, event),
    );
    if (ended) await this.#end(runId, ended);
    else await book.put(runId, { status: 'paused' });
  }

  async #hear({ id, request }: RunRecord, event: TrainEvent): Promise<void> {
    const { book, windows, changed, onProblem } = this.#options;
    switch (event.kind) {
      case 'training': {
        const { nPairs, backend, threads, reason } = event;
        const known = book.find(id)?.device;
        // Of a run that goes on, the first reason stands: it was pinned since, unless it had to go elsewhere.
        const device = known?.backend === backend ? { ...known, threads } : { backend, threads, reason };
        await book.put(id, { status: 'training', nPairs, device });
        return windows.tell();
      }
      case 'progress': {
        const member = request.members[event.progress.memberIndex]!;
        this.#progress = { runId: id, status: 'training', member, ...event.progress };
        return changed();
      }
      case 'curve':
        return book.putCurve(id, event.curve, event.seconds);
      case 'member':
        await book.keepMember(id, event.memberIndex, event.weights);
        await book.put(id, { seconds: event.seconds });
        return windows.tell();
      case 'problem':
        return onProblem(event.problem);
    }
  }

  async #end(id: string, { end, seconds, curve, partial, message }: RunEnd): Promise<void> {
    const { book } = this.#options;
    if (curve && curve.points.length > 0) await book.putCurve(id, curve, seconds);
    if (partial) await book.keepMember(id, book.nReady(id), partial);
    const kept = book.nReady(id) > 0 ? ' Members that were ready are kept.' : '';
    const words = message !== undefined && { message: `${message}${kept}` };
    await book.put(id, { status: end, seconds, ...words });
  }

  /**
   * Hands a command to a run that is in line or under way here, and waits until it stands. True where the worker carried it
   * out; a run that had not begun is paused.
   */
  async #tell(id: string, command: Command): Promise<boolean> {
    const at = this.#queue.indexOf(id);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      await this.#options.book.put(id, { status: 'paused' });
      return false;
    }
    const active = this.#active;
    if (active?.runId !== id) return false;
    const first = active.command === undefined;
    active.command ??= command;
    if (!active.begun) active.waiting.abort();
    else if (first) await this.#options.link.command(command);
    await active.over.promise;
    return first && active.begun;
  }

  /** The status of a run that is not under way here. @throws InputError where it is in another window. */
  #standing(id: string): RunStatus {
    const { status } = this.#options.book.get(id);
    if (!GOING.includes(status)) return status;
    throw new InputError('This run trains in another window of this browser: turn to that one.');
  }

  #isHere(id: string): boolean {
    return this.#queue.includes(id) || this.#active?.runId === id;
  }

  /** A run stands in line. */
  #stand(): void {
    this.#options.onWork();
    this.#options.windows.tell();
  }
}
