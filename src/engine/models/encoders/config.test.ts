import { expect, test } from 'vitest';
import { FormatError } from '../../../base/errors.ts';
import type { ModelFamily } from '../types.ts';
import { parseObject, readingOf, type Json } from './config.ts';
import type { Reading } from './tower.ts';

const configs = (preprocessor: Json | undefined, config: Json = {}, tokenizerConfig?: Json) => ({
  config,
  preprocessor,
  tokenizerConfig,
});
const pixels = (family: ModelFamily, preprocessor?: Json) =>
  (readingOf(family, 'image', configs(preprocessor)) as Extract<Reading, { kind: 'pixels' }>).spec;

test('SigLIP: squashed to a square, mean and deviation 0.5', () => {
  const spec = pixels('siglip', {
    do_rescale: true,
    image_mean: [0.5, 0.5, 0.5],
    image_processor_type: 'SiglipImageProcessor',
    image_std: [0.5, 0.5, 0.5],
    resample: 2,
    size: { height: 256, width: 256 },
  });
  expect(spec).toMatchObject({
    resize: { mode: 'squash', width: 256, height: 256 },
    filter: 'bilinear',
    crop: undefined,
    mean: [0.5, 0.5, 0.5],
  });
});

test('MobileCLIP: bilinear, cropped, neither mean nor deviation', () => {
  const spec = pixels('mobileclip', {
    crop_size: { height: 256, width: 256 },
    do_center_crop: true,
    do_normalize: false,
    resample: 2,
    size: { shortest_edge: 256 },
  });
  expect(spec).toMatchObject({
    resize: { mode: 'shortest', size: 256 },
    filter: 'bilinear',
    crop: { width: 256, height: 256 },
    mean: [0, 0, 0],
    std: [1, 1, 1],
    scale: 1 / 255,
  });
});

test('Jina CLIP: its own names for the same', () => {
  const spec = pixels('jina-clip', {
    image_processor_type: 'JinaCLIPImageProcessor',
    size: 224,
    resize_mode: 'shortest',
    interpolation: 'bicubic',
    mean: [0.1, 0.2, 0.3],
    std: [0.4, 0.5, 0.6],
  });
  expect(spec).toMatchObject({
    resize: { mode: 'shortest', size: 224 },
    filter: 'bicubic',
    crop: { width: 224, height: 224 },
    mean: [0.1, 0.2, 0.3],
    std: [0.4, 0.5, 0.6],
  });
});

test('old configurations have plain numbers; without a file the family’s usual ones hold', () => {
  expect(pixels('clip', { size: 336, crop_size: 336, do_center_crop: true, resample: 3 })).toMatchObject({
    resize: { mode: 'shortest', size: 336 },
    crop: { width: 336, height: 336 },
    mean: [0.48145466, 0.4578275, 0.40821073],
  });
  expect(pixels('clip')).toMatchObject({ resize: { mode: 'shortest', size: 224 }, filter: 'bicubic' });
  expect(pixels('internvl')).toMatchObject({ resize: { mode: 'squash' }, mean: [0.485, 0.456, 0.406] });
  expect(pixels('clip', { do_resize: false, do_rescale: false })).toMatchObject({
    resize: undefined,
    scale: 1,
  });
});

test.each<[string, Json]>([
  ['resample 9', { resample: 9 }],
  ['resample', { resample: '__proto__' }],
  ['no size', { size: {} }],
  ['size.shortest_edge', { size: { shortest_edge: 1e9 } }],
  ['crop_size', { crop_size: -1 }],
  ['image_std', { image_std: [1, 0, 1] }],
  ['image_mean', { image_mean: [1, 2] }],
  ['rescale_factor', { rescale_factor: 'x' }],
])('a picture setting that cannot be is refused by name: %s', (name, preprocessor) => {
  const read = () => pixels('clip', preprocessor);
  expect(read).toThrow(FormatError);
  expect(read).toThrow(name);
});

test.each<[string, Json]>([
  ['fft_window_size', { fft_window_size: 1000 }],
  ['truncation', { truncation: 'none' }],
  ['padding', { padding: 'mirror' }],
  ['nb_max_samples', { nb_max_samples: 1e12 }],
  ['sampling_rate', { sampling_rate: 0 }],
])('a sound setting that cannot be is refused by name: %s', (name, preprocessor) => {
  expect(() => readingOf('clap', 'audio', configs(preprocessor))).toThrow(name);
});

test('CLAP and ImageBind have their published numbers where the file leaves them out', () => {
  expect(readingOf('clap', 'audio', configs(undefined))).toMatchObject({
    kind: 'clap',
    spec: { sampleRateHz: 48_000, hop: 480, nMels: 64, windowSamples: 480_000, truncation: 'rand_trunc' },
  });
  expect(readingOf('imagebind', 'audio', configs({ target_length: 100 }))).toMatchObject({
    kind: 'imagebind',
    spec: { sampleRateHz: 16_000, nMels: 128, frames: 100, mean: -4.268, std: 9.138, clips: 3 },
  });
});

test('texts: the least of what the files and the family say; SigLIP fills up', () => {
  const text = (family: ModelFamily, config: Json, tokenizer?: Json) =>
    readingOf(family, 'text', configs(undefined, config, tokenizer));
  expect(text('clip', {}, { model_max_length: 1e30 })).toMatchObject({ most: 77, pad: false });
  expect(text('internvl', {})).toMatchObject({ most: 80, prefix: 'summarize:' });
  expect(text('clip', {})).not.toHaveProperty('prefix');
  expect(text('siglip', {}, { model_max_length: 64 })).toMatchObject({ most: 64, pad: true });
  expect(text('clap', { text_config: { max_position_embeddings: 514 } })).toMatchObject({ most: 512 });
  expect(text('other', { text_config: { max_position_embeddings: 128 } })).toMatchObject({ most: 128 });
});

test('JSON that is none, or no object, is refused by name', () => {
  expect(() => parseObject('<html>', 'config.json')).toThrow(/config\.json is no JSON/);
  expect(() => parseObject('[1]', 'config.json')).toThrow(FormatError);
});
