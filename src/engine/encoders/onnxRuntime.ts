/** The encoders' runtime in the worker: transformers.js and ONNX Runtime, about 120 kB gzip and 27 MB of WebAssembly. */
import {
  AutoFeatureExtractor,
  AutoImageProcessor,
  AutoTokenizer,
  ClapAudioModelWithProjection,
  ClapTextModelWithProjection,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  LogLevel,
  RawImage,
  type PreTrainedModel,
  type Tensor,
} from '@huggingface/transformers';
import * as ort from 'onnxruntime-web/webgpu';
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { LabError, messageOf, ModelError, throwIfAborted } from '../../base/errors.ts';
import { loadEnsemble } from '../ensembles/ensemble.ts';
import { SerialLock } from '../workers/serialLock.ts';
import { cutWindows, onWhite, PICTURE_PX, type PreparedInput } from './inputs.ts';
import { ModelFiles } from './modelFiles.ts';
import type { EncoderRuntime, LoadedTower } from './runtime.ts';
import { guardCreate, throwFailure, type SessionClass } from './sessions.ts';
import { notePieces } from './textPieces.ts';
import { PRECISIONS, type TowerSpec } from './towers.ts';

const MAX_THREADS = 2;

type GraphFeeds = Record<string, Tensor>;

/** Turns an input into the feeds of the graph's runs, one a window of a sound, made when their turn comes. */
type Feeder = (input: PreparedInput) => { feeds: (() => Promise<GraphFeeds>)[]; note?: string };

interface TowerKind {
  Model: typeof PreTrainedModel;
  file: 'text_model' | 'vision_model' | 'audio_model';
  output: 'text_embeds' | 'image_embeds' | 'audio_embeds';
  needs: readonly string[];
  createFeeder: (repo: string) => Promise<Feeder>;
}

const PROCESSOR_FILES = ['config.json', 'preprocessor_config.json'];
const TOKENIZER_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];

function kindOf({ modality, family }: TowerSpec): TowerKind {
  if (modality === 'text') {
    return {
      Model: family === 'clip' ? CLIPTextModelWithProjection : ClapTextModelWithProjection,
      file: 'text_model',
      output: 'text_embeds',
      needs: TOKENIZER_FILES,
      createFeeder: textFeeder,
    };
  }
  return modality === 'image'
    ? {
        Model: CLIPVisionModelWithProjection,
        file: 'vision_model',
        output: 'image_embeds',
        needs: PROCESSOR_FILES,
        createFeeder: imageFeeder,
      }
    : {
        Model: ClapAudioModelWithProjection,
        file: 'audio_model',
        output: 'audio_embeds',
        needs: PROCESSOR_FILES,
        createFeeder: audioFeeder,
      };
}

function only<M extends PreparedInput['modality']>(input: PreparedInput, modality: M) {
  if (input.modality !== modality)
    throw new ModelError(`This encoder takes ${modality}, not ${input.modality}.`);
  return input as Extract<PreparedInput, { modality: M }>;
}

async function textFeeder(repo: string): Promise<Feeder> {
  const tokenizer = await AutoTokenizer.from_pretrained(repo);
  return (input) => {
    const { text } = only(input, 'text');
    const note = notePieces(text, tokenizer.encode(text), tokenizer);
    const cut = tokenizer._call(text, { truncation: true }) as unknown as GraphFeeds;
    const feeds = [() => Promise.resolve(cut)];
    return note === undefined ? { feeds } : { feeds, note };
  };
}

async function imageFeeder(repo: string): Promise<Feeder> {
  const processor = await AutoImageProcessor.from_pretrained(repo);
  return (input) => {
    const image = new RawImage(onWhite(only(input, 'image').pixels), PICTURE_PX, PICTURE_PX, 3);
    return { feeds: [async () => ({ pixel_values: (await processor._call([image])).pixel_values })] };
  };
}

async function audioFeeder(repo: string): Promise<Feeder> {
  const extractor = await AutoFeatureExtractor.from_pretrained(repo);
  return (input) => ({
    feeds: cutWindows(only(input, 'audio').samples).map(
      (window) => () => extractor._call(window) as Promise<GraphFeeds>,
    ),
  });
}

/** What went wrong while a library read a model's files: they are all there, so one is damaged. Other errors pass. */
function damaged(what: string, error: unknown): unknown {
  if (error instanceof LabError && !(error instanceof ModelError)) return error;
  return new ModelError(
    `${what} or a file beside it is damaged (${messageOf(error)}). Rebuild it with "npm run world", then reload.`,
  );
}

/**
 * Sets up both libraries for this worker, once.
 * @param modelsUrl address of models/, with a slash at its end
 * @param onBroken called when the GPU device is lost while nothing runs
 */
export function createOnnxRuntime(modelsUrl: string, onBroken: (reason: string) => void): EncoderRuntime {
  const files = new ModelFiles(modelsUrl);
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = ModelFiles.ROOT;
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.logLevel = LogLevel.ERROR;
  env.fetch = files.answer;
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

  /** ONNX Runtime destroys its device with the last session on it, and makes another for the next. */
  const watchDevice = async () => {
    const device = (await ort.env.webgpu.device) as GPUDevice;
    if (watched.has(device)) return;
    watched.add(device);
    const { reason, message } = await device.lost;
    if (reason !== 'destroyed') onBroken(`the GPU device was lost (${message || 'no reason given'})`);
  };

  return {
    adapter: findAdapter,
    nowMs: () => performance.now(),
    loadEnsemble: (ref, backend) => loadEnsemble(create, modelsUrl, ref, backend),
    async loadTower(spec, backend, dtype): Promise<LoadedTower> {
      if (backend === 'webgpu' && (await findAdapter()) === undefined)
        throw new ModelError('WebGPU was asked for, but this browser offers no adapter. Use WebAssembly.');
      const { repo } = spec;
      const { Model, file, output, needs, createFeeder } = kindOf(spec);
      const { suffix } = Object.values(PRECISIONS).find((precision) => precision.dtype === dtype)!;
      const path = `onnx/${file}${suffix}.onnx`;
      const { model, feeder } = await files
        .load(repo, [...needs, path], async () => {
          const made = await Model.from_pretrained(repo, { device: backend, dtype });
          throwFailure(made.sessions.model);
          return { model: made, feeder: await createFeeder(repo) };
        })
        .catch((error: unknown) => {
          throw damaged(`${repo}/${path}`, error);
        });
      if (backend === 'webgpu') void watchDevice();
      return {
        async release() {
          await model.dispose();
        },
        async embed(input, signal) {
          const rows: Float32Array[] = [];
          const { feeds, note } = feeder(input);
          for (const makeFeeds of feeds) {
            throwIfAborted(signal);
            const outputs = (await model.forward(await makeFeeds())) as GraphFeeds;
            throwFailure(outputs);
            const row = outputs[output];
            if (!row) throw new ModelError(`${repo}/${path} has no output "${output}".`);
            rows.push((row.data as Float32Array).slice());
            row.dispose();
          }
          return note === undefined ? { rows } : { rows, note };
        },
      };
    },
  };
}

/** In a worker, an address without origin would be looked up beside the worker's own file. */
const absolute = (url: string) => new URL(url, globalThis.location.href).href;

async function findAdapter(): Promise<string | undefined> {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return undefined;
    const { vendor, architecture, isFallbackAdapter } = adapter.info;
    if (isFallbackAdapter || architecture === 'swiftshader') return 'software adapter';
    return [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  } catch {
    return undefined; // a browser that fails to answer offers none
  }
}
