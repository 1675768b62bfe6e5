import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { ENSEMBLES, SPACES } from '../../recipe/embedded.ts';
import { checkEnsembleId, ENCODER_IDS, PRECISIONS, towerOf } from './towers.ts';

test('every modality of every space has an encoder of its dimension, whose folder is there', () => {
  for (const { id, dim, modalities } of SPACES) {
    for (const modality of modalities) {
      const tower = towerOf(id, modality);
      expect([id, tower.modality, tower.dim]).toEqual([id, modality, dim]);
      const folder = new URL(`../../../public/models/${tower.repo}/config.json`, import.meta.url);
      expect([tower.repo, existsSync(fileURLToPath(folder))]).toEqual([tower.repo, true]);
    }
  }
});

test('a tuned space reads and sees with the encoders that it was tuned from, and hears with its own', () => {
  expect(towerOf('unified-dagger', 'text')).toBe(towerOf('unified', 'text'));
  expect(towerOf('unified-dagger', 'image').id).toBe('unified/image');
  expect(towerOf('unified-dagger', 'audio')).toMatchObject({
    id: 'unified-dagger/audio',
    repo: 'unified-dagger-audio',
  });
});

test('what a space does not know has no encoder', () => {
  expect(() => towerOf('tags', 'audio')).toThrow(InputError);
  expect(() => towerOf('c-mcr', 'text')).toThrow(/"c-mcr" has no encoder for text/);
  expect(() => towerOf('nowhere', 'text')).toThrow(InputError);
});

test('the status table has each encoder and each ensemble once, and every ensemble has its files', () => {
  expect(new Set(ENCODER_IDS).size).toBe(ENCODER_IDS.length);
  expect(ENCODER_IDS).toContain('tone/audio');
  expect(ENCODER_IDS).not.toContain('unified-dagger/text');
  for (const { id } of ENSEMBLES) {
    expect(ENCODER_IDS).toContain(id);
    expect(() => checkEnsembleId(id)).not.toThrow();
    for (const { suffix } of Object.values(PRECISIONS)) {
      const file = new URL(`../../../public/models/bonds/${id}/onnx/model${suffix}.onnx`, import.meta.url);
      expect([id, suffix, existsSync(fileURLToPath(file))]).toEqual([id, suffix, true]);
    }
  }
  expect(() => checkEnsembleId('c-foley')).toThrow(InputError);
});
