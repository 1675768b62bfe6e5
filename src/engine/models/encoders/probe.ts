/** Chooses the backend of one encoder: WebGPU only where a warm run shows that it is right and faster. */
import { messageOf } from '../../../base/errors.ts';
import { meanDirection } from '../../encoders/inputs.ts';
import { SOFTWARE_ADAPTER } from '../../encoders/runtime.ts';
import { saysBroken } from '../../workers/brokenRuntime.ts';
import type { Backend } from '../../types.ts';
import type { LoadedEncoder, OwnRuntime } from './runtime.ts';
import { sampleInput } from './samples.ts';
import type { TowerSource } from './tower.ts';

export interface Choice {
  backend: Backend;
  /** In words, with the figures, for the page. */
  reason: string;
}

export interface Probed {
  choice: Choice;
  /** Still loaded, on the chosen backend. */
  encoder: LoadedEncoder;
}

const RUNS = 5;
/** On a slow backend fewer runs are enough to see it. */
const MAX_RUNS_MS = 1000;
/** Both backends run the same file, so that only rounding may differ. */
const MIN_COSINE = 0.999;
/** Where WebGPU is the processor itself, a large graph would take minutes to lose the comparison. */
const MAX_SOFTWARE_BYTES = 30_000_000;

/**
 * Times an encoder on both backends (median of up to five runs after a warm-up), compares their vectors, and keeps the winner
 * loaded.
 * @throws as OwnRuntime.load where WebAssembly cannot load it; BrokenRuntimeError when a backend took the worker down
 */
export async function probeEncoder(runtime: OwnRuntime, source: TowerSource): Promise<Probed> {
  const adapter = await runtime.adapter();
  const onWasm = await time(runtime, source, 'wasm');
  const wasm = (why: string): Probed => ({
    choice: { backend: 'wasm', reason: `WebAssembly: ${why}` },
    encoder: onWasm.encoder,
  });
  const wasmMs = `${onWasm.ms.toFixed(1)} ms`;
  if (adapter === undefined) return wasm(`${wasmMs}; this browser offers no WebGPU adapter`);
  const bytes = source.files.get(source.graph)?.size ?? 0;
  if (adapter === SOFTWARE_ADAPTER && bytes > MAX_SOFTWARE_BYTES)
    return wasm(
      `${wasmMs}; WebGPU is a software adapter here, which was not tried with a graph of this size`,
    );
  let onGpu: Timed;
  try {
    onGpu = await time(runtime, source, 'webgpu');
  } catch (error) {
    if (saysBroken(error)) throw error;
    return wasm(`${wasmMs}; WebGPU (${adapter}) could not run it (${messageOf(error)})`);
  }
  const gpuMs = `${onGpu.ms.toFixed(1)} ms`;
  const cosine = onWasm.vector.reduce((sum, value, d) => sum + value * (onGpu.vector[d] ?? NaN), 0);
  if (cosine >= MIN_COSINE && onGpu.ms < onWasm.ms) {
    await onWasm.encoder.release();
    const reason = `WebGPU (${adapter}): ${gpuMs} against ${wasmMs} on WebAssembly, cosine ${cosine.toFixed(4)}`;
    return { choice: { backend: 'webgpu', reason }, encoder: onGpu.encoder };
  }
  await onGpu.encoder.release();
  return cosine >= MIN_COSINE
    ? wasm(`${wasmMs} against ${gpuMs} on WebGPU (${adapter}), cosine ${cosine.toFixed(4)}`)
    : wasm(`${wasmMs}; WebGPU (${adapter}) takes ${gpuMs} but is wrong, cosine ${cosine.toFixed(3)}`);
}

interface Timed {
  encoder: LoadedEncoder;
  vector: Float32Array;
  /** Median. */
  ms: number;
}

async function time(runtime: OwnRuntime, source: TowerSource, backend: Backend): Promise<Timed> {
  const encoder = await runtime.load(source, backend);
  try {
    const embed = async () => meanDirection((await encoder.embed(sampleInput(source.modality))).rows);
    const vector = await embed();
    const times: number[] = [];
    const begun = runtime.nowMs();
    while (times.length < RUNS && (times.length === 0 || runtime.nowMs() - begun < MAX_RUNS_MS)) {
      const start = runtime.nowMs();
      await embed();
      times.push(runtime.nowMs() - start);
    }
    times.sort((a, b) => a - b);
    return { encoder, vector, ms: times[times.length >> 1]! };
  } catch (error) {
    await encoder.release();
    throw error;
  }
}
