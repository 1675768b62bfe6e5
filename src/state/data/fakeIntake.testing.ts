/** A desk that understands what a test says, and keeps nothing. */
import type { NamedFile } from '../../engine/exchange/types.ts';
import type { Intake, IntakeDesk, KeepOptions, KeepReport } from '../../engine/intake/types.ts';

export const EMPTY_INTAKE: Intake = {
  id: 'intake-1',
  media: undefined,
  arrays: undefined,
  bonds: [],
  saved: undefined,
  encoders: [],
  leftOut: [],
};

export const EMPTY_REPORT: KeepReport = {
  collectionId: 'own-1',
  bonds: [],
  recipeId: undefined,
  leftOut: [],
  notes: [],
};

export interface FakeIntake extends IntakeDesk {
  /** What the next drop is understood as, and what keeping it gives; an Error is thrown. */
  answer(intake: Intake | Error, report?: KeepReport | Error): void;
  given: (readonly NamedFile[])[];
  kept: KeepOptions[];
  forgotten: string[];
}

export function createFakeIntake(): FakeIntake {
  let intake: Intake | Error = EMPTY_INTAKE;
  let report: KeepReport | Error = EMPTY_REPORT;
  const given: (readonly NamedFile[])[] = [];
  const kept: KeepOptions[] = [];
  const forgotten: string[] = [];
  const settle = <T>(answer: T | Error): Promise<T> =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  return {
    given,
    kept,
    forgotten,
    answer(next, kind = EMPTY_REPORT) {
      intake = next;
      report = kind;
    },
    understand(files, options) {
      given.push(files);
      options?.onProgress?.({ done: 0, of: files.length, words: `Reading ${files[0]!.path}` });
      return settle(intake);
    },
    problemOf: (_, mapping) => (mapping.arrays.length === 0 ? 'No array is used as vectors.' : undefined),
    keep(_, options = {}) {
      kept.push(options);
      options.onProgress?.({ done: 1, of: 2, words: 'Keeping 1 of 2' });
      return settle(report);
    },
    forget: (id) => void forgotten.push(id),
  };
}
