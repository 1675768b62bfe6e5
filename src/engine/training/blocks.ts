/** Which blocks of a batch are compared with which, laid out so that few, large matrix products do it. */
import { InputError } from '../../base/errors.ts';
import type { MemberTask } from './trainer.ts';

/** A run of blocks that lie one below the other in one matrix: a network's output, or the targets. */
export interface Run {
  /** Number of the network; undefined for the targets. */
  network: number | undefined;
  /** First block of the run within that matrix, and how many. */
  first: number;
  count: number;
}

/** Every block of one run is paired with every block of another. The first one is projected. */
export interface Rectangle {
  a: Run;
  b: Run;
}

/** Where block number `block` of a task lies. */
function placeOf(task: MemberTask, block: number): { network: number | undefined; at: number } {
  let at = block;
  for (const [network, { inputs }] of task.networks.entries()) {
    if (at < inputs.length) return { network, at };
    at -= inputs.length;
  }
  return { network: undefined, at };
}

/** Runs of consecutive blocks of one matrix, from blocks in order. */
function runsOf(task: MemberTask, blocks: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const block of blocks) {
    const { network, at } = placeOf(task, block);
    const last = runs.at(-1);
    if (last && last.network === network && last.first + last.count === at) last.count++;
    else runs.push({ network, first: at, count: 1 });
  }
  return runs;
}

/**
 * The pairs of a task as rectangles: all projected blocks against all targets, the usual case, are one.
 * @throws InputError on a pair of unknown blocks, of a block with itself, of two targets, or one that is there twice.
 */
export function rectanglesOf(task: MemberTask): Rectangle[] {
  const nProjected = task.networks.reduce((sum, { inputs }) => sum + inputs.length, 0);
  const nBlocks = nProjected + task.targets.length;
  const partners = new Map<number, number[]>();
  for (const pair of task.pairs) {
    const [a, b] = pair.toSorted((x, y) => x - y) as [number, number];
    const there = [a, b].every((block) => Number.isInteger(block) && block >= 0 && block < nBlocks);
    if (!there || a === b || a >= nProjected || partners.get(a)?.includes(b)) {
      throw new InputError(
        `Blocks ${pair.join(' and ')} cannot be pulled together: of ${nBlocks} blocks the first ${nProjected} are projected; a pair is two blocks, one of them projected, and stands once.`,
      );
    }
    partners.set(a, [...(partners.get(a) ?? []), b]);
  }
  // Blocks that share a run of partners are compared with it together.
  const byRun = new Map<string, { b: Run; blocks: number[] }>();
  for (const a of [...partners.keys()].toSorted((x, y) => x - y)) {
    for (const b of runsOf(
      task,
      partners.get(a)!.toSorted((x, y) => x - y),
    )) {
      const key = JSON.stringify(b);
      const group = byRun.get(key) ?? { b, blocks: [] };
      group.blocks.push(a);
      byRun.set(key, group);
    }
  }
  return [...byRun.values()].flatMap(({ b, blocks }) => runsOf(task, blocks).map((a) => ({ a, b })));
}
