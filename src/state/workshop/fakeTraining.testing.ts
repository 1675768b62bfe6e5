/** A training that trains nothing, for tests of the store and the page: runs are what a test says they are. */
import { InputError } from '../../base/errors.ts';
import type {
  Experiment,
  OwnEnsemble,
  RunProgress,
  RunRecord,
  Training,
  TrainingSettings,
} from '../../engine/training/types.ts';

const SETTINGS: TrainingSettings = {
  seed: 1,
  steps: 500,
  batch: 384,
  hidden: 384,
  peakRate: 2e-3,
  warmUp: 30,
  weightDecay: 0.02,
  temperature: 0.05,
  noise: 0.3,
  momentum: 0.95,
};

export interface FakeTraining extends Training {
  /** Puts runs, ensembles, progress and experiments in place, and tells the listeners. */
  put(state: {
    runs?: readonly RunRecord[];
    ensembles?: readonly OwnEnsemble[];
    progress?: RunProgress;
    experiments?: readonly Experiment[];
  }): void;
  /** Names of the calls that were made, with their first argument where it is a string. */
  calls: string[];
}

export function createFakeTraining(): FakeTraining {
  let runs: readonly RunRecord[] = [];
  let ensembles: readonly OwnEnsemble[] = [];
  let experiments: readonly Experiment[] = [];
  let progress: RunProgress | undefined;
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  const called =
    (name: string) =>
    (id: string): Promise<void> => {
      calls.push(`${name} ${id}`);
      return Promise.resolve();
    };
  return {
    defaults: SETTINGS,
    calls,
    put(state) {
      runs = state.runs ?? runs;
      ensembles = state.ensembles ?? ensembles;
      experiments = state.experiments ?? experiments;
      progress = 'progress' in state ? state.progress : progress;
      for (const listener of listeners) listener();
    },
    pool: () => Promise.reject(new InputError('There are no pools here.')),
    mine: () => Promise.resolve([]),
    train() {
      calls.push('train');
      return Promise.resolve('run-1');
    },
    runs: () => runs,
    progress: () => progress,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pause: called('pause'),
    goOn: called('goOn'),
    stop: called('stop'),
    stepBack: called('stepBack'),
    rename: called('rename'),
    remove: called('remove'),
    ensembles: () => ensembles,
    weights: () => Promise.reject(new InputError('There are no weights here.')),
    addEnsemble: () => Promise.reject(new InputError('Nothing is kept here.')),
    mapEnsemble: called('mapEnsemble'),
    renameEnsemble: called('renameEnsemble'),
    removeEnsemble: called('removeEnsemble'),
    experiments: () => experiments,
    startExperiment() {
      calls.push('startExperiment');
      return Promise.resolve('experiment-1');
    },
    cancelExperiment: called('cancelExperiment'),
    removeExperiment: called('removeExperiment'),
    opened: Promise.resolve(),
    note: () => undefined,
    dispose: () => undefined,
  };
}
