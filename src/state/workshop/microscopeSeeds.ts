/** Trainings of the same bond that differ in their seed alone: those there are, and those that could be had. */
import type { Replicate } from '../../engine/microscope/types.ts';
import type { OwnEnsemble, RunRecord, TrainingSettings, TrainRequest } from '../../engine/training/types.ts';
import type { Bond, Ensemble, Space } from '../../recipe/types.ts';

/** So many show a spread. */
export const N_SEEDS = 3;

export interface SeedSources {
  bond: Bond;
  spaces: readonly Space[];
  ensembles: readonly (Ensemble | OwnEnsemble)[];
  runs: readonly RunRecord[];
  /** What the embedded ensembles were trained with. */
  defaults: TrainingSettings;
}

export interface SeedPlan {
  /** One a seed, that of the bond itself first. */
  replicates: Replicate[];
  /** Trainings of further seeds that wait or go, of the ensemble that has fewest. */
  nUnderWay: number;
  /** What trains the seeds that are missing to N_SEEDS (or one more), an ensemble of the bond each. */
  missing: TrainRequest[];
  /** How many seeds those are. */
  nMissing: number;
  /** Why no seed can be added. */
  why: string | undefined;
}

type Plain = Omit<TrainRequest, 'name'>;

const sorted = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

/** Names a training but for its seed and its name. */
function trainingKey({ kind, base, expert, members, settings, mining, pool, dOut, damage }: Plain): string {
  const { seed: _, ...rest } = settings;
  const { corrupt, keep, topics } = damage ?? { corrupt: 0, keep: 1, topics: 1 };
  const spoiled = [corrupt, keep, topics];
  return JSON.stringify([
    kind,
    base,
    expert,
    members,
    sorted(rest),
    sorted(mining),
    pool,
    dOut ?? null,
    spoiled,
  ]);
}

/** How an ensemble of a bond was trained; undefined where that is not known, or cannot be repeated by itself. */
function requestOf(ensemble: Ensemble | OwnEnsemble, sources: SeedSources): Plain | undefined {
  const { bond, runs, defaults, spaces } = sources;
  const { source, target, members } = ensemble;
  if (ensemble.origin === 'imported') return undefined;
  if (ensemble.origin === 'trained') {
    const run = 'runId' in ensemble && runs.find(({ id }) => id === ensemble.runId);
    return run && run.request.kind !== 'joint' ? run.request : undefined;
  }
  // Trained together with a partner into a space of their own: another training gives another space.
  if (spaces.find(({ id }) => id === target)?.modalities.length === 0) return undefined;
  const [base, expert] = bond.kind === 'combination' ? [target, source] : [source, target];
  return {
    kind: bond.kind,
    base,
    expert,
    members,
    settings: defaults,
    mining: { kind: 'top-1' },
    pool: 'embedded',
  };
}

interface SeedsOfOne {
  /** The bond's own ensemble. */
  id: string;
  request: Plain;
  /** Ensembles by seed, the bond's own first. */
  ready: [seed: number, ensembleId: string][];
  underWay: number[];
}

function seedsOf(id: string, sources: SeedSources): SeedsOfOne | undefined {
  const ensemble = sources.ensembles.find((one) => one.id === id);
  const request = ensemble && requestOf(ensemble, sources);
  if (!request) return undefined;
  const key = trainingKey(request);
  const ready = new Map([[request.settings.seed, id]]);
  const underWay: number[] = [];
  // Oldest first: a training that is added changes no replicate before it.
  for (const run of sources.runs.toReversed()) {
    const { seed } = run.request.settings;
    if (trainingKey(run.request) !== key || ready.has(seed)) continue;
    const made = run.ensembles.find((one) => sources.ensembles.some((other) => other.id === one));
    if (run.status === 'done' && made !== undefined) ready.set(seed, made);
    else if (run.status !== 'failed' && run.status !== 'stopped' && run.status !== 'done')
      underWay.push(seed);
  }
  return { id, request, ready: [...ready], underWay };
}

/** The lowest seeds from 1 that were not used, n of them. */
function freeSeeds({ ready, underWay }: SeedsOfOne, n: number): number[] {
  const used = new Set([...ready.map(([seed]) => seed), ...underWay]);
  const out: number[] = [];
  for (let seed = 1; out.length < n; seed++) if (!used.has(seed)) out.push(seed);
  return out;
}

/**
 * Replicates of a bond: the k-th takes the k-th seed of each of its ensembles, as many as the one with fewest has. Ensembles
 * whose training is not known stand for themselves in all of them.
 */
export function seedPlan(sources: SeedSources): SeedPlan {
  const all = sources.bond.ensembles.map(({ id }) => seedsOf(id, sources));
  const known = all.filter((one) => one !== undefined);
  if (known.length === 0) {
    const why =
      'How its projectors were trained is not known here (they come from a file, or were trained together into a space of their own), so no other seed can stand beside them.';
    return { replicates: [{ name: 'as it is', ensembles: {} }], nUnderWay: 0, missing: [], nMissing: 0, why };
  }
  const nReady = Math.min(...known.map(({ ready }) => ready.length));
  const nUnderWay = Math.min(...known.map(({ ready, underWay }) => ready.length + underWay.length)) - nReady;
  const replicates = Array.from({ length: nReady }, (_, k): Replicate => {
    const seeds = [...new Set(known.map(({ ready }) => ready[k]![0]))];
    return {
      name: `${seeds.length > 1 ? 'seeds' : 'seed'} ${seeds.join(', ')}`,
      ensembles: Object.fromEntries(known.map(({ id, ready }) => [id, [ready[k]![1]]])),
    };
  });
  const nMissing = Math.max(1, N_SEEDS - nReady - nUnderWay);
  const nWanted = nReady + nUnderWay + nMissing;
  const missing = known.flatMap((one) =>
    freeSeeds(one, nWanted - one.ready.length - one.underWay.length).map((seed): TrainRequest => ({
      ...one.request,
      settings: { ...one.request.settings, seed },
    })),
  );
  return { replicates, nUnderWay, missing, nMissing, why: undefined };
}
