import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FormatError, InputError, MissingFileError } from '../../base/errors.ts';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import { normaliseRows } from '../../math/sphere.ts';
import { ENSEMBLES } from '../../recipe/embedded.ts';
import { CONDITIONS, conditionTensors } from '../../world/conditions.ts';
import type { CollectionManifest } from '../../world/types.ts';
import { readCondition } from './conditions.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../public/${path}`, import.meta.url)));
const manifest = JSON.parse(read('world/collection.json').toString()) as CollectionManifest;
const assetUrl = (path: string) => `http://lab.test/${path}`;
const stored = (path: string) => readSafetensors(new Uint8Array(read(path)).buffer);

let served: (path: string) => Uint8Array<ArrayBuffer> | undefined;

beforeEach(() => {
  served = (path) => new Uint8Array(read(path));
  vi.stubGlobal('fetch', (url: string) => {
    const body = served(url.replace('http://lab.test/', ''));
    return Promise.resolve(body ? new Response(body) : new Response('', { status: 404 }));
  });
});
afterEach(() => vi.unstubAllGlobals());

const changed = CONDITIONS.flatMap(({ id, modality }) => (modality ? [{ id, modality }] : []));

test.each(changed)(
  '$id as committed: rows of every item, in every space and by every ensemble',
  async (one) => {
    const n = manifest[one.modality].length;
    const { modality, nItems, bySpace, byEnsemble } = await readCondition(assetUrl, one.id, n);
    expect({ modality, nItems }).toEqual({ modality: one.modality, nItems: n });
    expect(Object.keys(bySpace)).toEqual(
      one.modality === 'image' ? ['unified', 'pictext'] : ['unified', 'foley', 'tone', 'unified-dagger'],
    );
    expect(Object.keys(byEnsemble)).toEqual(
      one.modality === 'image'
        ? ['unified-to-pictext', 'pictext-to-c-mcr']
        : [
            'foley-to-unified',
            'unified-to-pictext',
            'unified-to-pictext.unified-dagger',
            'tone-to-unified',
            'foley-to-pictext',
            'tone-to-pictext',
            'foley-to-c-mcr',
          ],
    );
    for (const { name, kind, dim, ensemble } of conditionTensors(one.modality)) {
      const x = (bySpace[name] ?? byEnsemble[name])!;
      expect(x).toHaveLength(n * dim);
      const nMembers = ENSEMBLES.find(({ id }) => id === ensemble)?.members.length;
      // Rows of a space are scaled to length 1 in float32. A mean of several unit vectors is shorter, one alone is as stored.
      const [least, most] =
        kind === 'space' ? [1 - 1e-5, 1 + 1e-5] : nMembers === 1 ? [0.998, 1.002] : [0.1, 0.999];
      for (let i = 0; i < n; i++) {
        const squares = x.subarray(i * dim, (i + 1) * dim).reduce((sum, value) => sum + value * value, 0);
        expect(squares).toBeGreaterThanOrEqual(least);
        expect(squares).toBeLessThanOrEqual(most);
      }
    }
  },
);

/** Mean cosine of each item's vector with that of the collection as it is. */
function likeness(x: Float32Array, clean: Float32Array, nItems: number): number {
  const dim = x.length / nItems;
  const [a, b] = [normaliseRows(x.slice(), dim), normaliseRows(clean.slice(), dim)];
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / nItems;
}

test.each([
  ['foley', 'bySpace', 'world/embeddings/foley'],
  ['unified', 'bySpace', 'world/embeddings/unified'],
  ['unified-dagger', 'bySpace', 'world/embeddings/unified-dagger'],
  ['foley-to-unified', 'byEnsemble', 'world/projected/foley-to-unified'],
  ['unified-to-pictext', 'byEnsemble', 'world/projected/unified-to-pictext'],
  ['unified-to-pictext.unified-dagger', 'byEnsemble', 'world/projected/unified-to-pictext.unified-dagger'],
] as const)('%s: the more noise, the less a sound is like itself', async (name, kind, path) => {
  const clean = stored(`${path}.safetensors`).get('audio')!.data;
  const cosines: number[] = [];
  for (const { id } of CONDITIONS.filter(({ snrDb }) => snrDb !== undefined)) {
    const condition = await readCondition(assetUrl, id);
    cosines.push(likeness(condition[kind][name]!, clean, condition.nItems));
  }
  expect(cosines).toHaveLength(4);
  expect(cosines).toEqual(cosines.toSorted((a, b) => b - a));
  expect(cosines[0]! - cosines[3]!).toBeGreaterThan(0.1);
});

test('the words of the conditions count what the collection holds', () => {
  const { about } = CONDITIONS.find(({ id }) => id === 'seen-style')!;
  const nSeen = manifest.image.filter(({ seen }) => seen).length;
  expect(about).toContain(`The same ${manifest.image.length} emoji`);
  expect(about).toContain(`${nSeen} of these very pictures`);
  expect(about).toContain(`the ${manifest.image.length - nSeen} whose`);
  expect(CONDITIONS.at(-1)!.about).toContain(`The same ${manifest.audio.length} sounds`);
});

test('"clean" and unknown conditions have no file of their own', async () => {
  await expect(readCondition(assetUrl, 'clean')).rejects.toThrow(InputError);
  await expect(readCondition(assetUrl, 'snr-3')).rejects.toThrow(/"snr-3"; there are seen-style, snr-40/);
});

test('a missing file says how to make it', async () => {
  served = () => undefined;
  await expect(readCondition(assetUrl, 'snr-20')).rejects.toThrow(MissingFileError);
});

function wholeFile(n: number): Record<string, { shape: number[]; data: Float32Array }> {
  return Object.fromEntries(
    conditionTensors('audio').map(({ name, dim }) => [
      name,
      { shape: [n, dim], data: new Float32Array(n * dim).fill(0.1) },
    ]),
  );
}

test('files that do not fit are refused with what is wrong', async () => {
  const whole = wholeFile(2);
  const { foley, ...rest } = whole;
  const ask = (tensors: typeof whole, n?: number) => {
    served = () => writeSafetensors(tensors, 'F16');
    return readCondition(assetUrl, 'snr-20', n);
  };
  await expect(ask(whole)).resolves.toMatchObject({ nItems: 2 });
  const lacking = ask(rest);
  await expect(lacking).rejects.toThrow(FormatError);
  await expect(lacking).rejects.toThrow(
    /world\/shift\/snr-20.safetensors holds no tensor "foley".*npm run world/,
  );
  await expect(ask(whole, 498)).rejects.toThrow(/"unified" \[2, 128\], needed is \[498, 128\]/);
  await expect(ask({ ...rest, foley: wholeFile(3).foley! })).rejects.toThrow(/"foley" \[3, 96\].*\[2, 96\]/);
  const broken = foley!.data.slice().fill(NaN, 5, 6);
  await expect(ask({ ...rest, foley: { shape: [2, 96], data: broken } })).rejects.toThrow(
    /"foley".*not finite/,
  );
  served = () => new Uint8Array([1, 2, 3]);
  await expect(readCondition(assetUrl, 'snr-20')).rejects.toThrow(FormatError);
});
