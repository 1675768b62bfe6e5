/** The page's end of the worker that reads arrays: a gigabyte of rows takes seconds. */
import { proxy, transfer } from 'comlink';
import { throwIfAborted } from '../../base/errors.ts';
import { MODALITIES } from '../../base/modality.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { IntakeFile, ReadOptions, SortedFiles } from './arrays/intakeReader.ts';
import type { MadeCollection, NewItems } from './arrays/makeCollection.ts';
import type { IntakeService } from './intakeService.ts';
import type { ArrayMapping } from './types.ts';

export interface IntakeFiles {
  /** IntakeReader.sort in the worker. @throws AbortedError, ModelError when the worker dies, DisposedError after dispose(). */
  sort(files: readonly IntakeFile[], options?: ReadOptions): Promise<SortedFiles>;
  /** The collection of a mapping, whole. @throws InputError, FormatError, AbortedError, ModelError, DisposedError */
  make(id: string, mapping: ArrayMapping, options?: ReadOptions): Promise<MadeCollection>;
  forget(id: string): void;
  /** Ends the worker; pending callers get a DisposedError. Idempotent. */
  dispose(): void;
}

/** Items that come at a time: few enough that unpacking them takes a few ms. */
const ITEMS_AT_ONCE = 5000;

/** The worker starts at the first call, and anew after it died; what it held is then gone. The caller disposes. */
export function createIntakeFiles(
  create = (): Worker => new Worker(new URL('./intake.worker.ts', import.meta.url), { type: 'module' }),
): IntakeFiles {
  const worker = new RestartableWorker<IntakeService>({
    name: 'The worker for arrays',
    create,
    start: async () => {},
    onDeath: () => {},
  });
  let isUsed = false;
  return {
    sort: (files, { onProgress = () => undefined, signal } = {}) => {
      isUsed = true;
      return abortable(signal, (port) =>
        worker.call((remote) =>
          port
            ? remote.sort(files, proxy(onProgress), transfer(port, [port]))
            : remote.sort(files, proxy(onProgress)),
        ),
      );
    },
    async make(id, mapping, { onProgress = () => undefined, signal } = {}) {
      const made = await abortable(signal, (port) =>
        worker.call((remote) =>
          port
            ? remote.make(id, mapping, proxy(onProgress), transfer(port, [port]))
            : remote.make(id, mapping, proxy(onProgress)),
        ),
      );
      const items: NewItems = { text: [], image: [], audio: [] };
      for (const modality of MODALITIES)
        for (let from = 0; ; from += ITEMS_AT_ONCE) {
          throwIfAborted(signal);
          const to = from + ITEMS_AT_ONCE;
          const part = await worker.call((remote) => remote.items(id, modality, from, to));
          // A type for each modality would need a loop for each.
          (items[modality] as unknown[]).push(...part);
          if (part.length < ITEMS_AT_ONCE) break;
        }
      return { ...made, collection: { ...made.collection, items } };
    },
    forget(id) {
      if (isUsed) void worker.call((remote) => remote.forget(id)).catch(() => undefined);
    },
    dispose: () => worker.dispose(),
  };
}
