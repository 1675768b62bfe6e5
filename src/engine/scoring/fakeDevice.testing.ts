/** A scoring device without numbers, for tests of order, cancelling and failures. */
import type { Backend } from '../types.ts';
import { createDeferred } from '../workers/deferred.ts';
import type { DeviceChoice } from './deviceKeeper.ts';
import type { LoadOptions } from './jaxTasks.ts';
import type { ScoringDevice } from './scoringDevice.ts';
import { ScoringJob, type ScoringJobOptions } from './scoringJob.ts';

/** A device whose ranks are all 1, with switches to break it. */
export function createFake(backend: Backend) {
  const lost = createDeferred<string>();
  const fake = {
    nLoaded: 0,
    nDisposed: 0,
    nRuns: 0,
    /** Parts of a load and of a sweep. */
    nParts: 3,
    /** What has been done, in order: "load", "ranks", "sweep", and "freed" for a generator that was ended. */
    log: [] as string[],
    /** Runs in each part of a load or sweep. */
    onPart: (_what: 'load' | 'sweep') => {},
    /** Options of the newest load. */
    options: undefined as LoadOptions | undefined,
    failWith: undefined as Error | undefined,
  };
  const device: ScoringDevice = {
    backend,
    reason: `fake ${backend}`,
    lost: lost.promise,
    async *load(hosts, _nItems, options) {
      options.previous?.dispose();
      fake.options = options;
      fake.nLoaded++;
      yield* parts('load');
      let disposed = false;
      return {
        nBuilt: 1,
        nReused: 0,
        ranks() {
          fake.nRuns++;
          fake.log.push('ranks');
          if (fake.failWith) return Promise.reject(fake.failWith);
          return Promise.resolve(hosts.map(({ task }) => new Uint32Array(task.queries.length).fill(1)));
        },
        async *sweep(t, settings) {
          yield* parts('sweep');
          return new Uint32Array(settings.length * hosts[t]!.answerItems.length).fill(1);
        },
        dispose() {
          if (!disposed) fake.nDisposed++;
          disposed = true;
        },
      };
    },
  };
  async function* parts(what: 'load' | 'sweep'): AsyncGenerator<number, void> {
    let complete = false;
    try {
      for (let part = 1; part <= fake.nParts; part++) {
        fake.log.push(what);
        fake.onPart(what);
        if (fake.failWith) throw fake.failWith;
        await Promise.resolve();
        yield part / fake.nParts;
      }
      complete = true;
    } finally {
      if (!complete) fake.log.push('freed');
    }
  }
  return Object.assign(fake, { device, lose: (why: string) => lost.resolve(why) });
}

export function createFakeJob(
  options: ScoringJobOptions = {},
  gpu = createFake('webgpu'),
  wasm = createFake('wasm'),
) {
  const told: DeviceChoice[] = [];
  const job = new ScoringJob({
    ...options,
    open: () => Promise.resolve(gpu.device),
    fallBack: (why) => Promise.resolve({ ...wasm.device, reason: why }),
    onDevice: (choice) => told.push(choice),
  });
  return { job, gpu, wasm, told };
}
