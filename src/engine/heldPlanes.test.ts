import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { HeldPlanes } from './heldPlanes.ts';
import { MemoryBudgetError } from './scoring/planMemory.ts';
import type { ScoringClient } from './scoring/scoring.ts';
import type { CollectionOptions } from './scoring/scoringTypes.ts';
import type { Components } from './study.ts';

/** A worker whose collections take as many bytes as their texts have items. */
function createWorker(budget: number) {
  const bytes = new Map<string, number>();
  const asked: { key: string; options: CollectionOptions | undefined }[] = [];
  /** Keys whose planes went with a worker. */
  const lost = new Set<string>();
  let budgetBytes = budget;
  const used = (but = '') => [...bytes].reduce((sum, [key, size]) => (key === but ? sum : sum + size), 0);
  const scoring: Pick<ScoringClient, 'setCollection' | 'setBudget' | 'memory' | 'onMemory' | 'holds'> = {
    async setCollection(key, _, components, __, options) {
      const size = components.text?.nItems ?? 0;
      if (size > 0) asked.push({ key, options });
      if (used(key) + size > budgetBytes) {
        const refusal = { neededBytes: size, budgetBytes, usedBytes: used(key) };
        throw new MemoryBudgetError({ ...refusal, planes: 'float32', sampleQueries: 3, halfFits: true });
      }
      bytes.set(key, size);
      lost.delete(key);
    },
    setBudget(next) {
      if (used() > next) return Promise.reject(new InputError('They take more already.'));
      budgetBytes = next;
      return Promise.resolve();
    },
    holds: (key) => bytes.has(key) && !lost.has(key),
    memory: () => ({ usedBytes: used(), budgetBytes }),
    onMemory: () => () => undefined,
  };
  let changes = 0;
  const held = new HeldPlanes(scoring as ScoringClient, () => changes++);
  return { held, asked, bytes, lost, changes: () => changes };
}

const texts = (nItems: number): Components => ({ text: { names: ['x'], nItems, dim: 1, data: [] } });
const done = () => Promise.resolve('done');

test('planes of the same arrays are built once; other arrays take their place', async () => {
  const { held, asked } = createWorker(100);
  const small = texts(10);
  expect(await held.use('a', undefined, small, () => ({}), done)).toBe('done');
  await held.use('a', undefined, { ...small }, () => ({}), done);
  expect(asked.length).toBe(1);
  await held.use('a', undefined, texts(10), () => ({}), done);
  expect(asked.length).toBe(2);
});

test('what was asked for longest ago makes room, never what is being read', async () => {
  const { held, bytes } = createWorker(100);
  await held.use('a', undefined, texts(40), () => ({}), done);
  await held.use('b', undefined, texts(40), () => ({}), done);
  await held.use('c', undefined, texts(50), () => ({}), done);
  expect([...bytes].filter(([, size]) => size > 0).map(([key]) => key)).toEqual(['b', 'c']);
  await held.use(
    'b',
    undefined,
    texts(40),
    () => ({}),
    () =>
      held.use(
        'd',
        undefined,
        texts(60),
        () => ({}),
        () => {
          expect([bytes.get('b'), bytes.get('c'), bytes.get('d')]).toEqual([40, 0, 60]);
          return done();
        },
      ),
  );
});

test('a refusal is kept in words and figures until something fits; a sample and half precision are passed on', async () => {
  const { held, asked, changes } = createWorker(100);
  await expect(held.use('a', undefined, texts(500), () => ({}), done)).rejects.toThrow(MemoryBudgetError);
  expect(held.memory()).toMatchObject({ usedBytes: 0, refusal: { neededBytes: 500, sampleQueries: 3 } });
  await held.use('b', undefined, texts(10), () => ({}), done);
  expect(held.memory().refusal).toMatchObject({ neededBytes: 500 });
  const before = changes();
  await held.change({ budgetBytes: 1000, sampleQueries: 3, planes: 'float16' });
  expect(held.memory()).toMatchObject({ budgetBytes: 1000, sampleQueries: 3, planes: 'float16' });
  expect(held.memory().refusal).toBeUndefined();
  expect(changes()).toBeGreaterThan(before);
  await held.use('a', undefined, texts(500), () => ({}), done);
  expect(asked.at(-1)!.options).toMatchObject({ sampleQueries: 3, planes: 'float16' });
});

test('a smaller budget lets go of everything first; a failed build is tried again', async () => {
  const { held, bytes } = createWorker(100);
  const large = texts(80);
  await held.use('a', undefined, large, () => ({}), done);
  await held.change({ budgetBytes: 50, sampleQueries: undefined, planes: 'float32' });
  expect(bytes.get('a')).toBe(0);
  await expect(held.use('a', undefined, large, () => ({}), done)).rejects.toThrow(MemoryBudgetError);
  await held.change({ budgetBytes: 90, sampleQueries: undefined, planes: 'float32' });
  expect(await held.use('a', undefined, large, () => ({}), done)).toBe('done');
});

test('what is asked for during a change of the settings is built with the new ones', async () => {
  const { held, asked } = createWorker(100);
  await held.use('a', undefined, texts(10), () => ({}), done);
  await held.use('b', undefined, texts(10), () => ({}), done);
  const changed = held.change({ budgetBytes: 100, sampleQueries: 5, planes: 'float32' });
  const used = held.use('a', undefined, texts(10), () => ({}), done);
  await Promise.all([changed, used]);
  expect(asked.at(-1)!.options).toMatchObject({ sampleQueries: 5 });
});

test('planes that are ready are read in the caller’s own turn', async () => {
  const { held } = createWorker(100);
  const small = texts(10);
  await held.use('a', undefined, small, () => ({}), done);
  let read = false;
  const used = held.use(
    'a',
    undefined,
    small,
    () => ({}),
    () => {
      read = true;
      return done();
    },
  );
  expect(read).toBe(true);
  await used;
});

test('where all others are being read, room is waited for', async () => {
  const { held, bytes } = createWorker(100);
  let finish!: () => void;
  const reading = held.use(
    'a',
    undefined,
    texts(80),
    () => ({}),
    () => new Promise<void>((resolve) => (finish = resolve)),
  );
  await new Promise((resolve) => setTimeout(resolve, 0));
  const used = held.use('b', undefined, texts(50), () => ({}), done);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(bytes.get('b')).toBeUndefined();
  finish();
  await reading;
  expect(await used).toBe('done');
  expect(held.memory().refusal).toBeUndefined();
});

test('a change of the settings while planes are built has them built again before they are read', async () => {
  const { held, asked } = createWorker(100);
  const used = held.use('a', undefined, texts(10), () => ({}), done);
  await held.change({ budgetBytes: 100, sampleQueries: 7, planes: 'float32' });
  await used;
  expect(asked.map(({ options }) => options!.sampleQueries)).toEqual([undefined, 7]);
});

test('planes that went with their worker are given again', async () => {
  const { held, asked, lost } = createWorker(100);
  const small = texts(10);
  await held.use('a', undefined, small, () => ({}), done);
  lost.add('a');
  await held.use('a', undefined, small, () => ({}), done);
  expect(asked.length).toBe(2);
});
