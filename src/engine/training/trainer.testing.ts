/** The tests of the trainer, the same on every backend. */
import { describe, expect, test } from 'vitest';
import { DisposedError, InputError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { ADAM } from '../../math/adam.ts';
import type { Backend } from '../types.ts';
import { drawBatch } from './batches.ts';
import { stateOf } from './initialState.ts';
import { readOracle } from './oracle.testing.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { ProjectorTrainer, type MemberTask, type TrainerState } from './trainer.ts';
import { STEPPED_NAMES } from './deviceProjector.ts';
import { twinStep } from './twin.testing.ts';
import type { TrainingSettings } from './types.ts';

const N_PAIRS = 60;
const D_OUT = 20;
const SETTINGS: TrainingSettings = { ...DEFAULT_SETTINGS, steps: 20, warmUp: 2, batch: 24, hidden: 28 };

/** Seeded unit rows that share a direction a row, so that there is something to learn. */
function blocks(count: number, dim: number, seed: number): Float32Array[] {
  return Array.from({ length: count }, (_, k) => {
    const random = createRandom(seed * 100 + k);
    const common = createRandom(seed);
    const rows = new Float32Array(N_PAIRS * dim);
    for (let r = 0; r < N_PAIRS; r++) {
      const row = Array.from({ length: dim }, () => common.normal() + 0.5 * random.normal());
      const length = Math.hypot(...row);
      rows.set(
        row.map((value) => value / length),
        r * dim,
      );
    }
    return rows;
  });
}

/** Networks with so many modalities each, and so many targets. */
function taskOf(modalities: number[], nTargets: number, pairs: [number, number][]): MemberTask {
  return {
    networks: modalities.map((count, k) => ({ dIn: 12 + 4 * k, inputs: blocks(count, 12 + 4 * k, k + 1) })),
    targets: blocks(nTargets, D_OUT, 9),
    pairs,
    nPairs: N_PAIRS,
    dOut: D_OUT,
  };
}

const COMBINATION = taskOf([2], 2, [
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
]);
const CASES: { name: string; task: MemberTask; changes?: Partial<TrainingSettings> }[] = [
  { name: 'every modality with every target', task: COMBINATION },
  { name: 'sizes that vectors of four do not divide', task: COMBINATION, changes: { batch: 17, hidden: 23 } },
  { name: 'a low temperature', task: COMBINATION, changes: { temperature: 0.01 } },
  {
    name: 'some pairs of three modalities and two targets',
    task: taskOf([3], 2, [
      [0, 3],
      [4, 0],
      [2, 4],
      [1, 3],
      [0, 2],
    ]),
  },
  {
    name: 'two networks and no targets',
    task: taskOf([1, 2], 0, [
      [0, 1],
      [0, 2],
    ]),
  },
];

const lengthOf = (x: ArrayLike<number>) =>
  Math.sqrt(Array.from(x).reduce((sum, value) => sum + value ** 2, 0));

/** |x - y| / |y| */
function distance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  expect(x.length).toBe(y.length);
  return lengthOf(Array.from(x, (value, i) => value - y[i]!)) / lengthOf(y);
}

