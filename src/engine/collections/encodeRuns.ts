/** Encode runs: a line of them, one at a time over all windows, that can be paused and go on after a reload. */
import { AbortedError, InputError, messageOf } from '../../base/errors.ts';
import { newId } from '../training/keptList.ts';
import { Line } from '../training/line.ts';
import type { Windows } from '../training/windows.ts';
import type { Change } from './disk.ts';
import { mostVectors, spacesFor } from './encodePlan.ts';
import { encodeRun, GoneError, type EncodeWorkOptions, type StoredRun } from './encodeWork.ts';
import { OtherWindows } from './otherWindows.ts';
import { Pace } from './pace.ts';
import type { CollectionRecord } from './records.ts';
import { shownRun } from './shownRun.ts';
import type { EncodeRun } from './types.ts';
import { dropWish, isWish, putWish, type Wish } from './wishes.ts';

export interface EncodeRunsOptions extends EncodeWorkOptions {
  /** One window encodes at a time. */
  windows: Windows;
  /** Called when the runs change; `recordChanged` where the collection's record did, too. */
  changed: (recordChanged: boolean) => void;
  /** Called when another window that encoded has ended, or its turn has: what is kept is to be read anew. */
  othersEnded: () => void;
  /** Milliseconds of a clock. */
  now: () => number;
}

type Ending = 'paused' | 'cancelled' | 'closed';

/** The run that has its turn. */
interface Active {
  id: string;
  stop: AbortController;
  ending: Ending | undefined;
  pace: Pace;
  over: Promise<void>;
}

/** Progress is told so often at most, in ms. */
const TELL_MS = 100;
const GOING: readonly EncodeRun['state'][] = ['waiting', 'running'];
const isOver = ({ state }: StoredRun) => state === 'done' || state === 'cancelled';

export class EncodeRuns {
  readonly #options: EncodeRunsOptions;
  readonly #line = new Line([() => this.#next()]);
  #queue: string[] = [];
  #runs: readonly StoredRun[] = [];
  #shown: readonly EncodeRun[] = [];
  #active: Active | undefined;
  #toldAt = -Infinity;
  readonly #others: OtherWindows;

  constructor(options: EncodeRunsOptions) {
    this.#options = options;
    this.#others = new OtherWindows(options.windows, options.othersEnded);
  }

  list(): readonly EncodeRun[] {
    return this.#shown;
  }

