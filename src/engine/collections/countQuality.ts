/** The page's end of the worker that counts figures; it starts at the first call and ends when it has nothing to do. */
import { transfer } from 'comlink';
import { InputError } from '../../base/errors.ts';
import { MODALITIES } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import { directionsAmong, retrievalTask } from '../../world/tasks.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { Vectors } from '../vectors.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import { checkQuality, type QualityRequest } from './quality.ts';
import type { QualityService } from './qualityService.ts';
import type { SpaceQuality } from './types.ts';

export interface QualityCounter {
  /** Takes the request's vectors over. @throws InputError where it is too much, ModelError, DisposedError */
  count(request: QualityRequest): Promise<SpaceQuality>;
  dispose(): void;
}

/** What a request is made from: an opened collection, or the view of one that need not be ready. */
interface Seen {
  manifest: CollectionManifest;
  spaces: readonly Space[];
  embeddings(space: Space): Promise<Vectors>;
}

/** The request of a collection in one space. Its rows are copies, to be handed to the worker. @throws InputError without vectors there */
export async function qualityRequest(seen: Seen, spaceId: string): Promise<QualityRequest> {
  const space = seen.spaces.find(({ id }) => id === spaceId);
  if (!space)
    throw new InputError(`The collection has no vectors in "${spaceId}" yet: encode it there first.`);
  const found = await seen.embeddings(space);
  const modalities = MODALITIES.filter((modality) => (found[modality]?.length ?? 0) > 0);
  const vectors: Vectors = {};
  for (const modality of modalities) vectors[modality] = found[modality]!.slice();
  const tasks = directionsAmong(modalities)
    .map((direction) => ({ direction, task: retrievalTask(seen.manifest, direction) }))
    .filter(({ task }) => task.queries.length > 0);
  return { spaceId, dim: space.dim, vectors, tasks };
}

/** `create` makes the worker. */
export function createQualityCounter(
  create: () => Worker = () =>
    new Worker(new URL('./quality.worker.ts', import.meta.url), { type: 'module' }),
): QualityCounter {
  const worker = new RestartableWorker<QualityService>({
    name: 'The worker that counts figures of a collection',
    create,
    start: async () => {},
    onDeath: () => {},
  });
  return {
    async count(request) {
      checkQuality(request);
      const buffers = Object.values(request.vectors).map((rows) => rows.buffer);
      return worker.call((remote) => remote.count(transfer(request, [...new Set(buffers)])));
    },
    dispose: () => worker.dispose(),
  };
}
