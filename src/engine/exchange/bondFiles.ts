/** The page's end of the worker that reads and writes bonds: a checkpoint of the paper's size takes longer than a frame. */
import { proxy, transfer } from 'comlink';
import type { ProjectorWeights } from '../../math/projector.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { BondInfo } from './bondInfo.ts';
import type { BondService } from './bondService.ts';
import type { ExportedFile } from './exportBond.ts';
import type { BondsRead, GivenFile, ReadOptions } from './readBondFiles.ts';
import type { ExportFormat } from './types.ts';

export interface BondFiles {
  /** readBondFiles in the worker. @throws AbortedError, ModelError when the worker dies, DisposedError after dispose(). */
  read(files: readonly GivenFile[], options?: ReadOptions): Promise<BondsRead>;
  /** exportBond in the worker. @throws InputError as it does, ModelError, DisposedError. */
  export(weights: readonly ProjectorWeights[], info: BondInfo, format: ExportFormat): Promise<ExportedFile>;
  /** Ends the worker; pending callers get a DisposedError. Idempotent. */
  dispose(): void;
}

/** The worker starts at the first call, and anew after it died. The caller disposes. */
export function createBondFiles(): BondFiles {
  const worker = new RestartableWorker<BondService>({
    name: 'The worker for files of bonds',
    create: () => new Worker(new URL('./bondFiles.worker.ts', import.meta.url), { type: 'module' }),
    start: async () => {},
    onDeath: () => {},
  });
  return {
    read: (files, { onProgress = () => undefined, signal } = {}) =>
      abortable(signal, (port) =>
        worker.call((remote) =>
          port
            ? remote.read(files, proxy(onProgress), transfer(port, [port]))
            : remote.read(files, proxy(onProgress)),
        ),
      ),
    export: (weights, { id, name, source, target, members }, format) =>
      worker.call((remote) => remote.export(weights, { id, name, source, target, members }, format)),
    dispose: () => worker.dispose(),
  };
}
