/** What the encoders' job needs from ONNX Runtime and transformers.js; tests hand it a fake. */
import type { Backend } from '../types.ts';
import type { PreparedInput } from './inputs.ts';
import type { TowerSpec } from './towers.ts';

/** What a WebGPU adapter is called that is the processor itself. */
export const SOFTWARE_ADAPTER = 'software adapter';

export interface LoadedTower {
  /**
   * The embedding of an input, as the graph gives it: one row of `dim` values a window of a sound, else one row; and
   * what a person should know of how it was read.
   * @throws MediaError when the text cannot be read, AbortedError, ModelError, BrokenRuntimeError.
   */
  embed(input: PreparedInput, signal?: AbortSignal): Promise<{ rows: Float32Array[]; note?: string }>;
  release(): Promise<void>;
}

export interface LoadedEnsemble {
  dIn: number;
  dOut: number;
  nMembers: number;
  /** Unit rows x [n, dIn] -> the unit row of every member, [n, nMembers, dOut]. @throws ModelError, BrokenRuntimeError. */
  members(x: Float32Array, n: number, signal?: AbortSignal): Promise<Float32Array>;
  release(): Promise<void>;
}

/** An ensemble that ships with the lab, or the user's own: the address of its graph then. */
export interface EnsembleRef {
  id: string;
  url?: string;
}

export interface EncoderRuntime {
  /** WebGPU's adapter in words ("software adapter", "apple"), undefined where there is none. */
  adapter(): Promise<string | undefined>;
  /** @throws MissingFileError, ModelError, BrokenRuntimeError. */
  loadTower(tower: TowerSpec, backend: Backend, dtype: 'q8' | 'q4'): Promise<LoadedTower>;
  /** @throws MissingFileError, ModelError, BrokenRuntimeError. */
  loadEnsemble(ref: EnsembleRef, backend: Backend): Promise<LoadedEnsemble>;
  nowMs(): number;
}
