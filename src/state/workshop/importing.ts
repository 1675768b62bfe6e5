/** Files that are being read: it goes on, and its report stays, when the bench is left. */
import type { StoreApi } from 'zustand';
import { AbortedError, messageOf } from '../../base/errors.ts';
import type { ImportReport, NamedFile } from '../../engine/exchange/types.ts';
import type { LabState } from '../types.ts';

export type Importing =
  | { status: 'idle' }
  | { status: 'reading'; words: string; fraction: number; cancel: () => void }
  | { status: 'done'; report: ImportReport; nFiles: number }
  | { status: 'failed'; message: string };

/** Brings files in and tells `workshop.importing` how far it is; what was being read before is cancelled. */
export async function bringIn(
  store: StoreApi<LabState>,
  given: Promise<NamedFile[]> | NamedFile[],
): Promise<void> {
  const { importing: before } = store.getState().workshop;
  if (before.status === 'reading') before.cancel();
  const request = new AbortController();
  const cancel = () => {
    request.abort();
    store.getState().setWorkshop({ importing: { status: 'idle' } });
  };
  const show = (importing: Importing) => {
    if (!request.signal.aborted) store.getState().setWorkshop({ importing });
  };
  show({ status: 'reading', words: 'Looking what is there …', fraction: 0, cancel });
  try {
    const all = await given;
    if (all.length === 0) {
      show({ status: 'failed', message: 'There is no file in it: choose checkpoints, or a folder of them.' });
      return;
    }
    const report = await store.getState().engine.exchange.importFiles(all, undefined, {
      signal: request.signal,
      onProgress: ({ done, of, path }) =>
        show({
          status: 'reading',
          words: `Reading ${Math.min(done + 1, of)} of ${of}: ${path}`,
          fraction: of > 0 ? done / of : 0,
          cancel,
        }),
    });
    show({ status: 'done', report, nFiles: all.length });
  } catch (error) {
    show(
      error instanceof AbortedError ? { status: 'idle' } : { status: 'failed', message: messageOf(error) },
    );
  }
}
