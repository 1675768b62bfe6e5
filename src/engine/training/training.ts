/** Training in the browser, as the page sees it. */
import { WORLD_ID } from '../../world/worldId.ts';
import type { Backend } from '../types.ts';
import { abortable } from '../workers/abortPort.ts';
import { OwnEnsembles } from './ensembles.ts';
import { Experiments } from './experiments.ts';
import { Line } from './line.ts';
import { Pools, type PoolSources } from './pools.ts';
import { checkLinking } from './request.ts';
import { RunBook } from './runBook.ts';
import { Runs } from './runs.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { TrainingStorage } from './storage.ts';
import { TrainingLink } from './trainingLink.ts';
import type { Training } from './types.ts';
import { createWindows, type Windows } from './windows.ts';

export interface TrainingOptions extends PoolSources {
  /** For tests: a pinned backend, and others in place of the worker, the storage and the other windows. */
  backend?: Backend;
  createWorker?: () => Worker;
  createStorage?: (onProblem: () => void) => TrainingStorage;
  windowsOf?: (onTold: () => void) => Windows;
}

/**
 * Creates the training of the page and reads what the browser keeps. The worker is made when something is mined or trained.
 * The caller disposes; a run under way is then cut, and can go on from its last checkpoint.
 */
export function createTraining(options: TrainingOptions): Training {
  const { spaces, manifest, embeddings, backend } = options;
  const listeners = new Set<() => void>();
  let disposed = false;
  let workerProblem: string | undefined;
  const changed = () => {
    if (!disposed) for (const listener of listeners) listener();
  };

  const storage = options.createStorage?.(changed) ?? new TrainingStorage(undefined, changed);
  const windows = (options.windowsOf ?? createWindows)(() => void read().catch(() => undefined));
  const pools = new Pools(options);
  const createWorker =
    options.createWorker ??
    (() => new Worker(new URL('./training.worker.ts', import.meta.url), { type: 'module' }));
  const link = new TrainingLink({ createWorker, pools, manifest, embeddings, ...(backend && { backend }) });
  const ensembles = new OwnEnsembles(storage, changed);
  const collection = manifest.id === WORLD_ID ? undefined : { id: manifest.id, name: manifest.name };
  const book = new RunBook(spaces, storage, ensembles, changed, collection);
  const onProblem = (problem: string) => {
    workerProblem = problem;
    changed();
  };
  const onWork = () => line.go();
  const experiments = new Experiments({ spaces, storage, link, windows, changed, onWork });
  const runs = new Runs({
    book,
    link,
    windows,
    changed,
    onProblem,
    onWork() {
      experiments.yield();
      onWork();
    },
  });
  const line = new Line([() => runs.next(), () => experiments.next()]);

  // A space that a joint run made is known before the ensembles that project into it.
  const readAs = async (othersTrain: boolean) => {
    await runs.read(othersTrain);
    await ensembles.read();
    await experiments.read();
  };
  let waits = false;
  const read = async () => {
    const othersTrain = await windows.othersTrain();
    await readAs(othersTrain);
    if (!othersTrain || waits) return;
    // When the other window has closed, what it trained is paused.
    waits = true;
    const whenFree = async () => {
      waits = false;
      await readAs(false);
    };
    void windows.inTurn(whenFree).catch(() => undefined);
  };

  return {
    defaults: DEFAULT_SETTINGS,
    opened: read(),
    note: () => storage.problem() ?? workerProblem,
    pool: (id, signal) => abortable(signal, () => pools.pool(id)),
    mine: async (request, signal) => link.mine(request, checkLinking(request, spaces), signal),
    train: (request) => runs.add(request),
    runs: () => book.list(),
    progress: () => runs.progress(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pause: (id) => runs.pause(id),
    goOn: (id) => runs.goOn(id),
    stop: (id) => runs.stop(id),
    stepBack: (id) => runs.stepBack(id),
    async rename(id, name) {
      await book.rename(id, name);
      windows.tell();
    },
    remove: (id) => runs.remove(id),
    ensembles: () => ensembles.list(),
    weights: (id) => ensembles.weights(id),
    async addEnsemble(ensemble) {
      const added = await ensembles.add(ensemble);
      windows.tell();
      return added;
    },
    async mapEnsemble(id, ends) {
      await ensembles.map(id, ends);
      windows.tell();
    },
    async renameEnsemble(id, name) {
      await ensembles.rename(id, name);
      windows.tell();
    },
    async removeEnsemble(id) {
      await book.removeEnsemble(id);
      windows.tell();
    },
    experiments: () => experiments.list(),
    startExperiment: (request) => experiments.start(request),
    cancelExperiment: (id) => experiments.cancel(id),
    removeExperiment: (id) => experiments.remove(id),
    dispose() {
      if (disposed) return;
      disposed = true;
      listeners.clear();
      line.close();
      link.dispose();
      windows.dispose();
      void storage.close();
    },
  };
}
