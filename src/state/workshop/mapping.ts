/** Which spaces an ensemble of the user's own can join, and how it is put to use. Pure functions. */
import type { OwnEnsemble } from '../../engine/training/types.ts';
import { whyIllegal, type RecipeDraft } from '../../recipe/build.ts';
import type { Space } from '../../recipe/types.ts';

/** Spaces that fit either end of an ensemble, by their dimension. Something must be encoded into the source. */
export interface Fits {
  sources: Space[];
  targets: Space[];
  /** Why it can join none; undefined where it can. */
  why: string | undefined;
}

export function fitsOf({ dIn, dOut }: Pick<OwnEnsemble, 'dIn' | 'dOut'>, spaces: readonly Space[]): Fits {
  const sources = spaces.filter(({ dim, modalities }) => dim === dIn && modalities.length > 0);
  const targets = spaces.filter(({ dim }) => dim === dOut);
  const dims = (all: readonly Space[]) => all.map(({ name, dim }) => `${name} ${dim}`).join(', ');
  const none = (what: string, dim: number) =>
    `It ${what} vectors of ${dim} numbers, and no space here has as many (${dims(spaces)}).`;
  const same = sources.length === 1 && targets.length === 1 && sources[0] === targets[0];
  let why: string | undefined;
  if (sources.length === 0) why = none('reads', dIn);
  else if (targets.length === 0) why = none('gives', dOut);
  else if (same) why = `Both ends fit ${sources[0]!.name} alone, and a space is not bound to itself.`;
  return { sources, targets, why };
}

/** Whether both ends of an ensemble are spaces of the lab. */
export function isMapped(
  { source, target }: Pick<OwnEnsemble, 'source' | 'target'>,
  spaces: readonly Space[],
): boolean {
  return [source, target].every((id) => spaces.some((space) => space.id === id));
}

/**
 * A recipe's draft with the ensemble in its one bond: a displacement where the projected space knows more modalities than the
 * one it is projected into, else a combination. Undefined where neither can be.
 */
export function draftWith(
  { id, name, source, target }: Pick<OwnEnsemble, 'id' | 'name' | 'source' | 'target'>,
  spaces: readonly Space[],
): RecipeDraft | undefined {
  const known = (space: string) => spaces.find((one) => one.id === space)?.modalities.length ?? 0;
  const combination: RecipeDraft = {
    name: `With ${name}`,
    base: target,
    bonds: [{ kind: 'combination', experts: [source], ensembles: [id] }],
  };
  const displacement: RecipeDraft = {
    name: `With ${name}`,
    base: source,
    bonds: [{ kind: 'displacement', experts: [target], ensembles: [id] }],
  };
  const wanted = known(source) > known(target) && known(target) > 0;
  const drafts = wanted ? [displacement, combination] : [combination, displacement];
  return drafts.find((draft) => whyIllegal(draft, 0, spaces) === undefined);
}
