/** What a pile of dropped files is understood as, before anything of it is kept. */
import type { Modality } from '../../base/modality.ts';
import type { ArrayDtype } from '../../formats/arrays/lazyArray.ts';
import type { Half } from '../../world/types.ts';
import type { ImportedBond, NamedFile } from '../exchange/types.ts';

export interface LeftOut {
  path: string;
  reason: string;
}

/** The conventions by which media belong together. */
export type MediaConvention =
  'stems' | 'metadata.csv' | 'metadata.jsonl' | 'captions.txt' | 'folders of classes' | 'single files';

export interface PlannedItem {
  /** Path of the picture or sound; of a text the file and line that it comes from. */
  path: string;
  modality: Modality;
  /** The sentence itself, or what a person reads in place of one: the file's stem. */
  caption: string;
  /** Items of equal groups are each other's right answers. */
  group: string;
  /** The class, where folders or metadata tell one. */
  label?: string;
  /** Told by the name of a split; where it is left out, the group's name draws it. */
  half?: Half;
  bytes: number;
}

export interface MediaPlan {
  convention: MediaConvention;
  items: PlannedItem[];
  /** Groups with items of two or more modalities: pairs that figures can be counted on. */
  nPaired: number;
  /** What a person should know: texts without a partner, odd encodings, ... */
  notes: string[];
}

export type { ArrayDtype };

/** What was counted over an array's rows. */
export interface RowChecks {
  /** Rows with NaN or infinities; they are left out with their partners. */
  notFinite: number;
  /** Rows that are all zero; left out too. */
  zero: number;
  /** Rows whose length is off 1 by more than 1e-3; they are normalised. */
  notUnit: number;
  /** Least and largest length of the finite rows. */
  norms: [least: number, largest: number];
  /** Rows that equal an earlier one to the bit. */
  duplicates: number;
}

export interface ArrayInfo {
  /** Unique: "embeddings.npz/audio_unified", "features.npy", "features_clip.npy[0]" for a slice of three dimensions. */
  key: string;
  path: string;
  /** [rows, dim], or [rows] of a list of labels, ids or captions. */
  shape: number[];
  dtype: ArrayDtype;
  /** Column-major in the file. */
  fortran: boolean;
  /** Of arrays of two dimensions. */
  checks?: RowChecks;
  /** First values of a list, for a person to see. */
  sample?: string[];
}

export interface MappedSpace {
  /** "imagebind-1024": slug and dimension. */
  id: string;
  name: string;
  dim: number;
  role: 'base' | 'expert' | 'other';
}

/** Which array is what. */
export interface ArrayMapping {
  /** Of the collection that comes of it. */
  name: string;
  spaces: MappedSpace[];
  arrays: { key: string; spaceId: string; modality: Modality }[];
  /** Row i belongs to row i, or rows with equal ids belong together; ids then name a list by key, by modality. */
  pairs: { kind: 'rows' } | { kind: 'ids'; keys: Partial<Record<Modality, string>> };
  captions: Partial<Record<Modality, string>>;
  labels: Partial<Record<Modality, string>>;
  /** List of "validation" or "test" by row, where the files say which half an item is in. */
  halves?: string;
}

export interface ArraysPlan {
  arrays: ArrayInfo[];
  proposal: ArrayMapping;
  /** True where names and shapes leave no doubt: it can be kept without a question. */
  certain: boolean;
  notes: string[];
}

/** Everything that one drop holds. */
export interface Intake {
  id: string;
  media: MediaPlan | undefined;
  arrays: ArraysPlan | undefined;
  /** Files of projectors: the bonds bench reads them, and keep() does. */
  bonds: readonly string[];
  /** A collection that was saved here: its name and size. */
  saved: { name: string; items: number } | undefined;
  /** ONNX files that are encoders, not projectors. */
  encoders: readonly string[];
  leftOut: readonly LeftOut[];
}

export interface KeepOptions {
  name?: string;
  /** For arrays; the proposal where it is left out. */
  mapping?: ArrayMapping;
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; of: number; words: string }) => void;
}

export interface KeepReport {
  /** The collection that was made; undefined where there were only projectors. */
  collectionId: string | undefined;
  bonds: readonly ImportedBond[];
  /** A recipe that base, expert and ensembles of the drop spell out; its id. */
  recipeId: string | undefined;
  /** Rows or items left out at this step, too. */
  leftOut: readonly LeftOut[];
  notes: readonly string[];
}

export interface IntakeDesk {
  /** Reads what is needed to know what the files are; nothing is kept. Zips are opened. @throws InputError without a file, AbortedError */
  understand(
    files: readonly NamedFile[],
    options?: Pick<KeepOptions, 'signal' | 'onProgress'>,
  ): Promise<Intake>;
  /** Other proposals where a person changed the mapping: what does not fit, in words, or undefined. */
  problemOf(intake: Intake, mapping: ArrayMapping): string | undefined;
  /** Keeps an intake as a collection, with its projectors. Nothing is kept where it throws. @throws InputError, FormatError, AbortedError */
  keep(intake: Intake, options?: KeepOptions): Promise<KeepReport>;
  /** Lets go of an intake's files. */
  forget(intakeId: string): void;
}
