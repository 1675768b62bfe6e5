import { RestartableWorker } from '../../workers/restartableWorker.ts';
import type { ChecksumService } from './checksum.worker.ts';

/** The worker that reads files for their checksums; started at the first one. */
export function createChecksumWorker(): RestartableWorker<ChecksumService> {
  return new RestartableWorker<ChecksumService>({
    name: 'The checksum worker',
    create: () => new Worker(new URL('./checksum.worker.ts', import.meta.url), { type: 'module' }),
    start: async (remote) => void (await remote.ready()),
    onDeath: () => undefined,
  });
}
