/** Chooses the backend: WebGPU only where a short warm run shows that it is right and faster than WebAssembly. */
import { messageOf } from '../../base/errors.ts';
import { saysBroken } from '../workers/brokenRuntime.ts';
import type { Backend } from '../types.ts';
import { meanDirection, PICTURE_PX, type PreparedInput } from './inputs.ts';
import type { EncoderRuntime, LoadedTower } from './runtime.ts';
import { towerOf, type TowerSpec } from './towers.ts';

export interface Choice {
  backend: Backend;
  /** In words, with the figures, for the page. */
  reason: string;
}

export interface Probed {
  choice: Choice;
  /** The tower that was timed, still loaded on the chosen backend; none where no comparison was possible. */
  tower?: LoadedTower;
}

/** Unified's eyes: a mixer, as its ears are, and heavier than any text tower. */
export const PROBE_TOWER: TowerSpec = towerOf('unified', 'image');

const RUNS = 5;
/** On a slow backend fewer runs are enough to see it. */
const MAX_RUNS_MS = 500;
/** The same 4-bit file on both backends differs by rounding only; a broken kernel by far more. */
const MIN_COSINE = 0.999;

/**
 * Times Unified's eyes on both backends (median of up to five runs after a warm-up, int8 on WebAssembly, 4-bit on WebGPU)
 * and, when WebGPU is faster, compares its vector with that of the same file on WebAssembly. Only the winner stays loaded.
 * @throws BrokenRuntimeError when a backend took the worker down; every other failure is a reason for WebAssembly.
 */
export async function chooseBackend(runtime: EncoderRuntime): Promise<Probed> {
  const adapter = await runtime.adapter();
  if (adapter === undefined) return { choice: wasm('this browser offers no WebGPU adapter') };
  let onWasm: Timed | undefined;
  let onGpu: Timed | undefined;
  try {
    onWasm = await time(runtime, 'wasm', 'q8');
    onGpu = await time(runtime, 'webgpu', 'q4');
    const choice = await compare(runtime, adapter, onWasm, onGpu);
    const [winner, loser] = choice.backend === 'webgpu' ? [onGpu, onWasm] : [onWasm, onGpu];
    await loser.tower.release();
    return { choice, tower: winner.tower };
  } catch (error) {
    if (saysBroken(error)) throw error;
    await onGpu?.tower.release();
    const choice = wasm(`the comparison with WebGPU (${adapter}) failed: ${messageOf(error)}`);
    return onWasm ? { choice, tower: onWasm.tower } : { choice };
  }
}

const wasm = (why: string): Choice => ({ backend: 'wasm', reason: `WebAssembly, int8: ${why}` });

async function compare(
  runtime: EncoderRuntime,
  adapter: string,
  onWasm: Timed,
  onGpu: Timed,
): Promise<Choice> {
  const wasmMs = `${onWasm.ms.toFixed(1)} ms`;
  const gpuMs = `${onGpu.ms.toFixed(1)} ms`;
  if (!(onGpu.ms < onWasm.ms)) return wasm(`${wasmMs} against ${gpuMs} on WebGPU (${adapter})`);
  const twin = await runtime.loadTower(PROBE_TOWER, 'wasm', 'q4');
  try {
    const right = await embedProbe(twin);
    const cosine = right.reduce((sum, value, d) => sum + value * onGpu.vector[d]!, 0);
    if (!(cosine >= MIN_COSINE))
      return wasm(
        `WebGPU (${adapter}) takes ${gpuMs} but is wrong, cosine ${cosine.toFixed(3)} to the right vector`,
      );
    return {
      backend: 'webgpu',
      reason: `WebGPU (${adapter}), 4-bit: ${gpuMs} against ${wasmMs} on WebAssembly, cosine ${cosine.toFixed(4)}`,
    };
  } finally {
    await twin.release();
  }
}

/** A picture with structure everywhere, the same each time. */
function probePicture(): PreparedInput {
  const pixels = new Uint8ClampedArray(PICTURE_PX * PICTURE_PX * 4);
  for (let i = 0; i < pixels.length; i++) pixels[i] = i % 4 === 3 ? 255 : (i * 37 + (i >> 6) * 11) % 256;
  return { modality: 'image', pixels };
}

async function embedProbe(tower: LoadedTower): Promise<Float32Array> {
  return meanDirection((await tower.embed(probePicture())).rows);
}

interface Timed {
  tower: LoadedTower;
  vector: Float32Array;
  /** Median. */
  ms: number;
}

async function time(runtime: EncoderRuntime, backend: Backend, dtype: 'q8' | 'q4'): Promise<Timed> {
  const tower = await runtime.loadTower(PROBE_TOWER, backend, dtype);
  try {
    const vector = await embedProbe(tower);
    const times: number[] = [];
    const begun = runtime.nowMs();
    while (times.length < RUNS && runtime.nowMs() - begun < MAX_RUNS_MS) {
      const start = runtime.nowMs();
      await embedProbe(tower);
      times.push(runtime.nowMs() - start);
    }
    times.sort((a, b) => a - b);
    return { tower, vector, ms: times[times.length >> 1]! };
  } catch (error) {
    await tower.release();
    throw error;
  }
}
