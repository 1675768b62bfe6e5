/** Collections: the embedded world, and those made of the user's own media or embeddings. */
import type { Modality } from '../../base/modality.ts';
import type { Ensemble, Recipe, Space } from '../../recipe/types.ts';
import type { WorldCondition } from '../../world/conditions.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { Playable } from '../media/player.ts';
import type { Opening } from '../types.ts';
import type { Vectors } from '../vectors.ts';

/** Everything a lab reads of its collection. A lab has one source as long as it is open. */
export interface CollectionSource {
  readonly manifest: CollectionManifest;
  /** What the page opens on. */
  readonly opening: Opening;
  /** Spaces that the collection has vectors in, and those that are only projected into. At least one. */
  readonly spaces: readonly Space[];
  /** Ensembles that ship with the lab and fit these spaces; the user's own come from elsewhere. */
  readonly ensembles: readonly Ensemble[];
  /** At least one; a recipe without bonds is a space as it is. */
  readonly recipes: readonly Recipe[];
  /** "clean" first. */
  readonly conditions: readonly WorldCondition[];
  /** Address of the picture of all tiles (manifest.atlas says how they lie); undefined where nothing can be shown. */
  readonly atlasUrl: string | undefined;
  /** Heights of the waveform of sound `index`, [N_PEAKS] in 0..255; zeros where the sound is not at hand. */
  peaks(index: number): Uint8Array;
  /** Sound `index`, to be played: mono samples, or an encoded file. @throws InputError where only embeddings are at hand. */
  sound(index: number): Promise<Playable>;
  /** Unit rows [nItems, dim] by modality, of a space of `spaces` that has encoders or stored vectors. */
  embeddings(space: Space): Promise<Vectors>;
  /**
   * Stored means [nItems, dim] of an ensemble's outputs, all members on, over the rows that a space has in a modality of its own;
   * undefined where they are projected anew.
   */
  projected(
    ensembleId: string,
    space: Space,
    modality: Modality,
    dim: number,
  ): Promise<Float32Array | undefined> | undefined;
  /** Gives back addresses of blobs. Idempotent. */
  dispose(): void;
}

/** A space as a collection has it. */
export interface CollectionSpace {
  space: Space;
  /** How many items of each modality have a vector in it. */
  encoded: Partial<Record<Modality, number>>;
  /** "Encoded here: int8 on WebAssembly", "embeddings.npz: audio_unified, float32" */
  origin: string;
}

export interface CollectionInfo {
  id: string;
  name: string;
  /** ISO 8601; undefined of the embedded world. */
  createdAt: string | undefined;
  origin: 'embedded' | 'media' | 'embeddings';
  counts: Record<Modality, number>;
  spaces: readonly CollectionSpace[];
  /** Bytes in the browser's storage: media, tiles and vectors. */
  bytes: number;
  /** Whether it can be used in the lab: at least one space has vectors of two modalities. `why` says what is missing. */
  ready: boolean;
  why?: string;
}

/** Encoding of a collection's items in some spaces; one runs at a time, others wait in line. Survives a reload as `paused`. */
export interface EncodeRun {
  id: string;
  collectionId: string;
  spaceIds: readonly string[];
  state: 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  /** Vectors to make and made; items that could not be encoded count as made. */
  done: number;
  of: number;
  /** Items that could not be encoded, with the reason. */
  leftOut: readonly { item: string; reason: string }[];
  /** Vectors found in storage because the same content was encoded before. */
  reused: number;
  itemsPerS: number | undefined;
  secondsLeft: number | undefined;
  message?: string;
}

/** Figures of a collection in one space, from its pairs. */
export interface SpaceQuality {
  spaceId: string;
  /** R@1 by direction, all queries. */
  R1: Partial<Record<string, number>>;
  /** Distance of the modalities' centroids (Liang et al., NeurIPS 2022, arXiv 2203.02053), by "image-text". */
  gap: Partial<Record<string, number>>;
}

export interface Collections {
  /** The embedded world first, then the newest first; the same list as long as nothing changes. */
  list(): readonly CollectionInfo[];
  runs(): readonly EncodeRun[];
  /** Calls back whenever list() or runs() change; returns the unsubscriber. */
  onChange(listener: () => void): () => void;
  /** Resolves once the browser's storage has been read. */
  readonly opened: Promise<void>;
  /** What storage could not do, in words. */
  problem(): string | undefined;
  /** Opens a collection for a lab. @throws InputError where there is none of this id or it is not ready. */
  open(id: string): Promise<CollectionSource>;
  /** Encodes what has no vector yet, in spaces with encoders; returns the run's id. @throws InputError */
  encode(collectionId: string, spaceIds: readonly string[]): Promise<string>;
  pause(runId: string): void;
  goOn(runId: string): void;
  /** Stops a run for good; vectors that are made are kept. */
  cancel(runId: string): void;
  rename(id: string, name: string): Promise<void>;
  /** Removes it with its media; vectors of the same content stay with other collections that hold it. @throws InputError of the embedded one. */
  remove(id: string): Promise<void>;
  /** One file: a zip of collection.json, safetensors and media. */
  save(id: string, signal?: AbortSignal): Promise<{ name: string; blob: Blob }>;
  quality(id: string, spaceId: string): Promise<SpaceQuality>;
  dispose(): void;
}

/** What intake hands over to be kept: a collection that is whole, but for vectors that encoders still make. */
export interface NewCollection {
  name: string;
  origin: 'media' | 'embeddings';
  /** Items by modality, with pairs as groups; ids are unique. Tiles are numbered by the store. */
  items: Pick<CollectionManifest, 'text' | 'image' | 'audio'>;
  /** Media by item id; an item of a picture or sound without one cannot be shown, heard or encoded. */
  media: ReadonlyMap<string, Blob>;
  vectors: readonly {
    space: Space;
    /** Unit rows by modality, [nItems, dim] in the order of `items`. */
    rows: Vectors;
    origin: string;
  }[];
  /** Recipes that the files spell out (a base, an expert, ensembles by id). */
  recipes: readonly Recipe[];
}
