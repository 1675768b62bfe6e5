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
  /** Name of its class, where the collection has classes of its own. */
  label?: string;
}
export interface TextItem extends ItemBase {
  /** Whether it describes a sound or a picture: the galleries of audio>text and image>text. Left out, it is in both. */
  source?: 'sound' | 'picture';
}
export interface ImageItem extends ItemBase {
  /** Unicode code points, as in emojibase ("1F514"). */
  hexcode?: string;
  /** Index of its tile in the atlas, row by row; left out where there is no picture to show. */
  tile?: number;
  /** Id of its text item; left out where groups tell the right answers. */
  textId?: string;
}
export interface AudioItem extends ItemBase {
  /** Renders to the same waveform everywhere: see renderClip. Left out of sounds that are files, or not at hand. */
  clip?: ClipSpec;
  /** Left out where the sound is not at hand. */
  durationS?: number;
  /** Id of the text item with its sentence (clips that sound alike may share one); left out as a picture's. */
  textId?: string;
}
/** Items of the embedded world, which has everything. */
export type WorldTextItem = Required<Omit<TextItem, 'label'>>;
export type WorldImageItem = Required<Omit<ImageItem, 'label'>>;
export type WorldAudioItem = Required<Omit<AudioItem, 'label'>>;

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

/** What a collection holds. */
export interface CollectionManifest {
  id: string;
  name: string;
  version: string;
  seed: number;
  /**
   * What makes right answers between texts and others: "sentence", also where it is left out (an item's own text, by textId;
   * between pictures and sounds the group), or "group" (equal groups, in every direction).
   */
  answers?: 'sentence' | 'group';
  /** How tiles lie in the picture of all of them, one a picture where nTiles is left out; left out where there is none. */
  atlas?: { tilePx: number; columns: number; nTiles?: number };
  text: TextItem[];
  image: ImageItem[];
  audio: AudioItem[];
}

/** public/world/collection.json: the embedded world. */
export interface WorldManifest extends CollectionManifest {
  atlas: { file: string; tilePx: number; columns: number };
  text: WorldTextItem[];
  image: WorldImageItem[];
  audio: WorldAudioItem[];
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
