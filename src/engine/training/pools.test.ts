import { afterEach, expect, test, vi } from 'vitest';
import { FormatError, InputError, MissingFileError } from '../../base/errors.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import type { Space } from '../../recipe/types.ts';
import { Pools } from './pools.ts';
import { TEST_SPACES, testEmbeddings, testManifest, testMedia } from './training.testing.ts';

const MANIFEST = testManifest();
const SPACES: readonly Space[] = [
  ...TEST_SPACES,
  {
    id: 'tuned',
    name: 'Tuned',
    about: '',
    dim: 8,
    modalities: ['text', 'image', 'audio'],
    tunedFrom: { space: 'unified', shares: ['text', 'image'] },
  },
];

afterEach(() => vi.unstubAllGlobals());

function create(files: Record<string, BodyInit> = {}) {
  const fetched: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    fetched.push(url);
    const body = files[url];
    return Promise.resolve(body === undefined ? new Response('', { status: 404 }) : new Response(body));
  });
  const played: string[] = [];
  const pools = new Pools({
    assetUrl: (path) => `/${path}`,
    spaces: SPACES,
    manifest: MANIFEST,
    embeddings: testEmbeddings,
    ...testMedia,
    player: {
      async toggle(id, load) {
        const playable = await load();
        played.push(`${id} ${'samples' in playable && playable.samples.length > 1000}`);
      },
      stop: () => undefined,
      playing: () => undefined,
      onChange: () => () => undefined,
      dispose: () => undefined,
    },
  });
  return { pools, fetched, played };
}

const rows = (n: number, dim: number, value: number) => ({
  shape: [n, dim],
  data: new Float32Array(n * dim).fill(value),
});
const { clip } = MANIFEST.audio[0]!;
const FILES = {
  '/world/pool/pool.json': JSON.stringify({
    texts: ['a bell', 'a cat', 'a dog'],
    pictures: [{ hexcode: '1F514', style: 'noto', name: 'bell' }],
    sounds: [
      { clip, caption: 'ding' },
      { clip, caption: 'dong' },
    ],
  }),
  '/world/pool/unified.safetensors': writeSafetensors(
    { text: rows(3, 8, 2), image: rows(1, 8, 3), audio: rows(2, 8, 4) },
    'F16',
  ),
  '/world/pool/foley.safetensors': writeSafetensors({ text: rows(3, 6, 2), audio: rows(2, 6, 1) }, 'F16'),
  '/world/pool/tuned.safetensors': writeSafetensors({ audio: rows(2, 8, -1) }, 'F16'),
  '/world/pool/pictext.safetensors': writeSafetensors({ text: rows(4, 7, 1), image: rows(1, 7, 1) }, 'F16'),
};

test('the embedded pool loads a space when it is asked for, once, as unit rows', async () => {
  const { pools, fetched } = create(FILES);
  const pool = await pools.pool('embedded');
  expect(await pools.pool('embedded')).toBe(pool);
  expect(pool.sizes).toEqual({ text: 3, image: 1, audio: 2 });
  expect(fetched).toEqual(['/world/pool/pool.json']);
  const foley = await pool.vectors('foley');
  expect(Object.keys(foley)).toEqual(['text', 'audio']);
  expect(foley.text!.subarray(0, 6).every((value) => Math.abs(value - 1 / Math.sqrt(6)) < 1e-6)).toBe(true);
  expect(await pool.vectors('foley')).toBe(foley);
  expect(fetched).toEqual(['/world/pool/pool.json', '/world/pool/foley.safetensors']);
});

test('a tuned space takes what it shares from the one it was tuned from', async () => {
  const pool = await create(FILES).pools.pool('embedded');
  const [tuned, unified] = [await pool.vectors('tuned'), await pool.vectors('unified')];
  expect(tuned.text).toBe(unified.text);
  expect(tuned.audio![0]).toBeLessThan(0);
});

test('what is shown of an item', async () => {
  const { pools, played } = create(FILES);
  const pool = await pools.pool('embedded');
  expect(pool.item('text', 1)).toEqual({ label: 'a cat' });
  expect(pool.item('image', 0)).toEqual({
    label: 'bell',
    picture: { atlas: '/world/pool/atlas.webp', tile: 0, nTiles: 1, columns: 64, tilePx: 32 },
  });
  await pool.item('audio', 1).play!();
  expect(played).toEqual(['pool:1 true']);
  expect(() => pool.item('image', 1)).toThrow(/1 image items; there is no number 1/);
});

test('files that are missing or do not fit say what to do; the next call tries again', async () => {
  const empty = create();
  await expect(empty.pools.pool('embedded')).rejects.toBeInstanceOf(MissingFileError);
  await expect(empty.pools.pool('embedded')).rejects.toBeInstanceOf(MissingFileError);
  expect(empty.fetched).toHaveLength(2);
  const pool = await create(FILES).pools.pool('embedded');
  await expect(pool.vectors('pictext')).rejects.toThrow(/holds text \[4, 7\], the pool needs \[3, 7\]/);
  await expect(pool.vectors('pictext')).rejects.toBeInstanceOf(FormatError);
  await expect(pool.vectors('ears')).rejects.toBeInstanceOf(MissingFileError);
  await expect(pool.vectors('none')).rejects.toBeInstanceOf(InputError);
  await expect(create().pools.pool('other' as 'embedded')).rejects.toThrow(/no pool "other"/);
});

test('the collection as a pool is its validation half', async () => {
  const { pools, played } = create();
  const pool = await pools.pool('collection');
  expect(pool.sizes).toEqual({ text: 24, image: 12, audio: 12 });
  const all = (await testEmbeddings('foley')).audio!;
  const { audio } = await pool.vectors('foley');
  // Every other sound validates.
  expect(audio!.subarray(6, 12)).toEqual(all.subarray(12, 18));
  expect(pool.item('audio', 1).label).toBe('sound 2');
  expect(pool.item('image', 3).picture).toEqual({
    atlas: '/world/atlas.webp',
    tile: 6,
    nTiles: 24,
    columns: 8,
    tilePx: 72,
  });
  expect(pool.item('text', 0).label).toBe('sound of thing 0');
  await pool.item('audio', 1).play!();
  expect(played).toEqual(['audio:2 true']);
});
