/** What outlives a lab: the shelves of collections and of encoders, and the desk where files come in. */
import { kept } from '../base/kept.ts';
import { SPACES } from '../recipe/embedded.ts';
import { createCollections } from './collections/collections.ts';
import type { CollectionSource } from './collections/types.ts';
import { openWorld } from './collections/worldSource.ts';
import { createEncoders } from './encoders/encoders.ts';
import { createPrecisions } from './encoders/precisions.ts';
import { createLazyDesk } from './intake/lazyDesk.ts';
import { createModels } from './models/createModels.ts';
import { withModels } from './models/withModels.ts';
import { fetchFile } from './storage/fetchFile.ts';
import type { LabEngine, LabServices } from './types.ts';
import { WORLD_ID } from '../world/worldId.ts';

/**
 * Creates the services of the page; they last as long as it. Nothing is loaded before it is asked for.
 * @param assetUrl address of a file of the site
 * @param lab the engine in use: projectors that come in are kept with its training
 */
export function createServices(
  assetUrl: (path: string) => string,
  lab: () => Pick<LabEngine, 'exchange' | 'training'>,
): LabServices {
  const models = createModels();
  // Runs over whole collections have a worker of their own: a query in the lab does not wait for them.
  const encoders = withModels(createEncoders({ assetUrl }), models);
  const worlds = new Map<string, Promise<CollectionSource>>();
  const collections = createCollections({
    world: () => kept(worlds, WORLD_ID, () => openWorld(assetUrl)),
    spaces: () => [...SPACES, ...models.spaces()],
    encode: (spaceId, input, signal) => encoders.encode(spaceId, input, signal),
    encodeTexts: (spaceId, texts, signal) => encoders.encodeTexts(spaceId, texts, signal),
    precision: createPrecisions(encoders, models, (path) => fetchFile(assetUrl(`models/${path}`))),
  });
  const intake = createLazyDesk(async () => {
    const { openIntakeDesk } = await import('./intake/openIntakeDesk.ts');
    return openIntakeDesk(collections, lab);
  });
  return { collections, models, intake };
}
