import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MODALITIES } from '../../base/modality.ts';
import type { ArrayInfo, ArrayMapping } from '../../engine/intake/types.ts';
import {
  useOf,
  withNewSpace,
  withPairs,
  withRole,
  withSpaceName,
  withUse,
  type ArrayUse,
} from './mapping.ts';

const array = (key: string, ...shape: number[]): ArrayInfo => ({
  key,
  path: 'a.npz',
  shape,
  dtype: 'F32',
  fortran: false,
});
const ARRAYS = [
  array('a.npz/audio', 5, 8),
  array('a.npz/text', 5, 8),
  array('a.npz/expert', 5, 4),
  array('a.npz/captions', 5),
];
const [AUDIO, TEXT, EXPERT, CAPTIONS] = ARRAYS as [ArrayInfo, ArrayInfo, ArrayInfo, ArrayInfo];
const START: ArrayMapping = {
  name: 'Mine',
  spaces: [
    { id: 'base-8', name: 'base', dim: 8, role: 'base' },
    { id: 'expert-4', name: 'expert', dim: 4, role: 'expert' },
  ],
  arrays: [
    { key: AUDIO.key, spaceId: 'base-8', modality: 'audio' },
    { key: TEXT.key, spaceId: 'base-8', modality: 'text' },
    { key: EXPERT.key, spaceId: 'expert-4', modality: 'text' },
  ],
  pairs: { kind: 'rows' },
  captions: { text: CAPTIONS.key },
  labels: {},
};

test('what an array is used as can be read and changed', () => {
  expect(useOf(START, AUDIO.key)).toEqual({ kind: 'vectors', modality: 'audio', spaceId: 'base-8' });
  expect(useOf(START, CAPTIONS.key)).toEqual({ kind: 'captions', modality: 'text' });
  expect(useOf(START, 'nothing')).toEqual({ kind: 'unused' });
  const labels = withUse(START, CAPTIONS, { kind: 'labels', modality: 'audio' });
  expect(labels).toMatchObject({ captions: {}, labels: { audio: CAPTIONS.key } });
});

test('a space has one array a modality, and goes with its last one', () => {
  const both = withUse(START, AUDIO, { kind: 'vectors', modality: 'text', spaceId: 'base-8' });
  expect(both.arrays.filter(({ spaceId }) => spaceId === 'base-8')).toEqual([
    { key: AUDIO.key, spaceId: 'base-8', modality: 'text' },
  ]);
  const without = withUse(START, EXPERT, { kind: 'unused' });
  expect(without.spaces.map(({ id }) => id)).toEqual(['base-8']);
});

test('ids pair rows once one is chosen, and rows pair them again', () => {
  const ids = withUse(START, CAPTIONS, { kind: 'ids', modality: 'text' });
  expect(ids.pairs).toEqual({ kind: 'ids', keys: { text: CAPTIONS.key } });
  expect(ids.captions).toEqual({});
  expect(withPairs(ids, 'rows').pairs).toEqual({ kind: 'rows' });
  expect(withPairs(ids, 'ids')).toBe(ids);
});

test('a new space is named after its array, and a name changes its id', () => {
  const moved = withNewSpace(START, TEXT, 'text');
  expect(moved.spaces.at(-1)).toEqual({ id: 'text-8', name: 'text', dim: 8, role: 'other' });
  const named = withSpaceName(moved, 'text-8', 'CLIP (L/14)');
  expect(useOf(named, TEXT.key)).toEqual({ kind: 'vectors', modality: 'text', spaceId: 'clip-l-14-8' });
  // An id that another space has is not taken over: the name is, and the problem is said by the desk.
  const same = withSpaceName(moved, 'text-8', 'base');
  expect(same.spaces.map(({ id, name }) => [id, name])).toContainEqual(['text-8', 'base']);
});

test('a list can say which half an item is in', () => {
  const halves = withUse(START, CAPTIONS, { kind: 'halves' });
  expect(halves).toMatchObject({ captions: {}, halves: CAPTIONS.key });
  expect(useOf(halves, CAPTIONS.key)).toEqual({ kind: 'halves' });
  expect(withUse(halves, CAPTIONS, { kind: 'unused' })).not.toHaveProperty('halves');
  expect(withUse(halves, AUDIO, { kind: 'unused' })).toHaveProperty('halves', CAPTIONS.key);
});

test('there is one base', () => {
  const roles = withRole(START, 'expert-4', 'base').spaces.map(({ role }) => role);
  expect(roles).toEqual(['other', 'base']);
});

test('after any choices every array is used once at most, in a space that is there and fits', () => {
  const use = (spaceIds: string[]): fc.Arbitrary<ArrayUse> =>
    fc.oneof(
      fc.constant({ kind: 'unused' } as const),
      fc.record({
        kind: fc.constant('vectors' as const),
        modality: fc.constantFrom(...MODALITIES),
        spaceId: fc.constantFrom(...spaceIds),
      }),
      fc.record({
        kind: fc.constantFrom('captions' as const, 'labels' as const, 'ids' as const),
        modality: fc.constantFrom(...MODALITIES),
      }),
    );
  const step = fc.record({ i: fc.nat(3), use: use(['base-8', 'expert-4']), fresh: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let mapping = START;
      for (const { i, use: wanted, fresh } of steps) {
        const one = ARRAYS[i]!;
        if (fresh && one.shape.length === 2) mapping = withNewSpace(mapping, one, 'image');
        else if (wanted.kind !== 'vectors' || mapping.spaces.some(({ id }) => id === wanted.spaceId)) {
          mapping = withUse(mapping, one, wanted);
        }
      }
      const ids = mapping.spaces.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(mapping.arrays.every(({ spaceId }) => ids.includes(spaceId))).toBe(true);
      const pairs = mapping.arrays.map(({ spaceId, modality }) => `${spaceId} ${modality}`);
      expect(new Set(pairs).size).toBe(pairs.length);
      const lists = mapping.pairs.kind === 'ids' ? Object.values(mapping.pairs.keys) : [];
      const used = [
        ...mapping.arrays.map(({ key }) => key),
        ...Object.values(mapping.captions),
        ...Object.values(mapping.labels),
        ...lists,
      ];
      expect(new Set(used).size).toBe(used.length);
    }),
  );
});
