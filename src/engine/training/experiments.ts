/** Experiments on the quality of pseudo-pairs: many trainings, one after another, whenever no run wants the worker. */
import { AbortedError, DisposedError, InputError, messageOf } from '../../base/errors.ts';
import type { Space } from '../../recipe/types.ts';
import { freeName, KeptList, MAX_NAME_LENGTH, newId } from './keptList.ts';
import { checkExperiment, checkRequest, experimentName, trialRequest } from './request.ts';
import type { TrainingStorage } from './storage.ts';
import type { TrainingLink } from './trainingLink.ts';
import type { Experiment, ExperimentRequest } from './types.ts';
import type { Windows } from './windows.ts';

export interface ExperimentsOptions {
  spaces: readonly Space[];
  storage: TrainingStorage;
  link: TrainingLink;
  windows: Windows;
  /** Called when an experiment stands in line. */
  onWork: () => void;
  changed: () => void;
}

/** The training that has its turn. */
interface Active {
  id: string;
  begun: boolean;
  yields: boolean;
  waiting: AbortController;
}

/** After so many deaths of workers in a row, one training has failed. */
const MAX_DEATHS = 3;

const isOpen = ({ status }: Experiment) => status === 'waiting' || status === 'running';

export class Experiments {
  readonly #options: ExperimentsOptions;
  readonly #kept: KeptList<Experiment>;
  #active: Active | undefined;
  /** Workers that died of the training that comes next, by experiment. */
  readonly #deaths = new Map<string, number>();

  constructor(options: ExperimentsOptions) {
    this.#options = options;
    this.#kept = new KeptList(options.storage, 'experiments', options.changed);
  }

  /** Reads what is kept; those that are not over stand in line. */
  async read(): Promise<void> {
    await this.#kept.read((record) =>
      record.id === this.#active?.id ? (this.#kept.get(record.id) ?? record) : record,
    );
    if (this.list().some(isOpen)) this.#options.onWork();
  }

  list(): readonly Experiment[] {
    return this.#kept.list();
  }

  /** As Training.startExperiment. */
  async start(request: ExperimentRequest): Promise<string> {
    const { spaces, onWork } = this.#options;
    checkExperiment(request, spaces);
    const id = newId('experiment');
    const made = experimentName(request, checkRequest(request.base, spaces));
    await this.#kept.put({
      id,
      name: freeName(
        request.name?.trim().slice(0, MAX_NAME_LENGTH) || made,
        this.list().map(({ name }) => name),
      ),
      request: structuredClone(request),
      status: 'waiting',
      createdAt: new Date().toISOString(),
      points: [],
      nTrainings: request.values.length * request.repeats,
    });
    onWork();
    return id;
  }

  /** As Training.cancelExperiment. */
  async cancel(id: string): Promise<void> {
    const found = this.#kept.get(id);
    if (!found) throw new InputError(`There is no experiment "${id}".`);
    if (!isOpen(found)) return;
    await this.#put(id, { status: 'cancelled' });
    if (this.#active?.id === id) this.yield();
    this.#options.windows.tell();
  }

  async remove(id: string): Promise<void> {
    if (!this.#kept.get(id)) return;
    await this.cancel(id);
    await this.#kept.remove(id);
    this.#options.windows.tell();
  }

  /** A run wants the worker: the training under way is given up, to be begun anew afterwards. */
  yield(): void {
    const active = this.#active;
    if (!active || active.yields) return;
    active.yields = true;
    if (active.begun) void this.#options.link.command('stop').catch(() => undefined);
    else active.waiting.abort();
  }

  /** The next training of the oldest experiment that is not over. */
  next(): (() => Promise<void>) | undefined {
    const found = this.list().findLast(isOpen);
    if (!found) return undefined;
    const active: Active = { id: found.id, begun: false, yields: false, waiting: new AbortController() };
    this.#active = active;
    return async () => {
      await this.#work(active);
      this.#active = undefined;
      this.#options.changed();
    };
  }

  async #work(active: Active): Promise<void> {
    const { windows, link } = this.#options;
    const { id } = active;
    const { nDeaths } = link;
    const deaths = this.#deaths.get(id) ?? 0;
    this.#deaths.delete(id);
    try {
      await windows.inTurn(() => this.#train(active), active.waiting.signal);
      windows.tell();
    } catch (error) {
      // Given up for a run, cancelled, or cut with the page: the training is begun anew, if at all.
      if (error instanceof DisposedError || error instanceof AbortedError) return;
      if (link.nDeaths > nDeaths && deaths + 1 < MAX_DEATHS) this.#deaths.set(id, deaths + 1);
      else await this.#put(id, { status: 'failed', message: messageOf(error) });
    }
  }

  async #train(active: Active): Promise<void> {
    const { link, spaces } = this.#options;
    const { id } = active;
    const stored = await this.#renew(id);
    if (!stored) return;
    const todo = nextPoint(stored);
    if (!todo) return this.#kept.put(ended(stored, { status: 'done' }));
    await this.#kept.put({ ...stored, status: 'running' });
    const request = trialRequest(stored.request, todo.value, todo.repeat);
    const result = await link.trial(
      request,
      checkRequest(request, spaces),
      () => (active.begun = !active.yields),
      (event) => {
        if (event.kind === 'progress') this.#tellTimeLeft(id, event.progress.secondsLeft);
      },
    );
    const now = result && (await this.#renew(id));
    if (!result || !now) return;
    const next: Experiment = { ...now, points: [...now.points, { ...todo, ...result }] };
    await this.#kept.put(nextPoint(next) ? next : ended(next, { status: 'done' }));
  }

  /**
   * An experiment as the storage has it: another window may have trained for it meanwhile, cancelled or removed it. Undefined
   * where it is over.
   */
  async #renew(id: string): Promise<Experiment | undefined> {
    const stored = await this.#options.storage.get<Experiment>('experiments', id);
    if (stored && isOpen(stored)) return stored;
    await (stored ? this.#kept.put(stored) : this.#kept.remove(id));
    return undefined;
  }

  /** Shown, not written: it is old by the time it could be read. */
  #tellTimeLeft(id: string, ofThis: number): void {
    const record = this.#kept.get(id);
    if (!record || !isOpen(record)) return;
    const { points, nTrainings } = record;
    const mean = points.reduce((sum, { seconds }) => sum + seconds, 0) / points.length;
    const others = nTrainings - points.length - 1;
    // Before the first is over, it stands for all.
    const each = points.length > 0 ? mean : ofThis;
    this.#kept.show({ ...record, secondsLeft: ofThis + others * each });
  }

  async #put(id: string, part: Partial<Experiment>): Promise<void> {
    const record = this.#kept.get(id);
    if (record) await this.#kept.put(ended(record, part));
  }
}

/** Ended, without the time that is left. */
function ended(record: Experiment, part: Partial<Experiment>): Experiment {
  const next = { ...record, ...part };
  delete next.secondsLeft;
  return next;
}

/** All values once before any is repeated. */
function nextPoint({ request: { values, repeats }, points }: Experiment) {
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const value of values) {
      if (!points.some((point) => point.value === value && point.repeat === repeat)) return { value, repeat };
    }
  }
  return undefined;
}
