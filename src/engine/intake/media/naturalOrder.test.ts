import { expect, test } from 'vitest';
import type { OpenFile } from '../openFiles.ts';
import { inNaturalOrder } from './naturalOrder.ts';
import { planOpenFiles } from './planMedia.ts';

const still = () => undefined;
const ordered = (paths: string[]) => inNaturalOrder(paths, (path) => path, still);

test('numbers go by their value, folders one after the other, the same from any order', async () => {
  const wanted = [
    '01.png',
    '1.png',
    '2.png',
    'a/thing-2.png',
    'a/thing-10-2.png',
    'a/Thing-10.png',
    'a b/x.png',
    'b/007.png',
    'b/99999999999999999999.png',
    'c.png',
  ];
  expect(await ordered(wanted.toReversed())).toEqual(wanted);
  expect(await ordered([...wanted.slice(5), ...wanted.slice(0, 5)])).toEqual(wanted);
  expect(await ordered([])).toEqual([]);
});

test('a dropped folder’s items come in that order, whatever order the browser gave', async () => {
  const paths = Array.from({ length: 300 }, (_, i) => `pets/thing-${(i * 37) % 300}.png`);
  const files = paths.map((path): OpenFile => ({
    path,
    size: 9,
    blob: () => Promise.resolve(new Blob(['x'])),
  }));
  const { plan } = await planOpenFiles(files);
  expect(plan!.items.map(({ path }) => path)).toEqual(paths.map((_, i) => `pets/thing-${i}.png`));
});
