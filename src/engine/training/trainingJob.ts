/** Mines and trains: the work of the training worker, as a plain class. */
import { AbortedError, InputError, LabError, messageOf, ModelError } from '../../base/errors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { MiningSpace } from '../../math/pseudoPairs.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { BrokenRuntimeError } from '../workers/brokenRuntime.ts';
import { Checkpoints, type Checkpoint } from './checkpoints.ts';
import { evaluateRanks, recallOf } from './evaluation.ts';
import { MemberRun, type Recall } from './memberRun.ts';
import { MemberTasks } from './memberTask.ts';
import { describeMined, minePool, type Mined, type MiningRequest } from './mining.ts';
import type { Command, OnEvent, RunEnd, RunOrder, TrainEvent, TrainOrder, TrialResult } from './orders.ts';
import { Pace } from './pace.ts';
import { TrainingStorage } from './storage.ts';
import type { MemberTask } from './trainer.ts';
import { openTrainingDevice, type Pin, type TrainingDevice } from './trainingDevice.ts';
import type { MinedSet, TrainRequest } from './types.ts';

export interface TrainingJobOptions {
  storage?: TrainingStorage;
  open?: (task: MemberTask, request: TrainRequest, pin?: Pin) => Promise<TrainingDevice>;
}

interface Prepared {
  members: MemberTasks;
  device: TrainingDevice;
}

/** Least milliseconds between two checkpoints; more where one takes long to write. */
const CHECKPOINT_MS = 4000;
const CHECKPOINT_SHARE = 0.05;
/** Least milliseconds between two reports of a curve, but for points at which something was measured. */
const CURVE_MS = 500;

/** One training at a time; commands reach the one under way between its steps. */
export class TrainingJob {
  readonly #checkpoints: Checkpoints;
  readonly #storage: TrainingStorage;
  readonly #open: NonNullable<TrainingJobOptions['open']>;
  readonly #devices = new Map<string, TrainingDevice>();
  #mined: { key: string; mined: Mined } | undefined;
  #command: Command | undefined;
  #mining = new AbortController();

  constructor({ storage, open }: TrainingJobOptions = {}) {
    this.#storage = storage ?? new TrainingStorage();
    this.#checkpoints = new Checkpoints(this.#storage);
    this.#open = open ?? ((task, { settings }, pin) => openTrainingDevice(task, settings, pin));
  }

