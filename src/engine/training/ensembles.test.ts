import { expect, test } from 'vitest';
import type { ProjectorWeights } from '../../math/projector.ts';
import { OwnEnsembles } from './ensembles.ts';
import { TrainingStorage } from './storage.ts';
import { createMemoryDisk } from './training.testing.ts';
import type { NewEnsemble } from './types.ts';

function projector(dIn: number, hidden: number, dOut: number, fill = 1): ProjectorWeights {
  const vectors = (k: 1 | 2, n: number) =>
    ['linear.bias', 'norm.weight', 'norm.bias', 'norm.running_mean', 'norm.running_var'].map((name) => [
      name.replace('.', `${k}.`),
      new Float32Array(n).fill(fill),
    ]);
  return {
    'linear1.weight': new Float32Array(dIn * hidden).fill(fill),
    'linear2.weight': new Float32Array(hidden * dOut).fill(fill),
    ...Object.fromEntries([...vectors(1, hidden), ...vectors(2, dOut)]),
  } as ProjectorWeights;
}

const imported = { file: 'best.pt', format: 'torch', createdAt: '2026-01-01T00:00:00Z' } as const;
const given = (part: Partial<NewEnsemble> = {}): NewEnsemble => ({
  name: 'Mine',
  source: 'foley',
  target: 'unified',
  members: ['A', 'T'],
  weights: [projector(6, 4, 8), projector(6, 4, 8, 2)],
  imported,
  ...part,
});

function create(disk = createMemoryDisk()) {
  return { disk, own: new OwnEnsembles(new TrainingStorage(() => Promise.resolve(disk)), () => undefined) };
}

test('an import is listed with its shapes, and read again by the next page', async () => {
  const { own, disk } = create();
  const added = await own.add(given());
  expect(added).toMatchObject({ origin: 'imported', dIn: 6, hidden: 4, dOut: 8, imported, name: 'Mine' });
  const second = await own.add(given({ name: ' ' }));
  expect(second.name).toBe('foley → unified');
  expect((await own.add(given())).name).toBe('Mine (2)');
  const next = create(disk).own;
  await next.read();
  expect(next.list()).toEqual(own.list());
  expect(next.list().at(-1)!.id).toBe(added.id);
  // Ids begin with a kind; those of later are those of newer things, whatever their kind.
  const newer = ['own-~a', 'run-~b', 'own-~c'];
  for (const id of newer) await disk.put('ensembles', id, { ...second, id });
  await next.read();
  expect(
    next
      .list()
      .slice(0, 3)
      .map(({ id }) => id),
  ).toEqual(newer.toReversed());
  expect(await next.weights(added.id)).toEqual(given().weights);
});

test('it can be renamed, given other spaces and removed; others cannot be found', async () => {
  const { own, disk } = create();
  const { id } = await own.add(given());
  await own.rename(id, 'Other');
  await own.rename(id, 'Other');
  await own.map(id, { source: 'tone', target: 'pictext' });
  expect(own.list()[0]).toMatchObject({ name: 'Other', source: 'tone', target: 'pictext' });
  await expect(own.rename(id, ' ')).rejects.toThrow(/needs a name/);
  await expect(own.rename('none', 'x')).rejects.toThrow(/no ensemble/);
  await own.grow(
    { id: 'run-1', name: 'Run', source: 'a', target: 'b', runId: 'run-1' },
    0,
    'A',
    projector(1, 1, 1),
  );
  await expect(own.map('run-1', { source: 'c', target: 'd' })).rejects.toThrow(/trained here/);
  disk.tables.get('weights')!.delete(`${id} 1`);
  await expect(own.weights(id)).rejects.toThrow(/member T of “Other” are gone/);
  await own.remove(id);
  await own.remove(id);
  await own.remove('run-1');
  for (const table of disk.tables.values()) expect(table.size).toBe(0);
});

test('members come in order, each once', async () => {
  const { own } = create();
  const run = { id: 'run-1', name: 'Run', source: 'a', target: 'b', runId: 'run-1' };
  await own.grow(run, 0, 'A', projector(2, 3, 4));
  await own.grow(run, 1, 'T', projector(2, 3, 4, 2));
  await own.grow(run, 1, 'T', projector(2, 3, 4, 9));
  expect(own.list()[0]!.members).toEqual(['A', 'T']);
  expect((await own.weights('run-1'))[1]!['linear1.bias'][0]).toBe(2);
});

test('projectors that do not fit are refused', async () => {
  const { own } = create();
  await expect(own.add(given({ members: ['A'] }))).rejects.toThrow(/1 names do not fit 2/);
  await expect(own.add(given({ members: [], weights: [] }))).rejects.toThrow(/0 names/);
  await expect(own.add(given({ weights: [projector(6, 4, 8), projector(7, 4, 8)] }))).rejects.toThrow(
    'Member T maps 7 to 4 to 8, A 6 to 4 to 8.',
  );
  const cut = { ...projector(6, 4, 8), 'norm2.bias': new Float32Array(7) };
  await expect(own.add(given({ weights: [cut, cut] }))).rejects.toThrow(/norm2.bias has 7 numbers/);
  const torn = { ...projector(6, 4, 8), 'linear1.weight': new Float32Array(25) };
  await expect(own.add(given({ weights: [torn, torn] }))).rejects.toThrow(/first layer/);
  const wild = projector(6, 4, 8, Infinity);
  await expect(own.add(given({ weights: [wild, wild] }))).rejects.toThrow(/no number/);
  expect(own.list()).toEqual([]);
});
