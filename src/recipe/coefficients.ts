/**
 * Coefficient vectors of a recipe: what a setting of the sliders makes of an item's components. Any nest of fuses is
 *
 *   x = sum_k w_k e_k,  with a w that depends on the factors and on the item's Gram matrix G alone,
 *
 * because the norm of every inner fuse is a quadratic form in G (FreeBind, arXiv 2405.04883, sections 3.3 and 3.4).
 */
import { InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { gramRow, type Gram } from '../math/components.ts';
import type { Bond, Factors, Preset, Recipe, Space } from './types.ts';

/** One fuse: normalise((1 - mean f) x + mean_i(f_i e_i)), over the experts e_i that know the modality. */
export interface Step {
  experts: { component: number; factorKey: string }[];
}

/**
 * How one modality is built: the component it starts from, then the fuses, in order. Where an item is a class that several
 * prompts describe, each of them is built so, and the item is normalise(mean of its fused prompts). Made by nestOf.
 */
export interface Nest {
  modality: Modality;
  /** Of an item, all prompts together: nPrompts times the components of one, prompt by prompt. */
  nComponents: number;
  /** 1 of a plain item. */
  nPrompts: number;
  /** Position among the components of one prompt, as in the steps. */
  start: number;
  steps: Step[];
}

/** The displacement that a recipe starts with, if it does. @throws InputError where a projector would read a fused vector. */
function displacementOf(recipe: Recipe): Bond | undefined {
  recipe.bonds.forEach((bond, i) => {
    if (bond.kind !== 'displacement') return;
    if (i > 0) {
      const earlier = recipe.bonds[i - 1]!;
      throw new InputError(
        `${recipe.name} displaces with ${bond.id} after ${earlier.id}: its projector would read a vector that is already ` +
          'fused, so every move of a slider would need new projections. Put the displacement first.',
      );
    }
    if (bond.experts.length !== 1) {
      throw new InputError(`A displacement has exactly one expert; ${bond.id} has ${bond.experts.length}.`);
    }
  });
  return recipe.bonds.find(({ kind }) => kind === 'displacement');
}

/**
 * Names of the components that a bond adds, of those experts that `knows` lets pass: a displacement's expert itself, the
 * one output of a pooled mixture (named after all its experts), or one an expert.
 */
function expertNames(bond: Bond, knows: (space: string) => boolean): string[] {
  const known = bond.experts.filter(knows);
  if (bond.kind === 'displacement' || known.length === 0) return known;
  if (bond.parallel === 'averaged') return [`${bond.id}.${bond.experts.join('+')}`];
  return known.map((expert) => `${bond.id}.${expert}`);
}

/**
 * Keys of a bond's sliders in Factors: the bond's id, or "<bondId>.<expert>" for each of several experts that are
 * weighed apart.
 */
export function factorKeys(bond: Bond): string[] {
  return bond.parallel === 'weighed' ? bond.experts.map((expert) => `${bond.id}.${expert}`) : [bond.id];
}

/**
 * Names of the components that items of one modality have in the recipe's target space, in the order of the coefficient
 * vectors: the base (projected by a displacement: "<bondId>.<base>"), a displacement's expert under its own id, then
 * "<bondId>.<expert>" for each combination ("<bondId>.<expert>+<expert>" for a pooled mixture). Empty when the recipe
 * does not serve the modality.
 * @throws InputError on a recipe with a displacement after another bond, or a space that is not among `spaces`.
 */
export function componentNames(recipe: Recipe, modality: Modality, spaces: readonly Space[]): string[] {
  const knows = (id: string) => {
    const space = spaces.find((one) => one.id === id);
    if (!space) throw new InputError(`${recipe.name} names the space "${id}", which is not loaded.`);
    return space.modalities.includes(modality);
  };
  const displacement = displacementOf(recipe);
  const names: string[] = [];
  if (knows(recipe.base)) names.push(displacement ? `${displacement.id}.${recipe.base}` : recipe.base);
  for (const bond of recipe.bonds) {
    const added = expertNames(bond, knows);
    // Where the base knows the modality, the bond says whether it is fused; where only one expert does, it stands alone.
    if (names.length > 0 ? bond.modalities.includes(modality) : added.length === 1) names.push(...added);
  }
  return names;
}

/** One share of a projected component: the embedding in a space, through some members of an ensemble. */
export interface ComponentPart {
  /** Id of the space that is projected. */
  space: string;
  /** Id of the ensemble. */
  ensemble: string;
  /** Its members in the bond's mask: from (inclusive) to (exclusive). */
  from: number;
  to: number;
}

/**
 * What a component is made from: the embedding in a space of its own, or the pooled mixture of a bond's ensembles,
 * normalise(sum of the members' outputs over all its parts).
 */
export type ComponentSource = { space: string } | { bond: Bond; parts: ComponentPart[] };

/** The source of a component by its name, as componentNames gives it. @throws InputError when the recipe has no such part. */
export function componentSource(recipe: Recipe, name: string): ComponentSource {
  const bond = recipe.bonds.find(({ id }) => name.startsWith(`${id}.`));
  if (!bond) return { space: name };
  const own = name.slice(bond.id.length + 1);
  let to = 0;
  const parts = bond.ensembles.map(({ id, members }, i): ComponentPart => {
    const from = to;
    to += members.length;
    const space = bond.kind === 'displacement' ? recipe.base : bond.experts[i]!;
    return { space, ensemble: id, from, to };
  });
  const wanted = own === bond.experts.join('+') ? parts : parts.filter(({ space }) => space === own);
  if (wanted.length === 0) throw new InputError(`${recipe.name} has no component "${name}".`);
  return { bond, parts: wanted };
}

/** Ids of every space that a recipe reads: the base, and each expert. */
export function spacesRead(recipe: Recipe): string[] {
  return [...new Set([recipe.base, ...recipe.bonds.flatMap(({ experts }) => experts)])];
}

/**
 * The two spaces that a recipe is shown between: its base and its first expert; of a base that nothing is encoded into, the
 * first two experts.
 */
export function shownEnds(recipe: Recipe, spaces: readonly Space[]): { base: string; expert: string } {
  const experts = recipe.bonds.flatMap((bond) => bond.experts);
  const encoded = spaces.find(({ id }) => id === recipe.base)?.modalities.length !== 0;
  const [base, expert] = encoded
    ? [recipe.base, experts[0] ?? recipe.base]
    : [experts[0]!, experts[1] ?? experts[0]!];
  return { base, expert };
}

/** The space in which a recipe's vectors meet: the base, or the expert of its displacement. */
export function targetSpace(recipe: Recipe): string {
  return displacementOf(recipe)?.experts[0] ?? recipe.base;
}

/**
 * The nest of a modality over the components `names` of one prompt or plain item, in that order (as componentNames gives
 * them).
 * @throws InputError when a name belongs to no part of the recipe, or none is there.
 */
export function nestOf(recipe: Recipe, modality: Modality, names: readonly string[], nPrompts = 1): Nest {
  const displacement = displacementOf(recipe);
  const at = (name: string) => names.indexOf(name);
  let start = at(displacement ? `${displacement.id}.${recipe.base}` : recipe.base);
  const steps: Step[] = [];
  const used = new Set([start]);
  for (const bond of recipe.bonds) {
    const keys = factorKeys(bond);
    const experts = expertNames(bond, () => true)
      .map((name, i) => ({ component: at(name), factorKey: keys[i]! }))
      .filter(({ component }) => component >= 0);
    for (const { component } of experts) used.add(component);
    // A modality that the base lacks begins with the first bond's expert, where there is exactly one.
    if (start < 0 && experts.length === 1) start = experts[0]!.component;
    else if (experts.length > 0) steps.push({ experts });
  }
  const stray = names.filter((_, i) => !used.has(i));
  if (start < 0 || stray.length > 0) {
    throw new InputError(
      `The ${modality} components of ${recipe.name} do not fit it: ` +
        (stray.length > 0 ? `it has no part "${stray.join('", "')}".` : 'its base is not among them.'),
    );
  }
  return { modality, nComponents: nPrompts * names.length, nPrompts, start, steps };
}

/** The nest of a space of its own: one embedding a prompt or plain item, whatever the factors. */
export function singleNest(modality: Modality, nPrompts = 1): Nest {
  return { modality, nComponents: nPrompts, nPrompts, start: 0, steps: [] };
}

/** What a step keeps of what was built before it, 1 - mean f, and the weights f_i / n of its experts, before it normalises. */
export function stepWeights(
  { experts }: Step,
  modality: Modality,
  factors: Factors,
): { weights: { component: number; weight: number }[]; keep: number } {
  const weights = experts.map(({ component, factorKey }) => ({
    component,
    weight: (factors[factorKey]?.[modality] ?? 0) / experts.length,
  }));
  return { weights, keep: 1 - weights.reduce((sum, { weight }) => sum + weight, 0) };
}

/**
 * w of every item at the given factors, [nComponents, nItems]: the fused vector is sum_k w_k e_k, of unit length after
 * any fuse. A class of P prompts has w_pk = w_k(p) / |sum_p fused_p|, p the slower index: the sum over all of them is the
 * normalised mean of its fused prompts. A vector that cancels to nothing (opposite components at 1/2) gets w = 0 and scores
 * nothing, as in fuse(). A slider that Factors does not name stands at the base.
 * @throws InputError when the Gram matrices are of another number of components.
 */
export function coefficients(nest: Nest, factors: Factors, gram: Gram): Float32Array {
  const out = new Float32Array(nest.nComponents * gram.nItems);
  coefficientsInto(nest, factors, gram, out);
  return out;
}

/** As coefficients(), written to `out` [nComponents, nItems]. */
export function coefficientsInto(nest: Nest, factors: Factors, gram: Gram, out: Float32Array): void {
  const { nComponents: K, nPrompts, modality } = nest;
  const { nItems: N } = gram;
  if (gram.nComponents !== K || out.length !== K * N) {
    throw new InputError(
      `${K} components do not fit Gram matrices of ${gram.nComponents} and ${out.length} numbers.`,
    );
  }
  const steps = nest.steps.map((step) => stepWeights(step, modality, factors));
  const w = new Float64Array(K);
  const perPrompt = K / nPrompts;
  for (let n = 0; n < N; n++) {
    w.fill(0);
    for (let from = 0; from < K; from += perPrompt) {
      w[from + nest.start] = 1;
      for (const { weights, keep } of steps) {
        for (let k = from; k < from + perPrompt; k++) w[k]! *= keep;
        for (const { component, weight } of weights) w[from + component]! += weight;
        normaliseBlock(w, from, from + perPrompt, gram, n);
      }
    }
    if (nPrompts > 1) normaliseBlock(w, 0, K, gram, n);
    for (let k = 0; k < K; k++) out[k * N + n] = w[k]!;
  }
}

/** Scales w[from..to) so that sum_k w_k e_k over it is a unit vector of item n, or nothing where it cancels. */
function normaliseBlock(
  w: Float64Array,
  from: number,
  to: number,
  { nComponents: K, nItems: N, products }: Gram,
  n: number,
): void {
  let squares = 0;
  for (let i = from; i < to; i++) {
    if (w[i] === 0) continue;
    squares += w[i]! * w[i]! * products[gramRow(i, i, K) * N + n]!;
    for (let j = i + 1; j < to; j++) {
      if (w[j] !== 0) squares += 2 * w[i]! * w[j]! * products[gramRow(i, j, K) * N + n]!;
    }
  }
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let k = from; k < to; k++) w[k]! *= scale;
}

