/** Sets up ONNX Runtime and transformers.js in a worker: one lock around all sessions, files from memory only. */
import { env, LogLevel } from '@huggingface/transformers';
import * as ort from 'onnxruntime-web/webgpu';
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { ModelError } from '../../base/errors.ts';
import type { CreateSession } from '../ensembles/ensemble.ts';
import { SerialLock } from '../workers/serialLock.ts';
import { SOFTWARE_ADAPTER } from './runtime.ts';
import { guardCreate, type SessionClass } from './sessions.ts';

const MAX_THREADS = 2;

export interface OnnxSetup {
  /** Creates a guarded session (guardCreate in sessions.ts). */
  create: CreateSession;
  /** To be called after a session on WebGPU was made: tells when its device is lost while nothing runs. */
  watchDevice: () => Promise<void>;
}

/**
 * Sets up both libraries for this worker, once.
 * @param root stands for the folder in which transformers.js looks for models
 * @param answer gives it their files
 * @param onBroken called when the GPU device is lost while nothing runs
 * @throws ModelError where two copies of ONNX Runtime are loaded
 */
export function setUpOnnx(
  root: string,
  answer: (input: string | URL) => Promise<Response>,
  onBroken: (reason: string) => void,
): OnnxSetup {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = root;
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.logLevel = LogLevel.ERROR;
  env.fetch = answer;
  if (env.backends.onnx.wasm !== ort.env.wasm)
    throw new ModelError(
      'Two copies of ONNX Runtime are loaded: its lock would guard one only. Install the pinned ones.',
    );
  ort.env.wasm.wasmPaths = { mjs: absolute(ortModuleUrl), wasm: absolute(ortWasmUrl) };
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated
    ? Math.min(MAX_THREADS, navigator.hardwareConcurrency)
    : 1;
  const create = guardCreate(ort.InferenceSession as unknown as SessionClass, new SerialLock());
  const watched = new WeakSet<GPUDevice>();
  return {
    create,
    /** ONNX Runtime destroys its device with the last session on it, and makes another for the next. */
    async watchDevice() {
      const device = (await ort.env.webgpu.device) as GPUDevice;
      if (watched.has(device)) return;
      watched.add(device);
      const { reason, message } = await device.lost;
      if (reason !== 'destroyed') onBroken(`the GPU device was lost (${message || 'no reason given'})`);
    },
  };
}

/** In a worker, an address without origin would be looked up beside the worker's own file. */
const absolute = (url: string) => new URL(url, globalThis.location.href).href;

/** WebGPU's adapter in words ("software adapter", "apple"), undefined where there is none. */
export async function findAdapter(): Promise<string | undefined> {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return undefined;
    const { vendor, architecture, isFallbackAdapter } = adapter.info;
    if (isFallbackAdapter || architecture === 'swiftshader') return SOFTWARE_ADAPTER;
    return [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  } catch {
    return undefined; // a browser that fails to answer offers none
  }
}
