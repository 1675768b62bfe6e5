/** The user's own ensembles, trained or imported: what they are called, and their weights. */
import { InputError } from '../../base/errors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { freeName, KeptList, MAX_NAME_LENGTH, newId } from './keptList.ts';
import type { TrainingStorage } from './storage.ts';
import type { NewEnsemble, OwnEnsemble } from './types.ts';

/** What a run gives when a first member is ready. */
export interface TrainedEnsemble {
  id: string;
  name: string;
  source: string;
  target: string;
  runId: string;
}

/** Dimensions of a projector. @throws InputError where its arrays do not fit each other or hold no numbers. */
export function shapeOf(weights: ProjectorWeights): { dIn: number; hidden: number; dOut: number } {
  const hidden = weights['linear1.bias'].length;
  const dOut = weights['linear2.bias'].length;
  const dIn = weights['linear1.weight'].length / hidden;
  if (!(hidden > 0 && dOut > 0) || !Number.isInteger(dIn) || dIn < 1) {
    throw new InputError('A projector’s first layer does not fit its bias.');
  }
  const expected: Record<keyof ProjectorWeights, number> = {
    'linear1.weight': dIn * hidden,
    'linear1.bias': hidden,
    'norm1.weight': hidden,
    'norm1.bias': hidden,
    'norm1.running_mean': hidden,
    'norm1.running_var': hidden,
    'linear2.weight': hidden * dOut,
    'linear2.bias': dOut,
    'norm2.weight': dOut,
    'norm2.bias': dOut,
    'norm2.running_mean': dOut,
    'norm2.running_var': dOut,
  };
  for (const [key, length] of Object.entries(expected)) {
    const values = weights[key as keyof ProjectorWeights];
    if (values.length !== length) {
      throw new InputError(
        `${key} has ${values.length} numbers; ${dIn} to ${hidden} to ${dOut} needs ${length}.`,
      );
    }
    if (!values.every(Number.isFinite)) throw new InputError(`${key} holds what is no number.`);
  }
  return { dIn, hidden, dOut };
}

/** Lives on the page; every change is written at once. */
export class OwnEnsembles {
  readonly #storage: TrainingStorage;
  readonly #kept: KeptList<OwnEnsemble>;

  constructor(storage: TrainingStorage, changed: () => void) {
    this.#storage = storage;
    this.#kept = new KeptList(storage, 'ensembles', changed);
  }

  /** Reads what is kept. */
  read(): Promise<void> {
    return this.#kept.read();
  }

  /** Newest first. */
  list(): readonly OwnEnsemble[] {
    return this.#kept.list();
  }

  /** Projectors in the order of the members. @throws InputError where there is no such ensemble, or its weights are gone. */
  async weights(id: string): Promise<ProjectorWeights[]> {
    const { members, name } = this.#get(id);
    const found = await Promise.all(
      members.map((_, i) => this.#storage.get<ProjectorWeights>('weights', weightsKey(id, i))),
    );
    return found.map((weights, i) => {
      if (weights) return weights;
      throw new InputError(
        `The weights of member ${members[i]} of “${name}” are gone from this browser’s storage.`,
      );
    });
  }

  /** Takes in an ensemble from a file. @throws InputError where its members do not fit each other. */
  async add({ name, source, target, members, weights, imported }: NewEnsemble): Promise<OwnEnsemble> {
    if (members.length === 0 || members.length !== weights.length) {
      throw new InputError(`${members.length} names do not fit ${weights.length} projectors.`);
    }
    const shapes = weights.map(shapeOf);
    const shape = shapes[0]!;
    const odd = shapes.findIndex(
      ({ dIn, hidden, dOut }) => dIn !== shape.dIn || hidden !== shape.hidden || dOut !== shape.dOut,
    );
    if (odd >= 0) {
      const words = ({ dIn, hidden, dOut }: typeof shape) => `${dIn} to ${hidden} to ${dOut}`;
      throw new InputError(
        `Member ${members[odd]} maps ${words(shapes[odd]!)}, ${members[0]} ${words(shape)}.`,
      );
    }
    const id = newId('own');
    await Promise.all(weights.map((one, i) => this.#storage.put('weights', weightsKey(id, i), one)));
    const ensemble: OwnEnsemble = {
      id,
      name: this.#freeName(name, `${source} → ${target}`),
      source,
      target,
      members: [...members],
      origin: 'imported',
      ...shape,
      imported,
    };
    await this.#kept.put(ensemble);
    return ensemble;
  }

  /** Adds the next member of a run's ensemble, which the first one makes. A member that is there already stays. */
  async grow(
    { id, name, source, target, runId }: TrainedEnsemble,
    index: number,
    member: string,
    weights: ProjectorWeights,
  ): Promise<void> {
    const old = this.#kept.get(id);
    const members = old?.members ?? [];
    if (index < members.length) return;
    await this.#storage.put('weights', weightsKey(id, index), weights);
    if (old) return this.#kept.change(id, (record) => ({ ...record, members: [...members, member] }));
    await this.#kept.put({
      id,
      name: this.#freeName(name, id),
      source,
      target,
      members: [member],
      origin: 'trained',
      runId,
      ...shapeOf(weights),
    });
  }

  /** @throws InputError on an unknown id or an empty name. */
  async rename(id: string, name: string): Promise<void> {
    this.#get(id);
    if (name.trim() === '') throw new InputError('An ensemble needs a name.');
    const free = this.#freeName(name, '', id);
    await this.#kept.change(id, (record) => ({ ...record, name: free }));
  }

  /** Says between which spaces an imported ensemble projects. @throws InputError on any other. */
  async map(id: string, ends: { source: string; target: string }): Promise<void> {
    if (!this.#get(id).imported) {
      throw new InputError('Only an imported ensemble can be given other spaces; this one was trained here.');
    }
    await this.#kept.change(id, (record) => ({ ...record, ...ends }));
  }

  /** Forgets an ensemble and its weights; nothing happens where there is none. */
  async remove(id: string): Promise<void> {
    const members = this.#kept.get(id)?.members ?? [];
    await this.#kept.remove(id);
    await Promise.all(members.map((_, i) => this.#storage.remove('weights', weightsKey(id, i))));
  }

  #get(id: string): OwnEnsemble {
    const found = this.#kept.get(id);
    if (!found) throw new InputError(`There is no ensemble "${id}" of your own.`);
    return found;
  }

  #freeName(wanted: string, otherwise: string, self?: string): string {
    const others = this.list().filter(({ id }) => id !== self);
    return freeName(
      wanted.trim().slice(0, MAX_NAME_LENGTH) || otherwise,
      others.map(({ name }) => name),
    );
  }
}

const weightsKey = (id: string, index: number) => `${id} ${index}`;
