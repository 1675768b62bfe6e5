/** How the parts of a recipe are called: what stands before a bond, what every slider at its base gives. */
import type { Modality } from '../../base/modality.ts';
import { draftOf, formulaOf, reachOf } from '../../recipe/build.ts';
import type { Bond, Recipe, Space } from '../../recipe/types.ts';

const MANY: Readonly<Record<Modality, string>> = { text: 'texts', image: 'pictures', audio: 'sounds' };

/** "a", "a and b", "a, b and c" */
export function inList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

/** "sounds", "texts and pictures" */
export const modalityWords = (modalities: readonly Modality[]): string =>
  inList(modalities.map((modality) => MANY[modality]));

/** The name of a space; its id where it is gone. */
export function nameIn(spaces: readonly Space[], id: string): string {
  return spaces.find((space) => space.id === id)?.name ?? id;
}

/** "Foley", "Foley and Tone" */
export const expertWords = ({ experts }: Pick<Bond, 'experts'>, spaces: readonly Space[]): string =>
  inList(experts.map((id) => nameIn(spaces, id)));

/** "d(PicText)": a bond as the formula writes it. */
export function termOf({ kind, experts, parallel }: Bond, spaces: readonly Space[]): string {
  const names = experts.map((id) => nameIn(spaces, id)).join(parallel === 'weighed' ? ' | ' : ', ');
  return `${kind === 'combination' ? 'c' : 'd'}(${names})`;
}

const isMade = (recipe: Recipe, spaces: readonly Space[]): boolean =>
  spaces.find(({ id }) => id === recipe.base)?.modalities.length === 0;

/** Bonds that agree in all that makes their vectors. */
const sameBonds = (a: readonly Bond[], b: readonly Bond[]): boolean =>
  a.length === b.length &&
  a.every(({ kind, experts, parallel }, i) => {
    const other = b[i]!;
    return kind === other.kind && parallel === other.parallel && experts.join() === other.experts.join();
  });

/**
 * What stands before bond `i`, as the base end of its sliders is called: the base, "PicText_U so far" where `recipes` has a name
 * for it, "Unified + c(Foley)" where none has, "PicText, projected" of a space that is made of its experts.
 */
export function beforeBond(
  recipe: Recipe,
  i: number,
  spaces: readonly Space[],
  recipes: readonly Recipe[],
): string {
  if (i === 0) return nameIn(spaces, recipe.base);
  const before = recipe.bonds.slice(0, i);
  if (i === 1 && isMade(recipe, spaces)) return `${expertWords(before[0]!, spaces)}, projected`;
  const named = recipes.find(({ base, bonds }) => base === recipe.base && sameBonds(bonds, before));
  if (named) return `${named.name} so far`;
  const { base, bonds } = draftOf(recipe);
  return formulaOf({ base, bonds: bonds.slice(0, i) }, spaces);
}

/** Name of the space at factor 0 and what is done to it there. */
export function baseParts(recipe: Recipe, spaces: readonly Space[]): { name: string; projected: boolean } {
  if (isMade(recipe, spaces)) return { name: expertWords(recipe.bonds[0]!, spaces), projected: true };
  const displaces = recipe.bonds.some(({ kind }) => kind === 'displacement');
  return { name: nameIn(spaces, recipe.base), projected: displaces };
}

/**
 * What every slider at its base gives: "Unified"; "Unified, projected" under a displacement; "PicText with Foley’s sounds" where
 * an expert brings a modality that nothing before it knows.
 */
export function baseName(recipe: Recipe, spaces: readonly Space[]): string {
  const { name, projected } = baseParts(recipe, spaces);
  const draft = draftOf(recipe);
  const brought = recipe.bonds.flatMap((bond, i) => {
    const { alone } = reachOf(draft, i, spaces);
    const own = alone.length === 0 || (i === 0 && isMade(recipe, spaces));
    return own ? [] : [`${expertWords(bond, spaces)}’s ${modalityWords(alone)}`];
  });
  return [projected ? `${name}, projected` : name, ...(brought.length > 0 ? [inList(brought)] : [])].join(
    projected ? ', with ' : ' with ',
  );
}
