import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test } from 'vitest';
import { KeptList } from './keptList.ts';
import { openDisk, TrainingStorage } from './storage.ts';
import { createMemoryDisk } from './training.testing.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test('values come back as they were, in the order of their keys, also to another window', async () => {
  const storage = new TrainingStorage();
  const other = new TrainingStorage();
  const weights = { a: Float32Array.of(1, NaN, 3) };
  await storage.put('weights', 'b', weights);
  await storage.put('weights', 'a', 1);
  expect(await other.all('weights')).toEqual([1, weights]);
  expect(await other.get('weights', 'b')).toEqual(weights);
  expect(await other.get('runs', 'b')).toBeUndefined();
  await other.remove('weights', 'b');
  expect(await storage.get('weights', 'b')).toBeUndefined();
  expect(storage.problem()).toBeUndefined();
  await storage.close();
  // Closed by the page: what comes late is kept in memory, and said.
  await storage.put('runs', 'late', 1);
  expect(storage.problem()).toBeDefined();
});

test('where there is no database, memory keeps everything and says so', async () => {
  let nTold = 0;
  const storage = new TrainingStorage(
    () => Promise.reject(new DOMException('no', 'SecurityError')),
    () => nTold++,
  );
  const value = { numbers: [1, 2] };
  await storage.put('runs', 'a', value);
  value.numbers.push(3);
  expect(await storage.get('runs', 'a')).toEqual({ numbers: [1, 2] });
  expect(await storage.all('runs')).toHaveLength(1);
  await storage.remove('runs', 'a');
  expect(await storage.all('runs')).toEqual([]);
  expect(storage.problem()).toMatch(/keeps nothing/);
  expect(nTold).toBe(1);
});

test('a full disk: newer values and removals hold in memory until one can be written', async () => {
  const disk = createMemoryDisk();
  const storage = new TrainingStorage(() => Promise.resolve(disk));
  await storage.put('runs', 'a', 'old');
  await storage.put('runs', 'b', 'old');
  disk.refusal = new DOMException('full', 'QuotaExceededError');
  await storage.put('runs', 'a', 'new');
  await storage.remove('runs', 'b');
  expect(await storage.all('runs')).toEqual(['new']);
  expect(await storage.get('runs', 'b')).toBeUndefined();
  expect(storage.problem()).toMatch(/is full/);
  disk.refusal = undefined;
  await storage.put('runs', 'a', 'newer');
  expect(disk.tables.get('runs')!.get('a')).toBe('newer');
  expect(await storage.get('runs', 'a')).toBe('newer');
});

test('a second database layout is not held up by this window', async () => {
  const disk = await openDisk('some');
  await disk.put('runs', 'a', 1);
  const upgraded = new Promise<number>((resolve, reject) => {
    const request = indexedDB.open('some', 2);
    request.onsuccess = () => resolve(request.result.version);
    request.onerror = () => reject(new Error('refused'));
  });
  expect(await upgraded).toBe(2);
});

test('a list reads what another window wrote, but not over what is being written', async () => {
  const disk = createMemoryDisk();
  const open = () => new TrainingStorage(() => Promise.resolve(disk));
  const [here, there] = [open(), open()].map(
    (storage) => new KeptList<{ id: string; n: number }>(storage, 'runs', () => undefined),
  );
  await there!.put({ id: 'a', n: 1 });
  await there!.put({ id: 'b', n: 1 });
  await here!.read();
  expect(here!.list()).toEqual([
    { id: 'b', n: 1 },
    { id: 'a', n: 1 },
  ]);
  const writing = here!.put({ id: 'a', n: 2 });
  const removing = here!.remove('b');
  await here!.read((record) => ({ ...record, n: record.n * 10 }));
  expect(here!.get('a')).toEqual({ id: 'a', n: 2 });
  await Promise.all([writing, removing]);
  await here!.read();
  expect(here!.list()).toEqual([{ id: 'a', n: 2 }]);
  await here!.change('none', (record) => ({ ...record, n: 3 }));
  expect(here!.get('none')).toBeUndefined();
});

test.each(['on the disk', 'in memory'])('changes by two windows both hold, %s', async (where) => {
  const disk = await openDisk('changes');
  const open = () => new TrainingStorage(() => Promise.resolve(disk));
  const shared = open();
  const [here, there] = [shared, where === 'in memory' ? shared : open()].map(
    (storage) => new KeptList<{ id: string; name: string; n: number }>(storage, 'runs', () => undefined),
  );
  if (where === 'in memory') disk.close();
  await here!.put({ id: 'a', name: 'old', n: 1 });
  await there!.read();
  // Neither has heard of the other's change when it makes its own.
  await Promise.all([
    there!.change('a', (record) => ({ ...record, name: 'new' })),
    here!.change('a', (record) => ({ ...record, n: 2 })),
    here!.change('a', (record) => ({ ...record, n: record.n + 1 })),
  ]);
  expect(await shared.get('runs', 'a')).toEqual({ id: 'a', name: 'new', n: 3 });
  expect(here!.get('a')).toEqual({ id: 'a', name: 'new', n: 3 });
});
