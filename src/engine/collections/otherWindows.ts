import type { Windows } from '../training/windows.ts';

/** Waits for the window that encodes to end: one that is closed in the midst tells nothing, but its turn comes free. */
export class OtherWindows {
  readonly #windows: Windows;
  readonly #onEnded: () => void;
  readonly #closed = new AbortController();
  #watching = false;

  /** `onEnded` is called once for each watch() that was not under way yet. */
  constructor(windows: Windows, onEnded: () => void) {
    this.#windows = windows;
    this.#onEnded = onEnded;
  }

  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    const free = this.#windows
      .inTurn(() => Promise.resolve(), this.#closed.signal)
      .then(
        () => true,
        () => false,
      );
    void free.then((isFree) => {
      this.#watching = false;
      if (isFree) this.#onEnded();
    });
  }

  dispose(): void {
    this.#closed.abort();
  }
}
