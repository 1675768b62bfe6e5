/** The records of runs, and the ensembles that they gave. */
import { InputError } from '../../base/errors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { Space } from '../../recipe/types.ts';
import type { OwnEnsembles } from './ensembles.ts';
import { freeName, KeptList, MAX_NAME_LENGTH, newId } from './keptList.ts';
import { checkRequest, runEnsembles, runName, type Ends, type RunEnsemble } from './request.ts';
import type { TrainingStorage } from './storage.ts';
import type { MemberCurve, RunRecord, TrainRequest } from './types.ts';

/** What runs without a collection of their own are of. */
const WORLD_NAME = 'Emoji & Foley';

export class RunBook {
  readonly #spaces: readonly Space[];
  readonly #storage: TrainingStorage;
  readonly #ensembles: OwnEnsembles;
  readonly #kept: KeptList<RunRecord>;
  readonly #collection: RunRecord['collection'];

  constructor(
    spaces: readonly Space[],
    storage: TrainingStorage,
    ensembles: OwnEnsembles,
    changed: () => void,
    collection?: RunRecord['collection'],
  ) {
    this.#spaces = spaces;
    this.#storage = storage;
    this.#ensembles = ensembles;
    this.#kept = new KeptList(storage, 'runs', changed);
    this.#collection = collection;
  }

  /** Reads what is kept; `reading` may show a record otherwise in this window. */
  read(reading: (record: RunRecord) => RunRecord): Promise<void> {
    return this.#kept.read(reading);
  }

  list(): readonly RunRecord[] {
    return this.#kept.list();
  }

  find(id: string): RunRecord | undefined {
    return this.#kept.get(id);
  }

  /** @throws InputError where there is none. */
  get(id: string): RunRecord {
    const found = this.#kept.get(id);
    if (!found) throw new InputError(`There is no run "${id}".`);
    return found;
  }

  /** @throws InputError where a run is of another collection than that in use: its items are not at hand. */
  checkCollection(id: string): void {
    const { collection } = this.get(id);
    if (collection?.id === this.#collection?.id) return;
    throw new InputError(
      `This run is of the collection “${collection?.name ?? WORLD_NAME}”: open that under Data, then go on.`,
    );
  }

  /** A new run that waits. @throws InputError on a request that cannot be trained. */
  async create(request: TrainRequest): Promise<string> {
    const ends = checkRequest(request, this.#spaces);
    const id = newId('run');
    await this.#kept.put({
      id,
      name: this.#freeName(request.name ?? '', request, ends),
      request: structuredClone(request),
      status: 'waiting',
      createdAt: new Date().toISOString(),
      ...(this.#collection && { collection: this.#collection }),
      seconds: 0,
      nPairs: {},
      curves: [],
      ensembles: [],
    });
    return id;
  }

  /** Changes some of a record, if it is there still. What it failed of is forgotten when its status changes. */
  async put(id: string, part: Partial<RunRecord>): Promise<void> {
    await this.#kept.change(id, ({ message, ...rest }) => {
      const stays = part.status === undefined && message !== undefined;
      return { ...rest, ...(stays && { message }), ...part };
    });
  }

  /** Puts a member's curve in place of its old one. */
  putCurve(id: string, curve: MemberCurve, seconds: number): Promise<void> {
    return this.#kept.change(id, (record) => {
      const known = record.curves.some(({ member }) => member === curve.member);
      const changed = record.curves.map((one) => (one.member === curve.member ? curve : one));
      return { ...record, curves: known ? changed : [...record.curves, curve], seconds };
    });
  }

  /**
   * Takes over a record and the ensembles as the storage has them: another window may have taken the run further, or removed
   * it. Undefined where it is gone.
   */
  async renew(id: string): Promise<RunRecord | undefined> {
    const record = await this.#storage.get<RunRecord>('runs', id);
    await this.#ensembles.read();
    if (record) this.#kept.show(record);
    else await this.#kept.remove(id);
    return record;
  }

  endsOf({ request }: RunRecord): Ends {
    return checkRequest(request, this.#spaces);
  }

  /** Members that every ensemble of a run has. */
  nReady(id: string): number {
    const list = this.#ensembles.list();
    const counts = this.#made(id).map((made) => list.find((one) => one.id === made.id)?.members.length ?? 0);
    return Math.min(...counts);
  }

  /** Adds a member's projectors, one a network, to the run's ensembles. */
  async keepMember(id: string, memberIndex: number, weights: readonly ProjectorWeights[]): Promise<void> {
    const member = this.get(id).request.members[memberIndex]!;
    const made = this.#made(id);
    for (const [network, ensemble] of made.entries()) {
      await this.#ensembles.grow({ ...ensemble, runId: id }, memberIndex, member, weights[network]!);
    }
    await this.put(id, { ensembles: made.map((ensemble) => ensemble.id) });
  }

  /** Its ensembles take the name too; an empty one becomes that of the request. @throws InputError */
  async rename(id: string, name: string): Promise<void> {
    const record = this.get(id);
    await this.put(id, { name: this.#freeName(name, record.request, this.endsOf(record), id) });
    for (const made of this.#made(id)) {
      if (record.ensembles.includes(made.id)) await this.#ensembles.rename(made.id, made.name);
    }
  }

  /** Forgets a run and its ensembles. */
  async remove(id: string): Promise<void> {
    for (const ensembleId of this.#kept.get(id)?.ensembles ?? []) await this.#ensembles.remove(ensembleId);
    await this.#kept.remove(id);
  }

  /** Forgets an ensemble. @throws InputError where its run still adds to it. */
  async removeEnsemble(ensembleId: string): Promise<void> {
    const owner = this.list().find(({ ensembles }) => ensembles.includes(ensembleId));
    if (owner && owner.status !== 'done' && owner.status !== 'stopped') {
      throw new InputError(`The run “${owner.name}” still adds to this ensemble: stop the run first.`);
    }
    await this.#ensembles.remove(ensembleId);
    if (owner) await this.put(owner.id, { ensembles: owner.ensembles.filter((one) => one !== ensembleId) });
  }

  #made(id: string): RunEnsemble[] {
    const record = this.get(id);
    return runEnsembles(id, record.name, record.request, this.endsOf(record));
  }

  #freeName(wanted: string, request: TrainRequest, ends: Ends, self?: string): string {
    const others = this.list().filter(({ id }) => id !== self);
    return freeName(
      wanted.trim().slice(0, MAX_NAME_LENGTH) || `${runName(request, ends)}, seed ${request.settings.seed}`,
      others.map(({ name }) => name),
    );
  }
}
