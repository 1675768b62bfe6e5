import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { QuotaError } from '../../base/errors.ts';
import { fillDisk } from './collections.testing.ts';
import { createMemoryDisk, firstPart, keyOf, lastPart, openDisk, prefixOf } from './disk.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['the database', () => openDisk()],
  ['memory', () => Promise.resolve(createMemoryDisk())],
])('%s', (_name, open) => {
  test('values come back as they were, under their keys and prefixes', async () => {
    const disk = await open();
    const row = Float32Array.of(1, NaN, -0);
    await disk.write([
      { table: 'rows', key: keyOf('a', 's', '1'), value: row },
      { table: 'rows', key: keyOf('a', 's', '0'), value: [1] },
      { table: 'rows', key: keyOf('ab', 's', '0'), value: 2 },
      { table: 'media', key: 'a', value: new Blob(['x'], { type: 'image/png' }) },
    ]);
    row[0] = 7;
    expect(await disk.keys('rows', prefixOf('a'))).toEqual([keyOf('a', 's', '0'), keyOf('a', 's', '1')]);
    expect(await disk.keys('rows')).toHaveLength(3);
    expect(await disk.get('rows', keyOf('a', 's', '1'))).toEqual(Float32Array.of(1, NaN, -0));
    expect(await disk.many('rows', ['none', keyOf('ab', 's', '0')])).toEqual([undefined, 2]);
    expect(await disk.all('rows')).toEqual([[1], Float32Array.of(1, NaN, -0), 2]);
    const blob = (await disk.get('media', 'a')) as Blob;
    expect([blob.type, await blob.text()]).toEqual(['image/png', 'x']);
  });

  test('an edit changes what is there, and makes nothing', async () => {
    const disk = await open();
    await disk.write([{ table: 'runs', key: 'a', value: { n: 1 } }]);
    const more = ({ n }: { n: number }) => ({ n: n + 1 });
    const both = await Promise.all([disk.edit('runs', 'a', more), disk.edit('runs', 'a', more)]);
    expect(both).toEqual([{ n: 2 }, { n: 3 }]);
    expect(await disk.edit('runs', 'b', more)).toBeUndefined();
    expect(await disk.keys('runs')).toEqual(['a']);
    await disk.write([{ table: 'runs', key: 'a' }]);
    expect(await disk.keys('runs')).toEqual([]);
    await disk.write([]);
  });
});

test('a write is whole or not at all, and says why', async () => {
  const disk = await openDisk();
  fillDisk(1);
  const writing = disk.write([
    { table: 'runs', key: 'a', value: 1 },
    { table: 'rows', key: 'b', value: 2 },
  ]);
  await expect(writing).rejects.toThrow(QuotaError);
  await expect(writing).rejects.toThrow(/storage is full/);
  vi.restoreAllMocks();
  expect([await disk.keys('runs'), await disk.keys('rows')]).toEqual([[], []]);
  disk.close();
  await expect(disk.get('runs', 'a')).rejects.toThrow(/Reload the page/);
});

test('a newer layout is not held up by this window', async () => {
  await openDisk('some');
  const upgraded = new Promise<number>((resolve, reject) => {
    const request = indexedDB.open('some', 2);
    request.onsuccess = () => resolve(request.result.version);
    request.onerror = () => reject(new Error('refused'));
  });
  expect(await upgraded).toBe(2);
});

test('the last part of a key may hold anything', () => {
  const key = keyOf('tiny-4', 'text', 'int8', 'two\nlines\n');
  expect([firstPart(key), lastPart(key, 3)]).toEqual(['tiny-4', 'two\nlines\n']);
  expect(firstPart('alone')).toBe('alone');
});
