import { expect, test } from 'vitest';
import type { CollectionInfo, EncodeRun } from '../../engine/collections/types.ts';
import type { ArrayInfo } from '../../engine/intake/types.ts';
import type { DownloadState } from '../../engine/models/types.ts';
import { SPACES } from '../../recipe/embedded.ts';
import { nVectors, proposedSpaces, spacesToEncode } from './encodeChoice.ts';
import { CLAP, CLIP, IMAGEBIND } from './fakeModels.testing.ts';
import {
  bytesWords,
  checkWords,
  downloadWords,
  encodedWords,
  proposedPrecision,
  runWords,
  shelfState,
  sizesOf,
} from './words.ts';

const RUN: EncodeRun = {
  id: 'r',
  collectionId: 'c',
  spaceIds: ['foley'],
  state: 'running',
  done: 120,
  of: 3000,
  leftOut: [],
  reused: 0,
  itemsPerS: 4.21,
  secondsLeft: 700,
};

test('a run says how far and how fast it is, and what becomes of a pause', () => {
  expect(runWords(RUN)).toBe('Encoding: 120 of 3,000, 4.2 a second, 12 min left');
  expect(runWords({ ...RUN, state: 'paused' })).toBe(
    'Paused: 120 of 3,000, by hand or because the page was closed; it goes on from there',
  );
  expect(runWords({ ...RUN, itemsPerS: undefined, secondsLeft: undefined })).toBe('Encoding: 120 of 3,000');
});

test('what was found in an array is said, gravest first', () => {
  const array: ArrayInfo = { key: 'a', path: 'a', shape: [9, 4], dtype: 'F32', fortran: true };
  const checks = { notFinite: 1, zero: 0, notUnit: 8, norms: [2, 3] as [number, number], duplicates: 1 };
  expect(checkWords({ ...array, checks }).map(({ severity }) => severity)).toEqual([
    'left out',
    'put right',
    'note',
    'note',
  ]);
  expect(checkWords({ ...array, checks })[0]!.words).toBe(
    '1 row with NaN or infinity: it is left out with its partners',
  );
  expect(checkWords(array)).toEqual([]);
});

test('sizes are written with the figures there is room for', () => {
  expect([0, 980, 9_960_000, 153e6, 1.24e9, NaN].map(bytesWords)).toEqual([
    '0 B',
    '980 B',
    '10.0 MB',
    '153 MB',
    '1.2 GB',
    '–',
  ]);
});

test('the precision that is proposed is int8, else the smallest', () => {
  expect(proposedPrecision(CLIP.bytes)).toBe('int8');
  expect(proposedPrecision({ fp32: 9, fp16: 4, '4-bit': 6 })).toBe('fp16');
  expect(proposedPrecision({})).toBeUndefined();
  expect(sizesOf(CLAP.bytes).map(({ precision }) => precision)).toEqual(['fp32', 'int8']);
});

test('a model of the shelf is here, on its way, to be had or not', () => {
  const download: DownloadState = {
    repo: CLIP.repo,
    precision: 'int8',
    state: 'running',
    files: [
      { path: 'a', done: 30e6, of: 40e6 },
      { path: 'b', done: 0, of: 60e6 },
    ],
    bytesPerS: 2e6,
  };
  const kept = { repo: CLIP.repo, precision: 'int8' as const, revision: 'r', files: [], bytes: 1, at: '' };
  expect(shelfState(CLIP, [kept], []).kind).toBe('kept');
  expect(shelfState(CLIP, [], [download]).kind).toBe('downloading');
  expect(shelfState(CLIP, [kept], [{ ...download, state: 'done' }]).kind).toBe('kept');
  expect(shelfState(CLIP, [], [{ ...download, state: 'cancelled' }]).kind).toBe('offered');
  expect(shelfState(IMAGEBIND, [], []).kind).toBe('unavailable');
  expect(downloadWords(download)).toBe('On its way: 30 MB of 100 MB, 2.0 MB a second, 35 s left');
  expect(downloadWords({ ...download, state: 'failed' })).toBe('Broke off: 30 MB of 100 MB');
  expect(downloadWords({ ...download, files: [] })).toBe('On its way');
});

test('spaces to encode in are those that miss something that they could know', () => {
  const [unified, pictext, foley] = SPACES as [(typeof SPACES)[number], never, never];
  const counts = { text: 10, image: 10, audio: 0 };
  const info: CollectionInfo = {
    id: 'c',
    name: 'C',
    createdAt: '2026-01-01',
    origin: 'media',
    counts,
    spaces: [
      { space: unified, encoded: { text: 10, image: 10 }, origin: 'here' },
      { space: pictext, encoded: { text: 10, image: 3 }, origin: 'here' },
    ],
    bytes: 0,
    ready: true,
  };
  const ids = spacesToEncode(info, []).map(({ id }) => id);
  expect(ids).not.toContain('unified');
  expect(ids).toContain('pictext');
  expect(ids).not.toContain('c-mcr');
  expect(spacesToEncode({ ...info, origin: 'embeddings' }, [])).toEqual([]);
  expect(encodedWords(info.spaces[1]!, counts)).toBe('10 texts, 3 of 10 pictures');
  expect(proposedSpaces({ text: 0, image: 0, audio: 5 })).toEqual([
    'unified',
    'foley',
    'tone',
    'unified-dagger',
  ]);
  expect(nVectors([unified, foley], counts)).toBe(30);
});
