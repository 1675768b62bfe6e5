import { expect, test } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import { createStudyQueue } from './studyQueue.ts';

/** A job that ends when it is told to, or is cut short. */
function heldJob() {
  let finish!: () => void;
  let signalOf!: AbortSignal;
  const job = (signal: AbortSignal) => {
    signalOf = signal;
    return new Promise<void>((done, fail) => {
      finish = done;
      signal.addEventListener('abort', () => fail(new AbortedError()));
    });
  };
  return { job, finish: () => finish(), signal: () => signalOf };
}
const settle = () => new Promise((done) => setTimeout(done, 0));

test('the most urgent job goes first, whatever was asked first', async () => {
  const ran: string[] = [];
  const errors: unknown[] = [];
  const queue = createStudyQueue(['current', 'grid', 'shift'], (error) => errors.push(error));
  const first = heldJob();
  const log = (name: string) => async () => void ran.push(name);
  queue.ask('grid', first.job);
  queue.ask('shift snr-0', log('shift'));
  queue.ask('grid', log('grid'));
  queue.ask('current', log('current'));
  first.finish();
  await settle();
  expect(ran).toEqual(['current', 'grid', 'shift']);
  expect(errors).toEqual([]);
});

test('a job asked again replaces the one that waits, and cuts short the one that runs only if told to', async () => {
  const ran: string[] = [];
  const queue = createStudyQueue(['current', 'grid'], () => ran.push('error'));
  const first = heldJob();
  queue.ask('grid', first.job);
  queue.ask('grid', async () => void ran.push('second'));
  queue.ask('grid', async () => void ran.push('third'));
  expect(first.signal().aborted).toBe(false);
  queue.ask('grid', async () => void ran.push('fourth'), true);
  expect(first.signal().aborted).toBe(true);
  await settle();
  expect(ran).toEqual(['fourth']);
});

test('a failed job is told and the next one runs; clear() forgets what waits', async () => {
  const errors: unknown[] = [];
  const ran: string[] = [];
  const queue = createStudyQueue(['a', 'b'], (error) => errors.push(error));
  queue.ask('a', () => Promise.reject(new Error('no')));
  queue.ask('b', async () => void ran.push('b'));
  await settle();
  expect(errors).toEqual([new Error('no')]);
  expect(ran).toEqual(['b']);
  const held = heldJob();
  queue.ask('a', held.job);
  queue.ask('b', async () => void ran.push('again'));
  queue.clear();
  await settle();
  expect(held.signal().aborted).toBe(true);
  expect(ran).toEqual(['b']);
  expect(errors.length).toBe(1);
});
