import { InputError } from '../../base/errors.ts';
import { createRandom, seedOf, type Random } from '../../base/random.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { STEPPED_NAMES } from './deviceProjector.ts';
import type { MemberTask, NetworkState, TrainerState } from './trainer.ts';

/** Normal draws of variance gain / fanIn. */
function drawMatrix(random: Random, fanIn: number, fanOut: number, gain: number): Float32Array {
  const deviation = Math.sqrt(gain / fanIn);
  return Float32Array.from({ length: fanIn * fanOut }, () => deviation * random.normal());
}

function drawWeights(random: Random, dIn: number, dHidden: number, dOut: number): ProjectorWeights {
  const filled = (size: number, value: number) => new Float32Array(size).fill(value);
  return {
    'linear1.weight': drawMatrix(random, dIn, dHidden, 1),
    'linear1.bias': filled(dHidden, 0),
    'norm1.weight': filled(dHidden, 1),
    'norm1.bias': filled(dHidden, 0),
    'norm1.running_mean': filled(dHidden, 0),
    'norm1.running_var': filled(dHidden, 1),
    // ReLU halves the square of what it is given.
    'linear2.weight': drawMatrix(random, dHidden, dOut, 2),
    'linear2.bias': filled(dOut, 0),
    'norm2.weight': filled(dOut, 1),
    'norm2.bias': filled(dOut, 0),
    'norm2.running_mean': filled(dOut, 0),
    'norm2.running_var': filled(dOut, 1),
  };
}

/** Given weights at step 0, with empty moments. */
export function stateOf(weights: readonly ProjectorWeights[]): TrainerState {
  const zeros = (all: ProjectorWeights) =>
    Object.fromEntries(STEPPED_NAMES.map((name) => [name, new Float32Array(all[name].length)]));
  const networks = weights.map((all): NetworkState => ({ weights: all, m: zeros(all), v: zeros(all) }));
  return { step: 0, networks };
}

/**
 * Where a member starts: drawn from the run's seed and the member's name.
 * @throws InputError on a task without pairs or with arrays that do not fit.
 */
export function initialState(
  task: MemberTask,
  { seed, hidden }: { seed: number; hidden: number },
  member: string,
): TrainerState {
  checkTask(task);
  const random = createRandom(seedOf(`${seed} ${member} start`));
  return stateOf(task.networks.map(({ dIn }) => drawWeights(random, dIn, hidden, task.dOut)));
}

function checkTask({ networks, targets, pairs, nPairs, dOut }: MemberTask): void {
  if (nPairs < 2) throw new InputError(`Training needs at least 2 pseudo-pairs; there are ${nPairs}.`);
  if (pairs.length === 0) throw new InputError('Training needs two blocks that are pulled together.');
  const blocks = [
    ...networks.flatMap(({ dIn, inputs }) => inputs.map((data) => ({ data, dim: dIn }))),
    ...targets.map((data) => ({ data, dim: dOut })),
  ];
  blocks.forEach(({ data, dim }, number) => {
    if (data.length === nPairs * dim) return;
    throw new InputError(
      `Block ${number} has ${data.length} numbers; ${nPairs} pseudo-pairs of dimension ${dim} have ${nPairs * dim}.`,
    );
  });
}