  /**
   * Reads what is kept; where no other window encodes, what was cut off is paused. At the `first` reading what is over is forgotten.
   * @throws QuotaError
   */
  async read(first: boolean): Promise<void> {
    const { disk, windows } = this.#options;
    const others = await windows.othersTrain();
    const all = await disk.all('runs');
    const stored = all.filter((one) => !isWish(one)) as StoredRun[];
    const wishes = all.filter(isWish).filter(({ wishFor }) => !others || this.#isHere(wishFor));
    const old = first && !others ? stored.filter(isOver) : [];
    // What is here is newer than what storage says of it.
    const here = this.#runs.filter(({ id }) => this.#isHere(id));
    const rest = stored.filter((run) => !old.includes(run) && !this.#isHere(run.id));
    const cut = (run: StoredRun) => !others && GOING.includes(run.state);
    this.#show([...here, ...rest.map((run) => (cut(run) ? { ...run, state: 'paused' as const } : run))]);
    for (const { wishFor, ending } of wishes) if (this.#isHere(wishFor)) this.#end(wishFor, ending);
    await disk.write([
      ...old.map(({ id }): Change => ({ table: 'runs', key: id })),
      ...wishes.map((wish) => dropWish(wish)),
    ]);
    if (others && rest.some(({ state }) => GOING.includes(state))) this.#others.watch();
  }

  /** As Collections.encode. What stands or is paused already goes on. */
  async add(collectionId: string, spaceIds: readonly string[]): Promise<string> {
    const { disk, spaces } = this.#options;
    const record = (await disk.get('collections', collectionId)) as CollectionRecord | undefined;
    if (!record) throw new InputError(`There is no collection "${collectionId}".`);
    const wanted = spacesFor(record, spaceIds, spaces());
    const ids = wanted.map(({ id }) => id);
    const same = this.#runs.find(
      (run) =>
        run.collectionId === collectionId && !isOver(run) && ids.join('\n') === run.spaceIds.join('\n'),
    );
    if (same) {
      this.goOn(same.id);
      return same.id;
    }
    const run: StoredRun = {
      id: newId('encoding'),
      collectionId,
      spaceIds: ids,
      state: 'waiting',
      done: 0,
      // Until storage is looked up.
      of: mostVectors(record, wanted),
      leftOut: [],
      reused: 0,
      begun: false,
    };
    try {
      await this.#put(run);
    } catch (error) {
      // What storage does not know and does not stand in line would wait for ever.
      this.#show(this.#runs.filter(({ id }) => id !== run.id));
      throw error;
    }
    this.#stand(run.id);
    return run.id;
  }

  pause(id: string): void {
    this.#end(id, 'paused');
  }

  goOn(id: string): void {
    const run = this.#get(id);
    const active = this.#active;
    const resting = run.state === 'paused' || run.state === 'failed';
    if (active?.id === id && (resting || active.ending === 'paused')) {
      // It is on its way out: then it stands in line anew.
      void active.over.then(() => {
        if (active.ending !== 'closed' && this.#runs.some((one) => one.id === id)) this.goOn(id);
      });
    }
    if (this.#isHere(id) || !resting) return;
    const { message: _, ...rest } = run;
    this.#putLater({ ...rest, state: 'waiting' });
    this.#stand(id);
  }

  cancel(id: string): void {
    this.#end(id, 'cancelled');
  }

  /** Stops and forgets the runs of a collection that goes. @throws QuotaError */
  async forget(collectionId: string): Promise<void> {
    const gone = this.#runs.filter((run) => run.collectionId === collectionId).map(({ id }) => id);
    for (const id of gone) {
      const active = this.#active;
      this.#end(id, 'cancelled');
      if (active?.id === id) await active.over;
    }
    await this.#drop(gone);
  }

  /** What runs is cut off; the next window finds it paused. */
  dispose(): void {
    this.#others.dispose();
    this.#line.close();
    this.#queue = [];
    const active = this.#active;
    if (!active) return;
    active.ending = 'closed';
    active.stop.abort();
  }

  #next(): (() => Promise<void>) | undefined {
    const id = this.#queue.shift();
    if (id === undefined) return undefined;
    let over: () => void = () => undefined;
    const active: Active = {
      id,
      stop: new AbortController(),
      ending: undefined,
      pace: new Pace(this.#options.now),
      over: new Promise((resolve) => (over = resolve)),
    };
    this.#active = active;
    return async () => {
      // Where even its end cannot be written, it is found paused later.
      await this.#work(active).catch(() => undefined);
      this.#active = undefined;
      if (active.ending !== 'closed') {
        this.#show(this.#runs);
        this.#tell(true);
        this.#options.windows.tell();
      }
      over();
    };
  }

  async #work(active: Active): Promise<void> {
    const { id, stop, pace } = active;
    const { windows } = this.#options;
    const put = (change: Partial<StoredRun>) => this.#put({ ...this.#get(id), ...change });
    try {
      await windows.inTurn(() => {
        pace.begin();
        return encodeRun(this.#options, this.#get(id), {
          signal: stop.signal,
          put,
          show: (change) => {
            if (this.#options.now() - this.#toldAt >= TELL_MS)
              this.#show(this.#with({ ...this.#get(id), ...change() }));
          },
          made: (items, vectors) => pace.made(items, vectors),
          kept: () => {
            this.#tell(true);
            windows.tell();
          },
        });
      }, stop.signal);
    } catch (error) {
      if (active.ending === 'closed') return;
      if (error instanceof GoneError) await this.#drop([id]);
      else if (error instanceof AbortedError && active.ending) await put({ state: active.ending });
      else await put({ state: 'failed', message: `${messageOf(error)} What was made until then is kept.` });
    }
  }

  #end(id: string, ending: Wish['ending']): void {
    const run = this.#get(id);
    const active = this.#active;
    if (active?.id === id) {
      if (active.ending !== 'cancelled') active.ending = ending;
      active.stop.abort();
      // One that failed is on its way out.
      if (run.state === 'failed') this.#putLater({ ...run, state: ending });
      return;
    }
    const isQueued = this.#queue.includes(id);
    this.#queue = this.#queue.filter((one) => one !== id);
    if (isOver(run)) return;
    // One that another window works on is that window's to end.
    if (!isQueued && GOING.includes(run.state))
      this.#later(this.#options.disk.write([putWish({ wishFor: id, ending })]));
    else this.#putLater({ ...run, state: ending });
  }

  #stand(id: string): void {
    this.#queue.push(id);
    this.#line.go();
    this.#options.windows.tell();
  }

  #isHere(id: string): boolean {
    return this.#queue.includes(id) || this.#active?.id === id;
  }

  #get(id: string): StoredRun {
    const run = this.#runs.find((one) => one.id === id);
    if (!run) throw new InputError(`There is no encode run "${id}".`);
    return run;
  }

  /** Shows it at once, and keeps it. @throws QuotaError */
  async #put(run: StoredRun): Promise<void> {
    this.#show(this.#with(run));
    await this.#options.disk.write([{ table: 'runs', key: run.id, value: run }]);
  }

  /** Where a change of state cannot be written, this window knows it still. */
  #putLater(run: StoredRun): void {
    this.#later(this.#put(run));
  }

  #later(written: Promise<void>): void {
    written.then(
      () => this.#options.windows.tell(),
      () => undefined,
    );
  }

  async #drop(ids: readonly string[]): Promise<void> {
    this.#show(this.#runs.filter(({ id }) => !ids.includes(id)));
    await this.#options.disk.write(ids.map((id) => ({ table: 'runs', key: id })));
  }

  #with(run: StoredRun): readonly StoredRun[] {
    return [...this.#runs.filter(({ id }) => id !== run.id), run];
  }

  #show(runs: readonly StoredRun[]): void {
    this.#runs = runs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.#shown = this.#runs.map((run) => {
      const pace = run.state === 'running' && this.#active?.id === run.id ? this.#active.pace : undefined;
      return shownRun(run, pace);
    });
    this.#tell(false);
  }

  #tell(recordChanged: boolean): void {
    this.#toldAt = this.#options.now();
    this.#options.changed(recordChanged);
  }
}
