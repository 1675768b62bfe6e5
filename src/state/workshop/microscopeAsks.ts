/** The microscope's questions as they are put, with keys that name everything their reports depend on. */
import type { Replicate } from '../../engine/microscope/types.ts';
import { TASKS } from '../../world/tasks.ts';
import type { LabState } from '../types.ts';
import { recipeKey, type ConflictPair, type Looked } from './microscopeLook.ts';
import type { Ask } from './microscopeTypes.ts';

type Counted = Pick<LabState, 'metric' | 'half' | 'templates'>;

/** Neighbours of an item, and items of a modality, that neighbourhoods are compared over. */
export const K_NEIGHBOURS = 10;
export const MAX_ITEMS = 1200;
/** Items shown on which two experts disagree. */
export const N_EXAMPLES = 8;

function countRequest({ recipe, bond, setting }: Looked, { metric, half, templates }: Counted) {
  const settings = [{ name: setting.name, factors: setting.factors }];
  return { recipe, bondId: bond.id, tasks: TASKS, settings, metric, half, templates };
}

const countKey = ({ recipe, bond, setting }: Looked, { metric, half, templates }: Counted) => [
  recipeKey(recipe),
  bond.id,
  setting.factors,
  metric,
  half,
  templates,
];

/** Every member alone and left out, over all tasks, and how far they agree. */
export function askMembers(looked: Looked, counted: Counted): Ask<'members'> {
  return {
    key: JSON.stringify(countKey(looked, counted)),
    run: (microscope, options) => microscope.memberStudy(countRequest(looked, counted), options),
  };
}

/** Mixtures of each size, a replicate a training seed. */
export function askSizes(looked: Looked, counted: Counted, replicates: readonly Replicate[]): Ask<'sizes'> {
  return {
    key: JSON.stringify([countKey(looked, counted), replicates]),
    run: (microscope, options) =>
      microscope.sizeStudy({ ...countRequest(looked, counted), replicates }, options),
  };
}

/** What the encoders and mixtures of a bond cost on this device. */
export function askCost({ recipe, bond }: Looked): Ask<'cost'> {
  return {
    key: JSON.stringify([recipeKey(recipe), bond.id]),
    async run(microscope, options) {
      const subjects = await microscope.costSubjects(recipe, bond.id, options.signal);
      return microscope.costStudy({ subjects }, options);
    },
  };
}

/** What bonds keep and lose, side by side. */
export function askKeeps(bonds: readonly Looked[]): Ask<'keeps'> {
  const request = bonds.map(({ recipe, bond, setting }) => ({
    recipe,
    bondId: bond.id,
    setting: { name: setting.name, factors: setting.factors },
  }));
  const keys = bonds.map(({ recipe, bond, setting }) => [recipeKey(recipe), bond.id, setting.factors]);
  return {
    key: JSON.stringify(keys),
    run: (microscope, options) =>
      microscope.keepsStudy({ bonds: request, k: K_NEIGHBOURS, maxItems: MAX_ITEMS }, options),
  };
}

/** How far two experts disagree on what both know. Undefined where nothing projects both into one space. */
export function askConflicts({ experts, projected }: ConflictPair): Ask<'conflicts'> | undefined {
  if (!projected) return undefined;
  const request = {
    experts,
    ...projected,
    k: K_NEIGHBOURS,
    maxItems: MAX_ITEMS,
    nExamples: N_EXAMPLES,
  };
  return {
    key: JSON.stringify(request),
    run: (microscope, options) => microscope.conflictStudy(request, options),
  };
}
