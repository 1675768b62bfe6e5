import { afterEach, expect, test, vi } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import { closePages, fakeLocks, openPage, refusedLocks } from './page.testing.ts';
import { createMemoryDisk, TEST_REQUEST } from './training.testing.ts';
import { createDeferred } from '../workers/deferred.ts';
import type { RunRecord } from './types.ts';
import { createWindows } from './windows.ts';

afterEach(() => {
  closePages();
  vi.unstubAllGlobals();
});

const ONE: typeof TEST_REQUEST = { ...TEST_REQUEST, members: ['mix'] };

test('where the browser refuses locks and channels, nobody else trains and no window waits', async () => {
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        throw new DOMException('denied', 'SecurityError');
      }
    },
  );
  const windows = createWindows(() => undefined, refusedLocks());
  expect(await windows.othersTrain()).toBe(false);
  expect(await windows.inTurn(() => Promise.resolve(7))).toBe(7);
  windows.tell();
  windows.dispose();
  const { training, status } = await openPage({ locks: refusedLocks() });
  await status(await training.train(ONE), 'done');
});

test('work that fails is not done twice, and a turn that is given up says so', async () => {
  const windows = createWindows(() => undefined, fakeLocks());
  const work = vi.fn<() => Promise<never>>(() => Promise.reject(new RangeError('broken')));
  await expect(windows.inTurn(work)).rejects.toThrow('broken');
  expect(work).toHaveBeenCalledTimes(1);
  const turn = createDeferred<void>();
  const first = windows.inTurn(() => turn.promise);
  const waiting = new AbortController();
  const second = windows.inTurn(work, waiting.signal);
  waiting.abort();
  await expect(second).rejects.toBeInstanceOf(AbortedError);
  turn.resolve();
  await first;
  expect(work).toHaveBeenCalledTimes(1);
  windows.dispose();
});

test('a run whose window was closed stands still in the windows that were open before it began', async () => {
  const disk = createMemoryDisk();
  const locks = fakeLocks();
  const here = await openPage({ disk, locks });
  const there = await openPage({ disk, locks });
  there.device.gateAt('mix', 30);
  const id = await there.training.train(ONE);
  await here.status(id, 'training');
  await until(() => there.device.steps.mix === 29);
  there.training.dispose();
  await here.status(id, 'paused');
  await here.training.goOn(id);
  await here.status(id, 'done');
  expect(here.device.steps.mix).toBe(60);
});

test('a name given in one window stays when the run goes on in another', async () => {
  const disk = createMemoryDisk();
  const locks = fakeLocks();
  const here = await openPage({ disk, locks });
  const there = await openPage({ disk, locks });
  const gate = there.device.gateAt('A', 30);
  const id = await there.training.train({ ...TEST_REQUEST, members: ['mix', 'A'] });
  await until(() => there.device.steps.A === 29);
  await until(() => here.training.ensembles().length === 1);
  const stored = () => disk.tables.get('runs')!.get(id) as RunRecord;
  const before = stored();
  await here.training.rename(id, 'From here');
  // Of what the other window wrote, nothing but the name is another.
  expect({ ...stored(), curves: [] }).toEqual({ ...before, name: 'From here', curves: [] });
  gate.resolve();
  await there.status(id, 'done');
  expect(stored()).toMatchObject({ name: 'From here', status: 'done' });
  await here.status(id, 'done');
  for (const { run, training } of [here, there]) {
    await until(() => run(id).name === 'From here');
    await until(() => training.ensembles()[0]!.name === 'From here');
    expect(training.ensembles()[0]!.members).toEqual(['mix', 'A']);
  }
});
