/** The encoders' runtime in the worker: transformers.js and ONNX Runtime, about 120 kB gzip and 27 MB of WebAssembly. */
import {
  AutoFeatureExtractor,
  AutoImageProcessor,
  AutoTokenizer,
  ClapAudioModelWithProjection,
  ClapTextModelWithProjection,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  RawImage,
  type PreTrainedModel,
  type Tensor,
} from '@huggingface/transformers';
import { LabError, messageOf, ModelError, throwIfAborted } from '../../base/errors.ts';
import { loadEnsemble } from '../ensembles/ensemble.ts';
import { cutWindows, onWhite, PICTURE_PX, type PreparedInput } from './inputs.ts';
import { ModelFiles } from './modelFiles.ts';
import { findAdapter, setUpOnnx } from './onnxSetup.ts';
import type { EncoderRuntime, LoadedTower } from './runtime.ts';
import { throwFailure } from './sessions.ts';
import { notePieces } from './textPieces.ts';
import { PRECISIONS, type TowerSpec } from './towers.ts';

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
 * The encoders that ship with the lab, in this worker.
 * @param modelsUrl address of models/, with a slash at its end
 * @param onBroken called when the GPU device is lost while nothing runs
 */
export function createOnnxRuntime(modelsUrl: string, onBroken: (reason: string) => void): EncoderRuntime {
  const files = new ModelFiles(modelsUrl);
  const { create, watchDevice } = setUpOnnx(ModelFiles.ROOT, files.answer, onBroken);

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
