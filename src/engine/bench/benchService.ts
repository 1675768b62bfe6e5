import { backendsHere, measure, type MeasureProgress } from './measure.ts';
import type { Plan } from './plans.ts';

/** The worker's side of a measurement, for comlink. */
export class BenchService {
  /** As measure(), on the backends that are here; answers with what is said about them. */
  async measure(plan: Plan, onProgress: (progress: MeasureProgress) => void): Promise<string> {
    const { backends, note } = await backendsHere();
    await measure(plan, backends, onProgress);
    return note;
  }
}
