/** Fused vectors of a recipe with some members of one bond on: any mask, without touching the members that the page uses. */
import { InputError } from '../../base/errors.ts';
import { gramOf } from '../../math/components.ts';
import { mixtureOf, poolMembers } from '../../math/members.ts';
import {
  checkFactors,
  coefficients,
  componentNames,
  componentSource,
  targetSpace,
  type ComponentPart,
} from '../../recipe/coefficients.ts';
import { nestOfComponents, type NamedComponents } from '../../recipe/taskScores.ts';
import type { Bond, Factors, Recipe } from '../../recipe/types.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import type { ItemRows, ItemSet } from './itemRows.ts';
import type { MemberName, Replicate } from './types.ts';

/** An ensemble that projects for the studied bond: its own, or one of another training seed that stands for it. */
export interface UsedEnsemble {
  /** Id that the recipe gives it, and the space it projects. */
  part: string;
  space: string;
  id: string;
  members: string[];
}

/** The bond of a recipe. @throws InputError */
export function bondOf(recipe: Recipe, bondId: string): Bond {
  const found = recipe.bonds.find(({ id }) => id === bondId);
  if (!found) {
    throw new InputError(
      `${recipe.name} has no bond "${bondId}"; it has ${recipe.bonds.map(({ id }) => id).join(', ')}.`,
    );
  }
  return found;
}

/** A recipe whose bond is looked at member by member. */
export class FusedRows {
  readonly rows: ItemRows;
  readonly recipe: Recipe;
  readonly dim: number;
  readonly #bond: Bond;
  readonly used: readonly UsedEnsemble[];

  private constructor(rows: ItemRows, recipe: Recipe, bond: Bond, used: readonly UsedEnsemble[]) {
    this.rows = rows;
    this.recipe = recipe;
    this.#bond = bond;
    this.used = used;
    this.dim = rows.space(targetSpace(recipe)).dim;
  }

  /** @throws InputError on a bond or ensemble that is not there. */
  static async create(
    rows: ItemRows,
    recipe: Recipe,
    bondId: string,
    { ensembles }: Pick<Replicate, 'ensembles'> = { ensembles: {} },
  ): Promise<FusedRows> {
    const bond = bondOf(recipe, bondId);
    const { dim } = rows.space(targetSpace(recipe));
    const used: UsedEnsemble[] = [];
    for (const [i, own] of bond.ensembles.entries()) {
      const space = bond.kind === 'displacement' ? recipe.base : bond.experts[i]!;
      const [modality] = rows.space(space).modalities;
      if (!modality)
        throw new InputError(`${rows.space(space).name} has no encoder, so nothing of it is projected.`);
      for (const id of ensembles[own.id] ?? [own.id]) {
        const { nMembers } = await rows.members(id, space, rows.items(modality), dim);
        const names = nMembers === own.members.length ? own.members : [];
        const members = Array.from({ length: nMembers }, (_, a) => names[a] ?? `${a + 1}`);
        used.push({ part: own.id, space, id, members });
      }
    }
    return new FusedRows(rows, recipe, bond, used);
  }

  /** All members of the bond, in the order of the masks. */
  get members(): MemberName[] {
    return this.used.flatMap(({ id, members }) => members.map((member) => ({ ensemble: id, member })));
  }

  /** Positions in the mask of the members that project items of a modality, as unit outputs are pooled. */
  positions({ modality }: Pick<ItemSet, 'modality'>, parts?: readonly ComponentPart[]): number[] {
    let at = 0;
    return this.used.flatMap(({ part, space, members }) => {
      const from = at;
      at += members.length;
      const wanted = !parts || parts.some((one) => one.ensemble === part && one.space === space);
      return wanted && this.rows.knows(space, modality) ? members.map((_, a) => from + a) : [];
    });
  }

  /** The unit outputs of the members at positions(); undefined where there are none. */
  async outputs(items: ItemSet, parts?: readonly ComponentPart[]) {
    const ensembles = this.used.filter(
      ({ part, space }) =>
        this.rows.knows(space, items.modality) &&
        (!parts || parts.some((one) => one.ensemble === part && one.space === space)),
    );
    if (ensembles.length === 0) return undefined;
    return poolMembers(
      await Promise.all(ensembles.map(({ id, space }) => this.rows.members(id, space, items, this.dim))),
    );
  }

