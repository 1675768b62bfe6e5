import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textList, type LazyArray } from '../../../formats/arrays/lazyArray.ts';
import type { FileArray } from './candidates.ts';
import { makeCollection } from './makeCollection.ts';
import { problemOf } from './mapping.ts';
import { planArrays } from './planArrays.ts';

/** An array whose rows are sines, by a seed. */
function numbers(name: string, shape: readonly number[], seed = 1): LazyArray {
  const dim = shape.at(-1) ?? 1;
  return {
    name,
    shape,
    dtype: 'F32',
    fortran: false,
    rows: (start, n) =>
      Promise.resolve(Float32Array.from({ length: n * dim }, (_, i) => Math.sin(seed + start * dim + i))),
  };
}

const words = (name: string, n: number) =>
  textList(name, n, () => Promise.resolve(Array.from({ length: n }, (_, i) => `word ${i}`)));
const plan = (arrays: readonly LazyArray[], path = 'a.npz') =>
  planArrays(
    arrays.map((array): FileArray => ({ path, array })),
    'test',
  );

test('spaces without a name are called after the file, then the folder', async () => {
  const arrays = [numbers('text', [4, 3]), numbers('image', [4, 3], 2)];
  const named = await plan(arrays, 'run/siglip.npz');
  expect(named.plan.proposal.spaces).toEqual([{ id: 'siglip-3', name: 'SigLIP', dim: 3, role: 'base' }]);
  expect(named.plan.certain).toBe(true);
  const folder = await plan(arrays, 'blip/embeddings.npz');
  expect(folder.plan.proposal.spaces[0]!.id).toBe('blip-3');
});

test('one base: the space that is called so, else the one of most modalities', async () => {
  const roles = async (arrays: readonly LazyArray[]) =>
    (await plan(arrays)).plan.proposal.spaces.map(({ id, role }) => [id, role]);
  expect(
    await roles([
      numbers('clap_text', [4, 3]),
      numbers('clap_audio', [4, 3], 2),
      numbers('clip_text', [4, 5], 3),
      numbers('clip_image', [4, 5], 4),
    ]),
  ).toEqual([
    ['clip-5', 'base'],
    ['clap-3', 'expert'],
  ]);
  expect(
    await roles([
      numbers('small_text', [4, 3]),
      numbers('large_text', [4, 5], 2),
      numbers('large_image', [4, 5], 3),
      numbers('odd_audio', [4, 2], 4),
    ]),
  ).toEqual([
    ['large-5', 'base'],
    ['small-3', 'expert'],
    ['odd-2', 'other'],
  ]);
});

test('of several splits the test rows are proposed, and it is asked', async () => {
  const { plan: made, leftOut } = await plan([
    numbers('train_clip_text', [6, 3], 1),
    numbers('train_clip_image', [6, 3], 2),
    numbers('test_clip_text', [4, 3], 3),
    numbers('test_clip_image', [4, 3], 4),
  ]);
  expect(made.certain).toBe(false);
  expect(made.proposal.arrays.map(({ key }) => key)).toEqual([
    'a.npz/test_clip_text',
    'a.npz/test_clip_image',
  ]);
  expect(leftOut.map(({ path }) => path)).toEqual(['a.npz/train_clip_text', 'a.npz/train_clip_image']);
});

test('slices of a space that is no picture space are asked about', async () => {
  const { plan: made } = await plan([numbers('clap', [2, 4, 3])], 'clap.npz');
  expect(made.certain).toBe(false);
  expect(made.arrays.map(({ key }) => key)).toEqual(['a', 'b'].map((_, i) => `clap.npz/clap[${i}]`));
});

test('arrays that are named as something else are checked only once someone maps them', async () => {
  const { plan: made, candidates } = await plan([
    numbers('text_weight', [4, 3]),
    numbers('image_weight', [4, 3], 2),
  ]);
  expect(made.arrays.map(({ checks }) => checks)).toEqual([undefined, undefined]);
  const { collection } = await makeCollection(candidates, {
    name: 'mine',
    spaces: [{ id: 'w-3', name: 'W', dim: 3, role: 'base' }],
    arrays: [
      { key: 'a.npz/text_weight', spaceId: 'w-3', modality: 'text' },
      { key: 'a.npz/image_weight', spaceId: 'w-3', modality: 'image' },
    ],
    pairs: { kind: 'rows' },
    captions: {},
    labels: {},
  });
  expect(collection.items.text.length).toBe(4);
});

const WORDS = [
  'text',
  'image',
  'audio',
  'clip',
  'clap',
  'g',
  'imagebind',
  'captions',
  'ids',
  'labels',
  'train',
  'x',
  '',
  '☃',
  '__proto__',
];
const arbitraryName = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((parts) => parts.join('_'));
const arbitraryArray = fc
  .tuple(arbitraryName, fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.boolean(), fc.nat(3))
  .map(([name, shape, isText, seed]) => (isText ? words(name, shape[0] ?? 0) : numbers(name, shape, seed)));

test('whatever the names and shapes, what is certain can be kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(arbitraryArray, { maxLength: 8, selector: ({ name }) => name }),
      async (arrays) => {
        const { plan: made, candidates } = await plan(arrays);
        const problem = problemOf(made, made.proposal);
        expect(made.certain && problem !== undefined).toBe(false);
        const items =
          problem === undefined ? (await makeCollection(candidates, made.proposal)).collection.vectors : [];
        expect(items.length).toBe(problem === undefined ? made.proposal.spaces.length : 0);
      },
    ),
    { numRuns: 300 },
  );
});
