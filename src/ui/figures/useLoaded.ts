import { useCallback, useEffect, useState } from 'react';
import { messageOf } from '../../base/errors.ts';

export type Loaded<T> =
  | { status: 'loading' }
  | { status: 'ready'; value: T }
  | { status: 'failed'; message: string; retry: () => void };

type Answer<T> = { value: T } | { message: string } | undefined;

/** What `load` gives, asked for once `wanted` and kept; after a failure, again when it is wanted anew or retried. */
export function useLoaded<T>(wanted: boolean, load: () => Promise<T>): Loaded<T> {
  const [answer, setAnswer] = useState<Answer<T>>();
  const [attempt, setAttempt] = useState(0);
  const ready = answer !== undefined && 'value' in answer;
  useEffect(() => {
    if (!wanted || ready) return undefined;
    let stale = false;
    const settle = (next: Answer<T>) => {
      if (!stale) setAnswer(next);
    };
    load().then(
      (value) => settle({ value }),
      (error: unknown) => settle({ message: messageOf(error) }),
    );
    return () => {
      stale = true;
    };
  }, [wanted, ready, load, attempt]);
  const retry = useCallback(() => {
    setAnswer(undefined);
    setAttempt((n) => n + 1);
  }, []);
  if (answer === undefined) return { status: 'loading' };
  if ('value' in answer) return { status: 'ready', value: answer.value };
  return { status: 'failed', message: answer.message, retry };
}
