/** Which spaces, ensembles and recipes a collection of the user's own can be seen in. Pure. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { componentNames, spacesRead } from '../../recipe/coefficients.ts';
import { ENSEMBLES, RECIPES } from '../../recipe/embedded.ts';
import type { Bond, Ensemble, Factors, Recipe, Space } from '../../recipe/types.ts';
import type { Opening } from '../types.ts';
import type { Items } from './records.ts';

export interface Offer {
  spaces: Space[];
  ensembles: Ensemble[];
  recipes: Recipe[];
}

const readModalities = (recipe: Recipe, spaces: readonly Space[]): Modality[] =>
  MODALITIES.filter((modality) => componentNames(recipe, modality, spaces).length > 0);

/**
 * What can be offered over spaces with vectors. `has` is each with the modalities that are whole, in the order of the list;
 * `known` all spaces of the lab, `own` the collection's recipes.
 *
 * An embedded recipe is offered where each space it reads has vectors in two modalities, or in the only one that it knows (Tags), or is
 * only projected into (C-MCR), and the whole serves two modalities. Sliders of modalities that are not there are taken out. A space
 * with two modalities is offered as it is, by a recipe without bonds.
 */
export function offerOf(has: readonly Space[], known: readonly Space[], own: readonly Recipe[]): Offer {
  const embedded: Recipe[] = [];
  const projected = new Map<string, Space>();
  for (const recipe of RECIPES) {
    const read = spacesRead(recipe).map((id) => ({
      here: has.find((one) => one.id === id),
      full: known.find((one) => one.id === id),
    }));
    const fits = read.every(({ here, full }) => {
      if (!full) return false;
      if (full.modalities.length === 0) return true;
      return here !== undefined && here.modalities.length >= Math.min(2, full.modalities.length);
    });
    if (!fits) continue;
    const bare = read.flatMap(({ full }) => (full && full.modalities.length === 0 ? [full] : []));
    const trimmed = trimmedRecipe(recipe, [...has, ...bare]);
    if (readModalities(trimmed, [...has, ...bare]).length < 2) continue;
    for (const space of bare) projected.set(space.id, space);
    embedded.push(trimmed);
  }
  const spaces = [...has, ...projected.values()];
  const isHere = (id: string) => spaces.some((space) => space.id === id);
  const plain = has.filter(({ modalities }) => modalities.length >= 2).map(plainRecipe);
  const mine = own
    .filter((recipe) => spacesRead(recipe).every(isHere))
    .map((recipe) => trimmedRecipe(recipe, spaces));
  const taken = new Set(mine.map(({ id }) => id));
  const rest = [...embedded, ...plain].filter(({ id }) => !taken.has(id));
  const isSource = (id: string) => spaces.some((space) => space.id === id || space.tunedFrom?.space === id);
  return {
    spaces,
    ensembles: ENSEMBLES.filter(({ source, target }) => isSource(source) && isHere(target)),
    recipes: [...mine, ...rest],
  };
}

/** A space as it is. */
export function plainRecipe({ id, name }: Space): Recipe {
  return { id, name, formula: name, base: id, bonds: [], presets: [] };
}

/** The recipe with sliders of those modalities alone that its base and an expert have here. */
function trimmedRecipe(recipe: Recipe, spaces: readonly Space[]): Recipe {
  const has = (id: string, modality: Modality) =>
    spaces.some((space) => space.id === id && space.modalities.includes(modality));
  const isHere = (modality: Modality) => spaces.some((space) => space.modalities.includes(modality));
  const bonds = recipe.bonds.map((bond, i): Bond => {
    const before = [recipe.base, ...recipe.bonds.slice(0, i).flatMap(({ experts }) => experts)];
    const modalities = bond.modalities.filter(
      (modality) =>
        isHere(modality) &&
        before.some((id) => has(id, modality)) &&
        bond.experts.some((id) => has(id, modality)),
    );
    return { ...bond, modalities };
  });
  const served = (key: string) =>
    bonds.find(({ id }) => key === id || key.startsWith(`${id}.`))?.modalities ?? [];
  const presets = recipe.presets.map((preset) => {
    const factors: Factors = {};
    for (const [key, byModality] of Object.entries(preset.factors)) {
      const kept = served(key).flatMap((modality) => {
        const factor = byModality[modality];
        return factor === undefined ? [] : [[modality, factor] as const];
      });
      if (kept.length > 0) factors[key] = Object.fromEntries(kept);
    }
    return { ...preset, factors };
  });
  return { ...recipe, bonds, presets };
}

/** What is asked first, of directions that have pairs: a sentence finds a picture, else a sound finds its sentence, ... */
const OPENINGS: readonly [query: Modality, gallery: Modality][] = [
  ['text', 'image'],
  ['audio', 'text'],
  ['audio', 'image'],
  ['image', 'text'],
  ['text', 'audio'],
  ['image', 'audio'],
];
const NAMES: Record<Modality, string> = { text: 'text', image: 'picture', audio: 'sound' };

/**
 * The first item with a partner, in the first direction that has pairs and that the first recipe serves; those between `weighed`
 * modalities come first, since there a slider changes what is seen.
 */
export function openingOf(
  items: Items,
  modalities: readonly Modality[],
  weighed: readonly Modality[] = [],
): Opening {
  const served = OPENINGS.filter((pair) => pair.every((m) => modalities.includes(m) && items[m].length > 0));
  const isWeighed = (pair: readonly Modality[]) => pair.every((m) => weighed.includes(m));
  const possible = [...served.filter(isWeighed), ...served.filter((pair) => !isWeighed(pair))];
  for (const [query, gallery] of possible) {
    const groups = new Set(items[gallery].map(({ group }) => group));
    const first = items[query].find(({ group }) => groups.has(group));
    if (first)
      return {
        queryId: first.id,
        gallery,
        rule: `The first ${NAMES[query]} that has a ${NAMES[gallery]} of its own.`,
      };
  }
  const [query, gallery] = possible[0] ?? OPENINGS[0]!;
  return {
    queryId: items[query][0]!.id,
    gallery,
    rule: `The first ${NAMES[query]}; no item has a partner of another kind, so no figures can be counted.`,
  };
}

/** Modalities that a recipe serves over the spaces of an offer. */
export function servedBy(recipe: Recipe, { spaces }: Offer): Modality[] {
  return readModalities(recipe, spaces);
}
