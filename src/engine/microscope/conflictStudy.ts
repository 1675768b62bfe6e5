/** How far two experts disagree where they overlap, and what averaging them does. */
import { InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import {
  CONFLICT_THRESHOLD,
  conflictEstimate,
  conflictOf,
  disagreements,
  overlapSteps,
  sharedByChance,
  type ExpertView,
  type Overlap,
} from '../../math/conflict.ts';
import { intervalOf } from '../../math/estimates.ts';
import { extremes, mixtureOf, poolMembers } from '../../math/members.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import { DIRECTIONS, galleryOf } from '../../world/tasks.ts';
import { changeBetween, countTasks, countTaskValues, createDraws, keptRows, summaryOf } from './counting.ts';
import { ItemRows, type ItemSet } from './itemRows.ts';
import { sampledItems } from './sample.ts';
import { inSlices, partOf } from './slices.ts';
import type {
  ConflictReport,
  ConflictRequest,
  MeasuredHarm,
  MicroscopeOptions,
  MicroscopeSources,
  ModalityConflict,
} from './types.ts';

/** Items that are compared at a time. */
interface Compared {
  modality: Modality;
  texts: ModalityConflict['texts'];
  items: Uint32Array;
}

/** The experts' ends of a comparison, in their order. */
type Both<T> = readonly [T, T];

/** As Microscope.conflictStudy. */
export async function conflictStudy(
  sources: MicroscopeSources,
  request: ConflictRequest,
  options: MicroscopeOptions = {},
): Promise<ConflictReport> {
  const { experts, k = 10, maxItems = 1200, nExamples = 8 } = request;
  if (experts[0] === experts[1]) throw new InputError(`Two experts are compared; both are "${experts[0]}".`);
  const rows = new ItemRows(sources, options.signal);
  const compared = comparedItems(rows, experts, maxItems);
  const modalities: ModalityConflict[] = [];
  for (const [p, part] of compared.entries()) {
    const own = partOf(options, p, compared.length + 1);
    modalities.push(await compareOn(rows, request, part, { k, nExamples }, own));
  }
  const measured =
    modalities.length > 0
      ? await measureHarm(rows, request, partOf(options, compared.length, compared.length + 1))
      : [];
  const score = modalities.length > 0 ? Math.max(...modalities.map((one) => one.score.mean)) : NaN;
  options.onProgress?.(1);
  return {
    experts,
    modalities,
    score,
    threshold: CONFLICT_THRESHOLD,
    warning: warningOf(rows, experts, modalities, measured),
    measured,
  };
}

/**
 * What both experts know: sounds, pictures, and of the texts those that describe what both know beside texts. Where they
 * share nothing beside texts, all texts.
 */
function comparedItems(rows: ItemRows, experts: Both<string>, maxItems: number): Compared[] {
  const { manifest } = rows.sources;
  const shared = MODALITIES.filter((modality) => experts.every((id) => rows.knows(id, modality)));
  return shared.flatMap((modality): Compared[] => {
    const all = Uint32Array.from(manifest[modality].keys());
    const take = (texts: ModalityConflict['texts'], items: Uint32Array) => ({
      modality,
      texts,
      items: sampledItems(items, maxItems, `${modality} ${texts ?? ''}`),
    });
    if (modality !== 'text') return [take(undefined, all)];
    const kinds = [
      ...(shared.includes('audio') ? [take('sound', galleryOf(manifest, 'audio', 'text'))] : []),
      ...(shared.includes('image') ? [take('picture', galleryOf(manifest, 'image', 'text'))] : []),
    ];
    return kinds.length > 0 ? kinds : [take(undefined, all)];
  });
}

async function compareOn(
  rows: ItemRows,
  { experts, ensembles, target }: ConflictRequest,
  { modality, texts, items }: Compared,
  { k, nExamples }: { k: number; nExamples: number },
  options: MicroscopeOptions,
): Promise<ModalityConflict> {
  const set = rows.items(modality);
  const targetDim = rows.space(target).dim;
  const view = async (e: 0 | 1): Promise<ExpertView> => {
    const { dim } = rows.space(experts[e]);
    const members = await rows.members(ensembles[e], experts[e], set, targetDim);
    return {
      own: gatherRows(await rows.own(experts[e], set), items, dim),
      dim,
      projected: gatherRows(mixtureOf(members, allOf(members)), items, targetDim),
    };
  };
  const overlap = await inSlices(overlapSteps(await view(0), await view(1), k), options);
  const groups = Array.from(items, (i) => rows.sources.manifest[modality][i]!.group);
  const draws = await createDraws()(`${modality} ${texts ?? ''}`, groups);
  return {
    modality,
    texts,
    nItems: overlap.nItems,
    k: overlap.k,
    neighboursShared: draws.mean(overlap.shared),
    neighboursByChance: sharedByChance(overlap),
    rankCorrelation: draws.mean(overlap.rankCorrelation),
    projectedCosine: draws.mean(overlap.cosine),
    shuffledCosine: overlap.shuffledCosine,
    parts: conflictOf(overlap),
    score: intervalOf(conflictEstimate(overlap), draws, { low: 0, high: 1 }),
    examples: examplesOf(overlap, items, nExamples),
  };
}

const allOf = ({ nMembers }: { nMembers: number }) => Array.from({ length: nMembers }, () => true);

function examplesOf(overlap: Overlap, items: Uint32Array, n: number): ModalityConflict['examples'] {
  const values = disagreements(overlap);
  const { k, shared, rankCorrelation, cosine } = overlap;
  const list = (of: Uint32Array, at: number) =>
    Array.from(of.subarray(at * k, (at + 1) * k), (j) => items[j]!);
  return extremes(values, n).most.map((at) => ({
    index: items[at]!,
    neighbours: [list(overlap.neighbours[0], at), list(overlap.neighbours[1], at)],
    shared: shared[at]!,
    rankCorrelation: rankCorrelation[at]!,
    cosine: cosine[at]!,
    disagreement: values[at]!,
  }));
}

/**
 * R@1 on the validation half with the first expert's projections, the second's, and both pooled, each where both experts know
 * the modality; elsewhere the target's own vectors stand. Directions without a projected side are left out.
 */
async function measureHarm(
  rows: ItemRows,
  { experts, ensembles, target }: ConflictRequest,
  options: MicroscopeOptions,
): Promise<MeasuredHarm[]> {
  const { dim } = rows.space(target);
  const projects = ({ modality }: ItemSet) => experts.every((id) => rows.knows(id, modality));
  const tasks = countTasks(rows, { tasks: DIRECTIONS, half: 'validation' }).filter(
    ({ queries, gallery }) =>
      (projects(queries) || projects(gallery)) &&
      [queries, gallery].every((items) => projects(items) || rows.knows(target, items.modality)),
  );
  const mixtures = [[0], [1], [0, 1]].map((of) =>
    keptRows(async (items) => {
      if (!projects(items)) return rows.own(target, items);
      const outputs = await Promise.all(of.map((e) => rows.members(ensembles[e]!, experts[e]!, items, dim)));
      const pooled = poolMembers(outputs);
      return mixtureOf(pooled, allOf(pooled));
    }),
  );
  const drawsOf = createDraws();
  const out: MeasuredHarm[] = [];
  for (const [t, task] of tasks.entries()) {
    const values: Float64Array[] = [];
    for (const [m, rowsOf] of mixtures.entries()) {
      const own = partOf(partOf(options, t, tasks.length), m, mixtures.length);
      values.push((await countTaskValues(task, rowsOf, dim, 'R1', own))!);
    }
    const [first, second, both] = values.map((one) => summaryOf(one, 'R1')) as [number, number, number];
    const better = values[first >= second ? 0 : 1]!;
    out.push({
      task: task.id,
      nQueries: task.positions.length,
      alone: [first, second],
      both,
      change: changeBetween(await drawsOf(task.id, task.groups), 'R1', values[2]!, better),
    });
  }
  return out;
}

const NAMES: Record<Modality, string> = { text: 'texts', image: 'pictures', audio: 'sounds' };

function warningOf(
  rows: ItemRows,
  experts: Both<string>,
  modalities: readonly ModalityConflict[],
  measured: readonly MeasuredHarm[],
): string | undefined {
  const bad = modalities.filter(({ score }) => score.mean >= CONFLICT_THRESHOLD);
  if (bad.length === 0) return undefined;
  const [a, b] = experts.map((id) => rows.space(id).name);
  const where = bad.map(({ modality, texts, parts: { confused, misplaced } }) => {
    const on = texts ? `texts of ${NAMES[texts === 'sound' ? 'audio' : 'image']}` : NAMES[modality];
    const why =
      confused >= misplaced
        ? `what one projects lies nearer to ${Math.round(50 * confused)}% of the other’s items than to its own, 50% being chance`
        : 'they see the same neighbours, but are projected to different places';
    return `${on} (${why})`;
  });
  const worse = measured.filter(({ change }) => change.high < 0).map(({ task }) => task);
  const seen =
    worse.length > 0
      ? `On the validation half averaging is worse than the better one alone: ${worse.join(', ')}.`
      : 'On the validation half no task is clearly worse for it.';
  return (
    `${a} and ${b} disagree on ${where.join(' and ')}: averaged in parallel they are likely to hurt each other. ` +
    `${seen} Weigh them apart, or use one of them.`
  );
}
