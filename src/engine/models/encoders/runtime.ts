/** What the job of own encoders needs from ONNX Runtime and transformers.js; tests hand it another. */
import type { Backend } from '../../types.ts';
import type { DecodedInput, TowerSource } from './tower.ts';

export interface Embedding {
  /** As the graph gives them: one row a window of a sound, else one. */
  rows: Float32Array[];
  /** What a person should know of how the input was read. */
  note?: string;
}

export interface LoadedEncoder {
  /** @throws MediaError, InputError, AbortedError, ModelError, BrokenRuntimeError */
  embed(input: DecodedInput, signal?: AbortSignal): Promise<Embedding>;
  release(): Promise<void>;
}

export interface OwnRuntime {
  /** WebGPU's adapter in words ("software adapter", "apple"), undefined where there is none. */
  adapter(): Promise<string | undefined>;
  /** @throws FormatError, ModelError, BrokenRuntimeError */
  load(source: TowerSource, backend: Backend): Promise<LoadedEncoder>;
  nowMs(): number;
}