/** Every slider of a recipe at its base. */
export function defaultFactors(recipe: Recipe): Factors {
  const factors: Factors = {};
  for (const bond of recipe.bonds) {
    for (const key of factorKeys(bond)) {
      factors[key] = Object.fromEntries(bond.modalities.map((modality) => [modality, 0]));
    }
  }
  return factors;
}

/**
 * The factors, checked, with every slider that they do not name at its base.
 * @throws InputError on a slider the recipe has not, or a value outside [0, 1] (NaN among them).
 */
export function checkFactors(recipe: Recipe, factors: Factors): Factors {
  const checked = defaultFactors(recipe);
  for (const [key, byModality] of Object.entries(factors)) {
    const known = Object.hasOwn(checked, key) ? checked[key] : undefined;
    if (!known) {
      throw new InputError(
        `${recipe.name} has no slider "${key}"; it has ${Object.keys(checked).join(', ') || 'none'}.`,
      );
    }
    for (const [modality, factor] of Object.entries(byModality) as [Modality, number][]) {
      if (known[modality] === undefined) {
        const served = MODALITIES.filter((one) => known[one] !== undefined).join(' and ');
        throw new InputError(`"${key}" has no slider for ${modality}; it fuses ${served}.`);
      }
      if (!(factor >= 0 && factor <= 1)) {
        throw new InputError(`A factor lies in [0, 1]; "${key}" has ${factor} for ${modality}.`);
      }
      known[modality] = factor;
    }
  }
  return checked;
}

/** A preset's factors, checked. @throws InputError when the recipe has no preset of that name. */
export function presetFactors(recipe: Recipe, name: string): Factors {
  const preset: Preset | undefined = recipe.presets.find((one) => one.name === name);
  if (!preset) {
    const names = recipe.presets.map((one) => one.name).join(', ');
    throw new InputError(`${recipe.name} has no preset "${name}"; it has ${names || 'none'}.`);
  }
  return checkFactors(recipe, preset.factors);
}