  /**
   * The fused vectors [nItems, dim] of items at given factors, with the members of a mask on; undefined where the recipe
   * does not serve the modality, or no member that is on does.
   * @throws InputError on factors that do not fit.
   */
  async fused(items: ItemSet, mask: readonly boolean[], factors: Factors): Promise<Float32Array | undefined> {
    await nextTurn(); // a few milliseconds of work a modality
    const components = await this.#components(items, mask);
    return components && fuseComponents(this.recipe, items, components, factors);
  }

  async #components(items: ItemSet, mask: readonly boolean[]): Promise<NamedComponents | undefined> {
    const names = componentNames(this.recipe, items.modality, this.rows.sources.spaces());
    if (names.length === 0) return undefined;
    const all: Float32Array[] = [];
    for (const name of names) {
      const rows = await this.#component(name, items, mask);
      if (!rows) return undefined;
      all.push(rows);
    }
    return namedComponents(names, all, items, this.dim);
  }

  /** Rows [nPrompts * nItems, dim] of a component by its name. */
  async #component(
    name: string,
    items: ItemSet,
    mask: readonly boolean[],
  ): Promise<Float32Array | undefined> {
    const source = componentSource(this.recipe, name);
    if ('space' in source) return this.rows.own(source.space, items);
    const { bond, parts } = source;
    if (bond.id === this.#bond.id) {
      const members = await this.outputs(items, parts);
      const own = this.positions(items, parts).map((at) => mask[at]!);
      return members && own.some(Boolean) ? mixtureOf(members, own) : undefined;
    }
    const others = parts.filter(({ space }) => this.rows.knows(space, items.modality));
    const pooled = poolMembers(
      await Promise.all(
        others.map(({ ensemble, space }) => this.rows.members(ensemble, space, items, this.dim)),
      ),
    );
    return mixtureOf(
      pooled,
      Array.from({ length: pooled.nMembers }, () => true),
    );
  }
}

/** Components of items from the rows [nPrompts * nItems, dim] of each name: prompt-major, as ComponentSet has them. */
function namedComponents(
  names: readonly string[],
  all: readonly Float32Array[],
  { nItems, nPrompts }: ItemSet,
  dim: number,
): NamedComponents {
  const size = nItems * dim;
  const prompts = Array.from({ length: nPrompts }, (_, p) => p);
  return {
    names: prompts.flatMap(() => names),
    nItems,
    dim,
    data: prompts.flatMap((p) => all.map((rows) => rows.subarray(p * size, (p + 1) * size))),
    nPrompts,
  };
}

/** Vectors [nItems, dim] of items in a space of its own: the embeddings, or the normalised mean of a class's prompts. */
export async function spaceRows(rows: ItemRows, spaceId: string, items: ItemSet): Promise<Float32Array> {
  const own = await rows.own(spaceId, items);
  const { dim } = rows.space(spaceId);
  return items.nPrompts === 1
    ? own
    : fuseComponents(undefined, items, namedComponents([spaceId], [own], items, dim), {});
}

/** sum_k w_k e_k of every item, [nItems, dim], with the coefficients of the closed form. @throws InputError as checkFactors. */
export function fuseComponents(
  recipe: Recipe | undefined,
  { modality }: Pick<ItemSet, 'modality'>,
  components: NamedComponents,
  factors: Factors,
): Float32Array {
  const { nItems, dim, data } = components;
  const checked = recipe ? checkFactors(recipe, factors) : {};
  const w = coefficients(nestOfComponents(recipe, modality, components), checked, gramOf(components));
  const out = new Float32Array(nItems * dim);
  const sum = new Float64Array(dim);
  for (let i = 0; i < nItems; i++) {
    sum.fill(0);
    for (const [k, rows] of data.entries()) {
      const weight = w[k * nItems + i]!;
      if (weight !== 0) for (let d = 0; d < dim; d++) sum[d]! += weight * rows[i * dim + d]!;
    }
    out.set(sum, i * dim);
  }
  return out;
}
