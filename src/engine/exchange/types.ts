/** Ensembles in and out of the lab. */
import type { Space } from '../../recipe/types.ts';
import type { OwnEnsemble } from '../training/types.ts';

/** A file as it was dropped or chosen; a folder is its files, with their paths. */
export interface NamedFile {
  /** "checkpoints/IB_PP_G_Proj/A/best.pt" */
  path: string;
  bytes: ArrayBuffer | Blob;
}

/** Which spaces an imported ensemble joins, where the file does not say. */
export interface EnsembleMapping {
  source: string;
  target: string;
}

export interface ImportedBond {
  ensemble: OwnEnsemble;
  paths: string[];
  /** True where no space of the lab has these dimensions, or several have: it is kept, and can be mapped and exported. */
  unmapped: boolean;
  /** Why it is unmapped, and which spaces would fit. */
  note?: string;
}

export interface ImportOptions {
  signal?: AbortSignal;
  /** Spaces that the ends of ensembles are looked for among, by id or name; those of the lab where it is left out. */
  spaces?: readonly Space[];
  /** Called before each file. */
  onProgress?: (progress: { done: number; of: number; path: string }) => void;
}

export interface ImportReport {
  imported: ImportedBond[];
  leftOut: { path: string; reason: string }[];
}

export const EXPORT_FORMATS = ['onnx-fp32', 'onnx-int8', 'onnx-4bit', 'safetensors', 'torch'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface Exchange {
  /**
   * Reads checkpoints, safetensors and ONNX files, a folder or a zip of them; each broken file is left out with its reason.
   * @throws InputError without a file, AbortedError
   */
  importFiles(
    files: readonly NamedFile[],
    mapping?: EnsembleMapping,
    options?: ImportOptions,
  ): Promise<ImportReport>;
  /** Says which spaces an ensemble joins. @throws InputError where the dimensions do not fit. */
  mapEnsemble(ensembleId: string, mapping: EnsembleMapping): Promise<void>;
  /**
   * An ensemble as a file. Embedded ones have the weights that ship (8-bit blocks), own ones those that were trained or read.
   * @throws InputError, MissingFileError
   */
  exportEnsemble(ensembleId: string, format: ExportFormat): Promise<{ name: string; blob: Blob }>;
}
