import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelFamily } from '../types.ts';
import { readLicence } from './licence.ts';
import { graphOf, planRepo } from './plan.ts';
import { SHELF } from './shelf.ts';
import type { Listing } from './source.ts';

const PLAIN = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

function listing(paths: readonly string[]): Listing {
  const files = paths.map((path, i) => ({ path, bytes: 10 + i }));
  return { revision: 'a'.repeat(40), files, licence: 'mit', notes: [] };
}

const graphs = (towers: string[], suffixes: string[]) =>
  towers.flatMap((tower) => suffixes.map((suffix) => `onnx/${tower}${suffix}.onnx`));

test('the repositories of the shelf, by their file names and configurations', () => {
  const three = ['', '_fp16', '_quantized'];
  const clip = planRepo(
    'Xenova/clip-vit-base-patch32',
    listing([...PLAIN, ...graphs(['text_model', 'vision_model', 'model'], three)]),
    { model_type: 'clip', projection_dim: 512 },
    {},
  );
  expect(clip).toMatchObject({ family: 'clip', dim: 512, notes: [] });
  // Its whole graph is not fetched where it has towers.
  expect(clip.files.int8!.map(({ path }) => path)).toEqual([
    ...PLAIN,
    'onnx/text_model_quantized.onnx',
    'onnx/vision_model_quantized.onnx',
  ]);
  expect(clip.towers.map(({ output }) => output)).toEqual(['text_embeds', 'image_embeds']);

  const clap = planRepo(
    'Xenova/clap-htsat-unfused',
    listing([...PLAIN, ...graphs(['text_model', 'audio_model'], three)]),
    { model_type: 'clap', projection_dim: 512 },
    {},
  );
  expect(clap.towers.map(({ modality, output }) => [modality, output])).toEqual([
    ['text', 'text_embeds'],
    ['audio', 'audio_embeds'],
  ]);

  const siglip = planRepo(
    'onnx-community/siglip2-base-patch16-224-ONNX',
    listing([...PLAIN, ...graphs(['text_model', 'vision_model'], ['', '_q4f16'])]),
    { model_type: 'siglip', text_config: { model_type: 'siglip_text_model' }, vision_config: {} },
    {},
  );
  expect(siglip).toMatchObject({ family: 'siglip', dim: 768 });
  expect(siglip.towers.map(({ output }) => output)).toEqual(['pooler_output', 'pooler_output']);
  expect(siglip.notes.join()).toMatch(/names no dimension: 768/);
  expect(
    graphOf(
      siglip.towers[1],
      '4-bit',
      siglip.files['4-bit']!.map(({ path }) => path),
    ),
  ).toBe('onnx/vision_model_q4f16.onnx');

  const jina = planRepo(
    'jinaai/jina-clip-v2',
    listing([...PLAIN, ...graphs(['model'], ['_q4', '_fp16']), 'onnx/model_fp16.onnx_data']),
    { model_type: 'jina_clip', projection_dim: 1024 },
    {},
  );
  expect(jina).toMatchObject({ family: 'jina-clip', dim: 1024 });
  expect(jina.towers.map(({ file, output }) => [file, output])).toEqual([
    ['onnx/model', 'l2norm_text_embeddings'],
    ['onnx/model', 'l2norm_image_embeddings'],
  ]);
  expect(jina.files.fp16!.map(({ path }) => path)).toContain('onnx/model_fp16.onnx_data');
  expect(jina.files['4-bit']!.filter(({ path }) => path.endsWith('.onnx'))).toHaveLength(1);

  const mobile = planRepo(
    'Xenova/mobileclip_s0',
    listing([...PLAIN, ...graphs(['text_model', 'vision_model'], [''])]),
    { model_type: 'clip' },
    {},
  );
  expect(mobile).toMatchObject({ family: 'mobileclip', dim: 512 });
});

test('a layout that only this lab knows: three towers', () => {
  const plan = planRepo(
    'someone/imagebind-onnx',
    listing([...PLAIN, ...graphs(['text_model', 'vision_model', 'audio_model'], [''])]),
    { model_type: 'imagebind', projection_dim: 1024 },
    {},
  );
  expect(plan.towers.map(({ modality }) => modality)).toEqual(['text', 'image', 'audio']);
});

