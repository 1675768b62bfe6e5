/** Holds the worker, on this backend, to figures computed in PyTorch (float64): test/fixtures/freebind-oracle. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readNpy } from '../../formats/npy.ts';
import { RECIPES } from '../../recipe/embedded.ts';
import type { Direction } from '../../base/modality.ts';
import type { Backend, ComponentSet } from '../types.ts';
import { fetchFile, fetchJson } from '../storage/fetchFile.ts';
import { createScoring, type ScoringClient } from './scoring.ts';

const FOLDER = '/test/fixtures/freebind-oracle/';
const N = 200;
const DIM = 64;
const DIRECTIONS = ['audio>text', 'text>audio', 'audio>image', 'image>text'] as const;

type Figures = Record<'R@1' | 'R@5' | 'R@10' | 'medianRank' | 'MRR', number> & { ranks_head: number[] };
type Result = { text: number; audio: number } & Record<(typeof DIRECTIONS)[number], Figures>;

let scoring: ScoringClient;
let results: Result[];

async function components(names: string[], files: string[]): Promise<ComponentSet> {
  const data = await Promise.all(files.map(async (file) => readNpy(await fetchFile(FOLDER + file)).data));
  return { names, nItems: N, dim: DIM, data };
}

beforeAll(async () => {
  scoring = createScoring({ backend: import.meta.env.BONDLAB_BACKEND as Backend });
  ({ results } = await fetchJson<{ results: Result[] }>(`${FOLDER}expected.json`));
  const bonded = ['unified', 'c-foley.foley'];
  const all = Uint32Array.from({ length: N }, (_, i) => i);
  const relevant = Array.from(all, (i) => Uint32Array.of(i));
  await scoring.setCollection(
    'oracle',
    RECIPES[0],
    {
      text: await components(bonded, ['text_unified.npy', 'component_text.npy']),
      audio: await components(bonded, ['audio_unified.npy', 'component_audio.npy']),
      image: await components(['unified'], ['image_unified.npy']),
    },
    Object.fromEntries(
      DIRECTIONS.map((direction) => {
        const [queryModality, galleryModality] = direction.split('>') as ['audio', 'text'];
        return [direction, { queryModality, galleryModality, queries: all, gallery: all, relevant }];
      }),
    ),
  );
});
afterAll(() => scoring.dispose());

test('ranks and metrics of every direction at five settings are exact', async () => {
  expect(results.length).toBe(5);
  for (const result of results) {
    const factors = { 'c-foley': { text: result.text, audio: result.audio } };
    const metrics = await scoring.metrics('oracle', factors);
    for (const direction of DIRECTIONS) {
      const expected = result[direction];
      const found = metrics[direction]!;
      // The file holds the shares in float32.
      expect([found.R1, found.R5, found.R10, found.MedR].map(Math.fround)).toEqual([
        expected['R@1'],
        expected['R@5'],
        expected['R@10'],
        expected.medianRank,
      ]);
      expect(found.MRR).toBeCloseTo(expected.MRR, 6);
      const ranks = await scoring.ranks('oracle', direction as Direction, factors);
      expect([...ranks.subarray(0, expected.ranks_head.length)]).toEqual(expected.ranks_head);
    }
  }
});
