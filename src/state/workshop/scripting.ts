/** The workshop's part of the scripting interface: training, runs, recipes, files (docs/scripting.md). */
import { InputError, LabError } from '../../base/errors.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../engine/exchange/types.ts';
import type { RunProgress, RunRecord, TrainingSettings, TrainRequest } from '../../engine/training/types.ts';
import type { RecipeDraft } from '../../recipe/build.ts';
import type { LabState } from '../types.ts';

/** What train() takes: kind, base and expert; everything else has the embedded ensembles' values where it is left out. */
export type TrainDefinition = Pick<TrainRequest, 'kind' | 'base' | 'expert'> &
  Partial<Omit<TrainRequest, 'kind' | 'base' | 'expert' | 'settings'>> &
  Partial<TrainingSettings>;

export interface ScriptedRun extends RunRecord {
  /** Of the run under way. */
  progress?: RunProgress;
}

export interface WorkshopApi {
  /**
   * Starts a training in the browser and resolves with the run's id; runs() tells how far it is, runDone() waits for it.
   * @throws InputError on a request that cannot be trained
   */
  train(definition: TrainDefinition): Promise<string>;
  /** Every run of this browser, newest first; the one under way with its progress. Copies. */
  runs(): ScriptedRun[];
  /** Resolves with the record once a run is done, stopped or failed; a paused run is waited for. @throws InputError */
  runDone(id: string): Promise<RunRecord>;
  pauseRun(id: string): Promise<void>;
  goOnRun(id: string): Promise<void>;
  stopRun(id: string): Promise<void>;
  /** Every mixture of projectors at hand: embedded, trained, imported. */
  ensembles(): {
    id: string;
    name: string;
    source: string;
    target: string;
    members: string[];
    origin: string;
  }[];
  /** An ensemble as a file: "onnx-fp32", "onnx-int8", "onnx-4bit", "safetensors" or "torch". @throws InputError */
  exportBond(ensembleId: string, format: ExportFormat): Promise<Blob>;
  /** Builds and keeps a recipe and resolves with its id, for useRecipe(). @throws InputError that says why a bond is illegal */
  createRecipe(definition: RecipeDraft): Promise<string>;
}

const EXAMPLE =
  "train({ kind: 'combination', base: 'unified', expert: 'foley', members: ['mix'], steps: 100, seed: 1 })";

/** The request of a definition: settings stand beside the rest in it. @throws InputError */
export function requestOf(definition: TrainDefinition, defaults: TrainingSettings): TrainRequest {
  if (typeof definition !== 'object' || definition === null)
    throw new InputError(`A training is asked for as in ${EXAMPLE}.`);
  const settings = { ...defaults };
  const rest: Record<string, unknown> = {
    members: ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'],
    mining: { kind: 'top-1' },
    pool: 'embedded',
  };
  const known = ['kind', 'base', 'expert', 'members', 'mining', 'pool', 'dOut', 'damage', 'name'];
  for (const [key, value] of Object.entries(definition)) {
    if (value === undefined) continue;
    if (Object.hasOwn(defaults, key)) {
      if (typeof value !== 'number') throw new InputError(`"${key}" is a number, as in ${EXAMPLE}.`);
      settings[key as keyof TrainingSettings] = value;
    } else if (known.includes(key)) rest[key] = value;
    else {
      const names = [...known, ...Object.keys(defaults)].join(', ');
      throw new InputError(`A training has no "${key}"; it has ${names}.`);
    }
  }
  return { ...(rest as unknown as TrainRequest), settings };
}

const OVER: readonly RunRecord['status'][] = ['done', 'stopped', 'failed'];

export function createWorkshopScripting(lab: () => LabState): WorkshopApi {
  const training = () => lab().engine.training;
  const runOf = (id: string): RunRecord => {
    const runs = training().runs();
    const found = runs.find((run) => run.id === id);
    if (!found)
      throw new InputError(
        `There is no run "${id}"; there are ${runs.map((run) => run.id).join(', ') || 'none'}.`,
      );
    return found;
  };
  return {
    train: async (definition) => training().train(requestOf(definition, training().defaults)),
    runs() {
      const progress = training().progress();
      return training()
        .runs()
        .map((run) => ({
          ...structuredClone(run),
          ...(progress?.runId === run.id && { progress: { ...progress } }),
        }));
    },
    async runDone(id) {
      runOf(id);
      return new Promise<RunRecord>((done, fail) => {
        let stop: () => void = () => undefined;
        const look = () => {
          const run = training()
            .runs()
            .find((one) => one.id === id);
          if (run && !OVER.includes(run.status)) return;
          stop();
          if (!run) fail(new InputError(`The run "${id}" was removed.`));
          else if (run.status === 'failed')
            fail(new LabError('training', run.message ?? 'The training failed.'));
          else done(structuredClone(run));
        };
        stop = training().onChange(look);
        look();
      });
    },
    pauseRun: async (id) => training().pause(runOf(id).id),
    goOnRun: async (id) => training().goOn(runOf(id).id),
    stopRun: async (id) => training().stop(runOf(id).id),
    ensembles: () =>
      lab().engine.ensembles.map(({ id, name, source, target, members, origin }) => ({
        id,
        name,
        source,
        target,
        members: [...members],
        origin,
      })),
    async exportBond(ensembleId, format) {
      if (!EXPORT_FORMATS.includes(format))
        throw new InputError(`There is no format "${format}"; there are ${EXPORT_FORMATS.join(', ')}.`);
      return (await lab().engine.exchange.exportEnsemble(ensembleId, format)).blob;
    },
    createRecipe: async (definition) => lab().engine.library.create(definition).id,
  };
}
