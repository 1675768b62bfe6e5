/** Reports of the microscope in the shape of real ones, drawn from a seed, for tests and for a look at the page. */
import type { Modality } from '../../base/modality.ts';
import { createRandom, seedOf } from '../../base/random.ts';
import type {
  BeforeAfter,
  ConflictReport,
  ConflictRequest,
  CostReport,
  CostRequest,
  CostSubject,
  KeepsReport,
  KeepsRequest,
  MemberAgreement,
  MemberName,
  MemberReport,
  MemberRequest,
  SizeReport,
  SizeRequest,
  SpaceChange,
} from '../../engine/microscope/types.ts';
import type { Interval } from '../../math/bootstrap.ts';
import type { Bond, Recipe, Space } from '../../recipe/types.ts';
import type { CollectionManifest, TaskId } from '../../world/types.ts';

export interface MadeUpWorld {
  spaces: readonly Space[];
  manifest: CollectionManifest;
}

const around = (mean: number, half: number): Interval => ({ mean, low: mean - half, high: mean + half });

const membersOf = ({ ensembles }: Bond): MemberName[] =>
  ensembles.flatMap(({ id, members }) => members.map((member) => ({ ensemble: id, member })));

function bondOf(recipe: Recipe, bondId: string): Bond {
  return recipe.bonds.find(({ id }) => id === bondId)!;
}

/** Directions that every made-up study serves. */
const SERVED: TaskId[] = ['audio>text', 'text>audio', 'audio>image', 'image>audio'];

function agreementOf(
  modality: Modality,
  members: readonly MemberName[],
  { manifest }: MadeUpWorld,
): MemberAgreement {
  const random = createRandom(seedOf(`agreement ${modality}`));
  const n = members.length;
  const nItems = manifest[modality].length;
  const cosines = new Float64Array(n * n).fill(1);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const cosine = 0.97 - 0.25 * random.float() - (members[a]!.ensemble === members[b]!.ensemble ? 0 : 0.3);
      cosines[a * n + b] = cosines[b * n + a] = cosine;
    }
  }
  const spread = Float64Array.from({ length: nItems }, () => 0.02 + 0.15 * random.float() ** 2);
  const order = [...spread.keys()].sort((a, b) => spread[a]! - spread[b]!);
  const item = (index: number) => ({ index, spread: spread[index]! });
  const off = cosines.reduce((sum, cosine) => sum + cosine, 0) - n;
  return {
    modality,
    nItems,
    members: members.map((_, i) => i),
    cosines,
    meanCosine: off / (n * (n - 1)),
    meanSpread: around(spread.reduce((sum, one) => sum + one, 0) / nItems, 0.004),
    spread,
    mostAgreed: order.slice(0, 6).map(item),
    leastAgreed: order.slice(-6).reverse().map(item),
  };
}

export function madeUpMembers(request: MemberRequest, world: MadeUpWorld): MemberReport {
  const bond = bondOf(request.recipe, request.bondId);
  const members = membersOf(bond);
  const rows = request.tasks
    .filter((task) => SERVED.includes(task))
    .map((task) => {
      const random = createRandom(seedOf(`members ${task}`));
      const all = 0.2 + 0.4 * random.float();
      return {
        task,
        setting: request.settings[0]!.name,
        nQueries: 216,
        all,
        chance: 1 / 432,
        members: members.map((_, i) => {
          const mean = i === 0 ? 0.031 : 0.03 * (random.float() - 0.45);
          const effect = members.length > 1 ? around(mean, 0.006 + 0.012 * random.float()) : undefined;
          return { without: effect ? all - mean : NaN, alone: all * (0.7 + 0.25 * random.float()), effect };
        }),
      };
    });
  const agreement = bond.modalities.map((modality) => agreementOf(modality, members, world));
  return {
    recipeId: request.recipe.id,
    bondId: bond.id,
    metric: request.metric ?? 'R1',
    half: request.half ?? 'test',
    members,
    rows,
    agreement,
  };
}

export function madeUpSizes(request: SizeRequest): SizeReport {
  const bond = bondOf(request.recipe, request.bondId);
  const members = membersOf(bond);
  const sizes = [...new Set([1, 3, bond.ensembles[0]!.members.length, members.length])].sort((a, b) => a - b);
  const rows = request.tasks
    .filter((task) => SERVED.includes(task))
    .map((task) => {
      const random = createRandom(seedOf(`sizes ${task}`));
      const top = 0.25 + 0.35 * random.float();
      const figures = sizes.map((size) => {
        const values = request.replicates.map(
          () => top * (1 - 0.3 / Math.sqrt(size)) + 0.02 * (random.float() - 0.5),
        );
        const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
        return {
          size,
          values,
          mean,
          sd: values.length > 1 ? 0.012 : undefined,
          low: Math.min(...values),
          high: Math.max(...values),
          sets: [{ members: members.slice(0, size), values }],
        };
      });
      return {
        task,
        setting: request.settings[0]!.name,
        nQueries: 216,
        chance: 1 / 432,
        base: top * 0.75,
        sizes: figures,
        unstable: request.replicates.length < 2 ? undefined : task === 'image>audio',
      };
    });
  const few = request.replicates.length < 3;
  return {
    recipeId: request.recipe.id,
    bondId: bond.id,
    metric: request.metric ?? 'R1',
    half: request.half ?? 'test',
    replicates: request.replicates.map(({ name }) => name),
    rows,
    warnings: few ? [`Only ${request.replicates.length} training seed: no spread can be shown.`] : [],
  };
}

