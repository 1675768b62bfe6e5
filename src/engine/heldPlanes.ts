/** What the scoring worker holds, within the memory it may take. */
import { CapabilityError } from '../base/errors.ts';
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
  /** True once `done` is over. */
  ready: boolean;
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
  /** Those who wait until a request is answered and its planes may make room. */
  readonly #waiting: (() => void)[] = [];
  #sampleQueries: number | undefined;
  #planes: PlaneType = 'float32';
  /** Of the collections that did not fit, by key: a smaller one that fits takes nothing back. */
  readonly #refusals = new Map<string, MemoryRefusal>();
  /** Changes of settings under way: planes are built after them. */
  #changing: Promise<void> | undefined;

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
      refusal: [...this.#refusals.values()].at(-1),
    };
  }

  /**
   * Changes how planes are kept. All are let go of; they are built anew when they are next asked for.
   * @throws InputError on a budget that is none.
   */
  change({ budgetBytes, sampleQueries, planes }: PlaneSettings): Promise<void> {
    this.#sampleQueries = sampleQueries;
    this.#planes = planes;
    this.#refusals.clear();
    const change = async () => {
      await this.#letGo([...this.#held.keys()]);
      await this.#scoring.setBudget(budgetBytes);
    };
    const done = (this.#changing ?? Promise.resolve()).then(change).finally(this.#onChange);
    const over = done
      .catch(() => undefined) // said to whoever asked for the change
      .then(() => {
        if (this.#changing === over) this.#changing = undefined;
      });
    this.#changing = over;
    return done;
  }

  /**
   * Runs a request against planes: those of components and tasks are built under a key first, unless the worker holds these
   * very arrays already, and stay until the request is answered. Where they are ready the request is made in the caller's own
   * turn: a slider's count is under way before the page is drawn.
   * @throws MemoryBudgetError when they do not fit beside those in use; else as ScoringClient.setCollection and `request`.
   */
  use<T>(
    key: string,
    recipe: Recipe | undefined,
    components: Components,
    tasks: () => Tasks,
    request: () => Promise<T>,
  ): Promise<T> {
    if (this.#changing) {
      return this.#changing.then(() => this.use(key, recipe, components, tasks, request));
    }
    let held = this.#held.get(key);
    const same = held && MODALITIES.every((modality) => held!.components[modality] === components[modality]);
    if (!held || !same || (held.ready && !this.#scoring.holds(key))) {
      const made: Held = {
        components,
        done: this.#give(key, recipe, components, tasks()),
        ready: false,
        nReaders: 0,
      };
      made.done.then(
        () => (made.ready = true),
        () => {
          if (this.#held.get(key) === made) this.#held.delete(key);
        },
      );
      held = made;
    }
    this.#held.delete(key);
    this.#held.set(key, held);
    const again = () => this.use(key, recipe, components, tasks, request);
    return this.#read(key, held, request, again);
  }

  async #read<T>(key: string, held: Held, request: () => Promise<T>, again: () => Promise<T>): Promise<T> {
    held.nReaders++;
    try {
      if (!held.ready) {
        await held.done;
        // The settings were changed while they were built: those planes are gone.
        if (this.#held.get(key) !== held) return await again();
      }
      return await request();
    } finally {
      held.nReaders--;
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** One count a key at a time: the scoring worker would drop an older one for a newer. */
  metrics(key: string, factors: Factors | undefined, signal?: AbortSignal): Promise<MetricsByDirection> {
    const count = () => this.#scoring.metrics(key, factors, signal);
    const before = this.#turns.get(key);
    const mine = before ? before.then(count, count) : count();
    this.#turns.set(key, mine);
    const over = () => {
      if (this.#turns.get(key) === mine) this.#turns.delete(key);
    };
    mine.then(over, over);
    return mine;
  }

  async #give(key: string, recipe: Recipe | undefined, components: Components, tasks: Tasks): Promise<void> {
    for (;;) {
      try {
        await this.#scoring.setCollection(key, recipe, components, tasks, {
          planes: this.#planes,
          sampleSeed: SAMPLE_SEED,
          ...(this.#sampleQueries !== undefined && { sampleQueries: this.#sampleQueries }),
        });
        if (this.#refusals.delete(key)) this.#onChange();
        return;
      } catch (error) {
        if (error instanceof MemoryBudgetError) await this.#makeRoom(key, error);
        else if (error instanceof CapabilityError && this.#planes === 'float16') {
          // The device that had half precision is gone.
          this.#planes = 'float32';
          this.#onChange();
        } else throw error;
      }
    }
  }

  /** Lets go of the planes asked for longest ago, or waits until some may be let go of. @throws the error where neither helps. */
  async #makeRoom(key: string, error: MemoryBudgetError): Promise<void> {
    const others = [...this.#held].filter(([other]) => other !== key);
    const oldest = others.find(([, { nReaders }]) => nReaders === 0)?.[0];
    if (oldest !== undefined) return this.#letGo([oldest]);
    const { neededBytes, budgetBytes } = error.refusal;
    if (neededBytes <= budgetBytes && others.length > 0) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    this.#refusals.delete(key);
    this.#refusals.set(key, error.refusal);
    this.#onChange();
    throw error;
  }

  async #letGo(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#held.delete(key);
      await this.#scoring.setCollection(key, undefined, {}, {});
    }
  }
}
