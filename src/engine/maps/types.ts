import type { Modality } from '../../base/modality.ts';

/**
 * The three pictures of one map: the base space, the fused vectors at the current factors, the expert's own space.
 * Each item is linked to itself in the next slice of this order.
 */
export type MapSliceId = 'unified' | 'current' | 'expert';
export const MAP_SLICES: readonly MapSliceId[] = ['unified', 'current', 'expert'];

/** The vectors of one slice. Slices may differ in dimension: they meet in the picture, not in a space. */
export interface MapSliceInput {
  id: MapSliceId;
  dim: number;
  /** [nItems, dim] row-major, unit rows; the rows of unknown items are never read. */
  vectors: Float32Array;
  /** [nItems] 1 where the slice has a vector of the item; left out where it has all of them. */
  known?: Uint8Array;
}

export interface MapLayoutRequest {
  nItems: number;
  /** [nItems] index into MODALITIES, for the modality gap. */
  modality: Uint8Array;
  /** [nPairs, 2] items that belong together, for alignment; empty where there are none. */
  pairs: Uint32Array;
  /** One to three slices, in the order of MAP_SLICES, without repeats. */
  slices: MapSliceInput[];
  /** 32-bit seed of the negative samples and of the sampling down (default 1). */
  seed?: number;
  settings?: Partial<MapSettings>;
}

/** What shapes a layout. The defaults are in DEFAULT_MAP_SETTINGS. */
export interface MapSettings {
  /** Exact cosine neighbours of an item, itself not counted. */
  nNeighbors: number;
  /** Passes over the graph in a first layout, and when the current slice is re-laid. */
  epochs: number;
  relayEpochs: number;
  /** Weight of the link from an item to itself in the next slice, in edges of full membership. */
  linkWeight: number;
  /** Above this many items a seeded sample is laid; the others have no position. */
  maxItems: number;
}

/** Where a job stands: words for a person and the share done, in [0, 1]. */
export interface MapProgress {
  words: string;
  fraction: number;
}

/** What a picture cannot fake, measured in the slice's own vectors unless said otherwise. */
export interface SliceFigures {
  /** Items that the slice knows and that were laid. */
  nItems: number;
  /** In [0, 1]: 1 when no neighbour in the picture is a stranger among the vectors (Venna and Kaski). */
  trustworthiness: number | undefined;
  /** Distance between the centroids of two modalities' unit vectors, in [0, 2]. */
  gaps: { a: Modality; b: Modality; distance: number }[];
  /** Mean squared distance of right pairs, in [0, 4]; lower is closer (Wang and Isola). */
  alignment: number | undefined;
  /** log mean exp(-2 d^2) over pairs of items, at most 0; lower is more evenly spread (Wang and Isola). */
  uniformity: number | undefined;
}

export interface MapFigures {
  nNeighbors: number;
  slices: Partial<Record<MapSliceId, SliceFigures>>;
  /** Mean share of an item's exact neighbours that both slices agree on, over the items that both know. */
  kept: { from: MapSliceId; to: MapSliceId; fraction: number | undefined; nItems: number }[];
}

/** How the layout's own units, in which UMAP works, become the frame of the pictures: (p - center) / unitsPerFrame. */
export interface MapFrame {
  centerX: number;
  centerY: number;
  unitsPerFrame: number;
}

/** One picture. */
export interface MapPicture {
  /** [nItems, 2] x, y in about [-1, 1], one frame for all slices; NaN where the item has no position. */
  coordinates: Float32Array;
}

export interface MapLayout {
  /** Kept when the current slice is re-laid, so that the other pictures stay where they are. */
  frame: MapFrame;
  pictures: Partial<Record<MapSliceId, MapPicture>>;
  figures: MapFigures;
  /** Items laid; fewer than nItems when the collection was sampled down. */
  nLaid: number;
  elapsedMs: number;
}
