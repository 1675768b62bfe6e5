import { backendsHere, measurePart } from './measure.ts';

/** The worker's side of a measurement, for comlink. */
export class BenchService {
  readonly backendsHere = backendsHere;
  readonly measurePart = measurePart;
}