/** `load` reads a file of test/fixtures/freebind-oracle. */
export function testTrainer(backend: Backend, load: (name: string) => Promise<ArrayBuffer>): void {
  const open = (
    task: MemberTask,
    settings: TrainingSettings,
    options: { member?: string; state?: TrainerState } = {},
  ) => ProjectorTrainer.create(task, settings, { backend, member: 'mix', ...options });

  /** Runs some steps, and closes. */
  async function trained(
    nSteps: number,
    task: MemberTask,
    settings: TrainingSettings,
    options: { member?: string; state?: TrainerState } = {},
  ): Promise<{ state: TrainerState; losses: number[] }> {
    const trainer = await open(task, settings, options);
    const losses: number[] = [];
    for (let i = 0; i < nSteps; i++) losses.push((await trainer.step()).loss);
    const state = await trainer.save();
    trainer.dispose();
    return { state, losses };
  }

  describe.each(CASES)('against the plain functions: $name', ({ task, changes }) => {
    const settings = { ...SETTINGS, ...changes };

    test('loss, every gradient, weights and running statistics of the first step', async () => {
      const start = (await trained(0, task, settings)).state;
      const weights = start.networks.map((network) => network.weights);
      // Statistics and scales that are not 0 and 1 show whether they are taken up.
      for (const all of weights) {
        const random = createRandom(5);
        for (const name of Object.keys(all) as (keyof typeof all)[]) {
          if (!name.endsWith('weight') || name.startsWith('norm'))
            all[name] = all[name].map((value) => value + 0.5 * random.float());
        }
      }
      const expected = twinStep(task, settings, weights, drawBatch(task, settings, 'mix', 1));
      const { state, losses } = await trained(1, task, settings, { state: stateOf(weights) });
      expect(Math.abs(losses[0]! / expected.loss - 1)).toBeLessThan(1e-5);
      const off: [what: string, distance: number][] = [];
      state.networks.forEach((network, k) => {
        for (const name of STEPPED_NAMES) {
          const gradient = network.m[name]!.map((value) => value / (1 - ADAM.beta1));
          off.push([`gradient ${name}`, distance(gradient, expected.gradients[k]![name])]);
        }
        for (const [name, data] of Object.entries(network.weights)) {
          // Adam's first step has the sign of the gradient: where that is 0 but for rounding, the sign is too.
          const wanted = expected.weights[k]![name as keyof typeof network.weights];
          off.push([name, distance(data, wanted)]);
        }
      });
      expect(off.filter(([, far]) => !(far < 1e-4))).toEqual([]);
      expect(off.length).toBe(
        task.networks.length * (STEPPED_NAMES.length + Object.keys(weights[0]!).length),
      );
    });
  });

  test('the ten-step curve of PyTorch, to 1e-3', async () => {
    const { task, settings, adam, start, losses } = await readOracle(load);
    const trainer = await ProjectorTrainer.create(task, settings, {
      backend,
      member: 'oracle',
      state: stateOf([start]),
      adam,
    });
    expect(losses.length).toBe(10);
    for (const [i, expected] of losses.entries()) {
      const { step, loss } = await trainer.step();
      expect(step).toBe(i + 1);
      expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-3);
    }
    trainer.dispose();
  });

  test('learns: the loss of the last ten steps is under half of the first ten', async () => {
    const settings = { ...SETTINGS, steps: 60, peakRate: 1e-2, temperature: 0.1, noise: 0.1 };
    const { losses } = await trained(60, COMBINATION, settings);
    const mean = (some: number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
    expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)) / 2);
  });

  test('the same seed gives the same weights; another seed or member gives others', async () => {
    const [first, again, otherSeed, otherMember] = [
      await trained(3, COMBINATION, SETTINGS),
      await trained(3, COMBINATION, SETTINGS),
      await trained(3, COMBINATION, { ...SETTINGS, seed: 2 }),
      await trained(3, COMBINATION, SETTINGS, { member: 'A' }),
    ];
    expect(again).toEqual(first);
    expect(otherSeed.state).not.toEqual(first.state);
    expect(otherMember.state).not.toEqual(first.state);
  });

  test('a run that was saved and goes on elsewhere ends at the very same weights', async () => {
    const whole = await trained(6, COMBINATION, SETTINGS);
    const half = await trained(3, COMBINATION, SETTINGS);
    const rest = await trained(3, COMBINATION, SETTINGS, { state: structuredClone(half.state) });
    expect(half.state.step).toBe(3);
    expect(rest.state).toEqual(whole.state);
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
  });

  test('weights() are those of save(), and can be asked for between steps', async () => {
    const trainer = await open(COMBINATION, SETTINGS);
    await trainer.step();
    const weights = await trainer.weights();
    expect((await trainer.save()).networks.map((network) => network.weights)).toEqual(weights);
    expect((await trainer.step()).step).toBe(2);
    expect(trainer.stepsDone).toBe(2);
    expect(await trainer.weights()).not.toEqual(weights);
    trainer.dispose();
  });

  test('refuses a state of another shape, and steps after it was closed', async () => {
    const { state } = await trained(0, COMBINATION, SETTINGS);
    await expect(open(COMBINATION, { ...SETTINGS, hidden: 24 }, { state })).rejects.toThrow(InputError);
    const trainer = await open(COMBINATION, SETTINGS);
    trainer.dispose();
    trainer.dispose();
    await expect(trainer.step()).rejects.toThrow(DisposedError);
    await expect(trainer.save()).rejects.toThrow(DisposedError);
  });
}
