/** The collections that are scored, by key, and the memory that their planes take. */
import { AbortedError, InputError } from '../../base/errors.ts';
import type { Collection } from './collection.ts';
import {
  DEFAULT_BUDGET_BYTES,
  MemoryBudgetError,
  planMemory,
  type MemoryPlan,
  type PlaneType,
} from './planMemory.ts';
import type { LoadedTasks, ScoringDevice } from './scoringDevice.ts';
import type { MemoryReport } from './scoringTypes.ts';

export interface Held {
  collection: Collection;
  planes: PlaneType;
  plan: MemoryPlan;
  loaded?: { device: ScoringDevice; tasks: LoadedTasks };
  /** The newest answer: metrics and ranks of one setting are computed once. */
  last?: { setting: string; ranks: Uint32Array[] };
}

export interface ShelfOptions {
  onMemory?: ((report: MemoryReport) => void) | undefined;
  tileBytes?: number | undefined;
}

/** Holds collections within a budget: what is planned for all of them never takes more. */
export class Shelf {
  readonly #held = new Map<string, Held>();
  readonly #options: ShelfOptions;
  #budgetBytes = DEFAULT_BUDGET_BYTES;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  memory(): MemoryReport {
    let usedBytes = 0;
    for (const { plan } of this.#held.values()) usedBytes += plan.bytes;
    return { usedBytes, budgetBytes: this.#budgetBytes };
  }

  /** @throws InputError when planes take more already. */
  setBudget(bytes: number): void {
    const { usedBytes } = this.memory();
    if (!(bytes >= usedBytes)) {
      throw new InputError(`Planes take ${usedBytes} bytes at present; a budget of ${bytes} is below that.`);
    }
    this.#budgetBytes = bytes;
    this.#tell();
  }

  /** @throws InputError on an unknown key. */
  get(key: string): Held {
    const found = this.#held.get(key);
    if (!found) throw new InputError(`Nothing is scored under "${key}"; call setCollection first.`);
    return found;
  }

  /**
   * Puts a collection under a key, not yet loaded, and returns what was there, which is the caller's from now on.
   * @throws MemoryBudgetError when its planes would not fit; the old one stays.
   */
  put(
    key: string,
    collection: Collection,
    planes: PlaneType,
    device: ScoringDevice,
  ): { held: Held; old: Held | undefined } {
    const old = this.#held.get(key);
    const held: Held = { collection, planes, plan: this.#plan(collection, planes, device, old) };
    this.#held.set(key, held);
    this.#tell();
    return { held, old };
  }

  /** Plans full precision for a collection that comes to a device without half. @throws MemoryBudgetError */
  widen(held: Held, device: ScoringDevice): void {
    held.plan = this.#plan(held.collection, 'float32', device, held);
    held.planes = 'float32';
    this.#tell();
  }

  /** Takes a collection away if it is the one under the key; its planes are the caller's. */
  remove(key: string, held: Held): void {
    if (this.#held.get(key) !== held) return;
    this.#held.delete(key);
    this.#tell();
  }

  /** @throws AbortedError when another collection is under the key by now. */
  check(key: string, held: Held): void {
    if (this.#held.get(key) === held) return;
    throw new AbortedError(`What is scored under "${key}" was replaced; ask again.`);
  }

  /** Frees all planes. */
  dispose(): void {
    for (const { loaded } of this.#held.values()) loaded?.tasks.dispose();
    this.#held.clear();
  }

  #plan(
    collection: Collection,
    planes: PlaneType,
    { noHalf }: ScoringDevice,
    inPlaceOf: Held | undefined,
  ): MemoryPlan {
    const { usedBytes, budgetBytes } = this.memory();
    const plan = planMemory({
      tasks: collection.sizes(),
      planes,
      budgetBytes,
      usedBytes: usedBytes - (inPlaceOf?.plan.bytes ?? 0),
      tileBytes: this.#options.tileBytes,
    });
    if ('bytes' in plan) return plan;
    throw new MemoryBudgetError({ ...plan, ...(noHalf !== undefined && { noHalf }) });
  }

  #tell(): void {
    this.#options.onMemory?.(this.memory());
  }
}
