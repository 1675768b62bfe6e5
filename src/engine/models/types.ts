/** Encoders beyond those that ship: the shelf, what was downloaded, single ONNX files. */
import type { Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import type { NamedFile } from '../exchange/types.ts';
import type { Backend, OwnInput } from '../types.ts';

export type Precision = 'fp32' | 'fp16' | 'int8' | '4-bit';
export type ModelFamily =
  'clip' | 'siglip' | 'jina-clip' | 'mobileclip' | 'clap' | 'imagebind' | 'internvl' | 'other';

export interface ShelfModel {
  /** Repository on the hub ("Xenova/clip-vit-base-patch32"). */
  repo: string;
  name: string;
  family: ModelFamily;
  about: string;
  modalities: readonly Modality[];
  dim: number;
  /** SPDX or the hub's word, with what it allows in short. */
  licence: string;
  /** Sum of the files that an encoder of all modalities needs, by precision; approximate, from the repository's own listing. */
  bytes: Partial<Record<Precision, number>>;
  /** Why it cannot be had, and the address (docs/exporting.md) that tells how to make it. */
  unavailable?: { reason: string; docs: string };
}

/** Where repositories are read from. */
export type Host =
  | { kind: 'hub' }
  /** An address that answers as the hub does: <address>/<repo>/resolve/<revision>/<path>. */
  | { kind: 'mirror'; address: string }
  /** Files that were chosen from disk, "<owner>/<name>/<path>" or the repository alone. */
  | { kind: 'folder'; name: string };

/** A repository as it is: what it holds and what is proposed. */
export interface RepoPlan {
  repo: string;
  /** Commit or "main". */
  revision: string;
  family: ModelFamily;
  dim: number;
  /** `file` without precision and ending ("onnx/text_model"): graphOf (hub/plan.ts) finds the graph of a precision. */
  towers: readonly { modality: Modality; file: string; output: string }[];
  /**
   * Files to fetch by precision. Bytes are 0 where the host tells none; SHA-256 where it tells one, else maybe git's own
   * SHA-1 (small files).
   */
  files: Partial<
    Record<Precision, readonly { path: string; bytes: number; sha256?: string; gitSha1?: string }[]>
  >;
  licence: string | undefined;
  notes: readonly string[];
}

export interface DownloadState {
  repo: string;
  precision: Precision;
  state: 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  files: readonly { path: string; done: number; of: number }[];
  bytesPerS: number | undefined;
  message?: string;
}

/** A model in the browser's storage: usable without a network. */
export interface KeptModel {
  repo: string;
  precision: Precision;
  revision: string;
  files: readonly { path: string; bytes: number; sha256: string }[];
  bytes: number;
  /** ISO 8601 */
  at: string;
}

/** How a single graph wants its input. */
export type EncoderInputSpec =
  | {
      kind: 'pixels';
      layout: 'NCHW' | 'NHWC';
      px: number;
      fit: 'crop' | 'contain' | 'stretch';
      range: '0..1' | '-1..1' | '0..255' | 'mean-std';
      mean?: number[];
      std?: number[];
    }
  | { kind: 'waveform'; sampleRateHz: number; seconds: number }
  | {
      kind: 'log-mel';
      sampleRateHz: number;
      nMels: number;
      nFft: number;
      hop: number;
      frames: number;
      layout: 'frames-mels' | 'mels-frames';
      scale: 'ln' | 'log10' | 'dB';
    }
  | { kind: 'tokens'; tokenizer: string; length: number };

export interface EncoderSpec {
  /** Space that it serves; several encoders may serve one. */
  space: { id: string; name: string; dim: number };
  modality: Modality;
  /** Name of the graph's input and output. */
  input: string;
  output: string;
  inputSpec: EncoderInputSpec;
  /** Whether rows are made unit length; where not, the graph's own are taken and checked. */
  normalise: boolean;
}

/** What a graph says of itself, and what is proposed. */
export interface EncoderProposal {
  id: string;
  path: string;
  bytes: number;
  inputs: readonly { name: string; dims: readonly (number | string)[]; type: string }[];
  outputs: readonly { name: string; dims: readonly (number | string)[]; type: string }[];
  spec: EncoderSpec;
  /** What could not be read from the file and has to be chosen. */
  questions: readonly string[];
}

export interface DryRun {
  /** First values, length and milliseconds of the vector of a sample input. */
  head: number[];
  dim: number;
  norm: number;
  ms: number;
  backend: Backend;
}

/** An encoder that can be used: of a kept model, or a single graph. */
export interface OwnEncoder {
  /** "clip-vit-base-patch32-512/image" */
  id: string;
  space: Space;
  modality: Modality;
  repo: string | undefined;
  precision: Precision;
  /** Changes with its weights and with how its inputs are prepared; undefined of one that cannot be used. */
  version?: string;
  /** What a warm probe on this device found, in words; undefined before the first use. */
  probe: string | undefined;
  /** The choice of a person, else the probe's. */
  backend: Backend | undefined;
  pinned: boolean;
  state: 'not loaded' | 'loading' | 'ready' | 'failed';
  message?: string;
}

export interface Models {
  shelf(): readonly ShelfModel[];
  host(): Host;
  /** @throws InputError on an address that is none. `files` for a folder. */
  setHost(host: Host, files?: readonly NamedFile[]): void;
  /** Reads a repository's listing. @throws InputError, NetworkError, MissingFileError, AbortedError */
  inspect(repo: string, signal?: AbortSignal): Promise<RepoPlan>;
  /** Fetches and keeps a model; resumes where it broke off. Resolves when it is kept. @throws as inspect, QuotaError, FormatError (checksum) */
  download(repo: string, precision?: Precision): Promise<void>;
  pause(repo: string): void;
  cancel(repo: string): void;
  downloads(): readonly DownloadState[];
  kept(): readonly KeptModel[];
  remove(repo: string): Promise<void>;
  /** Spaces of all encoders at hand. */
  spaces(): readonly Space[];
  encoders(): readonly OwnEncoder[];
  /** Pins a backend, or lets the probe choose again. */
  setBackend(encoderId: string, backend: Backend | undefined): void;
  /** Reads one graph (and the files beside it: external data, tokenizer.json). @throws FormatError */
  propose(files: readonly NamedFile[]): Promise<EncoderProposal>;
  /** Runs a proposal once on a sample input. @throws ModelError, InputError */
  dryRun(proposal: EncoderProposal, spec: EncoderSpec, input?: OwnInput): Promise<DryRun>;
  /** Keeps it; returns the encoder's id. @throws InputError */
  addEncoder(proposal: EncoderProposal, spec: EncoderSpec): Promise<string>;
  removeEncoder(id: string): Promise<void>;
  /** Unit vector of an input in a space of spaces(). @throws InputError, MediaError, ModelError, AbortedError */
  encode(spaceId: string, input: OwnInput, signal?: AbortSignal): Promise<Float32Array>;
  onChange(listener: () => void): () => void;
  /** Resolves once storage was read. */
  readonly opened: Promise<void>;
  dispose(): void;
}
