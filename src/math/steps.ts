/** Long computations in small parts. */

/**
 * A computation that pauses after every small part, a millisecond or less, and yields the share of its work that is done,
 * in [0, 1]: whoever drives it lets other work in between, and may stop.
 */
export type Steps<T> = Generator<number, T, void>;

/** Drives a computation to its end at one go. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

/** One of several computations in a row: its shares are told as those from `from` to `to` of the whole. */
export function* within<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    yield from + (to - from) * next.value;
  }
}