  /** Mined sets of every modality, as they are shown. @throws InputError, AbortedError */
  async mine(
    request: MiningRequest,
    base: MiningSpace,
    expert: MiningSpace,
    signal?: AbortSignal,
  ): Promise<MinedSet[]> {
    return describeMined(await this.#mine(request, base, expert, signal), request.seed);
  }

  /** Tells the training under way what to do after the step that it is at. */
  command(command: Command): void {
    this.#command = command;
    this.#mining.abort();
  }

  /**
   * Trains the members of a run that are not ready, from its checkpoint where there is one.
   * @throws InputError and the like where it cannot begin; BrokenRuntimeError when the backend breaks down.
   */
  run(order: RunOrder, onEvent: OnEvent): Promise<RunEnd> {
    return this.#begin(async () => {
      const { runId, request, nReady } = order;
      const pace = new Pace(request, order.seconds);
      try {
        const prepared = await this.#prepare(order, onEvent);
        const recall: Recall = async (weights) => {
          const { evaluation } = order;
          const found = await evaluateRanks(request.kind, evaluation, [weights], prepared.device.matMul);
          return recallOf(found, evaluation.tasks, 'validation');
        };
        let checkpoint = await this.#checkpoints.read(runId, nReady);
        if (checkpoint) pace.seconds = checkpoint.seconds;
        for (let memberIndex = nReady; memberIndex < request.members.length; memberIndex++) {
          const ended = await this.#trainMember(order, memberIndex, prepared, {
            pace,
            recall,
            onEvent,
            checkpoint,
          });
          if (ended) return ended;
          checkpoint = undefined;
        }
        await this.#checkpoints.remove(runId);
        return { end: 'done', seconds: pace.seconds };
      } catch (error) {
        if (error instanceof AbortedError) return await this.#endUnbegun(order);
        if (error instanceof ModelError)
          return { end: 'failed', seconds: pace.seconds, message: error.message };
        throw error;
      } finally {
        const problem = this.#storage.problem();
        if (problem !== undefined) await onEvent({ kind: 'problem', problem });
      }
    });
  }

  /**
   * Trains all members of a request without checkpoints, and ranks with their ensemble. @throws as run(), ModelError when the
   * loss leaves the numbers, AbortedError on a command.
   */
  trial(order: TrainOrder, onEvent: OnEvent): Promise<TrialResult> {
    return this.#begin(async () => {
      const { request, evaluation } = order;
      const pace = new Pace(request, 0);
      const { members: tasks, device } = await this.#prepare(order, onEvent);
      const members: ProjectorWeights[][] = [];
      for (const [memberIndex, member] of request.members.entries()) {
        const trainer = await device.create(tasks.task(member), request.settings, member);
        const run = new MemberRun(trainer, member, request.settings);
        try {
          pace.begin(memberIndex, 0, Math.min(request.settings.batch, tasks.nPairs[member]!));
          while (!run.done) {
            await run.advance();
            const progress = pace.step(run.step);
            if (progress) fire(onEvent, { kind: 'progress', progress });
            await nextTurn();
            if (this.#command) throw new AbortedError();
          }
          members.push(await run.weights());
        } finally {
          run.dispose();
        }
      }
      const ranks = await evaluateRanks(request.kind, evaluation, members, device.matMul);
      const [validation, test] = (['validation', 'test'] as const).map((half) =>
        recallOf(ranks, evaluation.tasks, half),
      );
      const recall = Object.fromEntries(
        Object.keys(ranks).map((id) => [id, { validation: validation![id]!, test: test![id]! }]),
      );
      return { nPairs: tasks.nPairs, recall, ranks, seconds: pace.seconds };
    });
  }

  /** Takes a run that stands still back to its best. @throws InputError where nothing was measured yet. */
  async stepBack(runId: string, memberIndex: number): Promise<Checkpoint> {
    const checkpoint = await this.#checkpoints.stepBack(runId, memberIndex);
    if (!checkpoint) throw new InputError('Nothing was measured yet, so there is no best to step back to.');
    return checkpoint;
  }

  /** The member under way of a run that stands still, as its checkpoint has it, if it did a step; forgets the checkpoint. */
  async partial(runId: string, memberIndex: number): Promise<ProjectorWeights[] | undefined> {
    const checkpoint = await this.#checkpoints.read(runId, memberIndex);
    await this.#checkpoints.remove(runId);
    if (!checkpoint || checkpoint.state.step === 0) return undefined;
    return checkpoint.state.networks.map(({ weights }) => weights);
  }

  /** Forgets a run's checkpoints. */
  forget(runId: string): Promise<void> {
    return this.#checkpoints.remove(runId);
  }

  async #begin<T>(work: () => Promise<T>): Promise<T> {
    this.#command = undefined;
    this.#mining = new AbortController();
    try {
      return await work();
    } catch (error) {
      if (error instanceof LabError) throw error;
      throw new BrokenRuntimeError(messageOf(error));
    }
  }

  async #mine(
    request: MiningRequest,
    base: MiningSpace,
    expert: MiningSpace,
    signal?: AbortSignal,
  ): Promise<Mined> {
    const { mining, damage, seed, pool } = request;
    const key = JSON.stringify([pool, base.id, expert.id, mining, damage, damage && seed]);
    if (this.#mined?.key !== key) {
      this.#mined = { key, mined: await minePool(request, base, expert, signal) };
    }
    return this.#mined.mined;
  }

  /** A command came while it mined: the run is where its checkpoint has it. */
  async #endUnbegun({ runId, nReady, seconds }: RunOrder): Promise<RunEnd> {
    if (this.#command === 'stop') {
      const partial = await this.partial(runId, nReady);
      return { end: 'stopped', seconds, ...(partial && { partial }) };
    }
    const back = this.#command === 'step back' ? await this.#checkpoints.stepBack(runId, nReady) : undefined;
    return { end: 'paused', seconds, ...(back && { curve: back.curve }) };
  }

  async #prepare({ request, base, expert, pin }: TrainOrder, onEvent: OnEvent): Promise<Prepared> {
    const { seed } = request.settings;
    const mined = await this.#mine({ ...request, seed }, base, expert, this.#mining.signal);
    const members = new MemberTasks(request, mined);
    const device = await this.#device(members.task(request.members[0]!), request, pin);
    const { nPairs } = members;
    const { backend: used, threads, reason } = device;
    fire(onEvent, { kind: 'training', nPairs, backend: used, threads, reason });
    return { members, device };
  }

  /** Without a pinned backend, one trial for all trainings of a shape. */
  async #device(task: MemberTask, request: TrainRequest, pin?: Pin): Promise<TrainingDevice> {
    const { hidden, batch } = request.settings;
    const shapes = task.networks.map(({ dIn, inputs }) => [dIn, inputs.length]);
    const key = JSON.stringify([shapes, task.targets.length, task.dOut, hidden, batch, pin]);
    const device = this.#devices.get(key) ?? (await this.#open(task, request, pin));
    this.#devices.set(key, device);
    return device;
  }

  /** Undefined when the member is ready. */
  async #trainMember(
    { runId, request: { members, settings } }: RunOrder,
    memberIndex: number,
    { device, members: tasks }: Prepared,
    {
      pace,
      recall,
      onEvent,
      checkpoint,
    }: { pace: Pace; recall: Recall; onEvent: OnEvent; checkpoint: Checkpoint | undefined },
  ): Promise<RunEnd | undefined> {
    const member = members[memberIndex]!;
    const trainer = await device.create(tasks.task(member), settings, member, checkpoint?.state);
    const run = new MemberRun(trainer, member, settings, { recall, ...(checkpoint && { from: checkpoint }) });
    let writtenBest = run.best;
    const write = async () => {
      const best = run.best === writtenBest ? undefined : run.best;
      const at = { ...(await run.checkpoint()), memberIndex, seconds: pace.seconds };
      await this.#checkpoints.write(runId, at, best);
      writtenBest = run.best;
    };
    try {
      pace.begin(memberIndex, run.step, Math.min(settings.batch, tasks.nPairs[member]!));
      if (checkpoint) fire(onEvent, { kind: 'curve', curve: run.curve, seconds: pace.seconds });
      let nextWriteMs = performance.now() + CHECKPOINT_MS;
      let nextCurveMs = 0;
      while (!run.done && !this.#command) {
        const isPoint = await run.advance();
        const progress = pace.step(run.step);
        const startMs = performance.now();
        if (isPoint && (run.curve.points.at(-1)!.recall || startMs > nextCurveMs)) {
          fire(onEvent, { kind: 'curve', curve: run.curve, seconds: pace.seconds });
          nextCurveMs = startMs + CURVE_MS;
        }
        if (progress) fire(onEvent, { kind: 'progress', progress });
        if (startMs > nextWriteMs && !run.done) {
          await write();
          const tookMs = performance.now() - startMs;
          nextWriteMs = performance.now() + Math.max(CHECKPOINT_MS, tookMs / CHECKPOINT_SHARE);
        }
        await nextTurn();
      }
      if (run.done && this.#command !== 'step back') {
        await onEvent({ kind: 'member', memberIndex, weights: await run.weights(), seconds: pace.seconds });
        return undefined;
      }
      const { seconds } = pace;
      if (this.#command === 'stop') {
        await this.#checkpoints.remove(runId);
        const { curve } = run;
        return { end: 'stopped', seconds, curve, ...(run.step > 0 && { partial: await run.weights() }) };
      }
      await write();
      if (this.#command !== 'step back') return { end: 'paused', seconds, curve: run.curve };
      const back = await this.#checkpoints.stepBack(runId, memberIndex);
      return { end: 'paused', seconds, curve: (back ?? run).curve };
    } finally {
      run.dispose();
    }
  }
}

function fire(onEvent: OnEvent, event: TrainEvent): void {
  void Promise.resolve(onEvent(event)).catch(() => undefined);
}
