/**
 * The JSON files of the Hugging Face layout. transformers.js chooses its classes by model_type; the towers are mixers
 * that answer to the inputs and outputs of CLIP and CLAP, not their transformers.
 */
import { MAX_TOKENS, PAD } from '../tokenizer/wordPiece.ts';

/** preprocessor_config.json of the sound encoders: 16 kHz, windows of 3 s, 64 mel bands, 128 frames. */
export const EXTRACTOR_CONFIG = {
  feature_extractor_type: 'ClapFeatureExtractor',
  processor_class: 'ClapProcessor',
  sampling_rate: 16_000,
  feature_size: 64,
  fft_window_size: 1024,
  hop_length: 375,
  frequency_min: 50,
  frequency_max: 8000,
  max_length_s: 3,
  nb_max_samples: 48_000,
  nb_frequency_bins: 513,
  n_fft: 1024,
  padding: 'repeatpad',
  padding_side: 'right',
  padding_value: 0,
  return_attention_mask: false,
  top_db: null,
  truncation: 'rand_trunc',
} as const;

/** preprocessor_config.json of the picture encoders: 64 x 64 pixels in [-1, 1]; other sizes are resized and cropped. */
export const IMAGE_PROCESSOR_CONFIG = {
  image_processor_type: 'CLIPImageProcessor',
  do_convert_rgb: true,
  do_resize: true,
  size: { shortest_edge: 64 },
  /** Bicubic. */
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 64, width: 64 },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
} as const;

/** What a model's config.json tells about its text tower; a repository without one leaves it out. */
export interface TextConfig {
  nPieces: number;
}

function textConfig(text: TextConfig | undefined) {
  if (!text) return {};
  return {
    text_config: { vocab_size: text.nPieces, max_position_embeddings: MAX_TOKENS, pad_token_id: PAD },
  };
}

/** config.json of a repository with CLIP's models. */
export function clipConfig(dim: number, text?: TextConfig): unknown {
  return {
    model_type: 'clip',
    architectures: ['CLIPModel'],
    projection_dim: dim,
    ...textConfig(text),
    vision_config: { image_size: 64, patch_size: 8, num_channels: 3 },
  };
}

/** config.json of a repository with CLAP's models. */
export function clapConfig(dim: number, text?: TextConfig): unknown {
  return {
    model_type: 'clap',
    architectures: ['ClapModel'],
    projection_dim: dim,
    ...textConfig(text),
    audio_config: { num_mel_bins: 64, spec_size: 128 },
  };
}
