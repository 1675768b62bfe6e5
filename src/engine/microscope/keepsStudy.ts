/** What a bond keeps and loses of its spaces: neighbourhoods, modality gap, alignment, uniformity. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import {
  alignmentEstimate,
  changeOf,
  gapEstimate,
  intervalOf,
  meanEstimate,
  uniformityEstimate,
  type Estimate,
} from '../../math/estimates.ts';
import type { GroupDraws } from '../../math/bootstrap.ts';
import { mixtureOf } from '../../math/members.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import { keptByItem, surroundingsSteps } from '../../math/surroundings.ts';
import { targetSpace } from '../../recipe/coefficients.ts';
import { galleryOf, retrievalTask } from '../../world/tasks.ts';
import type { CollectionManifest } from '../../world/types.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { createDraws } from './counting.ts';
import { bondOf, FusedRows } from './fusedRows.ts';
import { ItemRows } from './itemRows.ts';
import { sampledItems } from './sample.ts';
import { inSlices, partOf } from './slices.ts';
import type {
  BeforeAfter,
  BondChange,
  KeepsReport,
  KeepsRequest,
  MicroscopeOptions,
  MicroscopeSources,
  SpaceChange,
} from './types.ts';

/** Unit rows of every item of the modalities a space knows. */
interface View {
  /** Id of the space that they lie in. */
  space: string;
  dim: number;
  rows: Partial<Record<Modality, Float32Array>>;
}

/** Two views of the same items, and where they belong. */
interface Comparison {
  bond: BondChange;
  place: 'projection' | 'fused';
  before: View;
  after: View;
}

/** What all comparisons of a study share. */
interface Comparing {
  manifest: CollectionManifest;
  k: number;
  maxItems: number;
  drawsOf: ReturnType<typeof createDraws>;
}

/** As Microscope.keepsStudy. */
export async function keepsStudy(
  sources: MicroscopeSources,
  { bonds, k = 10, maxItems = 1200 }: KeepsRequest,
  options: MicroscopeOptions = {},
): Promise<KeepsReport> {
  const rows = new ItemRows(sources, options.signal);
  const comparisons: Comparison[] = [];
  const report: KeepsReport = { k, bonds: [] };
  for (const { recipe, bondId, setting } of bonds) {
    const fused = await FusedRows.create(rows, recipe, bondId);
    const { kind } = bondOf(recipe, bondId);
    const target = targetSpace(recipe);
    const bond: BondChange = { recipeId: recipe.id, bondId, kind, projections: [], fused: undefined };
    report.bonds.push(bond);
    for (const part of fused.used) {
      const before = await ownView(rows, part.space);
      const after: View = { space: target, dim: fused.dim, rows: {} };
      for (const modality of Object.keys(before.rows) as Modality[]) {
        await nextTurn();
        const members = await rows.members(part.id, part.space, rows.items(modality), fused.dim);
        after.rows[modality] = mixtureOf(members, part.members.map(() => true)); // prettier-ignore
      }
      comparisons.push({ bond, place: 'projection', before, after });
    }
    if (!setting) continue;
    const before = await ownView(rows, recipe.base);
    const after: View = { space: target, dim: fused.dim, rows: {} };
    const all = fused.members.map(() => true);
    for (const modality of Object.keys(before.rows) as Modality[]) {
      const own = await fused.fused(rows.items(modality), all, setting.factors);
      if (own) after.rows[modality] = own;
    }
    if (Object.keys(before.rows).length > 0) comparisons.push({ bond, place: 'fused', before, after });
  }
  const how: Comparing = { manifest: sources.manifest, k, maxItems, drawsOf: createDraws() };
  for (const [c, { bond, place, before, after }] of comparisons.entries()) {
    const part = partOf(options, c, comparisons.length);
    const change = await compareViews(how, before, after, part);
    if (place === 'fused') bond.fused = change;
    else bond.projections.push(change);
  }
  options.onProgress?.(1);
  return report;
}

async function ownView(rows: ItemRows, spaceId: string): Promise<View> {
  const { dim, modalities } = rows.space(spaceId);
  const view: View = { space: spaceId, dim, rows: {} };
  for (const modality of modalities) view.rows[modality] = await rows.own(spaceId, rows.items(modality));
  return view;
}

/** What becomes of the items that both views know. */
async function compareViews(
  how: Comparing,
  before: View,
  after: View,
  options: MicroscopeOptions,
): Promise<SpaceChange> {
  const { manifest, k, maxItems, drawsOf } = how;
  const known = MODALITIES.filter((modality) => before.rows[modality] && after.rows[modality]);
  const change: SpaceChange = { from: before.space, to: after.space, modalities: [], pairs: [] };
  for (const [m, modality] of known.entries()) {
    const all = Uint32Array.from(manifest[modality].keys());
    const items = sampledItems(all, maxItems, modality);
    const around = async ({ rows, dim }: View, half: number) =>
      inSlices(
        surroundingsSteps(gatherRows(rows[modality]!, items, dim), dim, k),
        partOf(partOf(options, m, known.length), half, 2),
      );
    const [from, to] = [await around(before, 0), await around(after, 1)];
    const groups = Array.from(items, (i) => manifest[modality][i]!.group);
    const draws = await drawsOf(modality, groups);
    change.modalities.push({
      modality,
      nItems: items.length,
      neighboursKept: intervalOf(meanEstimate(keptByItem(from.neighbours, to.neighbours, from.k)), draws),
      uniformity: beforeAfter(uniformityEstimate(from.potential), uniformityEstimate(to.potential), draws),
    });
  }
  for (const [at, b] of known.entries()) {
    for (const a of known.slice(0, at)) change.pairs.push(await pairChange(how, a, b, before, after));
  }
  return change;
}

function beforeAfter(before: Estimate, after: Estimate, draws: GroupDraws): BeforeAfter {
  return { before: before.value, after: after.value, change: changeOf(after, before, draws) };
}

/** Gap and alignment between two modalities; a comes before b in MODALITIES, so that texts are always a. */
async function pairChange(
  { manifest, drawsOf }: Comparing,
  a: Modality,
  b: Modality,
  before: View,
  after: View,
): Promise<SpaceChange['pairs'][0]> {
  const ofA = galleryOf(manifest, b, a);
  const ofB = Uint32Array.from(manifest[b].keys());
  const take = ({ rows, dim }: View) =>
    [gatherRows(rows[a]!, ofA, dim), gatherRows(rows[b]!, ofB, dim)] as const;
  const [[beforeA, beforeB], [afterA, afterB]] = [take(before), take(after)];
  const groups = [
    ...Array.from(ofA, (i) => manifest[a][i]!.group),
    ...Array.from(ofB, (i) => manifest[b][i]!.group),
  ];
  const { queries, relevant } = retrievalTask(manifest, `${b}>${a}`);
  const pairs: number[] = [];
  const pairGroups: string[] = [];
  queries.forEach((item, q) => {
    for (const answer of relevant[q]!) {
      pairs.push(answer, item);
      pairGroups.push(manifest[b][item]!.group);
    }
  });
  const right = Uint32Array.from(pairs);
  return {
    a,
    b,
    nPairs: pairGroups.length,
    gap: beforeAfter(
      gapEstimate(beforeA, beforeB, before.dim),
      gapEstimate(afterA, afterB, after.dim),
      await drawsOf(`gap ${a} ${b}`, groups),
    ),
    alignment: beforeAfter(
      alignmentEstimate(beforeA, beforeB, before.dim, right),
      alignmentEstimate(afterA, afterB, after.dim, right),
      await drawsOf(`alignment ${a} ${b}`, pairGroups),
    ),
  };
}
