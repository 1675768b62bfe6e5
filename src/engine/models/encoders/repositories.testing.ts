/**
 * Repositories with the exact file names, configurations and processors of CLIP and CLAP on the hub, and tiny random weights:
 * graphs written here, tokenizers with few merges. What their graphs compute is simple enough to be computed again in a test.
 */
import { OnnxBuilder, type Precision } from '../../../formats/onnxBuilder.ts';
import type { OnnxType } from '../../../formats/onnx.ts';
import type { KeptModel } from '../types.ts';
import { CLAP_TOKENIZER, CLIP_TOKENIZER, N_CLAP_PIECES, N_CLIP_PIECES } from './tokenizers.testing.ts';

export const DIM = 512;
export const WIDTH = 32;
/** Pixels are averaged over blocks of 32 x 32. */
export const BLOCK_PX = 32;

/** Values in [-1, 1), the same each time. */
export function random(n: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const CLIP_CONFIGS = {
  'config.json': {
    model_type: 'clip',
    architectures: ['CLIPModel'],
    projection_dim: DIM,
    text_config: { model_type: 'clip_text_model', max_position_embeddings: 77, projection_dim: DIM },
    vision_config: { model_type: 'clip_vision_model', image_size: 224, patch_size: 32, projection_dim: DIM },
  },
  'preprocessor_config.json': {
    crop_size: { height: 224, width: 224 },
    do_center_crop: true,
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    feature_extractor_type: 'CLIPFeatureExtractor',
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_processor_type: 'CLIPFeatureExtractor',
    image_std: [0.26862954, 0.26130258, 0.27577711],
    resample: 3,
    rescale_factor: 0.00392156862745098,
    size: { shortest_edge: 224 },
  },
  'tokenizer.json': CLIP_TOKENIZER,
  'tokenizer_config.json': {
    tokenizer_class: 'CLIPTokenizer',
    model_max_length: 77,
    unk_token: '<|endoftext|>',
    bos_token: '<|startoftext|>',
    eos_token: '<|endoftext|>',
    pad_token: '<|endoftext|>',
  },
};

export const CLAP_CONFIGS = {
  'config.json': {
    model_type: 'clap',
    architectures: ['ClapModel'],
    projection_dim: DIM,
    text_config: { model_type: 'clap_text_model', max_position_embeddings: 514 },
    audio_config: { model_type: 'clap_audio_model', num_mel_bins: 64, spec_size: 256 },
  },
  'preprocessor_config.json': {
    chunk_length_s: 10,
    feature_extractor_type: 'ClapFeatureExtractor',
    feature_size: 64,
    fft_window_size: 1024,
    frequency_max: 14000,
    frequency_min: 50,
    hop_length: 480,
    max_length_s: 10,
    n_fft: 1024,
    nb_frequency_bins: 513,
    nb_max_frames: 1000,
    nb_max_samples: 480000,
    padding: 'repeatpad',
    padding_side: 'right',
    padding_value: 0.0,
    processor_class: 'ClapProcessor',
    return_attention_mask: false,
    sampling_rate: 48000,
    top_db: null,
    truncation: 'rand_trunc',
  },
  'tokenizer.json': CLAP_TOKENIZER,
  'tokenizer_config.json': {
    tokenizer_class: 'RobertaTokenizer',
    model_max_length: 512,
    unk_token: '<unk>',
    bos_token: '<s>',
    eos_token: '</s>',
    cls_token: '<s>',
    sep_token: '</s>',
    pad_token: '<pad>',
    mask_token: '<mask>',
  },
};

export interface TextWeights {
  table: Float32Array<ArrayBuffer>;
  projection: Float32Array<ArrayBuffer>;
}
/** Pieces' vectors [pieces, 32], and their projection [32, 512]. */
export const textWeights = (nPieces: number): TextWeights => ({
  table: random(nPieces * WIDTH, 1),
  projection: random(WIDTH * DIM, 2),
});
/** [3 * 7 * 7, 512] */
export const visionWeights = () => random(147 * DIM, 3);
/** [64, 512] */
export const audioWeights = () => random(64 * DIM, 4);

/** Sum of the vectors of the pieces that count, projected. */
function textGraph(nPieces: number, precision: Precision, hasMask: boolean): Uint8Array<ArrayBuffer> {
  const builder = new OnnxBuilder({ precision });
  const { table, projection } = textWeights(nPieces);
  let vectors = builder.lookUp('input_ids', 'table', table, WIDTH);
  if (hasMask) {
    const mask = builder.add('Cast', ['attention_mask'], { to: { int: 1 } });
    vectors = builder.add('Mul', [vectors, builder.add('Unsqueeze', [mask, builder.ints([2])])]);
  }
  const sum = builder.add('ReduceSum', [vectors, builder.ints([1])], { keepdims: { int: 0 } });
  const embeds = builder.linear(sum, 'projection', { dIn: WIDTH, dOut: DIM, data: projection });
  const ids = (name: string) => ({
    name,
    type: 'int64' as OnnxType,
    dims: ['batch_size', 'sequence_length'],
  });
  return builder.write(
    'text_model',
    hasMask ? [ids('input_ids'), ids('attention_mask')] : [ids('input_ids')],
    [[{ name: 'text_embeds', type: 'float32', dims: ['batch_size', DIM] }, embeds]],
  );
}

/** Means of blocks of 32 x 32 pixels, projected. */
function visionGraph(precision: Precision): Uint8Array<ArrayBuffer> {
  const builder = new OnnxBuilder({ precision });
  const block = { ints: [BLOCK_PX, BLOCK_PX] };
  const pooled = builder.add('AveragePool', ['pixel_values'], { kernel_shape: block, strides: block });
  const flat = builder.reshape(pooled, [-1, 147]);
  const embeds = builder.linear(flat, 'projection', { dIn: 147, dOut: DIM, data: visionWeights() });
  return builder.write(
    'vision_model',
    [{ name: 'pixel_values', type: 'float32', dims: ['batch_size', 'num_channels', 'height', 'width'] }],
    [[{ name: 'image_embeds', type: 'float32', dims: ['batch_size', DIM] }, embeds]],
  );
}

/** Means of the mel bands over time, projected. */
function audioGraph(precision: Precision): Uint8Array<ArrayBuffer> {
  const builder = new OnnxBuilder({ precision });
  const means = builder.add('ReduceMean', ['input_features', builder.ints([2])], { keepdims: { int: 0 } });
  const flat = builder.reshape(means, [-1, 64]);
  const embeds = builder.linear(flat, 'projection', { dIn: 64, dOut: DIM, data: audioWeights() });
  return builder.write(
    'audio_model',
    [{ name: 'input_features', type: 'float32', dims: ['batch_size', 'num_channels', 'height', 'width'] }],
    [[{ name: 'audio_embeds', type: 'float32', dims: ['batch_size', DIM] }, embeds]],
  );
}

const SUFFIXES: Readonly<Record<Precision, string>> = { fp32: '', q8: '_quantized', q4: '_q4' };
export type RepositoryFiles = Map<string, Uint8Array<ArrayBuffer>>;

function withConfigs(configs: Record<string, object>): RepositoryFiles {
  const encoder = new TextEncoder();
  return new Map(
    Object.entries(configs).map(([path, content]) => [
      path,
      encoder.encode(JSON.stringify(content)) as Uint8Array<ArrayBuffer>,
    ]),
  );
}

/** As Xenova/clip-vit-base-patch32 lies on the hub: separate towers in onnx/, 512 dimensions. */
export function clipRepository(precisions: readonly Precision[] = ['fp32', 'q8', 'q4']): RepositoryFiles {
  const files = withConfigs(CLIP_CONFIGS);
  for (const precision of precisions) {
    files.set(`onnx/text_model${SUFFIXES[precision]}.onnx`, textGraph(N_CLIP_PIECES, precision, false));
    files.set(`onnx/vision_model${SUFFIXES[precision]}.onnx`, visionGraph(precision));
  }
  return files;
}

/** As Xenova/clap-htsat-unfused lies on the hub. */
export function clapRepository(precisions: readonly Precision[] = ['fp32', 'q8', 'q4']): RepositoryFiles {
  const files = withConfigs(CLAP_CONFIGS);
  for (const precision of precisions) {
    files.set(`onnx/text_model${SUFFIXES[precision]}.onnx`, textGraph(N_CLAP_PIECES, precision, true));
    files.set(`onnx/audio_model${SUFFIXES[precision]}.onnx`, audioGraph(precision));
  }
  return files;
}

export const asBlobs = (files: RepositoryFiles): Map<string, Blob> =>
  new Map([...files].map(([path, bytes]) => [path, new Blob([bytes])]));

/** The record of a kept model over such files. */
export function keptRecord(
  repo: string,
  files: ReadonlyMap<string, Blob>,
  precision: KeptModel['precision'] = 'fp32',
  at = '2026-01-01T00:00:00Z',
): KeptModel {
  const list = [...files].map(([path, { size }]) => ({ path, bytes: size, sha256: '' }));
  return {
    repo,
    precision,
    revision: 'main',
    files: list,
    bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
    at,
  };
}
