import { expect, test } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import { abortable, listenForAbort } from './abortPort.ts';
import { createDeferred } from './deferred.ts';

test('an abort rejects the caller at once and reaches the other end of the port', async () => {
  const controller = new AbortController();
  const heard = createDeferred<void>();
  const call = abortable(controller.signal, (port) => {
    const { signal, close } = listenForAbort(port);
    signal.addEventListener('abort', () => {
      close();
      heard.resolve(undefined);
    });
    return new Promise<never>(() => undefined);
  });
  controller.abort();
  await expect(call).rejects.toBeInstanceOf(AbortedError);
  await heard.promise;
});

test('a call that was aborted before is not made', async () => {
  let called = false;
  const call = abortable(AbortSignal.abort(), () => {
    called = true;
    return Promise.resolve();
  });
  await expect(call).rejects.toBeInstanceOf(AbortedError);
  expect(called).toBe(false);
});

test('without a signal there is no port, and the result passes through', async () => {
  expect(await abortable(undefined, (port) => Promise.resolve(port === undefined))).toBe(true);
  expect(listenForAbort(undefined).signal.aborted).toBe(false);
});
