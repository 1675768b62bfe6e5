/** From mined sets to what a projector is trained on. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { startsOf, unionRows, type MiningSpace, type PairSet } from '../../math/pseudoPairs.ts';
import type { Mined } from './mining.ts';
import type { MemberTask } from './trainer.ts';
import type { TrainKind, TrainRequest } from './types.ts';

const known = ({ rows }: MiningSpace): Modality[] => MODALITIES.filter((modality) => rows[modality]);

/**
 * The task of a member whose subset is the union of some sets, one after another (FreeBind, arXiv 2405.04883, section 3.3).
 * Blocks are unit rows, one a modality in the usual order.
 * - combination: the projector reads every modality of the expert; targets are every modality of the base.
 * - displacement: it reads every modality of the base; targets are every modality of the expert.
 * - joint: one projector a space into a new one of `dOut` dimensions; every two blocks are pulled together, across the spaces
 *   and within each (C-MCR, arXiv 2305.14381, section 3.3).
 * Every projected modality is paired with every target modality.
 */
export function buildTask(
  kind: TrainKind,
  base: MiningSpace,
  expert: MiningSpace,
  sets: readonly PairSet[],
  dOut?: number,
): MemberTask {
  const blocks = (space: MiningSpace) => known(space).map((modality) => unionRows(sets, space, modality));
  const nPairs = sets.reduce((sum, { n }) => sum + n, 0);
  if (kind === 'joint') {
    const networks = [base, expert].map((space) => ({ dIn: space.dim, inputs: blocks(space) }));
    const nBlocks = networks.reduce((sum, { inputs }) => sum + inputs.length, 0);
    const pairs: [number, number][] = [];
    for (let i = 0; i < nBlocks; i++) for (let j = i + 1; j < nBlocks; j++) pairs.push([i, j]);
    return { networks, targets: [], pairs, nPairs, dOut: dOut! };
  }
  const [source, target] = kind === 'combination' ? [expert, base] : [base, expert];
  const inputs = blocks(source);
  const targets = blocks(target);
  const pairs = inputs.flatMap((_, i) =>
    targets.map((_unused, j): [number, number] => [i, inputs.length + j]),
  );
  return { networks: [{ dIn: source.dim, inputs }], targets, pairs, nPairs, dOut: target.dim };
}

/** The tasks of a request's members, from one mining; each is made when it is asked for. */
export class MemberTasks {
  readonly #request: TrainRequest;
  readonly #mined: Mined;
  /** Pseudo-pairs of each member. */
  readonly nPairs: Record<string, number>;

  constructor(request: TrainRequest, mined: Mined) {
    this.#request = request;
    this.#mined = mined;
    this.nPairs = Object.fromEntries(
      request.members.map((member) => [member, this.#sets(member).reduce((sum, { n }) => sum + n, 0)]),
    );
  }

  task(member: string): MemberTask {
    const { kind, dOut } = this.#request;
    const { base, expert } = this.#mined;
    return buildTask(kind, base, expert, this.#sets(member), dOut);
  }

  #sets(member: string): PairSet[] {
    const { sets } = this.#mined;
    return startsOf(member, [...sets.keys()]).map((start) => sets.get(start)!);
  }
}
