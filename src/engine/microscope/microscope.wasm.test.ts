/** The embedded world, as it ships, under the microscope: its worker, the encoders' worker, and files from the server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { normaliseRows } from '../../math/sphere.ts';
import { MEMBERS, RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Recipe } from '../../recipe/types.ts';
import type { CollectionManifest } from '../../world/types.ts';
import { createEncoders, type Encoders } from '../encoders/encoders.ts';
import { fetchFile, fetchJson } from '../storage/fetchFile.ts';
import { createMicroscope, type MicroscopeClient } from './microscope.ts';
import type { MemberRequest } from './types.ts';

const recipe = (id: string): Recipe => RECIPES.find((one) => one.id === id)!;
const MEMBERS_ASKED: MemberRequest = {
  recipe: recipe('unified-pp'),
  bondId: 'c-foley',
  tasks: ['audio>text', 'text>audio'],
  settings: [{ name: 'projected', factors: { 'c-foley': { text: 1, audio: 1 } } }],
  metric: 'MRR',
};

let encoders: Encoders;
let microscope: MicroscopeClient;

beforeAll(async () => {
  encoders = createEncoders({ assetUrl: (path) => `/${path}`, backend: 'wasm' });
  microscope = createMicroscope({
    manifest: await fetchJson<CollectionManifest>('/world/collection.json'),
    spaces: () => SPACES,
    async spaceEmbeddings(id) {
      const stored = readSafetensors(await fetchFile(`/world/embeddings/${id}.safetensors`));
      const { dim, modalities } = SPACES.find((space) => space.id === id)!;
      const rows = modalities.map((modality): [Modality, Float32Array] => [
        modality,
        normaliseRows(stored.get(modality)!.data, dim),
      ]);
      return Object.fromEntries(rows);
    },
    members: (id, x, signal) => encoders.members(id, x, signal),
    encodeTexts: (id, texts, signal) => encoders.encodeTexts(id, texts, signal),
  });
});
afterAll(() => {
  microscope.dispose();
  encoders.dispose();
});

test('each of the seven projectors finds sounds and sentences; together they find more than the mean of them', async () => {
  const told: number[] = [];
  const { members, rows, agreement } = await microscope.memberStudy(MEMBERS_ASKED, {
    onProgress: (fraction) => told.push(fraction),
  });
  expect(members).toEqual(MEMBERS.map((member) => ({ ensemble: 'foley-to-unified', member })));
  expect(rows.map(({ task }) => task)).toEqual(MEMBERS_ASKED.tasks);
  for (const { all, chance, members: each } of rows) {
    const alone = each.map((member) => member.alone);
    expect(Math.min(...alone)).toBeGreaterThan(2 * chance);
    expect(all).toBeGreaterThan(alone.reduce((sum, value) => sum + value, 0) / alone.length);
    for (const { effect, without } of each) expect(effect!.mean).toBeCloseTo(all - without, 6);
  }
  expect(agreement.map(({ modality }) => modality)).toEqual(['text', 'audio']);
  for (const { cosines, meanCosine } of agreement) {
    for (let a = 0; a < 7; a++) expect(cosines[a * 7 + a]).toBeCloseTo(1, 4);
    expect(meanCosine).toBeGreaterThan(0.3);
    expect(meanCosine).toBeLessThan(0.999);
  }
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

test('a study that is taken back leaves the worker to the next: what a displacement and a combination keep', async () => {
  const abort = new AbortController();
  const taken = microscope.memberStudy(MEMBERS_ASKED, {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await expect(taken).rejects.toBeInstanceOf(AbortedError);
  const setting = { name: 'base', factors: { 'c-foley': { text: 0, audio: 0 } } };
  const { bonds } = await microscope.keepsStudy({
    bonds: [
      { recipe: recipe('pictext-u'), bondId: 'd-pictext' },
      { recipe: recipe('unified-pp'), bondId: 'c-foley', setting },
    ],
    maxItems: 120,
  });
  const [displaced, combined] = bonds;
  const served = (change: { modalities: { modality: Modality }[] }) =>
    change.modalities.map(({ modality }) => modality);
  expect(served(displaced!.projections[0]!)).toEqual(['text', 'image', 'audio']);
  expect(served(combined!.projections[0]!)).toEqual(['text', 'audio']);
  for (const { modalities } of [...displaced!.projections, ...combined!.projections]) {
    for (const { nItems, neighboursKept } of modalities) {
      expect(nItems).toBe(120);
      // By chance 10 of 119 stay.
      expect(neighboursKept.mean).toBeGreaterThan(2 * (10 / 119));
      expect(neighboursKept.mean).toBeLessThan(1);
    }
  }
  // With no share of the expert, the fused vectors are the base's.
  for (const { neighboursKept, uniformity } of combined!.fused!.modalities) {
    expect(neighboursKept.mean).toBeCloseTo(1, 6);
    expect(uniformity.after).toBeCloseTo(uniformity.before, 6);
  }
  expect(combined!.fused!.pairs).toHaveLength(3);
});

test('two experts that agree are quiet; two whose sounds lie apart in PicText are found, and averaging them is worse', async () => {
  const quiet = await microscope.conflictStudy({
    experts: ['foley', 'tone'],
    ensembles: ['foley-to-unified', 'tone-to-unified'],
    target: 'unified',
  });
  expect(quiet.warning).toBeUndefined();
  expect(quiet.modalities.map(({ modality, texts }) => [modality, texts])).toEqual([
    ['text', 'sound'],
    ['audio', undefined],
  ]);
  expect(quiet.modalities[1]!.score.high).toBeLessThan(0.2);
  expect(quiet.measured.every(({ change }) => change.high > 0)).toBe(true);
  const loud = await microscope.conflictStudy({
    experts: ['unified', 'foley'],
    ensembles: ['unified-to-pictext', 'foley-to-pictext'],
    target: 'pictext',
  });
  const [, sounds] = loud.modalities;
  expect(sounds!.modality).toBe('audio');
  expect(sounds!.score.low).toBeGreaterThan(loud.threshold);
  expect(loud.warning).toContain('Unified and Foley disagree on');
  // Both see the same neighbours, far above chance, and put them to places that have nothing in common.
  expect(sounds!.neighboursShared.low).toBeGreaterThan(10 * sounds!.neighboursByChance);
  expect(sounds!.projectedCosine.mean).toBeLessThan(0.2);
  expect(loud.measured.find(({ task }) => task === 'audio>text')!.change.high).toBeLessThan(0);
});
