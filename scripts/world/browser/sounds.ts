import { AutoFeatureExtractor, env } from '@huggingface/transformers';
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { ESC10_CONCEPTS } from '../../../src/world/sounds/concepts.ts';
import { renderClip } from '../../../src/world/sounds/clip.ts';
import type { ClipSpec } from '../../../src/world/types.ts';
import { N_FRAMES, N_MELS } from '../train/augment.ts';
import { readCache, readJson, writeCache } from './cache.ts';

export const WINDOW_SAMPLES = 48_000;
const FEATURES = N_FRAMES * N_MELS;

/** A clip's samples in one window: zero-padded at the end. */
export function toWindow(samples: Float32Array): Float32Array {
  const window = new Float32Array(WINDOW_SAMPLES);
  window.set(samples.subarray(0, WINDOW_SAMPLES));
  return window;
}

interface Extracted {
  input_features: { data: Float32Array; dims: number[] };
}

/** The feature extractor that the page uses too, from preprocessor_config.json in the cache. */
export async function createExtractor(): Promise<(window: Float32Array) => Promise<Float32Array>> {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/cache/';
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.backends.onnx.wasm!.wasmPaths = { mjs: ortModuleUrl, wasm: ortWasmUrl };
  const extractor = await AutoFeatureExtractor.from_pretrained('extractor');
  return async (window) => {
    const { input_features: features } = (await extractor(window)) as Extracted;
    if (features.dims.at(-1) !== N_MELS || features.dims.at(-2)! < N_FRAMES) {
      throw new Error(
        `The extractor gave ${features.dims.join(' x ')}, expected at least ${N_FRAMES} x ${N_MELS}.`,
      );
    }
    return features.data.slice(0, FEATURES);
  };
}

/** Renders clips and writes their log-mel features, [n, 128, 64] float32, beside their specs. */
export async function makeFeatures(name: string, clips: readonly ClipSpec[]): Promise<void> {
  const extract = await createExtractor();
  const out = new Float32Array(clips.length * FEATURES);
  for (const [i, clip] of clips.entries()) {
    out.set(await extract(toWindow(renderClip(clip))), i * FEATURES);
    if (i % 1000 === 999) console.log(`[world] ${name}: ${i + 1} of ${clips.length} sounds`);
  }
  await writeCache(`sounds/${name}.mel`, new Uint8Array(out.buffer));
  await writeCache(`sounds/${name}.json`, JSON.stringify(clips));
}

export interface Recording {
  file: string;
  concept: string;
  fold: number;
  /** First of its windows in esc10.mel, and how many there are (0, 1 and 2 s into the recording). */
  first: number;
  count: number;
}

/** Features of the ESC-10 recordings: three overlapping windows each. Writes an empty list where there are none. */
export async function makeRecordings(present: boolean): Promise<number> {
  const recordings: Recording[] = [];
  const features: Float32Array[] = [];
  if (present) {
    const extract = await createExtractor();
    const context = new OfflineAudioContext(1, 1, 16_000);
    for (const [folder, concept] of Object.entries(ESC10_CONCEPTS)) {
      const files = (await (await fetch(`/esc10/${folder}`)).json()) as string[];
      for (const file of files.filter((name) => /\.(ogg|wav|flac)$/.test(name))) {
        const buffer = await (await fetch(`/esc10/${folder}/${file}`)).arrayBuffer();
        const samples = (await context.decodeAudioData(buffer)).getChannelData(0);
        recordings.push({
          file: `${folder}/${file}`,
          concept,
          fold: Number(file[0]),
          first: features.length,
          count: 3,
        });
        for (let second = 0; second < 3; second++)
          features.push(await extract(toWindow(samples.subarray(second * 16_000))));
      }
    }
  }
  const out = new Float32Array(features.length * FEATURES);
  features.forEach((feature, i) => out.set(feature, i * FEATURES));
  await writeCache('sounds/esc10.mel', new Uint8Array(out.buffer));
  await writeCache('sounds/esc10.json', JSON.stringify(recordings));
  return recordings.length;
}

/** Features and what they are of. */
export async function readFeatures<T>(
  name: string,
): Promise<{ of: T[]; mel: (index: number) => Float32Array }> {
  const all = new Float32Array(await readCache(`sounds/${name}.mel`));
  return {
    of: await readJson<T[]>(`sounds/${name}.json`),
    mel: (index) => all.subarray(index * FEATURES, (index + 1) * FEATURES),
  };
}
