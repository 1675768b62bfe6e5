/** What the microscope looks at: recipe, bond, setting of the factors, and what stands beside it. Pure functions of the state. */
import type { NamedSetting } from '../../engine/microscope/types.ts';
import { factorKeys } from '../../recipe/coefficients.ts';
import type { Bond, Ensemble, Factors, Recipe, Space } from '../../recipe/types.ts';
import type { LabState } from '../types.ts';

export type LookState = Pick<LabState, 'recipes' | 'recipeId' | 'factors' | 'spaces' | 'ensembles'> &
  Pick<LabState['microscope'], 'look'>;

/** A bond of a recipe. */
export interface BondOf {
  recipe: Recipe;
  bond: Bond;
}

/** A setting with the words that tell it from others. */
export interface LookSetting extends NamedSetting {
  /** "projected", "current", "preset <name>" */
  id: string;
  about: string;
}

export interface Looked extends BondOf {
  setting: LookSetting;
}

/** The end of a bond's sliders at which its projection stands alone: a combination's expert, a displacement's base. */
function projectedEnd({ kind }: Bond): number {
  return kind === 'combination' ? 1 : 0;
}

/** The settings that a bond can be looked at: its projection alone, where the lab's sliders stand, the recipe's presets. */
export function settingsOf({ recipe, bond }: BondOf, state: Pick<LabState, 'factors'>): LookSetting[] {
  const home: Factors = recipe.presets[0]?.factors ?? {};
  const end = projectedEnd(bond);
  const sliders = Object.fromEntries(bond.modalities.map((modality) => [modality, end]));
  const projected = { ...home, ...Object.fromEntries(factorKeys(bond).map((key) => [key, sliders])) };
  return [
    {
      id: 'projected',
      name: 'The projection alone',
      about: `Sliders of this bond at ${end}, where only what its projectors give is left; those of other bonds as in the recipe’s first preset.`,
      factors: projected,
    },
    {
      id: 'current',
      name: 'Where the sliders stand',
      about: 'The factors that the lab shows this recipe at.',
      factors: state.factors[recipe.id] ?? home,
    },
    ...recipe.presets.map(({ name, about, factors }) => ({ id: `preset ${name}`, name, about, factors })),
  ];
}

/** The setting of an id; the projection alone where the recipe has no such one. */
function settingOf(of: BondOf, id: string, state: Pick<LabState, 'factors'>): LookSetting {
  const settings = settingsOf(of, state);
  return settings.find((one) => one.id === id) ?? settings[0]!;
}

/** What is looked at now. Undefined where the recipe has no bond. */
export function lookedOf(state: LookState): Looked | undefined {
  const { look, recipes } = state;
  const recipe =
    recipes.find(({ id }) => id === look.recipeId) ?? recipes.find(({ id }) => id === state.recipeId);
  const bond = recipe?.bonds.find(({ id }) => id === look.bondId) ?? recipe?.bonds[0];
  if (!recipe || !bond) return undefined;
  return { recipe, bond, setting: settingOf({ recipe, bond }, look.setting, state) };
}

/** Names what a recipe is made of: another with the same name, or ensembles that grew, are another. */
export function recipeKey({ id, base, bonds }: Recipe): string {
  const parts = bonds.map(({ id: bondId, kind, parallel, experts, ensembles }) => [
    bondId,
    kind,
    parallel,
    experts,
    ensembles.map((one) => [one.id, one.members]),
  ]);
  return JSON.stringify([id, base, parts]);
}

const besideId = ({ recipe, bond }: BondOf) => `${recipe.id} ${bond.id}`;

/** Every bond that can stand beside the one that is looked at, by id; those of the other kind first. */
export function besides({ recipe, bond }: BondOf, recipes: readonly Recipe[]): (BondOf & { id: string })[] {
  const own = besideId({ recipe, bond });
  const all = recipes
    .flatMap((one) =>
      one.bonds.map((of) => ({ recipe: one, bond: of, id: besideId({ recipe: one, bond: of }) })),
    )
    .filter(({ id, bond: other }) => id !== own && other.id !== bond.id);
  const rank = (of: BondOf) =>
    Number(of.bond.kind === bond.kind) * 2 + Number(of.recipe.base !== recipe.base);
  return all.sort((a, b) => rank(a) - rank(b));
}

