import { useEffect, useState } from 'react';
import { AbortedError, messageOf } from '../../../base/errors.ts';
import type { Pool, PoolId } from '../../../engine/training/types.ts';
import { useLab } from '../../shared/LabContext.tsx';

export type PoolStatus =
  | { status: 'loading' }
  | { status: 'ready'; pool: Pool }
  | { status: 'failed'; message: string; retry: () => void };

/** The pool of a form: its sizes and what its items look like. */
export function usePool(id: PoolId): PoolStatus {
  const training = useLab((s) => s.engine.training);
  const [tries, setTries] = useState(0);
  const [found, setFound] = useState<{ id: PoolId; tries: number; result: Pool | string }>();
  useEffect(() => {
    const request = new AbortController();
    training.pool(id, request.signal).then(
      (pool) => !request.signal.aborted && setFound({ id, tries, result: pool }),
      (error: unknown) => {
        if (request.signal.aborted || error instanceof AbortedError) return;
        setFound({ id, tries, result: messageOf(error) });
      },
    );
    return () => request.abort();
  }, [training, id, tries]);
  if (!found || found.id !== id || found.tries !== tries) return { status: 'loading' };
  const { result } = found;
  if (typeof result !== 'string') return { status: 'ready', pool: result };
  return { status: 'failed', message: result, retry: () => setTries((n) => n + 1) };
}
