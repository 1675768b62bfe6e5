import { useEffect, useRef, useState } from 'react';

/** A value that changes often, at most once in `intervalMs`: what is drawn of it leaves the page its time. The last one always comes. */
export function usePaced<T>(value: T, intervalMs: number): T {
  const [shown, setShown] = useState(value);
  const changedMs = useRef(-Infinity);
  useEffect(() => {
    if (Object.is(shown, value)) return undefined;
    const show = () => {
      changedMs.current = performance.now();
      setShown(value);
    };
    const timer = setTimeout(show, Math.max(0, changedMs.current + intervalMs - performance.now()));
    return () => clearTimeout(timer);
  }, [value, shown, intervalMs]);
  return shown;
}
