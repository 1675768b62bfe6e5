/** What the microscope's bench looks at, and the reports it has so far. */
import type {
  ConflictReport,
  CostReport,
  KeepsReport,
  MemberReport,
  Microscope,
  MicroscopeOptions,
  SizeReport,
} from '../../engine/microscope/types.ts';

/** The report that answers each question. */
export interface Reports {
  members: MemberReport;
  sizes: SizeReport;
  cost: CostReport;
  keeps: KeepsReport;
  conflicts: ConflictReport;
}
export type QuestionId = keyof Reports;

/** How far a report is; `fraction` in [0, 1]. Nothing was asked where there is none. */
export type Measuring<T> =
  | { status: 'loading'; words: string; fraction: number }
  | { status: 'ready'; value: T }
  | { status: 'failed'; message: string };

/** Reports by what was asked (Ask.key): one for other members or another setting is another report. */
export type MeasuredReports = { readonly [Q in QuestionId]: Readonly<Record<string, Measuring<Reports[Q]>>> };

/** A question as it is put. */
export interface Ask<Q extends QuestionId> {
  /** Names everything that the report depends on. */
  key: string;
  run: (microscope: Microscope, options: MicroscopeOptions) => Promise<Reports[Q]>;
}

/** What was chosen on the bench; what is undefined follows the lab. */
export interface MicroscopeLook {
  /** The recipe in use where it is undefined, or gone. */
  recipeId: string | undefined;
  /** Its first bond where it is undefined, or no bond of it. */
  bondId: string | undefined;
  /** "projected", "current", or "preset <name>" (settingsOf). */
  setting: string;
  /** The bond that stands beside it, "<recipe id> <bond id>"; the first of the other kind where it is undefined. */
  beside: string | undefined;
  /** Ids of the two expert spaces that are compared; those of the bond, or the first two, where it is undefined. */
  experts: readonly [string, string] | undefined;
}

export interface MicroscopeSession {
  look: MicroscopeLook;
  reports: MeasuredReports;
}

export const OPEN_MICROSCOPE: MicroscopeSession = {
  look: {
    recipeId: undefined,
    bondId: undefined,
    setting: 'projected',
    beside: undefined,
    experts: undefined,
  },
  reports: { members: {}, sizes: {}, cost: {}, keeps: {}, conflicts: {} },
};

/** Puts questions to the microscope and takes them back. */
export interface MicroscopeActions {
  lookAt: (part: Partial<MicroscopeLook>) => void;
  /** Asks a question, in turn with the others; one of the same kind that is being answered is taken back. */
  measure: <Q extends QuestionId>(question: Q, ask: Ask<Q>) => void;
  /** Takes a question back, or all of them; reports that are there stay. */
  cancelMeasuring: (question?: QuestionId) => void;
}
