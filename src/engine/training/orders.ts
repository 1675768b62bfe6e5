/** What the page tells the training worker, and what it hears of it. */
import type { Direction } from '../../base/modality.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { MiningSpace } from '../../math/pseudoPairs.ts';
import type { Backend } from '../types.ts';
import type { Evaluation } from './evaluation.ts';
import type { JobProgress } from './pace.ts';
import type { Pin } from './trainingDevice.ts';
import type { MemberCurve, TrainRequest } from './types.ts';

/** What is trained, on what, and what is measured by. */
export interface TrainOrder {
  request: TrainRequest;
  /** The pool as both spaces know it. */
  base: MiningSpace;
  expert: MiningSpace;
  evaluation: Evaluation;
  /** What it is to train on, without a trial. */
  pin?: Pin;
}

export interface RunOrder extends TrainOrder {
  runId: string;
  /** Members that are ready. */
  nReady: number;
  /** Seconds of training so far. */
  seconds: number;
}

/** What happens on the way; the promise of "member" is awaited before the next one begins. */
export type TrainEvent =
  | { kind: 'training'; nPairs: Record<string, number>; backend: Backend; threads: number; reason: string }
  | { kind: 'progress'; progress: JobProgress }
  | { kind: 'curve'; curve: MemberCurve; seconds: number }
  | { kind: 'member'; memberIndex: number; weights: ProjectorWeights[]; seconds: number }
  | { kind: 'problem'; problem: string };

export type OnEvent = (event: TrainEvent) => void | Promise<void>;

export type Command = 'pause' | 'stop' | 'step back';

/** How a run ended. */
export interface RunEnd {
  end: 'done' | 'paused' | 'stopped' | 'failed';
  seconds: number;
  /** Of the member under way, as it stands. */
  curve?: MemberCurve;
  /** Of a run that was stopped: the member under way. */
  partial?: ProjectorWeights[];
  message?: string;
}

export interface TrialResult {
  nPairs: Record<string, number>;
  recall: Record<string, { validation: number; test: number }>;
  ranks: Partial<Record<Direction, Uint32Array>>;
  seconds: number;
}
