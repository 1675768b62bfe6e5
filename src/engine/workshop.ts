/** The engine's workshop: runs and their ensembles, recipes of the user's own, files, the microscope. */
import type { CollectionSource } from './collections/types.ts';
import { costSubjects } from './costSubjects.ts';
import type { Encoders } from './encoders/encoders.ts';
import { OwnBonds } from './ensembles/ownBonds.ts';
import { createBondFiles } from './exchange/bondFiles.ts';
import { createExchange, createWeightsOf } from './exchange/exchange.ts';
import type { Exchange } from './exchange/types.ts';
import { RecipeLibrary, RECIPES_KEY } from './library.ts';
import type { SoundPlayer } from './media/player.ts';
import { createMicroscope } from './microscope/microscope.ts';
import type { Microscope } from './microscope/types.ts';
import { browserStorage } from './storage/textStorage.ts';
import { createTraining } from './training/training.ts';
import type { Training } from './training/types.ts';
import type { Vectors } from './vectors.ts';

export interface WorkshopOptions {
  assetUrl: (path: string) => string;
  collection: CollectionSource;
  player: SoundPlayer;
  encoders: Encoders;
  /** Unit rows of the collection's items in a space of its own, by modality. */
  spaceEmbeddings: (spaceId: string) => Promise<Vectors>;
  /** Called when recipes changed. */
  onLibrary: () => void;
  /** Called with the ids of ensembles that came, went, or have other members. */
  onEnsembles: (ids: readonly string[]) => void;
}

export interface Workshop {
  readonly own: OwnBonds;
  readonly training: Training;
  readonly library: RecipeLibrary;
  readonly exchange: Exchange;
  readonly microscope: Microscope;
  dispose(): void;
}

export function createWorkshop(options: WorkshopOptions): Workshop {
  const { assetUrl, collection, encoders, spaceEmbeddings } = options;
  const { manifest, atlasUrl } = collection;
  const training = createTraining({
    assetUrl,
    manifest,
    spaces: collection.spaces.filter(({ modalities }) => modalities.length > 0),
    embeddings: spaceEmbeddings,
    player: options.player,
    atlasUrl,
    sound: (index) => collection.sound(index),
  });
  const files = createBondFiles();
  const own = new OwnBonds(training, files, collection);
  const spaces = () => own.spaces();
  const ensembles = () => own.ensembles();
  const library = new RecipeLibrary({
    embedded: collection.recipes,
    parts: () => ({ spaces: spaces(), ensembles: ensembles() }),
    storage: browserStorage(),
    onChange: options.onLibrary,
  });
  own.onChange(options.onEnsembles);
  const onStorage = ({ key }: StorageEvent) => {
    if (key === RECIPES_KEY) library.reread();
  };
  window.addEventListener('storage', onStorage);
  const parts = { assetUrl, spaces, ensembles, training, files };
  const weightsOf = createWeightsOf(parts);
  const microscope = createMicroscope({
    manifest,
    spaces,
    spaceEmbeddings,
    members: (id, x, signal) => encoders.members(id, x, signal),
    encodeTexts: (id, texts, signal) => encoders.encodeTexts(id, texts, signal),
  });
  const costSources = {
    manifest,
    spaces,
    encoders,
    weightsOf,
    files,
    renderSounds: (n: number, signal?: AbortSignal) => microscope.renderSounds(n, signal),
    assetUrl,
    lend: own.lend.bind(own),
  };
  return {
    own,
    training,
    library,
    exchange: createExchange(parts, weightsOf),
    microscope: {
      ...microscope,
      costSubjects: (recipe, bondId, signal) => costSubjects(recipe, bondId, costSources, signal),
    },
    dispose() {
      window.removeEventListener('storage', onStorage);
      own.dispose();
      files.dispose();
      microscope.dispose();
    },
  };
}