test('what is missing is noted', () => {
  const plan = planRepo(
    'a/b',
    listing(['config.json', ...graphs(['text_model'], ['', '_q4']), ...graphs(['vision_model'], [''])]),
    { model_type: 'clip' },
    undefined,
  );
  expect(Object.keys(plan.files)).toEqual(['fp32']);
  expect(plan.notes.join('\n')).toMatch(/4-bit is there, but not for image/);
  expect(plan.notes.join('\n')).toMatch(/tokenizer.json is missing/);
  expect(plan.notes.join('\n')).toMatch(/preprocessor_config.json is missing/);
  const alone = planRepo('a/b', listing([...PLAIN, 'onnx/vision_model.onnx']), { model_type: 'clip' }, {});
  expect(alone.notes.join('\n')).toMatch(/no graph for text/);
});

test('graphs beside the configuration, and families that nobody knows', () => {
  const text = planRepo(
    'a/b',
    listing(['config.json', 'tokenizer.json', 'model.onnx']),
    { hidden_size: 384 },
    undefined,
  );
  expect(text).toMatchObject({ family: 'other', dim: 384 });
  expect(text.towers).toEqual([{ modality: 'text', file: 'model', output: 'sentence_embedding' }]);
  const sound = planRepo('a/b', listing(['onnx/model.onnx']), {}, { sampling_rate: 16_000 });
  expect(sound.towers[0]).toMatchObject({ modality: 'audio', file: 'onnx/model' });
  expect(sound.dim).toBe(0);
});

test('hostile configurations: any JSON gives a plan with a dimension in bounds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (config, odd) => {
      const given = { ...config, projection_dim: odd, text_config: odd, model_type: odd };
      const plan = planRepo('a/b', listing(graphs(['text_model'], [''])), given, config);
      expect(Number.isInteger(plan.dim) && plan.dim >= 0 && plan.dim <= 65_536).toBe(true);
    }),
  );
});

test('licences as cards name them', () => {
  expect(readLicence({ cardData: { license: 'mit' } })).toBe('mit');
  expect(readLicence({ cardData: { license: 'other', license_name: 'apple-amlr' } })).toBe('apple-amlr');
  expect(readLicence({ tags: ['clip', 'license:cc-by-4.0'] })).toBe('cc-by-4.0');
  expect(readLicence('---\r\ntags: [a]\r\nlicense: "apache-2.0"\r\n---\r\n# Card\nlicense: none')).toBe(
    'apache-2.0',
  );
  expect(readLicence('---\nlicense: other\nlicense_name: own\n---\n')).toBe('own');
  for (const none of ['# Card\nlicense: mit', '', null, 3, { cardData: 7, tags: 'license:x' }]) {
    expect(readLicence(none)).toBeUndefined();
  }
});

test('the shelf has what was promised, and says why the rest cannot be had', () => {
  const families = new Set(SHELF.map(({ family }) => family));
  const promised: ModelFamily[] = [
    'clip',
    'siglip',
    'mobileclip',
    'jina-clip',
    'clap',
    'imagebind',
    'internvl',
  ];
  for (const family of promised) expect(families).toContain(family);
  expect(new Set(SHELF.map(({ repo }) => repo)).size).toBe(SHELF.length);
  expect(SHELF.every(({ dim, modalities }) => dim > 0 && modalities.includes('text'))).toBe(true);
  const missing = SHELF.filter(({ unavailable }) => unavailable);
  expect(missing.map(({ name, unavailable }) => [name, unavailable?.docs])).toEqual([
    ['ImageBind', 'docs/exporting.md'],
    ['InternVL-C', 'docs/exporting.md'],
  ]);
  for (const { bytes } of SHELF.filter(({ unavailable }) => !unavailable)) {
    expect(bytes.fp32).toBeGreaterThan(bytes.fp16!);
    expect(bytes.fp16).toBeGreaterThan(bytes.int8!);
  }
});
