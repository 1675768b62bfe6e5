import { useCallback, useEffect, useRef, useState } from 'react';
import { AbortedError, messageOf } from '../../../base/errors.ts';
import type { MinedSet, Pool, TrainRequest } from '../../../engine/training/types.ts';
import { useLabStore } from '../../shared/LabContext.tsx';

/** What of a request decides its pairs. */
export type PairRequest = Pick<TrainRequest, 'kind' | 'base' | 'expert' | 'mining' | 'pool' | 'damage'> & {
  seed: number;
};

export type PairsStatus =
  | { status: 'idle' }
  | { status: 'mining'; request: PairRequest }
  | { status: 'ready'; request: PairRequest; sets: MinedSet[]; pool: Pool }
  | { status: 'failed'; request: PairRequest; message: string };

/** The part of a form that its pairs depend on. */
export function pairRequestOf({
  kind,
  base,
  expert,
  mining,
  pool,
  damage,
  settings,
}: TrainRequest): PairRequest {
  return { kind, base, expert, mining, pool, seed: settings.seed, ...(damage && { damage }) };
}

/** Pairs that were looked at, until others are; look() mines those of the form as it stands. */
export function usePairs(): { pairs: PairsStatus; look: () => void; cancel: () => void } {
  const store = useLabStore();
  const [pairs, setPairs] = useState<PairsStatus>({ status: 'idle' });
  const under = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => under.current?.abort(), []);
  const cancel = useCallback(() => {
    under.current?.abort();
    setPairs({ status: 'idle' });
  }, []);
  const look = useCallback(() => {
    under.current?.abort();
    const { signal } = (under.current = new AbortController());
    const { workshop, engine } = store.getState();
    const request = pairRequestOf(workshop.form);
    setPairs({ status: 'mining', request });
    Promise.all([engine.training.mine(request, signal), engine.training.pool(request.pool, signal)]).then(
      ([sets, pool]) => !signal.aborted && setPairs({ status: 'ready', request, sets, pool }),
      (error: unknown) => {
        if (signal.aborted || error instanceof AbortedError) return;
        setPairs({ status: 'failed', request, message: messageOf(error) });
      },
    );
  }, [store]);
  return { pairs, look, cancel };
}
