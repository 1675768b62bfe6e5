/** One member on its way: its trainer, its learning curve, and its best so far. */
import type { ProjectorWeights } from '../../math/projector.ts';
import { meanRecall } from './evaluation.ts';
import type { TrainerState } from './trainer.ts';
import type { Trainer } from './trainingDevice.ts';
import type { CurvePoint, MemberCurve, TrainingSettings } from './types.ts';

/** Everything that a member goes on from; may be cloned and stored. */
export interface MemberCheckpoint {
  state: TrainerState;
  curve: MemberCurve;
  /** Losses since the curve's last point. */
  pending: { sum: number; n: number };
}

/** Steps between two looks at the validation queries. */
const RECALL_EVERY = 25;
/** About so many points make a curve. */
const N_POINTS = 100;

export type Recall = (weights: readonly ProjectorWeights[]) => Promise<Record<string, number>>;

export class MemberRun {
  readonly #trainer: Trainer;
  readonly #steps: number;
  readonly #pointEvery: number;
  readonly #recall: Recall | undefined;
  #curve: MemberCurve;
  #pending: { sum: number; n: number };
  #step: number;
  #best: TrainerState | undefined;

  /** Takes the trainer over. Without `recall` nothing is measured, and nothing is best. */
  constructor(
    trainer: Trainer,
    member: string,
    settings: TrainingSettings,
    { recall, from }: { recall?: Recall; from?: MemberCheckpoint } = {},
  ) {
    this.#trainer = trainer;
    this.#steps = settings.steps;
    this.#pointEvery = Math.ceil(settings.steps / N_POINTS);
    this.#recall = recall;
    this.#curve = from?.curve ?? { member, points: [] };
    this.#pending = from?.pending ?? { sum: 0, n: 0 };
    this.#step = from?.state.step ?? 0;
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  get done(): boolean {
    return this.#step >= this.#steps;
  }

  get curve(): MemberCurve {
    return this.#curve;
  }

  /** State at the best mean validation R@1, where that was measured since this object was made. */
  get best(): TrainerState | undefined {
    return this.#best;
  }

  /** One step; true when the curve has a new point. @throws ModelError when the loss is no longer a number. */
  async advance(): Promise<boolean> {
    const { step, loss, learningRate } = await this.#trainer.step();
    this.#step = step;
    this.#pending = { sum: this.#pending.sum + loss, n: this.#pending.n + 1 };
    const last = step >= this.#steps;
    const measures = this.#recall !== undefined && (step % RECALL_EVERY === 0 || last);
    if (!measures && !last && step % this.#pointEvery !== 0) return false;
    const point: CurvePoint = { step, loss: this.#pending.sum / this.#pending.n, learningRate };
    this.#pending = { sum: 0, n: 0 };
    let { bestStep } = this.#curve;
    if (measures) {
      point.recall = await this.#recall!(await this.weights());
      const best = this.#curve.points.find((one) => one.step === bestStep)?.recall;
      if (!best || meanRecall(point.recall) > meanRecall(best)) {
        bestStep = step;
        this.#best = await this.#trainer.save();
      }
    }
    this.#curve = {
      ...this.#curve,
      points: [...this.#curve.points, point],
      ...(bestStep !== undefined && { bestStep }),
    };
    return true;
  }

  async checkpoint(): Promise<MemberCheckpoint> {
    return { state: await this.#trainer.save(), curve: this.#curve, pending: { ...this.#pending } };
  }

  /** The projectors as they stand, one a network. */
  weights(): Promise<ProjectorWeights[]> {
    return this.#trainer.weights();
  }

  dispose(): void {
    this.#trainer.dispose();
  }
}

/** The checkpoint at the best step: the curve ends there. */
export function takenBack({ curve }: MemberCheckpoint, best: TrainerState): MemberCheckpoint {
  const points = curve.points.filter(({ step }) => step <= best.step);
  return { state: best, curve: { ...curve, points }, pending: { sum: 0, n: 0 } };
}
