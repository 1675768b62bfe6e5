import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readName, spaceId } from './names.ts';

test.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['audio_unified', 'audio', 'ImageBind', 'base'],
  ['text_expert_g', 'text', 'CLAP_g', 'expert'],
  ['text_expert_m', 'text', 'CLAP_m', 'expert'],
  ['clap_m_audio', 'audio', 'CLAP_m', 'expert'],
  ['image_embeds', 'image', undefined, undefined],
  ['clip_text', 'text', 'CLIP', undefined],
  ['features_clip', undefined, 'CLIP', undefined],
  ['imagebindAudioEmbeddings', 'audio', 'ImageBind', 'base'],
  ['InternVL-C.image', 'image', 'InternVL-C', 'expert'],
  ['test/ib_vision_feats', 'image', 'ImageBind', 'base'],
  ['clip vit b32 captions', 'text', 'CLIP vit b32', undefined],
  ['expert_sounds', 'audio', 'Expert', 'expert'],
  ['base_txt', 'text', 'Base', 'base'],
  ['my_space_pictures', 'image', 'my_space', undefined],
  ['x', undefined, undefined, undefined],
  ['constructor', undefined, 'constructor', undefined],
])('%s: %s of %s, %s', (name, modality, space, role) => {
  expect(readName(name)).toMatchObject({ modality, space, role });
});

test.each<[string, string | undefined]>([
  ['component_audio', 'component'],
  ['fused_text_0.37', 'fused'],
  ['0_weight', 'weight'],
  ['text_similarity', 'similarity'],
  ['audio_unified', undefined],
])('%s is made from others, or belongs to a model: %s', (name, derived) => {
  expect(readName(name).derived).toBe(derived);
});

test.each<[string, string | undefined]>([
  ['captions', 'captions'],
  ['text_ids', 'ids'],
  ['image_labels', 'labels'],
  ['file_names', 'ids'],
  ['split', 'halves'],
  ['score', undefined],
])('a list called %s holds %s', (name, list) => expect(readName(name).list).toBe(list));

test('ids of spaces: slug and dimension', () => {
  expect(spaceId('CLAP_g', 48)).toBe('clap-g-48');
  expect(spaceId('ImageBind++', 1024)).toBe('imagebindpp-1024');
  expect(spaceId('<b>', 3)).toBe('b-3');
  expect(spaceId('!', 3)).toBe('space-3');
});

test('any name is read', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 4096 }),
      (name, dim) => {
        readName(name);
        expect(spaceId(name, dim)).toMatch(new RegExp(`-${dim}$`));
      },
    ),
  );
});
