/** What the figures of training runs come to: means, bests, epochs, and how long the next run will take. Pure. */
import type { Modality } from '../../base/modality.ts';
import { startsOf } from '../../math/pseudoPairs.ts';
import type {
  CurvePoint,
  MemberCurve,
  RunProgress,
  RunRecord,
  TrainRequest,
} from '../../engine/training/types.ts';
import type { Space } from '../../recipe/types.ts';

/** Mean over all directions that were measured. */
export const MEAN = 'mean';

/** R@1 of one direction, or the mean of all (MEAN); undefined where it was not measured. */
export function recallOf({ recall }: Pick<CurvePoint, 'recall'>, direction: string): number | undefined {
  if (!recall) return undefined;
  if (direction !== MEAN) return recall[direction];
  const values = Object.values(recall);
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}

/** A value at a step of one member. */
export interface StepValue {
  step: number;
  value: number;
}

/** R@1 along a member's steps, where it was measured. */
export function recallSteps({ points }: MemberCurve, direction: string): StepValue[] {
  return points.flatMap((point) => {
    const value = recallOf(point, direction);
    return value === undefined ? [] : [{ step: point.step, value }];
  });
}

/** Directions that any point of a run was measured in. */
export function directionsOf(curves: readonly MemberCurve[]): string[] {
  return [
    ...new Set(curves.flatMap(({ points }) => points.flatMap(({ recall }) => Object.keys(recall ?? {})))),
  ];
}

/** The best mean R@1 of a member, and where; of equal ones the first. */
export function bestOf(curve: MemberCurve): StepValue | undefined {
  return recallSteps(curve, MEAN).reduce<StepValue | undefined>(
    (best, one) => (best && best.value >= one.value ? best : one),
    undefined,
  );
}

/** The best mean R@1 of all members of a run. */
export function bestOfRun({
  curves,
}: Pick<RunRecord, 'curves'>): (StepValue & { member: string }) | undefined {
  return curves.reduce<(StepValue & { member: string }) | undefined>((best, curve) => {
    const own = bestOf(curve);
    return own && (!best || own.value > best.value) ? { ...own, member: curve.member } : best;
  }, undefined);
}

export type MemberState = 'done' | 'under way' | 'waiting' | 'cut short';

/** How far each member of a run is, in the order of the request. */
export function memberStates({ request, status, curves }: Pick<RunRecord, 'request' | 'status' | 'curves'>): {
  member: string;
  state: MemberState;
  steps: number;
}[] {
  const stepsOf = (member: string) =>
    curves.find((curve) => curve.member === member)?.points.at(-1)?.step ?? 0;
  const over = status === 'done' || status === 'stopped';
  const next = request.members.find((member) => stepsOf(member) < request.settings.steps);
  return request.members.map((member) => {
    const steps = stepsOf(member);
    if (status === 'done' || steps >= request.settings.steps) return { member, state: 'done', steps };
    if (over) return { member, state: steps > 0 ? 'cut short' : 'waiting', steps };
    return { member, state: member === next ? 'under way' : 'waiting', steps };
  });
}

/** Share of a run's steps that are done, in [0, 1]. */
export function shareDone(record: RunRecord, progress: RunProgress | undefined): number {
  const { members, settings } = record.request;
  if (record.status === 'done') return 1;
  const all = members.length * settings.steps;
  if (progress?.runId === record.id) {
    return Math.min(1, (progress.memberIndex * settings.steps + progress.step) / all);
  }
  return Math.min(1, stepsDone(record) / all);
}

/** Steps of all members so far. */
export function stepsDone({
  request,
  status,
  curves,
}: Pick<RunRecord, 'request' | 'status' | 'curves'>): number {
  const { members, settings } = request;
  if (status === 'done') return members.length * settings.steps;
  return curves.reduce((sum, { points }) => sum + (points.at(-1)?.step ?? 0), 0);
}

/** Modalities that either of two spaces knows: those that pseudo-pairs can start from. */
export function modalitiesOf(base: Space | undefined, expert: Space | undefined): Modality[] {
  return (['text', 'image', 'audio'] as const).filter(
    (modality) => base?.modalities.includes(modality) || expert?.modalities.includes(modality),
  );
}

/** Pseudo-pairs of a member, of a pool of these sizes: one for each item that it starts from. */
export function pairsOf(
  member: string,
  sizes: Partial<Record<Modality, number>>,
  available: readonly Modality[],
): number {
  return startsOf(member, available).reduce((sum, modality) => sum + (sizes[modality] ?? 0), 0);
}

/** How often each pair is seen, on average: steps * batch / pairs. A batch holds no pair twice. */
export function epochsOf({ steps, batch }: { steps: number; batch: number }, nPairs: number): number {
  return nPairs > 0 ? (steps * Math.min(batch, nPairs)) / nPairs : 0;
}

/**
 * Work of a run in multiply-adds, but for a factor: each of m modalities goes through layers of (dIn + dOut) x hidden, and
 * every two of them are compared over a batch x batch plane of dOut. Only ratios of it are used.
 */
function workOf(
  { kind, base, expert, members, settings, dOut }: TrainRequest,
  spaces: readonly Space[],
): number {
  const find = (id: string) => spaces.find((space) => space.id === id);
  const [a, b] = [find(base), find(expert)];
  const [source, target] = kind === 'displacement' ? [a, b] : [b, a];
  const out = (kind === 'joint' ? dOut : undefined) ?? target?.dim ?? 0;
  const m = modalitiesOf(a, b).length;
  const widths = kind === 'joint' ? (a?.dim ?? 0) + (b?.dim ?? 0) + 2 * out : (source?.dim ?? 0) + out;
  const { steps, batch, hidden } = settings;
  return members.length * steps * batch * (m * widths * hidden + m * m * batch * out);
}

/** Runs that took less say little about the next. */
const MIN_SECONDS = 5;
/** Overheads make small runs poor measures of large ones; within this factor they are alike. */
const ALIKE = 4;

/**
 * Seconds that a run will take on this device, from the newest run that was timed here and is alike in its work (else
 * the one nearest to it), by the ratio of the two. Undefined where none was. Mining and validation are taken to grow with the steps.
 */
export function estimateSeconds(
  request: TrainRequest,
  runs: readonly RunRecord[],
  spaces: readonly Space[],
): { seconds: number; by: RunRecord } | undefined {
  const own = workOf(request, spaces);
  let nearest: { seconds: number; by: RunRecord } | undefined;
  let least = Infinity;
  for (const by of runs) {
    if (by.seconds < MIN_SECONDS) continue;
    const share = stepsDone(by) / (by.request.members.length * by.request.settings.steps);
    const ratio = own / (workOf(by.request, spaces) * share);
    const apart = Math.max(Math.log(ALIKE), Math.abs(Math.log(ratio)));
    if (apart < least) [least, nearest] = [apart, { seconds: by.seconds * ratio, by }];
  }
  return nearest;
}

/** "40 s", "3 min", "1 h 10 min": as exactly as a person needs it. */
export function durationWords(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90) return `${Math.round(seconds / 5) * 5} s`;
  if (seconds < 600) {
    const half = Math.round(seconds / 30) / 2;
    return `${half % 1 === 0 ? half : half.toFixed(1)} min`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
