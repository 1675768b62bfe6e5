/** Figures that take some milliseconds: counted one a macrotask, after a pause, while what was there stays on screen. */
import { useEffect, useMemo, useState } from 'react';

export interface Later<T> {
  value: T;
  /** Counted for what was there a moment before. */
  stale: boolean;
}

interface Held<T> {
  value: T;
  /** The jobs it was counted by. */
  by: ReadonlyMap<string, () => T>;
}

/** Results come on screen as they are there, but not more often than this. */
const PUBLISH_MS = 100;

/**
 * The results of `jobs` (keep the map by useMemo: another map is counted anew, after `pauseMs` without a newer one). Results
 * of the map before are shown as stale under the same key; those under other keys are dropped.
 */
export function useLaterEach<T>(
  jobs: ReadonlyMap<string, () => T>,
  pauseMs = 0,
): ReadonlyMap<string, Later<T>> {
  const [held, setHeld] = useState<ReadonlyMap<string, Held<T>>>(new Map());
  useEffect(() => {
    const waiting = [...jobs];
    let done: [string, Held<T>][] = [];
    let publishedMs = -Infinity;
    let timer = 0;
    const next = () => {
      const job = waiting.shift();
      if (!job) return;
      const [key, count] = job;
      done.push([key, { value: count(), by: jobs }]);
      if (waiting.length === 0 || performance.now() - publishedMs > PUBLISH_MS) {
        const fresh = done;
        done = [];
        publishedMs = performance.now();
        setHeld((before) => new Map([...[...before].filter(([other]) => jobs.has(other)), ...fresh]));
      }
      timer = window.setTimeout(next);
    };
    timer = window.setTimeout(next, pauseMs);
    return () => clearTimeout(timer);
  }, [jobs, pauseMs]);
  return useMemo(
    () =>
      new Map(
        [...held]
          .filter(([key]) => jobs.has(key))
          .map(([key, { value, by }]) => [key, { value, stale: by !== jobs }]),
      ),
    [held, jobs],
  );
}

/** As useLaterEach for one figure: `key` names what it is of, `count` is kept by useMemo. */
export function useLater<T>(key: string, count: (() => T) | undefined, pauseMs = 0): Later<T> | undefined {
  const jobs = useMemo(
    () => new Map<string, () => T>(count === undefined ? [] : [[key, count]]),
    [key, count],
  );
  return useLaterEach(jobs, pauseMs).get(key);
}
