/** Several windows of one browser share its storage and its processor: one of them trains (or encodes, ...) at a time. */
import { AbortedError, throwIfAborted } from '../../base/errors.ts';

const TRAINING = 'bondlab.training';

export interface Windows {
  /** Runs a piece of work while no other window trains; waits for its turn. @throws AbortedError while it waits. */
  inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Whether another window trains now. */
  othersTrain(): Promise<boolean>;
  /** Tells the other windows that what is kept has changed. */
  tell(): void;
  dispose(): void;
}

/**
 * `onTold` is called when another window has changed what is kept. Without locks (an old browser, or one that keeps nothing for
 * the page and refuses them) no window waits. `name` is what they share: the training where it is left out.
 */
export function createWindows(
  onTold: () => void,
  locks: LockManager | undefined = globalThis.navigator?.locks,
  name = TRAINING,
): Windows {
  const channel = openChannel(onTold, name);
  let mine = 0;
  let closed = false;
  return {
    async inTurn(work, signal) {
      throwIfAborted(signal);
      const own = async () => {
        mine++;
        try {
          return await work();
        } finally {
          mine--;
        }
      };
      if (!locks) return own();
      let begun = false;
      try {
        return (await locks.request(name, signal ? { signal } : {}, () => {
          begun = true;
          return own();
        })) as Awaited<ReturnType<typeof work>>;
      } catch (error) {
        if (begun) throw error;
        if (signal?.aborted) throw new AbortedError();
        return own();
      }
    },
    async othersTrain() {
      if (!locks || mine > 0) return false;
      const { held = [] } = await locks.query().catch((): LockManagerSnapshot => ({}));
      return held.some((lock) => lock.name === name);
    },
    tell() {
      if (!closed) channel?.postMessage('changed');
    },
    dispose() {
      closed = true;
      channel?.close();
    },
  };
}

/** Undefined where the browser refuses it. */
function openChannel(onTold: () => void, name: string): BroadcastChannel | undefined {
  try {
    const channel = new BroadcastChannel(name);
    channel.onmessage = onTold;
    return channel;
  } catch {
    return undefined;
  }
}
