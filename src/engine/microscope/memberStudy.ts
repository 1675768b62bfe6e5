/** What each member of a bond is for: with it, without it, it alone; and how far the members agree. */
import { MODALITIES } from '../../base/modality.ts';
import type { MetricId } from '../../math/answers.ts';
import type { GroupDraws } from '../../math/bootstrap.ts';
import { agreementSteps, alone, extremes, meanOffDiagonal, without } from '../../math/members.ts';
import {
  changeBetween,
  chanceOf,
  checkSettings,
  countTasks,
  countTaskValues,
  createDraws,
  keptRows,
  summaryOf,
  type CountTask,
} from './counting.ts';
import { FusedRows } from './fusedRows.ts';
import { ItemRows } from './itemRows.ts';
import { inSlices, partOf } from './slices.ts';
import type {
  MemberAgreement,
  MemberReport,
  MemberRequest,
  MemberRow,
  MicroscopeOptions,
  MicroscopeSources,
} from './types.ts';

/** Items of either extreme that are shown. */
const N_EXTREMES = 12;

/** Share of the progress that the agreement takes. */
const AGREEMENT_SHARE = 0.05;

/** As Microscope.memberStudy: 2 M + 1 masks, each at every setting and task. */
export async function memberStudy(
  sources: MicroscopeSources,
  request: MemberRequest,
  options: MicroscopeOptions = {},
): Promise<MemberReport> {
  const { recipe, bondId, settings, metric = 'R1', half = 'test' } = request;
  checkSettings(settings);
  const rows = new ItemRows(sources, options.signal);
  const fused = await FusedRows.create(rows, recipe, bondId);
  const { members } = fused;
  const agreement = await agreementOf(fused, scaled(options, 0, AGREEMENT_SHARE));
  const tasks = countTasks(rows, request);
  const all = members.map(() => true);
  // With all, then without each, then each alone; of an only member, without it there is nothing.
  const masks = [all, ...all.map((_, a) => without(all, a)), ...all.map((_, a) => alone(all.length, a))];
  const counting = scaled(options, AGREEMENT_SHARE, 1);
  const nParts = masks.length * settings.length * tasks.length;
  /** By setting and task: the values under each mask. */
  const values = settings.map(() => tasks.map((): (Float64Array | undefined)[] => []));
  let part = 0;
  for (const mask of masks) {
    for (const [s, { factors }] of settings.entries()) {
      const rowsOf = keptRows((items) =>
        mask.some(Boolean) ? fused.fused(items, mask, factors) : Promise.resolve(undefined),
      );
      for (const [t, task] of tasks.entries()) {
        const found = countTaskValues(task, rowsOf, fused.dim, metric, partOf(counting, part++, nParts));
        values[s]![t]!.push(await found);
      }
    }
  }
  const drawsOf = createDraws();
  const table: MemberRow[] = [];
  for (const [s, { name }] of settings.entries()) {
    for (const [t, task] of tasks.entries()) {
      const [own, draws] = [values[s]![t]!, await drawsOf(task.id, task.groups)];
      if (own[0]) table.push(memberRow(task, name, own[0], own.slice(1), draws, metric));
    }
  }
  options.onProgress?.(1);
  return { recipeId: recipe.id, bondId, metric, half, members, rows: table, agreement };
}

/** A part of the progress, from one share to another. */
function scaled({ signal, onProgress }: MicroscopeOptions, from: number, to: number): MicroscopeOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (fraction: number) => onProgress(from + (to - from) * fraction) }),
  };
}

/** One row of the table, from the values with all members, then without each, then of each alone. */
function memberRow(
  task: CountTask,
  setting: string,
  all: Float64Array,
  others: readonly (Float64Array | undefined)[],
  draws: GroupDraws,
  metric: MetricId,
): MemberRow {
  const nMembers = others.length / 2;
  const members = Array.from({ length: nMembers }, (_, a) => ({
    without: summaryOf(others[a], metric),
    alone: summaryOf(others[nMembers + a], metric),
    effect: others[a] && changeBetween(draws, metric, all, others[a]),
  }));
  const chance = chanceOf(task, metric);
  return {
    task: task.id,
    setting,
    nQueries: task.positions.length,
    all: summaryOf(all, metric),
    chance,
    members,
  };
}

async function agreementOf(fused: FusedRows, options: MicroscopeOptions): Promise<MemberAgreement[]> {
  const { rows } = fused;
  const served = MODALITIES.filter((modality) => fused.positions({ modality }).length > 0);
  const drawsOf = createDraws();
  const out: MemberAgreement[] = [];
  for (const [m, modality] of served.entries()) {
    const items = rows.items(modality);
    const outputs = (await fused.outputs(items))!;
    const { cosines, spread } = await inSlices(agreementSteps(outputs), partOf(options, m, served.length));
    const { least, most } = extremes(spread, N_EXTREMES);
    const shown = (indices: number[]) => indices.map((index) => ({ index, spread: spread[index]! }));
    const groups = rows.sources.manifest[modality].map(({ group }) => group);
    out.push({
      modality,
      nItems: items.nItems,
      members: fused.positions({ modality }),
      cosines,
      meanCosine: meanOffDiagonal(cosines),
      meanSpread: (await drawsOf(`spread ${modality}`, groups)).mean(spread),
      spread,
      mostAgreed: shown(least),
      leastAgreed: shown(most),
    });
  }
  return out;
}
