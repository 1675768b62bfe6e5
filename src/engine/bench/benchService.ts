import { backendsHere, measurePart, type Part } from './measure.ts';

/** The worker's side of a measurement, for comlink. */
export class BenchService {
  backendsHere() {
    return backendsHere();
  }

  measurePart(part: Part) {
    return measurePart(part);
  }
}
