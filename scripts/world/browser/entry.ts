import type { WorldCondition } from '../../../src/world/conditions.ts';
import type { ClipSpec, WorldManifest } from '../../../src/world/types.ts';
import type { EncodedSpace } from '../spaces.ts';
import type { TrainedSpace } from '../train/texts.ts';
import { tuneDagger } from './dagger.ts';
import { trainEnsembles } from './ensembles.ts';
import { embedPools } from './pools.ts';
import { drawAtlas, drawPictures, drawPoolAtlas } from './pictures.ts';
import { embedConditions } from './shift.ts';
import { makeFeatures, makeRecordings } from './sounds.ts';
import { makeVocabularies, trainOne } from './spaces.ts';

const STAGES: Record<string, (options: never) => Promise<unknown>> = {
  pictures: drawPictures,
  atlas: (manifest: WorldManifest) => drawAtlas(manifest),
  vocabularies: ({ spaces }: { spaces: TrainedSpace[] }) => makeVocabularies(spaces),
  sounds: ({ name, clips }: { name: string; clips: ClipSpec[] }) => makeFeatures(name, clips),
  recordings: ({ present }: { present: boolean }) => makeRecordings(present),
  train: ({ space }: { space: TrainedSpace }) => trainOne(space),
  embed: ({ spaces }: { spaces: EncodedSpace[] }) => embedPools(spaces),
  'pool-atlas': drawPoolAtlas,
  ensembles: ({ run }: { run: string }) => trainEnsembles(run),
  dagger: tuneDagger,
  shift: ({ conditions }: { conditions: readonly WorldCondition[] }) => embedConditions(conditions),
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
