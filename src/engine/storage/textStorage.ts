/** Small texts that outlive the window: the browser's localStorage, where it can be had. */

/** What is needed of the browser's Storage. Either call may throw: storage can be forbidden or full. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The browser's storage, or undefined where it is not there or forbidden. */
export function browserStorage(): TextStorage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    // A browser that blocks storage throws at the mere question.
    return undefined;
  }
}
