/** What goes in and out of scoring, besides tasks and components. */
import type { PlaneType } from './planMemory.ts';

/** Bytes of planes and contractions on the device, and how many they may be. */
export interface MemoryReport {
  usedBytes: number;
  budgetBytes: number;
}

export interface PartOptions {
  signal?: AbortSignal;
  /** Share of the work that is done, in (0, 1]; told after each part. */
  onProgress?: (fraction: number) => void;
}

export interface CollectionOptions extends PartOptions {
  /** Keeps a seeded sample of so many queries a task (sampledQueries); the gallery stays whole. */
  sampleQueries?: number;
  /** Seed of the sample, 1 where it is left out. */
  sampleSeed?: number;
  /** Half precision takes half the bytes; the device must offer it. float32 where it is left out. */
  planes?: PlaneType;
}

/** What setCollection made. */
export interface CollectionReport {
  /** Bytes that its planes take. */
  bytes: number;
  /** Planes that were built, and those kept from the collection before because their content is the same. */
  nBuilt: number;
  nReused: number;
}
