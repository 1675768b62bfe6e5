import type { ClipSpec, CollectionManifest } from '../../../src/world/types.ts';
import type { WorldCondition } from '../../../src/world/conditions.ts';
import type { BondId, SpaceId } from '../../../src/recipe/embedded.ts';
import { trainBond } from './bonds.ts';
import { embedPools } from './pools.ts';
import { drawAtlas, drawPictures } from './pictures.ts';
import { embedConditions } from './shift.ts';
import { makeFeatures, makeRecordings } from './sounds.ts';
import { makeVocabularies, trainOne } from './spaces.ts';

const STAGES: Record<string, (options: never) => Promise<unknown>> = {
  pictures: drawPictures,
  atlas: (manifest: CollectionManifest) => drawAtlas(manifest),
  vocabularies: makeVocabularies,
  sounds: ({ name, clips }: { name: string; clips: ClipSpec[] }) => makeFeatures(name, clips),
  recordings: ({ present }: { present: boolean }) => makeRecordings(present),
  embed: embedPools,
  shift: ({ conditions }: { conditions: readonly WorldCondition[] }) => embedConditions(conditions),
  bond: ({ id }: { id: BondId }) => trainBond(id),
  train: ({ space }: { space: SpaceId }) => trainOne(space),
};

declare global {
  interface Window {
    runStage: (name: string, options: unknown) => Promise<unknown>;
  }
}
window.runStage = async (name, options) => {
  const stage = STAGES[name];
  if (!stage) throw new Error(`There is no stage "${name}".`);
  return (await stage(options as never)) ?? null;
};
