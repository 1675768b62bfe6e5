/** The recipes that a base, experts and the ensembles between them spell out. */
import { buildRecipe, whyIllegal, type BondDraft } from '../../recipe/build.ts';
import type { Ensemble, Recipe, Space } from '../../recipe/types.ts';

/**
 * Of ensembles into the base: the base with all of their experts, averaged in one bond as published (ImageBind++). Of an ensemble that
 * moves the base into another space: the base displaced into it, with all experts that are projected there (InternVL_IB, InternVL_IB++).
 * Empty where no ensemble joins two of the spaces; what would be no legal recipe is left out.
 * @param base id of the base space.
 */
export function spelledRecipes(
  base: string,
  spaces: readonly Space[],
  ensembles: readonly Ensemble[],
): Recipe[] {
  const has = (id: string) => spaces.some((space) => space.id === id);
  // Of several ensembles between two spaces the first is taken: those for a tuned base, the paper's dagger, come last.
  const known = ensembles
    .filter(({ source, target }) => has(source) && has(target))
    .sort((a, b) => Number(a.name.includes('†')) - Number(b.name.includes('†')));
  const into = (target: string) => [
    ...new Set(
      known.filter((one) => one.target === target && one.source !== base).map(({ source }) => source),
    ),
  ];
  const moves = new Set(known.filter(({ source }) => source === base).map(({ target }) => target));
  const chains: BondDraft[][] = [
    combined(into(base)),
    ...[...moves].map((target): BondDraft[] => [
      { kind: 'displacement', experts: [target] },
      ...combined(into(target)),
    ]),
  ];
  return chains.flatMap((bonds) => {
    const ids = [base, ...bonds.flatMap(({ experts }) => experts)];
    const name = ids.map((id) => spaces.find((space) => space.id === id)?.name ?? id).join(' + ');
    const draft = { name, base, bonds };
    if (bonds.length === 0 || bonds.some((_, i) => whyIllegal(draft, i, spaces) !== undefined)) return [];
    return [buildRecipe(draft, ids.join('+'), { spaces, ensembles: known })];
  });
}

function combined(experts: string[]): BondDraft[] {
  return experts.length > 0 ? [{ kind: 'combination', experts, parallel: 'averaged' }] : [];
}
