import type { TrainRequest } from './types.ts';

/** How far a training is. */
export interface JobProgress {
  memberIndex: number;
  step: number;
  pairsPerSecond: number;
  /** Of all members that are left. */
  secondsLeft: number;
}

/** Milliseconds between two reports. */
const REPORT_MS = 250;

/** Measures a training's speed and says, now and then, how far it is. */
export class Pace {
  readonly #request: TrainRequest;
  readonly #now: () => number;
  #memberIndex = 0;
  #batch = 0;
  /** Steps of this session, and their seconds. */
  #nSteps = 0;
  #sessionSeconds = 0;
  #seconds: number;
  #markMs: number | undefined;
  #report = { ms: -Infinity, step: 0 };

  constructor(request: TrainRequest, seconds: number, now = () => performance.now()) {
    this.#request = request;
    this.#seconds = seconds;
    this.#now = now;
  }

  /** Of training so far, those of earlier sessions too. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Sets the clock to what a checkpoint says. */
  set seconds(seconds: number) {
    this.#seconds = seconds;
  }

  /** A member begins or goes on at `step`, with so many pairs a batch. */
  begin(memberIndex: number, step: number, batch: number): void {
    this.#memberIndex = memberIndex;
    this.#batch = batch;
    this.#markMs = this.#now();
    this.#report = { ms: this.#markMs, step };
  }

  /** Counts a step that was done; the report when one is due. */
  step(step: number): JobProgress | undefined {
    const ms = this.#now();
    this.#seconds += (ms - this.#markMs!) / 1000;
    this.#sessionSeconds += (ms - this.#markMs!) / 1000;
    this.#markMs = ms;
    this.#nSteps++;
    const passedMs = ms - this.#report.ms;
    if (passedMs < REPORT_MS) return undefined;
    const { members, settings } = this.#request;
    const pairsPerSecond = (this.#batch * (step - this.#report.step)) / (passedMs / 1000);
    this.#report = { ms, step };
    const nLeft = (members.length - this.#memberIndex) * settings.steps - step;
    return {
      memberIndex: this.#memberIndex,
      step,
      pairsPerSecond,
      secondsLeft: (nLeft * this.#sessionSeconds) / this.#nSteps,
    };
  }
}
