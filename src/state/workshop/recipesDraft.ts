/** A draft as it is built by hand: what each bond does and needs, what is missing, and the steps that change it. Pure. */
import type { TrainRequest } from '../../engine/training/types.ts';
import {
  ensemblesBetween,
  formulaOf,
  projectionsOf,
  reachOf,
  whyIllegal,
  type BondDraft,
  type BondReach,
  type Ends,
  type Parts,
  type RecipeDraft,
} from '../../recipe/build.ts';
import type { BondKind, Ensemble, Space } from '../../recipe/types.ts';

/** One expert of a bond and what projects it, or the base into it. */
export interface DraftProjection {
  ends: Ends;
  /** Ensembles that could project it, those that ship with the lab first. */
  fitting: Ensemble[];
  /** The one that is used; undefined where nobody trained one yet. */
  chosen: Ensemble | undefined;
}

export interface DraftBond {
  bond: BondDraft;
  /** Why it cannot be; undefined where it can. */
  why: string | undefined;
  /** One an expert; none of a bond that cannot be. */
  projections: DraftProjection[];
  /** Undefined of a bond that cannot be. */
  reach: BondReach | undefined;
}

export interface DraftLook {
  formula: string;
  bonds: DraftBond[];
  nProjectors: number;
  /** Why it cannot be made yet, the first thing to do; undefined where it can. */
  missing: string | undefined;
}

const nameOf = (spaces: readonly Space[], id: string) => spaces.find((space) => space.id === id)?.name ?? id;

/** "Foley → Unified" */
export const endsWords = ({ source, target }: Ends, spaces: readonly Space[]): string =>
  `${nameOf(spaces, source)} → ${nameOf(spaces, target)}`;

/** What a draft is at this moment. Never throws: spaces that are gone are said. */
export function lookOf(draft: RecipeDraft, parts: Parts): DraftLook {
  const { spaces } = parts;
  let broken = false;
  const bonds = draft.bonds.map((bond, i): DraftBond => {
    const why = whyIllegal(draft, i, spaces);
    broken ||= why !== undefined;
    // What stands on a bond that cannot be is not looked at further.
    if (broken) return { bond, why, projections: [], reach: undefined };
    const projections = projectionsOf(draft, i).map((ends, k): DraftProjection => {
      const fitting = ensemblesBetween(ends, parts);
      const named = bond.ensembles?.[k];
      return { ends, fitting, chosen: fitting.find(({ id }) => id === named) ?? fitting[0] };
    });
    return { bond, why, projections, reach: reachOf(draft, i, spaces) };
  });
  const used = bonds.flatMap(({ projections }) => projections);
  const untrained = used.find(({ chosen }) => chosen === undefined);
  const illegal = bonds.findIndex(({ why }) => why !== undefined);
  return {
    formula: formulaOf(draft, spaces),
    bonds,
    nProjectors: used.reduce((sum, { chosen }) => sum + (chosen?.members.length ?? 0), 0),
    missing: missingOf(draft, illegal, untrained && endsWords(untrained.ends, spaces)),
  };
}

function missingOf(
  { name, bonds }: RecipeDraft,
  illegal: number,
  untrained: string | undefined,
): string | undefined {
  if (bonds.length === 0) return 'Add a bond: a base alone is no recipe.';
  if (illegal >= 0) return `Bond ${illegal + 1} cannot be: see why.`;
  if (untrained !== undefined) return `Nobody trained ${untrained} yet.`;
  return name.trim() === '' ? 'Give it a name.' : undefined;
}

/** The draft with the ensembles alone that fit where they stand: for any change of base, bonds or their order. */
export function tidy(draft: RecipeDraft, parts: Parts): RecipeDraft {
  const bonds = draft.bonds.map((bond, i): BondDraft => {
    const { ensembles, ...rest } = bond;
    if (!ensembles || whyIllegal(draft, i, parts.spaces) !== undefined) return rest;
    const kept = projectionsOf(draft, i).map((ends, k) =>
      ensemblesBetween(ends, parts).some(({ id }) => id === ensembles[k]) ? ensembles[k] : undefined,
    );
    return kept.some((id) => id !== undefined) ? { ...rest, ensembles: kept } : rest;
  });
  return { ...draft, bonds };
}

/** The draft with bond `i` changed. */
export function withBond(draft: RecipeDraft, i: number, part: Partial<BondDraft>): RecipeDraft {
  return { ...draft, bonds: draft.bonds.map((bond, k) => (k === i ? { ...bond, ...part } : bond)) };
}

/** The draft with bond `i` one place earlier (-1) or later (1); the same draft at either end. */
export function moved(draft: RecipeDraft, i: number, by: -1 | 1): RecipeDraft {
  const bonds = [...draft.bonds];
  const [one, other] = [bonds[i], bonds[i + by]];
  if (!one || !other) return draft;
  bonds[i] = other;
  bonds[i + by] = one;
  return { ...draft, bonds };
}

