/** An AbortSignal cannot be posted to a worker: a MessagePort carries the one message that it stands for. */
import { AbortedError, throwIfAborted } from '../../base/errors.ts';
import { createDeferred } from './deferred.ts';

/**
 * Makes a worker call that can be taken back. `call` hands the port on to the worker (comlink: `transfer(port, [port])`),
 * where listenForAbort() turns it into a signal. Once aborted, the caller is rejected at once; what the worker still
 * returns is dropped. Without a signal, `call` gets no port.
 * @throws AbortedError, or whatever the call throws.
 */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  call: (port: MessagePort | undefined) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  if (!signal) return call(undefined);
  const { port1, port2 } = new MessageChannel();
  const aborted = createDeferred<never>();
  const onAbort = () => {
    port1.postMessage('abort');
    aborted.reject(new AbortedError());
  };
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([call(port2), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    port1.close();
  }
}

/** The worker's end: a signal that is aborted when the caller's is. Close it when the call is over. */
export function listenForAbort(port: MessagePort | undefined): { signal: AbortSignal; close: () => void } {
  const controller = new AbortController();
  if (port) port.onmessage = () => controller.abort();
  return { signal: controller.signal, close: () => port?.close() };
}
