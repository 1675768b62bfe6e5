import { expect, test } from 'vitest';
import type { OwnEncoder } from '../../engine/models/types.ts';
import type { CollectionInfo } from '../../engine/collections/types.ts';
import type { Space } from '../../recipe/types.ts';
import { PROPOSAL } from './fakeModels.testing.ts';
import { specProblem, withModality, withOutput, withSpace } from './single.ts';
import { throughText } from './throughText.ts';

test('another modality brings the input that is common there, and keeps one that fits', () => {
  const { spec } = PROPOSAL;
  expect(withModality(spec, 'image').inputSpec).toMatchObject({ kind: 'pixels', px: 224, range: 'mean-std' });
  expect(withModality(spec, 'audio').inputSpec).toBe(spec.inputSpec);
  expect(withModality(spec, 'text').inputSpec.kind).toBe('tokens');
});

test('the space has as many numbers as the output gives', () => {
  const outputs = [...PROPOSAL.outputs, { name: 'pooled', dims: ['batch', 512], type: 'float32' }];
  expect(withOutput(PROPOSAL.spec, 'pooled', { ...PROPOSAL, outputs }).space).toEqual({
    id: 'ears-512',
    name: 'ears',
    dim: 512,
  });
  expect(withSpace(PROPOSAL.spec, 'My CLAP').space.id).toBe('my-clap-256');
  expect(specProblem(withSpace(PROPOSAL.spec, ' '))).toMatch(/needs a name/);
  expect(specProblem(PROPOSAL.spec)).toBeUndefined();
  expect(
    specProblem({ ...PROPOSAL.spec, inputSpec: { kind: 'waveform', sampleRateHz: 0, seconds: 3 } }),
  ).toMatch(/above 0/);
});

test('two spaces are bound through a collection whose texts both have read', () => {
  const space = (id: string, ...modalities: Space['modalities']): Space => ({
    id,
    name: id,
    about: '',
    dim: 8,
    modalities,
  });
  const encoder = (own: Space): OwnEncoder => ({
    id: own.id,
    space: own,
    modality: 'text',
    repo: undefined,
    precision: 'int8',
    probe: undefined,
    backend: undefined,
    pinned: false,
    state: 'ready',
  });
  const clip = space('clip', 'text', 'image');
  const clap = space('clap', 'text', 'audio');
  const info = (id: string, ...own: Space[]): CollectionInfo => ({
    id,
    name: id,
    createdAt: undefined,
    origin: 'media',
    counts: { text: 5, image: 5, audio: 5 },
    spaces: own.map((one) => ({ space: one, encoded: { text: 5 }, origin: '' })),
    bytes: 0,
    ready: true,
  });
  expect(throughText([], []).why).toMatch(/CLIP.*CLAP/);
  expect(throughText([encoder(clip)], []).why).toMatch(/hears and reads/);
  expect(throughText([encoder(space('all', 'text', 'image', 'audio')), encoder(clap)], []).why).toMatch(
    /sees and reads/,
  );
  const both = [encoder(clip), encoder(clip), encoder(clap)];
  expect(throughText(both, [info('a', clip), info('b', clap)]).why).toMatch(/Encode the texts/);
  const ready = throughText(both, [info('a', clip), info('b', clip, clap)]);
  expect(ready).toMatchObject({ why: undefined, bases: [clip], experts: [clap] });
  expect(ready.collections.map(({ id }) => id)).toEqual(['b']);
});
