/** What the scoring worker holds, within the memory it may take. */
import { MODALITIES } from '../base/modality.ts';
import type { Factors, Recipe } from '../recipe/types.ts';
import { MemoryBudgetError, type MemoryRefusal, type PlaneType } from './scoring/planMemory.ts';
import type { ScoringClient } from './scoring/scoring.ts';
import { SAMPLE_SEED, type Components, type Tasks } from './study.ts';
import type { MetricsByDirection } from './types.ts';

/** How planes are kept, and what is given up where they would take more than they may. */
export interface PlaneSettings {
  budgetBytes: number;
  /** A seeded sample of so many queries a task; undefined: all. */
  sampleQueries: number | undefined;
  planes: PlaneType;
}

export interface MemoryState extends PlaneSettings {
  usedBytes: number;
  /** Why the last collection was refused, and what would fit; gone once one fits. */
  refusal: MemoryRefusal | undefined;
}

interface Held {
  components: Components;
  done: Promise<unknown>;
  /** Requests that read these planes now: they are not let go of meanwhile. */
  nReaders: number;
}

/** Gives collections to the scoring worker once, and lets go of those asked for longest ago when memory runs out. */
export class HeldPlanes {
  readonly #scoring: ScoringClient;
  /** By key, the one used last at the end. */
  readonly #held = new Map<string, Held>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #onChange: () => void;
  #sampleQueries: number | undefined;
  #planes: PlaneType = 'float32';
  #refusal: MemoryRefusal | undefined;
  /** A change of settings under way: planes are built after it. */
  #changing: Promise<void> = Promise.resolve();

  /** `onChange` is called whenever memory() changes. */
  constructor(scoring: ScoringClient, onChange: () => void) {
    this.#scoring = scoring;
    this.#onChange = onChange;
    scoring.onMemory(onChange);
  }

  memory(): MemoryState {
    return {
      ...this.#scoring.memory(),
      sampleQueries: this.#sampleQueries,
      planes: this.#planes,
      refusal: this.#refusal,
    };
  }

  /**
   * Changes how planes are kept. All are let go of; they are built anew when they are next asked for.
   * @throws InputError on a budget that is none.
   */
  change({ budgetBytes, sampleQueries, planes }: PlaneSettings): Promise<void> {
    this.#sampleQueries = sampleQueries;
    this.#planes = planes;
    this.#refusal = undefined;
    const change = async () => {
      await this.#letGo([...this.#held.keys()]);
      await this.#scoring.setBudget(budgetBytes);
    };
    const before = this.#changing;
    const done = before.then(change).finally(this.#onChange);
    this.#changing = done.catch(() => undefined); // said to whoever asked for the change
    return done;
  }

  /**
   * Runs a request against planes: those of components and tasks are built under a key first, unless the worker holds these
   * very arrays already, and stay until the request is answered.
   * @throws MemoryBudgetError when they do not fit beside those in use; else as ScoringClient.setCollection and `request`.
   */
  async use<T>(
    key: string,
    recipe: Recipe | undefined,
    components: Components,
    tasks: Tasks,
    request: () => Promise<T>,
  ): Promise<T> {
    await this.#changing;
    let held = this.#held.get(key);
    if (!held || MODALITIES.some((modality) => held!.components[modality] !== components[modality])) {
      const made = { components, done: this.#give(key, recipe, components, tasks), nReaders: 0 };
      made.done.catch(() => {
        if (this.#held.get(key) === made) this.#held.delete(key);
      });
      held = made;
    }
    this.#held.delete(key);
    this.#held.set(key, held);
    held.nReaders++;
    try {
      await held.done;
      return await request();
    } finally {
      held.nReaders--;
    }
  }

  /** One count a key at a time: the scoring worker would drop an older one for a newer. */
  metrics(key: string, factors: Factors | undefined, signal?: AbortSignal): Promise<MetricsByDirection> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const count = () => this.#scoring.metrics(key, factors, signal);
    const mine = before.then(count, count);
    this.#turns.set(key, mine);
    return mine;
  }

  async #give(key: string, recipe: Recipe | undefined, components: Components, tasks: Tasks): Promise<void> {
    const options = {
      planes: this.#planes,
      sampleSeed: SAMPLE_SEED,
      ...(this.#sampleQueries !== undefined && { sampleQueries: this.#sampleQueries }),
    };
    for (;;) {
      try {
        await this.#scoring.setCollection(key, recipe, components, tasks, options);
        if (this.#refusal) {
          this.#refusal = undefined;
          this.#onChange();
        }
        return;
      } catch (error) {
        if (!(error instanceof MemoryBudgetError)) throw error;
        const oldest = [...this.#held].find(([other, { nReaders }]) => other !== key && nReaders === 0)?.[0];
        if (oldest === undefined) {
          this.#refusal = error.refusal;
          this.#onChange();
          throw error;
        }
        await this.#letGo([oldest]);
      }
    }
  }

  async #letGo(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#held.delete(key);
      await this.#scoring.setCollection(key, undefined, {}, {});
    }
  }
}
