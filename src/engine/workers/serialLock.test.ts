import { expect, test } from 'vitest';
import { AbortedError, ModelError } from '../../base/errors.ts';
import { createDeferred } from './deferred.ts';
import { SerialLock } from './serialLock.ts';

test('jobs run one at a time, in order', async () => {
  const lock = new SerialLock();
  const log: string[] = [];
  const gates = [createDeferred<void>(), createDeferred<void>()];
  const jobs = gates.map((gate, i) =>
    lock.run(async () => {
      log.push(`begin ${i}`);
      await gate.promise;
      log.push(`end ${i}`);
      return i;
    }),
  );
  gates[1]!.resolve(undefined);
  gates[0]!.resolve(undefined);
  expect(await Promise.all(jobs)).toEqual([0, 1]);
  expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
});

test('a job that fails, at once or later, rejects its caller only', async () => {
  const lock = new SerialLock();
  const thrown = lock.run(() => {
    throw new ModelError('at once');
  });
  const rejected = lock.run(() => Promise.reject(new ModelError('later')));
  const next = lock.run(() => Promise.resolve('fine'));
  await expect(thrown).rejects.toThrow('at once');
  await expect(rejected).rejects.toThrow('later');
  expect(await next).toBe('fine');
});

test('a job aborted before its turn never begins', async () => {
  const lock = new SerialLock();
  const gate = createDeferred<void>();
  const first = lock.run(() => gate.promise);
  const controller = new AbortController();
  let begun = false;
  const second = lock.run(() => {
    begun = true;
    return Promise.resolve();
  }, controller.signal);
  controller.abort();
  gate.resolve(undefined);
  await first;
  await expect(second).rejects.toBeInstanceOf(AbortedError);
  expect(begun).toBe(false);
});
