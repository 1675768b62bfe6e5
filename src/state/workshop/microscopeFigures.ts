/** What the microscope's reports say: pure functions from reports to the figures of the bench. */
import type { Modality } from '../../base/modality.ts';
import type {
  BondChange,
  CostReport,
  CostRow,
  CostSum,
  ConflictReport,
  MemberName,
  MemberReport,
  MemberRow,
  ModalityConflict,
  SizeReport,
  SpaceChange,
} from '../../engine/microscope/types.ts';
import type { DeviceReport } from '../../engine/types.ts';
import type { Interval } from '../../math/bootstrap.ts';
import type { Bond, Space } from '../../recipe/types.ts';
import type { TaskId } from '../../world/types.ts';
import { verdictOf, type Verdict } from '../evidence/taskFigures.ts';
import { nameIn } from './recipesWords.ts';

/** What the members of a bond are called: "T", or "Foley T" where several ensembles have one of that name. */
export function memberNames(
  members: readonly MemberName[],
  { ensembles, kind }: Bond,
  spaces: readonly Space[],
): string[] {
  if (ensembles.length < 2) return members.map(({ member }) => member);
  return members.map(({ ensemble, member }) => {
    const own = ensembles.find(({ id }) => id === ensemble);
    const end = kind === 'combination' ? own?.source : own?.target;
    return end === undefined ? member : `${nameIn(spaces, end)} ${member}`;
  });
}

/** Whether a member is the last one on among those that are averaged with it, which stays on: the bond's, or its expert's own. */
export function isLastOn(
  { ensembles, parallel, members }: Bond,
  mask: readonly boolean[],
  member: number,
): boolean {
  let [from, to] = [0, members.length];
  if (parallel === 'weighed') {
    to = 0;
    for (const one of ensembles) {
      [from, to] = [to, to + one.members.length];
      if (member < to) break;
    }
  }
  return mask[member]! && mask.slice(from, to).filter(Boolean).length === 1;
}

/** What one member does for one task. */
export interface MemberEffect {
  task: TaskId;
  /** Position among the members. */
  member: number;
  alone: number;
  without: number;
  /** Undefined of an only member. */
  effect: Interval | undefined;
  verdict: Verdict | undefined;
}

/** Every member on every task, task after task. */
export function memberEffects({ rows, metric }: MemberReport): MemberEffect[] {
  return rows.flatMap(({ task, members }) =>
    members.map(({ alone, without, effect }, member) => ({
      task,
      member,
      alone,
      without,
      effect,
      verdict: effect && verdictOf(metric, effect),
    })),
  );
}

/** What to say first of the members: how many effects can be told from none, and the largest of those. */
export function memberSummary(report: MemberReport): {
  nEffects: number;
  clear: MemberEffect[];
  largest: MemberEffect | undefined;
} {
  const effects = memberEffects(report).filter(({ effect }) => effect !== undefined);
  const clear = effects
    .filter(({ verdict }) => verdict !== 'open')
    .sort((a, b) => Math.abs(b.effect!.mean) - Math.abs(a.effect!.mean));
  return { nEffects: effects.length, clear, largest: clear[0] };
}

/** Best of a row's members by themselves, and how far the mixture stands above it. */
export function bestAlone(
  { all, members }: MemberRow,
  higherIsBetter: boolean,
): { member: number; gain: number } {
  const better = (a: number, b: number) => (higherIsBetter ? a > b : a < b);
  let member = 0;
  members.forEach(({ alone }, i) => {
    if (better(alone, members[member]!.alone)) member = i;
  });
  return { member, gain: all - (members[member]?.alone ?? all) };
}

/** How a step from one size to the next changes the figures: mean over the tasks, and on how many all seeds agree. */
export interface SizeStep {
  from: number;
  to: number;
  meanChange: number;
  /** Tasks on which the larger one is better with every seed, worse with every seed, and all tasks. */
  nBetter: number;
  nWorse: number;
  nTasks: number;
}

/** The steps 1 -> 3 -> 7 -> 14 of a report. */
export function sizeSteps({ rows }: SizeReport, higherIsBetter: boolean): SizeStep[] {
  const [first] = rows;
  if (!first) return [];
  const sign = higherIsBetter ? 1 : -1;
  return first.sizes.slice(1).map(({ size: to }, i) => {
    const from = first.sizes[i]!.size;
    const changes = rows.map(({ sizes }) => {
      const [before, after] = [sizes[i]!, sizes[i + 1]!];
      const bySeed = after.values.map((value, r) => sign * (value - before.values[r]!));
      return { mean: after.mean - before.mean, bySeed };
    });
    return {
      from,
      to,
      meanChange: changes.reduce((sum, { mean }) => sum + mean, 0) / changes.length,
      nBetter: changes.filter(({ bySeed }) => bySeed.every((change) => change > 0)).length,
      nWorse: changes.filter(({ bySeed }) => bySeed.every((change) => change < 0)).length,
      nTasks: rows.length,
    };
  });
}

