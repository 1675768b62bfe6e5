/** Where a run that was cut goes on. Two values a run: the newest, and the best of the member under way. */
import { takenBack, type MemberCheckpoint } from './memberRun.ts';
import type { TrainingStorage } from './storage.ts';
import type { TrainerState } from './trainer.ts';

/** The member under way and the seconds of training so far. */
export interface Checkpoint extends MemberCheckpoint {
  memberIndex: number;
  seconds: number;
}

interface Best {
  memberIndex: number;
  state: TrainerState;
}

const bestKey = (runId: string) => `${runId} best`;

export class Checkpoints {
  readonly #storage: TrainingStorage;

  constructor(storage: TrainingStorage) {
    this.#storage = storage;
  }

  /** Of a member; undefined where the newest is of another. */
  async read(runId: string, memberIndex: number): Promise<Checkpoint | undefined> {
    const found = await this.#storage.get<Checkpoint>('checkpoints', runId);
    return found?.memberIndex === memberIndex ? found : undefined;
  }

  /** `best` is left out where the one that is kept still holds. */
  async write(runId: string, checkpoint: Checkpoint, best?: TrainerState): Promise<void> {
    if (best) {
      const value: Best = { memberIndex: checkpoint.memberIndex, state: best };
      await this.#storage.put('checkpoints', bestKey(runId), value);
    }
    await this.#storage.put('checkpoints', runId, checkpoint);
  }

  /** Puts the best of a member in the newest's place; undefined where there is none. */
  async stepBack(runId: string, memberIndex: number): Promise<Checkpoint | undefined> {
    const newest = await this.read(runId, memberIndex);
    const best = await this.#storage.get<Best>('checkpoints', bestKey(runId));
    if (!newest || best?.memberIndex !== memberIndex) return undefined;
    const checkpoint = { ...newest, ...takenBack(newest, best.state) };
    await this.write(runId, checkpoint);
    return checkpoint;
  }

  async remove(runId: string): Promise<void> {
    await this.#storage.remove('checkpoints', runId);
    await this.#storage.remove('checkpoints', bestKey(runId));
  }
}
