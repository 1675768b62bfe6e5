/** Bytes a second over the last seconds. */
const WINDOW_MS = 5000;
const SLOT_MS = 100;
/** Before so much has passed there is nothing to judge by. */
const FIRST_MS = 200;

export class Pace {
  readonly #now: () => number;
  /** One a tenth of a second, the oldest first. */
  #slots: { at: number; bytes: number }[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(bytes: number): void {
    const at = this.#now();
    const last = this.#slots.at(-1);
    if (last && at - last.at < SLOT_MS) last.bytes += bytes;
    else this.#slots.push({ at, bytes });
    while (at - this.#slots[0].at > WINDOW_MS) this.#slots.shift();
  }

  perS(): number | undefined {
    const now = this.#now();
    const recent = this.#slots.filter(({ at }) => now - at <= WINDOW_MS);
    if (recent.length === 0 || now - recent[0].at < FIRST_MS) return undefined;
    const bytes = recent.reduce((sum, slot) => sum + slot.bytes, 0);
    return (bytes / (now - recent[0].at)) * 1000;
  }
}