export function madeUpSubjects(recipe: Recipe, bondId: string): CostSubject[] {
  const bond = bondOf(recipe, bondId);
  const prepare = () => Promise.resolve(() => Promise.resolve());
  const encoders = [recipe.base, ...bond.experts].flatMap((space) =>
    bond.modalities.map((modality) => ({
      id: `${space}/${modality}`,
      name: `${space}’s ${modality} encoder`,
      kind: 'encoder' as const,
      nMembers: 0,
      bytes: modality === 'audio' ? 900_000 : 1_700_000,
      prepare,
    })),
  );
  const sizes = [...new Set([1, bond.ensembles[0]!.members.length, bond.members.length])];
  const mixtures = sizes.map((n) => ({
    id: `${bondId}:${n}`,
    name: `mixture of ${n}`,
    kind: 'mixture' as const,
    nMembers: n,
    bytes: 98_000 * n,
    prepare,
  }));
  return [...encoders, ...mixtures];
}

export function madeUpCost({ subjects, batches = [1, 32, 256] }: CostRequest): CostReport {
  return {
    rows: subjects.map(({ id, name, kind, nMembers, bytes }) => ({
      id,
      name,
      kind,
      nMembers,
      bytes,
      times: batches.map((batch) => {
        const msPerThousand =
          (kind === 'encoder' ? (id.endsWith('audio') ? 2600 : 420) : 60 * nMembers) / (1 + Math.log2(batch));
        return {
          batch,
          msPerThousand,
          lower: msPerThousand * 0.95,
          upper: msPerThousand * 1.1,
          nRuns: 15,
        };
      }),
    })),
  };
}

function conflictOnModality(modality: Modality, score: number, { manifest }: MadeUpWorld, k: number) {
  const nItems = manifest[modality].length;
  const near = (from: number) =>
    Array.from({ length: Math.min(k, nItems - 1) }, (_, i) => (from + i) % nItems);
  return {
    modality,
    texts: modality === 'text' ? ('sound' as const) : undefined,
    nItems,
    k,
    neighboursShared: around(0.75 - 0.7 * score, 0.02),
    neighboursByChance: k / Math.max(1, nItems - 1),
    rankCorrelation: around(0.8 - 0.8 * score, 0.03),
    projectedCosine: around(0.9 - 0.8 * score, 0.02),
    shuffledCosine: 0.08,
    parts: {
      neighbours: 0.7 - 0.6 * score,
      ranks: 0.8 - 0.8 * score,
      place: 0.88 - 0.8 * score,
      within: 0.7,
      across: 0.5,
      confused: 0.3 * score,
      misplaced: 0.2 * score,
      score,
    },
    score: around(score, 0.04),
    examples: Array.from({ length: Math.min(3, nItems) }, (_, index) => ({
      index,
      neighbours: [near(index + 1), near(index + 3)] as const,
      shared: 0.2,
      rankCorrelation: 0.31,
      cosine: 0.24,
      disagreement: 0.8 - 0.1 * index,
    })),
  };
}

/** Experts that agree, but for "tone", which disagrees with every other. */
export function madeUpConflict(request: ConflictRequest, world: MadeUpWorld): ConflictReport {
  const [a, b] = request.experts.map((id) => world.spaces.find((space) => space.id === id)!);
  const shared = a!.modalities.filter((modality) => b!.modalities.includes(modality));
  const score = request.experts.includes('tone') ? 0.64 : 0.18;
  const modalities = shared.map((modality, i) =>
    conflictOnModality(modality, score - 0.05 * i, world, request.k ?? 10),
  );
  return {
    experts: request.experts,
    modalities,
    score: modalities.length > 0 ? score : NaN,
    threshold: 0.5,
    warning:
      score > 0.5 && modalities.length > 0
        ? `${a!.name} and ${b!.name} take items for others: averaged, each spoils what the other knows.`
        : undefined,
    measured: [
      { task: 'audio>text', nQueries: 216, alone: [0.41, 0.22], both: 0.36, change: around(-0.05, 0.02) },
    ],
  };
}

const beforeAfter = (before: number, after: number, half: number): BeforeAfter => ({
  before,
  after,
  change: around(after - before, half),
});

export function madeUpKeeps({ bonds, k = 10 }: KeepsRequest, { spaces, manifest }: MadeUpWorld): KeepsReport {
  const changeOf = (from: string, to: string, kept: number): SpaceChange => {
    const modalities = spaces.find(({ id }) => id === from)!.modalities;
    return {
      from,
      to,
      modalities: modalities.map((modality) => ({
        modality,
        nItems: manifest[modality].length,
        neighboursKept: around(kept, 0.015),
        uniformity: beforeAfter(-2.9, -2.6, 0.04),
      })),
      pairs: modalities.slice(1).map((b) => ({
        a: modalities[0]!,
        b,
        nPairs: manifest[b].length,
        gap: beforeAfter(0.52, 0.31, 0.03),
        alignment: beforeAfter(0.94, 0.81, 0.05),
      })),
    };
  };
  return {
    k,
    bonds: bonds.map(({ recipe, bondId, setting }) => {
      const bond = bondOf(recipe, bondId);
      const kept = bond.kind === 'combination' ? 0.61 : 0.47;
      return {
        recipeId: recipe.id,
        bondId,
        kind: bond.kind,
        projections: bond.ensembles.map(({ source, target }) => changeOf(source, target, kept)),
        fused: setting && changeOf(recipe.base, recipe.base, kept - 0.1),
      };
    }),
  };
}
