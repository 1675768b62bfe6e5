/** What can be set side by side: the sliders as they stand, the presets of the recipe, and what was kept. */
import type { MetricId } from '../../../math/answers.ts';
import { defaultFactors, presetFactors } from '../../../recipe/coefficients.ts';
import { slidersOf, valueAt } from '../../../recipe/sliders.ts';
import type { Factors, Recipe } from '../../../recipe/types.ts';
import type { HalfChoice } from '../../../state/evidence/figures.ts';
import { factorsOf, recipeOf } from '../../../state/selectors.ts';
import { masksAt } from '../../../state/snapshots.ts';
import type { LabState, Snapshot } from '../../../state/types.ts';

/** A setting with a name: a recipe, its factors, its members. */
export interface Side {
  /** "current", "preset <name>", a snapshot's id. */
  id: string;
  name: string;
  recipe: Recipe;
  factors: Factors;
  /** Members switched on, of every bond of the recipe. */
  masks: Record<string, boolean[]>;
}

export interface SideOptions {
  group: string;
  items: { value: string; label: string }[];
}

const CURRENT = 'current';
const presetId = (name: string) => `preset ${name}`;

/** The members of a recipe as they are switched now. */
export function masksNow(state: Pick<LabState, 'masks'>, recipe: Recipe): Record<string, boolean[]> {
  return masksAt({ masks: state.masks }, recipe);
}

/** The sliders as they stand. */
export function currentSide(state: LabState): Side {
  const recipe = recipeOf(state);
  return { id: CURRENT, name: 'Current', recipe, factors: factorsOf(state), masks: masksNow(state, recipe) };
}

/** A kept setting. */
export function snapshotSide(state: LabState, snapshot: Snapshot): Side {
  const recipe = state.recipes.find(({ id }) => id === snapshot.recipeId)!;
  const { id, name, factors } = snapshot;
  return { id, name, recipe, factors, masks: masksAt(snapshot, recipe) };
}

/** The same recipe and members with every slider at the base. */
export function baseOf({ recipe, masks }: Side): Side {
  return { id: 'base', name: 'the base', recipe, factors: defaultFactors(recipe), masks };
}

function presetSide(state: LabState, name: string): Side {
  const recipe = recipeOf(state);
  return {
    id: presetId(name),
    name,
    recipe,
    factors: presetFactors(recipe, name),
    masks: masksNow(state, recipe),
  };
}

/**
 * The setting that an id means now. An id that means nothing any more (a deleted snapshot, a preset of another recipe) is the
 * recipe's first preset on side a, and the sliders as they stand on side b.
 */
export function sideOf(state: LabState, which: 'a' | 'b'): Side {
  const id = state.sides[which];
  if (id === CURRENT) return currentSide(state);
  const { presets } = recipeOf(state);
  const preset = presets.find(({ name }) => presetId(name) === id);
  if (preset) return presetSide(state, preset.name);
  const snapshot = state.snapshots.find((one) => one.id === id);
  if (snapshot) return snapshotSide(state, snapshot);
  return which === 'a' && presets[0] ? presetSide(state, presets[0].name) : currentSide(state);
}

/** Everything that can be chosen for a side. */
export function sideOptions(state: Pick<LabState, 'snapshots'>, recipe: Recipe): SideOptions[] {
  const options: SideOptions[] = [
    { group: 'The sliders', items: [{ value: CURRENT, label: 'Current' }] },
    {
      group: `Presets of ${recipe.name}`,
      items: recipe.presets.map(({ name }) => ({ value: presetId(name), label: name })),
    },
  ];
  if (state.snapshots.length > 0) {
    options.push({
      group: 'Kept',
      items: state.snapshots.map(({ id, name }) => ({ value: id, label: name })),
    });
  }
  return options;
}

/** Names what decides a side's vectors: equal keys, equal figures. */
export function settingKey({ recipe, factors, masks }: Side): string {
  const values = slidersOf(recipe).map((slider) => valueAt(factors, slider));
  return `${recipe.id} ${values.join(',')} ${membersKey(masks)}`;
}

/** Names the members that are on. */
export function membersKey(masks: Record<string, readonly boolean[]>): string {
  return Object.entries(masks)
    .map(([id, mask]) => `${id}:${mask.map(Number).join('')}`)
    .sort()
    .join(',');
}

/**
 * Names a comparison: what was counted for another is not shown in its place. The sliders as they stand have one name wherever
 * they stand, so that a drag leaves the change of a moment before, as a stale one.
 */
export function changeKey(a: Side, b: Side, metric: MetricId, half: HalfChoice, under: string): string {
  const nameOf = (side: Side) =>
    side.id === CURRENT ? `${CURRENT} ${side.recipe.id} ${membersKey(side.masks)}` : settingKey(side);
  return [metric, half, nameOf(a), nameOf(b), under].join(' | ');
}
