/** Keeps the all-query metrics up to date: one request at a time, always for the newest factors. */
import type { StoreApi } from 'zustand';
import { messageOf } from '../base/errors.ts';
import { splitDirection } from '../base/modality.ts';
import type { LabEngine, MetricsByDirection } from '../engine/types.ts';
import { defaultFactors } from '../recipe/coefficients.ts';
import type { Recipe } from '../recipe/types.ts';
import { DIRECTIONS } from '../world/tasks.ts';
import { expertFor, factorsOf, recipeOf } from './selectors.ts';
import type { Evidence, LabState } from './types.ts';

export interface EvidenceKeeper {
  /** Counts at the factors of now; while one count runs, later calls share the next one. */
  request(): void;
  /** Counts everything anew: another recipe or other members. */
  renew(): void;
}

/** Each direction in the own space of the expert that is shown beside it. */
async function expertMetrics(engine: LabEngine, recipe: Recipe): Promise<MetricsByDirection> {
  const bySpace = new Map<string, MetricsByDirection>();
  const found: MetricsByDirection = {};
  for (const direction of DIRECTIONS) {
    const id = expertFor(recipe, engine.spaces, splitDirection(direction));
    const metrics = bySpace.get(id) ?? (await engine.spaceMetrics(id));
    bySpace.set(id, metrics);
    if (metrics[direction]) found[direction] = metrics[direction];
  }
  return found;
}

export function createEvidence(engine: LabEngine, store: StoreApi<LabState>): EvidenceKeeper {
  let running = false;
  /** What is to be counted, the most urgent first; the worker answers one request at a time. */
  const wanted = new Set<'current' | 'base' | 'expert'>();
  /** Counts that failed, and why: asked again with the next request. */
  const failed = new Map<'current' | 'base' | 'expert', string>();
  /** Raised by renew(): answers of before it are dropped. */
  let generation = 0;

  const count = async (what: 'current' | 'base' | 'expert'): Promise<Partial<Evidence>> => {
    const state = store.getState();
    const recipe = recipeOf(state);
    if (what === 'expert') return { expert: await expertMetrics(engine, recipe) };
    if (what === 'base') return { base: await engine.metrics(recipe.id, defaultFactors(recipe)) };
    const factors = factorsOf(state);
    return { current: await engine.metrics(recipe.id, factors), factors };
  };
  const run = async () => {
    running = true;
    for (;;) {
      const [what] = (['current', 'base', 'expert'] as const).filter((one) => wanted.has(one));
      if (!what) break;
      wanted.delete(what);
      const mine = generation;
      const part = await count(what).then(
        (counted): Partial<Evidence> => {
          failed.delete(what);
          return counted;
        },
        (error: unknown): Partial<Evidence> => {
          if (mine === generation) failed.set(what, messageOf(error));
          return {};
        },
      );
      const [message] = failed.values();
      if (mine === generation)
        store.setState({ evidence: { ...store.getState().evidence, ...part, message } });
    }
    running = false;
  };
  const start = () => {
    if (!running) void run();
  };
  return {
    request() {
      wanted.add('current');
      for (const what of failed.keys()) wanted.add(what);
      start();
    },
    renew() {
      generation++;
      failed.clear();
      store.setState({ evidence: {} });
      for (const what of ['current', 'base', 'expert'] as const) wanted.add(what);
      start();
    },
  };
}