/** One line of the table of costs. */
export interface CostLine extends CostSum {
  modality: Modality;
  /** Projectors that run; 0 of what stands alone. */
  nMembers: number;
}

/** A sum of rows against another. */
function sumOf(name: string, rows: readonly CostRow[], against: readonly CostRow[]): CostSum {
  const total = (of: readonly CostRow[], batch: number) =>
    of.reduce((sum, { times }) => sum + (times.find((one) => one.batch === batch)?.msPerThousand ?? NaN), 0);
  return {
    name,
    rows: rows.map(({ id }) => id),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    times: (rows[0]?.times ?? []).map(({ batch }) => {
      const msPerThousand = total(rows, batch);
      return { batch, msPerThousand, ratio: msPerThousand / total(against, batch) };
    }),
  };
}

/**
 * What an item of a modality costs: the base's encoder alone, then with the encoders of the experts and a mixture of each
 * size, against the first. A mixture as small as the first expert's needs that expert alone. Rows are named as
 * Microscope.costSubjects names them: "<space>/<modality>" and "<bond>:<size>".
 */
export function costLines(
  { rows }: CostReport,
  { base, bond, spaces }: { base: string; bond: Bond; spaces: readonly Space[] },
): CostLine[] {
  const encoder = (space: string, modality: string) => rows.find(({ id }) => id === `${space}/${modality}`);
  const mixtures = rows
    .filter(({ kind, id }) => kind === 'mixture' && id.startsWith(`${bond.id}:`))
    .sort((a, b) => a.nMembers - b.nMembers);
  const modalities = [
    ...new Set(rows.flatMap(({ kind, id }) => (kind === 'encoder' ? [id.split('/')[1]!] : []))),
  ];
  const nFirst = bond.ensembles[0]?.members.length ?? 0;
  return modalities.flatMap((modality): CostLine[] => {
    const own = encoder(base, modality);
    const expertsOf = (n: number) =>
      bond.experts
        .slice(0, n > nFirst ? undefined : 1)
        .map((id) => encoder(id, modality))
        .filter((row) => row !== undefined);
    // A base that nothing is encoded into is held against its first expert.
    const alone = own ? [own] : expertsOf(0);
    if (alone.length === 0) return [];
    const common = { modality: modality as Modality };
    return [
      {
        ...common,
        nMembers: 0,
        ...sumOf(`${nameIn(spaces, own ? base : bond.experts[0]!)} alone`, alone, alone),
      },
      ...mixtures.map((mixture) => {
        const name = `with ${mixture.nMembers} ${mixture.nMembers === 1 ? 'projector' : 'projectors'}`;
        const parts = new Set([...alone, ...expertsOf(mixture.nMembers), mixture]);
        return { ...common, nMembers: mixture.nMembers, ...sumOf(name, [...parts], alone) };
      }),
    ];
  });
}

/** What the encoders of a cost report ran on: "Unified, sound encoder: int8 on WebAssembly". */
export function costDevices({ rows }: CostReport, { encoders }: Pick<DeviceReport, 'encoders'>): string[] {
  return rows.flatMap(({ id, name }) => {
    const { backend, precision } = encoders[id] ?? {};
    if (!backend) return [];
    return `${name}: ${precision ? `${precision} on ` : ''}${backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'}`;
  });
}

/** A change between two spaces with the words for it. */
export interface KeepsPart {
  /** "projection of Foley", "fused" */
  name: string;
  change: SpaceChange;
}

/** The parts of a bond's change: each projection, then the fused vectors where they were looked at. */
export function keepsParts({ projections, fused }: BondChange, spaces: readonly Space[]): KeepsPart[] {
  return [
    ...projections.map((change) => ({
      name: `${nameIn(spaces, change.from)} → ${nameIn(spaces, change.to)}`,
      change,
    })),
    ...(fused ? [{ name: `${nameIn(spaces, fused.from)} → fused`, change: fused }] : []),
  ];
}

/** Whether the warning is given, and on which modality the experts disagree most. */
export function conflictVerdict({ score, threshold, modalities }: ConflictReport): {
  hurts: boolean;
  worst: ModalityConflict | undefined;
} {
  const worst = modalities.toSorted((a, b) => b.score.mean - a.score.mean)[0];
  return { hurts: score >= threshold, worst };
}

/** Neighbours that stand in both lists. */
export function commonNeighbours([a, b]: readonly [readonly number[], readonly number[]]): Set<number> {
  const other = new Set(b);
  return new Set(a.filter((index) => other.has(index)));
}
