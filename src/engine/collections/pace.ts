/** How fast something goes of late, and how long the rest will take at that. */
const WINDOW_MS = 20_000;
/** Below this span a rate is no more than chance. */
const LEAST_MS = 500;

interface Sample {
  at: number;
  items: number;
  vectors: number;
}

/** A moving average over the last 20 s. */
export class Pace {
  readonly #now: () => number;
  #samples: Sample[] = [];

  /** `now` gives milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  begin(): void {
    this.#samples = [{ at: this.#now(), items: 0, vectors: 0 }];
  }

  made(items: number, vectors: number): void {
    const last = this.#samples.at(-1);
    if (!last) return;
    const at = this.#now();
    this.#samples.push({ at, items: last.items + items, vectors: last.vectors + vectors });
    while (this.#samples.length > 2 && this.#samples[1]!.at < at - WINDOW_MS) this.#samples.shift();
  }

  itemsPerS(): number | undefined {
    return this.#rate(({ items }) => items);
  }

  secondsLeft(vectors: number): number | undefined {
    const rate = this.#rate((sample) => sample.vectors);
    return rate === undefined || rate === 0 ? undefined : vectors / rate;
  }

  #rate(of: (sample: Sample) => number): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < LEAST_MS) return undefined;
    return (1000 * (of(last) - of(first))) / (last.at - first.at);
  }
}