/** The bond beside, at the setting that is looked at. Undefined where there is no other. */
export function besideOf(looked: Looked, state: LookState): (Looked & { id: string }) | undefined {
  const all = besides(looked, state.recipes);
  const found = all.find(({ id }) => id === state.look.beside) ?? all[0];
  return found && { ...found, setting: settingOf(found, state.look.setting, state) };
}

/** Two experts that are held against each other, and the ensembles that bring them into one space. */
export interface ConflictPair {
  experts: readonly [string, string];
  /** Undefined where nothing projects both into one space: they cannot be compared then. */
  projected: { target: string; ensembles: readonly [string, string] } | undefined;
}

/** Spaces that can be held against each other: those that something is encoded into. */
export function expertSpaces(spaces: readonly Space[]): Space[] {
  return spaces.filter(({ modalities }) => modalities.length > 0);
}

/** The ensembles of both spaces into one target: the bond's own, else one of those at hand, in their order. */
function intoOne(
  [a, b]: readonly [string, string],
  { bond }: BondOf,
  ensembles: readonly Ensemble[],
): ConflictPair['projected'] {
  const wanted = bond.ensembles[0]?.target;
  const targets = [...(wanted === undefined ? [] : [wanted]), ...ensembles.map(({ target }) => target)];
  const find = (source: string, target: string) =>
    bond.ensembles.find((one) => one.source === source && one.target === target) ??
    ensembles.find((one) => one.source === source && one.target === target);
  for (const target of targets) {
    const [x, y] = [find(a, target), find(b, target)];
    if (x && y) return { target, ensembles: [x.id, y.id] };
  }
  return undefined;
}

/**
 * The two experts that are compared: those that were chosen, those of a bond or recipe with two, else the bond's expert
 * and another with ensembles into one space. Undefined where there are not two.
 */
export function conflictPair(
  looked: BondOf,
  { look, spaces, ensembles }: LookState,
): ConflictPair | undefined {
  const known = expertSpaces(spaces).map(({ id }) => id);
  const pairOf = ([a, b]: readonly (string | undefined)[]): [string, string][] =>
    a !== undefined && b !== undefined && a !== b && known.includes(a) && known.includes(b) ? [[a, b]] : [];
  const joined = (pair: [string, string]) => intoOne(pair, looked, ensembles) !== undefined;
  const [chosen] = pairOf(look.experts ?? []);
  const combined = looked.recipe.bonds.filter(({ kind }) => kind === 'combination');
  const inRecipe = [...new Set(combined.flatMap((bond) => bond.experts))];
  const first = looked.bond.experts[0];
  const sensesOf = (id: string | undefined) => spaces.find((space) => space.id === id)?.modalities.join();
  // Experts of the same modalities are what is put side by side.
  const partners = known
    .filter((id) => id !== looked.recipe.base)
    .sort((a, b) => Number(sensesOf(a) !== sensesOf(first)) - Number(sensesOf(b) !== sensesOf(first)));
  const candidates = [
    ...pairOf(looked.bond.experts),
    ...pairOf(inRecipe),
    ...partners.flatMap((b) => pairOf([first, b])),
    ...pairOf(known),
  ];
  const experts = chosen ?? candidates.find(joined) ?? candidates[0];
  return experts && { experts, projected: intoOne(experts, looked, ensembles) };
}

/** A recipe in which one bond has both experts side by side, into the space that both are projected into where there is one. */
export function parallelRecipe(
  { experts, projected }: ConflictPair,
  recipes: readonly Recipe[],
): Recipe | undefined {
  const withBoth = recipes.filter(({ bonds }) =>
    bonds.some((bond) => experts.every((id) => bond.experts.includes(id))),
  );
  const into = ({ bonds }: Recipe) =>
    bonds.some(({ ensembles }) => projected?.ensembles.every((id) => ensembles.some((one) => one.id === id)));
  return withBoth.find(into) ?? withBoth[0];
}