/** The draft with the chosen ensemble of expert `k` of bond `i`. */
export function withEnsemble(draft: RecipeDraft, i: number, k: number, id: string): RecipeDraft {
  const { experts, ensembles } = draft.bonds[i]!;
  return withBond(draft, i, { ensembles: experts.map((_, e) => (e === k ? id : ensembles?.[e])) });
}

/** The draft with an expert more in bond `i`, or another in place `k`. */
export function withExpert(draft: RecipeDraft, i: number, k: number, id: string): RecipeDraft {
  const { experts, ensembles } = draft.bonds[i]!;
  const changed = [...experts];
  changed[k] = id;
  return withBond(draft, i, {
    experts: changed,
    ...(ensembles && { ensembles: changed.map((_, e) => (e === k ? undefined : ensembles[e])) }),
  });
}

/** The draft without expert `k` of bond `i`; without the bond where it was the only one. */
export function withoutExpert(draft: RecipeDraft, i: number, k: number): RecipeDraft {
  const { experts, ensembles } = draft.bonds[i]!;
  if (experts.length === 1) return { ...draft, bonds: draft.bonds.filter((_, b) => b !== i) };
  return withBond(draft, i, {
    experts: experts.filter((_, e) => e !== k),
    ...(ensembles && { ensembles: ensembles.filter((_, e) => e !== k) }),
  });
}

/** A space that could be added, and what comes of it. */
export interface Addition {
  space: Space;
  bond: BondDraft;
  /** Why it cannot be; undefined where it can. */
  why: string | undefined;
  /** The projectors there are for it; 0 where it has to be trained first. */
  nProjectors: number;
}

/** Every space as the expert of a further bond of one kind, those that can be first; the base itself is left out. */
export function additions(draft: RecipeDraft, kind: BondKind, parts: Parts): Addition[] {
  const all = parts.spaces
    .filter(({ id }) => id !== draft.base)
    .map((space): Addition => {
      const bond: BondDraft = { kind, experts: [space.id] };
      return judged({ ...draft, bonds: [...draft.bonds, bond] }, draft.bonds.length, 0, space, bond, parts);
    });
  return sorted(all);
}

/** Every space as one more expert beside those of bond `i`. */
export function partners(draft: RecipeDraft, i: number, parts: Parts): Addition[] {
  const bond = draft.bonds[i]!;
  const all = parts.spaces
    .filter(({ id }) => id !== draft.base && !bond.experts.includes(id))
    .map((space): Addition => {
      const k = bond.experts.length;
      return judged(withExpert(draft, i, k, space.id), i, k, space, bond, parts);
    });
  return sorted(all);
}

function judged(
  draft: RecipeDraft,
  i: number,
  k: number,
  space: Space,
  bond: BondDraft,
  parts: Parts,
): Addition {
  // A bond after it may need this one's place: it is judged as well.
  const why = draft.bonds
    .map((_, b) => (b < i ? undefined : whyIllegal(draft, b, parts.spaces)))
    .find(Boolean);
  if (why !== undefined) return { space, bond, why, nProjectors: 0 };
  const [first] = ensemblesBetween(projectionsOf(draft, i)[k]!, parts);
  return { space, bond, why, nProjectors: first?.members.length ?? 0 };
}

const sorted = (all: readonly Addition[]): Addition[] => [
  ...all.filter(({ why, nProjectors }) => why === undefined && nProjectors > 0),
  ...all.filter(({ why, nProjectors }) => why === undefined && nProjectors === 0),
  ...all.filter(({ why }) => why !== undefined),
];

/**
 * What to train for a projection that is missing. A space that was tuned is projected by what is trained for the one it was
 * tuned from; a space that nothing is encoded into is made anew, with a partner that shares a modality ("joint").
 */
export function trainingFor(
  { source, target }: Ends,
  kind: BondKind,
  spaces: readonly Space[],
): Pick<TrainRequest, 'kind' | 'base' | 'expert'> {
  const find = (id: string) => spaces.find((space) => space.id === id);
  const root = (id: string) => find(id)?.tunedFrom?.space ?? id;
  if (kind === 'displacement') return { kind, base: root(source), expert: root(target) };
  if (find(target)?.modalities.length !== 0) return { kind, base: root(target), expert: root(source) };
  const own = find(source)?.modalities ?? [];
  const partner = spaces.find(
    ({ id, modalities }) => id !== source && modalities.some((modality) => own.includes(modality)),
  );
  return { kind: 'joint', base: root(source), expert: partner?.id ?? root(source) };
}
