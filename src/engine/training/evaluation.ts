/** How well a training does: retrieval on the collection at the projected end. */
import { splitDirection, type Direction, type Modality } from '../../base/modality.ts';
import { MODALITIES } from '../../base/modality.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { gatherRows, type MiningSpace } from '../../math/pseudoPairs.ts';
import { ranks } from '../../math/ranks.ts';
import { normaliseRows } from '../../math/sphere.ts';
import { DIRECTIONS, directionInfo, retrievalTask } from '../../world/tasks.ts';
import type { CollectionManifest, Half } from '../../world/types.ts';
import { projectMixture, type MatMul } from './projection.ts';
import type { TrainKind } from './types.ts';

/** One direction's queries, as numbers of the collection's items; galleries are whole, as everywhere in the lab. */
export interface EvaluationTask {
  id: Direction;
  queries: Uint32Array;
  gallery: Uint32Array;
  relevant: readonly Uint32Array[];
  halves: readonly Half[];
}

/** The collection as a training sees it: unit rows of both spaces, and what is asked. */
export interface Evaluation {
  base: MiningSpace;
  expert: MiningSpace;
  tasks: EvaluationTask[];
}

/** The queries of a collection: of the validation half, or of both. */
export function evaluationTasks(
  manifest: CollectionManifest,
  which: 'validation' | 'both',
): EvaluationTask[] {
  return DIRECTIONS.map((id) => {
    const { queries, relevant, halves } = directionInfo(manifest, id);
    const chosen = [...queries.keys()].filter((q) => which === 'both' || halves[q] === 'validation');
    return {
      id,
      queries: Uint32Array.from(chosen, (q) => queries[q]!),
      gallery: retrievalTask(manifest, id).gallery,
      relevant: chosen.map((q) => relevant[q]!),
      halves: chosen.map((q) => halves[q]!),
    };
  });
}

interface EndRows {
  rows: Float32Array;
  projected: boolean;
}

/**
 * Ranks of the best right answer of every query, by direction, with one mixture of projectors a network (`members[i]` are
 * the projectors of member i). At the projected end every modality that a projector reads stands as projected, the others
 * as the target space has them; of a joint training, a modality that both spaces know is normalise(the sum of both
 * projections). Directions without a projected side, or without queries, are left out.
 */
export async function evaluateRanks(
  kind: TrainKind,
  { base, expert, tasks }: Evaluation,
  members: readonly (readonly ProjectorWeights[])[],
  matMul: MatMul,
): Promise<Partial<Record<Direction, Uint32Array>>> {
  const sources = { combination: [expert], displacement: [base], joint: [base, expert] }[kind];
  const target = { combination: base, displacement: expert, joint: undefined }[kind];
  const dOut = members[0]![0]!['linear2.bias'].length;
  const ends: Partial<Record<Modality, EndRows>> = {};
  for (const modality of MODALITIES) {
    const projections: Float32Array[] = [];
    for (const [network, { rows, dim }] of sources.entries()) {
      const x = rows[modality];
      const mixture = members.map((member) => member[network]!);
      if (x) projections.push(await projectMixture(mixture, x, dim, matMul));
    }
    const own = target?.rows[modality];
    if (projections.length > 0) ends[modality] = { rows: pooled(projections, dOut), projected: true };
    else if (own) ends[modality] = { rows: own, projected: false };
  }
  const out: Partial<Record<Direction, Uint32Array>> = {};
  for (const { id, queries, gallery, relevant } of tasks) {
    const [from, to] = splitDirection(id).map((modality) => ends[modality]);
    if (!from || !to || !(from.projected || to.projected) || queries.length === 0) continue;
    const x = gatherRows(from.rows, queries, dOut);
    const scores = await matMul(x, transposed(gatherRows(to.rows, gallery, dOut), dOut), dOut);
    out[id] = ranks(scores, gallery.length, relevant);
  }
  return out;
}

function pooled([first, ...others]: Float32Array[], dim: number): Float32Array {
  if (others.length === 0) return first!;
  const sum = first!.map((value, i) => others.reduce((total, other) => total + other[i]!, value));
  return normaliseRows(sum, dim);
}

/** x [n, dim] -> [dim, n]. */
function transposed(x: Float32Array, dim: number): Float32Array {
  const n = x.length / dim;
  const out = new Float32Array(x.length);
  for (let i = 0; i < n; i++) for (let d = 0; d < dim; d++) out[d * n + i] = x[i * dim + d]!;
  return out;
}

/** R@1 by direction over the queries of one half; a direction without any is left out. */
export function recallOf(
  found: Partial<Record<Direction, Uint32Array>>,
  tasks: readonly EvaluationTask[],
  half: Half,
): Record<string, number> {
  const out: Record<string, number> = {};
  for (const { id, halves } of tasks) {
    const of = found[id]?.filter((_, q) => halves[q] === half);
    if (of && of.length > 0) out[id] = of.filter((rank) => rank === 1).length / of.length;
  }
  return out;
}

/** Mean over the directions; NaN of none. */
export function meanRecall(recall: Readonly<Record<string, number>>): number {
  const values = Object.values(recall);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
