/** Random recipes with components, and the fused vectors written out, for tests of the closed form. */
import fc from 'fast-check';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { createRandom, type Random } from '../base/random.ts';
import { fuse } from '../math/fusion.ts';
import type { RetrievalTask } from '../world/types.ts';
import { componentNames, factorKeys } from './coefficients.ts';
import type { Bond, Factors, Recipe, Space } from './types.ts';

export interface NamedSet {
  names: string[];
  nItems: number;
  dim: number;
  data: Float32Array[];
}

export interface RecipeCase {
  recipe: Recipe;
  spaces: Space[];
  factors: Factors;
  seed: number;
}

const BASE = 'base';

/** n unit rows of a dimension. */
export function unitRows(random: Random, nItems: number, dim: number): Float32Array {
  const out = new Float32Array(nItems * dim);
  for (let i = 0; i < nItems; i++) {
    const row = Float64Array.from({ length: dim }, () => random.normal());
    const length = Math.hypot(...row);
    row.forEach((value, d) => (out[i * dim + d] = value / length));
  }
  return out;
}

const factor = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 1) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
);

/** Recipes with up to one displacement and three combinations of up to three experts, and factors for them. */
export const recipeCases: fc.Arbitrary<RecipeCase> = fc
  .record({
    displaced: fc.boolean(),
    combinations: fc.array(
      fc.record({
        nExperts: fc.integer({ min: 1, max: 3 }),
        parallel: fc.constantFrom('averaged' as const, 'weighed' as const),
        modalities: fc.subarray([...MODALITIES], { minLength: 1 }),
      }),
      { maxLength: 3 },
    ),
    displacedModalities: fc.subarray([...MODALITIES], { minLength: 1 }),
    factors: fc.array(factor, { minLength: 30, maxLength: 30 }),
    seed: fc.integer(),
  })
  .map(({ displaced, combinations, displacedModalities, factors: drawn, seed }) => {
    const bonds: Bond[] = [];
    if (displaced) {
      bonds.push({
        id: 'd',
        kind: 'displacement',
        experts: ['expert'],
        parallel: 'averaged',
        modalities: displacedModalities,
        ensembles: [{ id: 'base-to-expert', source: BASE, target: 'expert', members: ['mix'] }],
        members: ['mix'],
      });
    }
    combinations.forEach(({ nExperts, parallel, modalities }, b) => {
      const experts = Array.from({ length: nExperts }, (_, e) => `expert${b}${e}`);
      const target = displaced ? 'expert' : BASE;
      const ensembles = experts.map((source) => ({
        id: `${source}-to-${target}`,
        source,
        target,
        members: ['mix'],
      }));
      const members = experts.map(() => 'mix');
      bonds.push({ id: `c${b}`, kind: 'combination', experts, parallel, modalities, ensembles, members });
    });
    const recipe: Recipe = { id: 'r', name: 'Random', formula: '', base: BASE, bonds, presets: [] };
    const space = (id: string, modalities: Modality[]): Space => ({
      id,
      name: id,
      about: '',
      dim: 0,
      modalities,
    });
    const spaces = [
      space(BASE, [...MODALITIES]),
      ...bonds.flatMap(({ experts, modalities }) => experts.map((id) => space(id, modalities))),
    ];
    let at = 0;
    const factors = Object.fromEntries(
      bonds.flatMap((bond) =>
        factorKeys(bond).map((key) => [
          key,
          Object.fromEntries(bond.modalities.map((modality) => [modality, drawn[at++ % drawn.length]])),
        ]),
      ),
    );
    return { recipe, spaces, factors, seed };
  });

/** Seeded components of every modality. */
export function drawComponents(
  { recipe, spaces, seed }: RecipeCase,
  nItems: Readonly<Record<Modality, number>>,
  dim: number,
): Record<Modality, NamedSet> {
  const random = createRandom(seed);
  const draw = (modality: Modality): NamedSet => {
    const names = componentNames(recipe, modality, spaces);
    const n = nItems[modality];
    return { names, nItems: n, dim, data: names.map(() => unitRows(random, n, dim)) };
  };
  return { text: draw('text'), image: draw('image'), audio: draw('audio') };
}

/** A seeded task over all items, with one to three right answers a query. */
export function drawTask(
  seed: number,
  queryModality: Modality,
  galleryModality: Modality,
  nItems: Readonly<Record<Modality, number>>,
): RetrievalTask {
  const random = createRandom(seed);
  const nGallery = nItems[galleryModality];
  const nQueries = nGallery > 0 ? nItems[queryModality] : 0;
  const relevant = Array.from({ length: nQueries }, () => {
    const right = new Set(Array.from({ length: 1 + random.int(3) }, () => random.int(nGallery)));
    return Uint32Array.from([...right].sort((a, b) => a - b));
  });
  return {
    queryModality,
    galleryModality,
    queries: Uint32Array.from({ length: nQueries }, (_, i) => i),
    gallery: Uint32Array.from({ length: nGallery }, (_, i) => i),
    relevant,
  };
}

/** The fused vectors [nItems, dim], written out bond by bond: no coefficients, no Gram matrices. */
export function fusedVectors(
  recipe: Recipe,
  modality: Modality,
  set: NamedSet,
  factors: Factors,
): Float32Array {
  const component = (name: string) => set.data[set.names.indexOf(name)];
  const displaced = recipe.bonds[0]?.kind === 'displacement';
  let x = component(displaced ? `d.${BASE}` : BASE)!;
  for (const bond of recipe.bonds) {
    if (!bond.modalities.includes(modality)) continue;
    if (bond.kind === 'displacement') {
      x = fuse(factors[bond.id]![modality]!, component(bond.experts[0]!)!, x, set.dim);
    } else if (bond.parallel === 'averaged') {
      x = fuse(factors[bond.id]![modality]!, component(`${bond.id}.${bond.experts.join('+')}`)!, x, set.dim);
    } else {
      const parts = bond.experts.map((expert) => ({
        f: factors[`${bond.id}.${expert}`]![modality]!,
        e: component(`${bond.id}.${expert}`)!,
      }));
      const mean = parts.reduce((sum, { f }) => sum + f, 0) / parts.length;
      const mixed = x.map(
        (value, i) => (1 - mean) * value + parts.reduce((sum, { f, e }) => sum + f * e[i]!, 0) / parts.length,
      );
      x = fuse(1, mixed, mixed, set.dim);
    }
  }
  return x;
}
