/** A page that trains by a fake device, for tests in Node. */
import { until } from '../../base/until.testing.ts';
import type { Deferred } from '../workers/deferred.ts';
import { FakeWorker } from '../workers/workerPair.testing.ts';
import type { Command } from './orders.ts';
import { TrainingStorage } from './storage.ts';
import { createTraining } from './training.ts';
import {
  createFakeDevice,
  createMemoryDisk,
  TEST_SPACES,
  testEmbeddings,
  testMedia,
  testManifest,
} from './training.testing.ts';
import type { Pin } from './trainingDevice.ts';
import type { TrainingJobOptions } from './trainingJob.ts';
import { TrainingService } from './trainingService.ts';
import type { Training } from './types.ts';
import { createWindows } from './windows.ts';

const open: Training[] = [];

/** Closes every page that a test has opened. */
export function closePages(): void {
  for (const training of open.splice(0)) training.dispose();
}

/** A page on a browser's disk, with a worker that trains by the fake device. */
export async function openPage({
  disk = createMemoryDisk(),
  device = createFakeDevice(),
  locks = undefined as LockManager | undefined,
  /** Id of the collection in use. */
  collectionId = testManifest().id,
  /** Called before the page has read what the disk keeps. */
  onMade = (_training: Training): void => undefined,
} = {}) {
  const workers: FakeWorker[] = [];
  /** What each device was asked for by. */
  const pins: (Pin | undefined)[] = [];
  const heard: { onCommand: () => void } = { onCommand: () => undefined };
  class Service extends TrainingService {
    override command(command: Command): void {
      super.command(command);
      heard.onCommand();
    }
  }
  const training = createTraining({
    assetUrl: (path) => path,
    spaces: TEST_SPACES,
    manifest: { ...testManifest(), id: collectionId },
    embeddings: testEmbeddings,
    ...testMedia,
    player: {
      toggle: () => Promise.resolve(),
      stop: () => undefined,
      playing: () => undefined,
      onChange: () => () => undefined,
      dispose: () => undefined,
    },
    createStorage: (onProblem) => new TrainingStorage(() => Promise.resolve(disk), onProblem),
    createWorker() {
      const storage = new TrainingStorage(() => Promise.resolve(disk));
      const openDevice: TrainingJobOptions['open'] = (_task, _request, pin) => {
        pins.push(pin);
        return Promise.resolve(device);
      };
      workers.push(new FakeWorker(new Service({ storage, open: openDevice })));
      return workers.at(-1) as unknown as Worker;
    },
    windowsOf: (onTold) => createWindows(onTold, locks),
  });
  open.push(training);
  onMade(training);
  await training.opened;
  const run = (id: string) => training.runs().find((one) => one.id === id)!;
  const status = (id: string, wanted: string) =>
    until(() => training.runs().some((one) => one.id === id && one.status === wanted));
  /** Gives a command to a run that waits at a gate; the gate opens when the worker has heard it. */
  const tell = async (gate: Deferred<void>, command: () => Promise<void>) => {
    heard.onCommand = () => gate.resolve();
    await command();
  };
  return { training, disk, device, workers, pins, run, status, tell };
}

/** Locks as a browser has them: one name, first come first served. */
export function fakeLocks(): LockManager {
  let tail: Promise<unknown> = Promise.resolve();
  let held = false;
  return {
    request(_name: string, options: LockOptions, work: () => Promise<unknown>) {
      const turn = tail.then(async () => {
        options.signal?.throwIfAborted();
        held = true;
        try {
          return await work();
        } finally {
          held = false;
        }
      });
      tail = turn.catch(() => undefined);
      const aborted = new Promise((_, reject) => {
        options.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      });
      return options.signal ? Promise.race([turn, aborted]) : turn;
    },
    query: () => Promise.resolve({ held: held ? [{ name: 'bondlab.training' }] : [] }),
  } as unknown as LockManager;
}

/** Locks as a browser has them that keeps nothing for the page: every call is refused. */
export function refusedLocks(): LockManager {
  const refuse = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  return { request: refuse, query: refuse } as unknown as LockManager;
}
