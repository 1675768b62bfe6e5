/** Recipes built by hand: which bonds are legal and why not, the formula, and the recipe that a draft stands for. */
import { InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { factorKeys } from './coefficients.ts';
import type { Bond, BondKind, Ensemble, Factors, Preset, Recipe, Space } from './types.ts';

/** A bond as it is drafted: the ensembles are found by their ends where they are not named. */
export interface BondDraft {
  kind: BondKind;
  /** Ids of the expert spaces; several are parallel. */
  experts: string[];
  /** Of several experts: one mixture with one factor, or a factor each. "averaged" where it is left out. */
  parallel?: 'averaged' | 'weighed';
  /** Id of the ensemble of each expert, where it is not the first that fits. */
  ensembles?: (string | undefined)[];
}

export interface RecipeDraft {
  name: string;
  /** Id of the base space. */
  base: string;
  /** In sequence. */
  bonds: BondDraft[];
}

/** What is at hand to build with. */
export interface Parts {
  spaces: readonly Space[];
  ensembles: readonly Ensemble[];
}

/** The ends of one projection that a bond needs. */
export interface Ends {
  source: string;
  target: string;
}

function spaceOf(spaces: readonly Space[], id: string): Space {
  const found = spaces.find((space) => space.id === id);
  if (!found)
    throw new InputError(`There is no space "${id}"; there are ${spaces.map((one) => one.id).join(', ')}.`);
  return found;
}

/** The space that vectors are in before bond `i` of a draft: the base, or the expert of a displacement before it. */
function targetBefore({ base, bonds }: RecipeDraft, i: number): string {
  return bonds.slice(0, i).findLast(({ kind }) => kind === 'displacement')?.experts[0] ?? base;
}

/** Modalities that a draft serves before bond `i`. */
function servedBefore({ base, bonds }: RecipeDraft, i: number, spaces: readonly Space[]): Modality[] {
  const ids = [base, ...bonds.slice(0, i).flatMap(({ experts }) => experts)];
  return MODALITIES.filter((modality) => ids.some((id) => spaceOf(spaces, id).modalities.includes(modality)));
}

/** Modalities that bond `i` fuses: those that its experts and what stands before it both know. */
function sharedBy(draft: RecipeDraft, i: number, spaces: readonly Space[]): Modality[] {
  const { kind, experts } = draft.bonds[i]!;
  const before =
    kind === 'displacement' ? spaceOf(spaces, draft.base).modalities : servedBefore(draft, i, spaces);
  return before.filter((modality) => experts.some((id) => spaceOf(spaces, id).modalities.includes(modality)));
}

/** What a bond does to the modalities of what is built so far. */
export interface BondReach {
  /** Known to its experts and to what stands before it: each has a slider. */
  fused: Modality[];
  /** Known to its experts alone: it begins with this bond. */
  alone: Modality[];
  /** Known to what stands before it alone: it stays, or of a displaced base, is projected by itself. */
  untouched: Modality[];
}

/** What legal bond `i` of a draft does to each modality. @throws InputError on a space that is not there. */
export function reachOf(draft: RecipeDraft, i: number, spaces: readonly Space[]): BondReach {
  const fused = sharedBy(draft, i, spaces);
  const before = servedBefore(draft, i, spaces);
  const after = servedBefore(draft, i + 1, spaces);
  return {
    fused,
    alone: after.filter((modality) => !before.includes(modality)),
    untouched: before.filter((modality) => !fused.includes(modality)),
  };
}

/** The projections that bond `i` of a draft needs, one an expert. */
export function projectionsOf(draft: RecipeDraft, i: number): Ends[] {
  const { kind, experts } = draft.bonds[i]!;
  if (kind === 'displacement') return experts.map((target) => ({ source: draft.base, target }));
  return experts.map((source) => ({ source, target: targetBefore(draft, i) }));
}

/** Ensembles that project between two spaces; a tuned space is projected by those of the space it was tuned from. */
export function ensemblesBetween({ source, target }: Ends, { spaces, ensembles }: Parts): Ensemble[] {
  const from = spaceOf(spaces, source).tunedFrom?.space;
  const into = spaceOf(spaces, target).tunedFrom?.space;
  return ensembles.filter(
    (one) => (one.source === source || one.source === from) && (one.target === target || one.target === into),
  );
}

const SENSES: Record<Modality, string> = { text: 'reads', image: 'sees', audio: 'hears' };

function senses({ name, modalities }: Space): string {
  return modalities.length === 0
    ? `${name} has no encoder`
    : `${name} ${modalities.map((modality) => SENSES[modality]).join(' and ')}`;
}

/**
 * Why bond `i` of a draft cannot be, in one sentence; undefined where it can. Whether it is trained is another question. Ids of
 * spaces that are gone are no error here: that they are gone is the reason.
 */
export function whyIllegal(draft: RecipeDraft, i: number, spaces: readonly Space[]): string | undefined {
  const { kind, experts, parallel } = draft.bonds[i]!;
  const named = [draft.base, ...draft.bonds.slice(0, i + 1).flatMap((bond) => bond.experts)];
  const gone = named.find((id) => !spaces.some((space) => space.id === id));
  if (gone !== undefined) return `There is no space “${gone}” here any more: choose another.`;
  const known = experts.map((id) => spaceOf(spaces, id));
  const base = spaceOf(spaces, draft.base);
  if (experts.length === 0) return 'A bond needs an expert.';
  const used = [draft.base, ...draft.bonds.slice(0, i).flatMap((bond) => bond.experts)];
  const twice = known.find(({ id }, k) => used.includes(id) || experts.indexOf(id) < k);
  if (twice) return `${twice.name} is in this recipe already.`;
  const family = (id: string) => spaceOf(spaces, id).tunedFrom?.space ?? id;
  const tuned = known.find(({ id }, k) => [...used, ...experts.slice(0, k)].map(family).includes(family(id)));
  if (tuned)
    return `${tuned.name} and a space of this recipe were tuned from one another: they are one space, and nothing would have to be projected.`;
  const unencoded = known.find(({ modalities }) => modalities.length === 0);
  if (unencoded) return `${unencoded.name} has no encoder of its own: it can be a base, not an expert.`;
  if (kind === 'displacement') {
    if (experts.length > 1) return 'A displacement moves into one space: it has exactly one expert.';
    if (base.modalities.length === 0)
      return `Nothing is encoded into ${base.name}, so there is nothing to move: project experts into it instead.`;
    if (i > 0)
      return 'A displacement must come first: after another bond its projectors would read a fused vector, and every move of a slider would need new projections.';
  }
  const before = servedBefore(draft, i, spaces);
  const shared = sharedBy(draft, i, spaces);
  if (before.length > 0 && shared.length === 0) {
    const standing =
      kind === 'displacement' || i === 0
        ? senses(base)
        : `what stands before it ${before.map((m) => SENSES[m]).join(' and ')}`;
    return `No modality is shared: ${known.map(senses).join(', ')}, ${standing}. Nothing would link the two.`;
  }
  const [first, ...others] = known;
  const odd = others.find(({ modalities }) => modalities.join() !== first!.modalities.join());
  if (odd)
    return `${first!.name} and ${odd.name} know different modalities: put them in sequence, each in a bond of its own.`;
  const unstarted = first!.modalities.find((modality) => !before.includes(modality));
  if (parallel === 'weighed' && others.length > 0 && unstarted)
    return `Nothing before this bond knows ${unstarted}, so two experts weighed apart have nothing to start from: average them, or put them in sequence.`;
  return undefined;
}

/**
 * The paper's notation: "Unified + d(PicText) + c(Foley, Tone)"; experts that are weighed apart are parted by a bar. A base that
 * nothing is encoded into is made of what is projected: "C-MCR = c(PicText) + c(Foley)". A space that is gone stands as its id.
 */
export function formulaOf(
  { base, bonds }: Pick<RecipeDraft, 'base' | 'bonds'>,
  spaces: readonly Space[],
): string {
  const name = (id: string) => spaces.find((space) => space.id === id)?.name ?? id;
  const made = spaces.find((space) => space.id === base)?.modalities.length === 0;
  const terms = bonds.map(({ kind, experts, parallel }) => {
    const letter = kind === 'combination' ? 'c' : 'd';
    return `${letter}(${experts.map(name).join(parallel === 'weighed' ? ' | ' : ', ')})`;
  });
  return made && terms.length > 0
    ? `${name(base)} = ${terms.join(' + ')}`
    : [name(base), ...terms].join(' + ');
}

/** The paper's settings (section 4): 0.1 of a displaced base, and two balances for experts of sound and text. */
const PAPER_DISPLACED = 0.9;
const PAPER_COMBINED = [
  { name: 'Versatile', about: 'The paper’s balance', text: 0.1, audio: 0.5 },
  { name: 'AT Expertise', about: 'The paper’s choice for sound and text', text: 0.5, audio: 0.8 },
] as const;

/** Factors of every slider, by its bond's kind and its modality. */
function factorsAt(bonds: readonly Bond[], value: (kind: BondKind, modality: Modality) => number): Factors {
  const keyed = bonds.flatMap((bond) =>
    factorKeys(bond).map((key): [string, Factors[string]] => [
      key,
      Object.fromEntries(bond.modalities.map((modality) => [modality, value(bond.kind, modality)])),
    ]),
  );
  return Object.fromEntries(keyed);
}

/** Every slider at its base, half way and at its expert; then the paper's settings, where it has any for such bonds. */
function presetsOf(bonds: readonly Bond[]): Preset[] {
  const at = (name: string, about: string, factor: number): Preset => ({
    name,
    about,
    factors: factorsAt(bonds, () => factor),
  });
  const plain = [
    at('Base', 'Every slider at its base end.', 0),
    at('Half', 'Every slider half way.', 0.5),
    at('Expert', 'Every slider at its expert end.', 1),
  ];
  const combined = bonds.filter(({ kind }) => kind === 'combination').flatMap(({ modalities }) => modalities);
  if (combined.length === 0) {
    const displaced = bonds.some(({ modalities }) => modalities.length > 0);
    const about = 'The paper’s displacement: 0.1 of the base (slider 0.9).';
    return displaced ? [...plain, at('Paper', about, PAPER_DISPLACED)] : plain;
  }
  if (!combined.includes('audio') || combined.includes('image')) return plain;
  const paper = PAPER_COMBINED.map(({ name, about, text, audio }): Preset => ({
    name,
    about: `${about}: text ${text}, audio ${audio}.`,
    factors: factorsAt(bonds, (kind, modality) => {
      if (kind === 'displacement') return PAPER_DISPLACED;
      return modality === 'text' ? text : audio;
    }),
  }));
  return [...plain, ...paper];
}

/**
 * The recipe that a draft stands for; bonds get the ids "<id>-1", "<id>-2", ...
 * @throws InputError on an unknown space or ensemble, an illegal bond, or a projection that nothing was trained for yet.
 */
export function buildRecipe(draft: RecipeDraft, id: string, parts: Parts): Recipe {
  const { spaces } = parts;
  const name = draft.name.trim();
  if (name === '') throw new InputError('A recipe needs a name.');
  if (draft.bonds.length === 0) throw new InputError('A recipe needs at least one bond: add an expert.');
  spaceOf(spaces, draft.base);
  const bonds = draft.bonds.map(({ kind, experts, parallel = 'averaged', ensembles: named }, i): Bond => {
    const why = whyIllegal(draft, i, spaces);
    if (why !== undefined) throw new InputError(why);
    const ensembles = projectionsOf(draft, i).map((ends, k) => {
      const fitting = ensemblesBetween(ends, parts);
      // JSON knows no undefined: what was not chosen comes back as null.
      const wanted = named?.[k] ?? undefined;
      const found = wanted === undefined ? fitting[0] : fitting.find((one) => one.id === wanted);
      if (found)
        return { id: found.id, source: found.source, target: found.target, members: [...found.members] };
      const words = `${spaceOf(spaces, ends.source).name} → ${spaceOf(spaces, ends.target).name}`;
      if (wanted === undefined) throw new InputError(`Nothing projects ${words} yet: train that bond first.`);
      const other = parts.ensembles.find(({ id: own }) => own === wanted);
      throw new InputError(
        other
          ? `“${other.name}” does not project ${words}: choose another ensemble.`
          : `The ensemble that projected ${words} is gone (“${wanted}”): choose another, or train it again.`,
      );
    });
    return {
      id: `${id}-${i + 1}`,
      kind,
      experts: [...experts],
      parallel: experts.length > 1 ? parallel : 'averaged',
      // The first expert of a base without encoders stands alone: there is nothing to weigh it against.
      modalities: sharedBy(draft, i, spaces),
      ensembles,
      members: ensembles.flatMap(({ members }) => members),
    };
  });
  return {
    id,
    name,
    formula: formulaOf(draft, spaces),
    base: draft.base,
    bonds,
    presets: presetsOf(bonds),
  };
}

/** The draft that a recipe was or could have been built from, for editing a copy. */
export function draftOf({ name, base, bonds }: Recipe): RecipeDraft {
  return {
    name,
    base,
    bonds: bonds.map(({ kind, experts, parallel, ensembles }) => ({
      kind,
      experts: [...experts],
      parallel,
      ensembles: ensembles.map(({ id }) => id),
    })),
  };
}
