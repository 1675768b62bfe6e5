import type { Direction, Modality } from '../base/modality.ts';

/** Which half of the test items an item's group belongs to: choices are made on one, reported on the other. */
export type Half = 'validation' | 'test';

interface ItemBase {
  /** Unique over the whole collection, for example "audio:church-bell:3". */
  id: string;
  /** What a person reads: the sentence, the emoji's caption, the clip's sentence. */
  caption: string;
  /** The thing it is of (sounding concept or emoji); equal groups are right answers across picture and sound. */
  group: string;
  /** Broad kind for colouring the map: animals, weather, faces, food, ... */
  category: string;
  half: Half;
  /** False where the group appears in no training set at all. */
  seen: boolean;
}
export interface TextItem extends ItemBase {
  /** Whether it describes a sound or a picture: the galleries of audio>text and image>text. */
  source: 'sound' | 'picture';
}
export interface ImageItem extends ItemBase {
  /** Unicode code points, as in emojibase ("1F514"). */
  hexcode: string;
  /** Index of its tile in the atlas, row by row. */
  tile: number;
  /** Id of its text item. */
  textId: string;
}
export interface AudioItem extends ItemBase {
  /** Renders to the same waveform everywhere: see renderClip. */
  clip: ClipSpec;
  durationS: number;
  /** Id of the text item with its sentence (clips that sound alike may share one). */
  textId: string;
}

/** Everything a clip is made from. All numbers are drawn once, from a seed, by drawClip. */
export interface ClipSpec {
  /** Id of the sounding concept ("church-bell"). */
  concept: string;
  /** Seed of the synthesiser's own noise and grains. */
  seed: number;
  /** -1..1 around the concept's natural pitch, rate, brightness; 0 (close) .. 1 (far). */
  pitch: number;
  rate: number;
  brightness: number;
  distance: number;
  durationS: number;
}

/** public/world/collection.json */
export interface CollectionManifest {
  id: string;
  name: string;
  version: string;
  seed: number;
  atlas: { file: string; tilePx: number; columns: number };
  text: TextItem[];
  image: ImageItem[];
  audio: AudioItem[];
}

/** Queries, gallery and right answers of one direction. Indices point into the manifest's lists. */
export interface RetrievalTask {
  queryModality: Modality;
  galleryModality: Modality;
  /** [nQueries] item indices */
  queries: Uint32Array;
  /** [nGallery] item indices, ascending */
  gallery: Uint32Array;
  /** Right answers of each query as positions in `gallery`, ascending; never empty. */
  relevant: Uint32Array[];
}

/** Zero-shot classification: which sounding concept a sound is of, which kind of thing a picture shows. */
export type ClassTaskId = 'audio>class' | 'image>class';
/** What figures are reported for: six retrieval directions and two classifications. */
export type TaskId = Direction | ClassTaskId;

/** A task's queries with what divides and groups them. */
export interface TaskInfo {
  id: TaskId;
  queryModality: Modality;
  /** Undefined where the gallery is a list of classes. */
  galleryModality: Modality | undefined;
  /** Names of the classes, of a classification. */
  classes?: readonly string[];
  /** [nQueries] item indices of the query modality */
  queries: Uint32Array;
  /** Right answers of each query as positions in the gallery, ascending. */
  relevant: readonly Uint32Array[];
  nGallery: number;
  /** [nQueries] the independent group of each query: draws of the bootstrap. */
  groups: readonly string[];
  halves: readonly Half[];
}
