/** Does one piece of work at a time: the first in line of the first queue that has any. */
export class Line {
  readonly #queues: readonly (() => (() => Promise<void>) | undefined)[];
  #busy = false;
  #closed = false;

  /** Each queue gives its next piece of work, which must not reject, or undefined. */
  constructor(queues: readonly (() => (() => Promise<void>) | undefined)[]) {
    this.#queues = queues;
  }

  /** Looks for work; called whenever a queue has grown. */
  go(): void {
    if (this.#busy) return;
    this.#busy = true;
    void this.#work().finally(() => (this.#busy = false));
  }

  /** No further piece of work is begun. */
  close(): void {
    this.#closed = true;
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      let work: (() => Promise<void>) | undefined;
      for (const next of this.#queues) if ((work = next())) break;
      if (!work) return;
      await work();
    }
  }
}
