/**
 * Where everything stands in the drawing of a recipe: a line for each modality from the base through every bond to what is
 * ranked, the experts above, an arrow down where one is projected. Lengths are pixels of a drawing that is not scaled.
 */
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import type { RecipeDraft } from '../../../recipe/build.ts';
import type { Space } from '../../../recipe/types.ts';
import type { DraftBond } from '../../../state/workshop/recipesDraft.ts';
import { expertWords, inList, modalityWords, nameIn } from '../../../state/workshop/recipesWords.ts';

const BASE_PX = 124;
const BOND_PX = 116;
const EXPERT_PX = 92;
const END_PX = 92;
const NAME_Y = 22;
const EXPERT_Y = 54;
const JOIN_Y = 88;
const ROWS_Y = 134;
const ROW_PX = 38;
const FOOT_PX = 46;

export interface PictureExpert {
  x: number;
  name: string;
  /** Projectors that carry its vectors down; undefined where they stay in their own space, 0 where nobody trained one. */
  nProjectors: number | undefined;
}

export interface PictureNode {
  row: number;
  x: number;
  /** "fuse": two meet; "start": a modality begins. */
  kind: 'fuse' | 'start';
  /** Position between base (0) and expert (1) of what leaves it. */
  factor: number;
}

export interface PictureBond {
  /** From 1. */
  number: number;
  kind: 'combination' | 'displacement';
  x: number;
  width: number;
  experts: PictureExpert[];
  /** Averaged in one before they are fused: their lines meet. */
  averaged: boolean;
  nodes: PictureNode[];
  /** Where their lines end: the lowest row with a node. */
  foot: number;
  /** Of a displacement: projectors that carry the base over. */
  nMoved: number | undefined;
  /** It cannot be: nothing but its experts is drawn. */
  broken: boolean;
}

export interface Picture {
  width: number;
  height: number;
  rows: { modality: Modality; y: number }[];
  base: { name: string; x: number; width: number; rows: number[] };
  bonds: PictureBond[];
  /** Pieces of the modalities' lines, with the colour of what flows there. */
  lines: { row: number; from: number; to: number; factor: number }[];
  /** The spaces that the lines run through. */
  bands: { name: string; from: number; to: number; kind: 'base' | 'expert' }[];
  /** Where the lines end. */
  endX: number;
  top: number;
  bottom: number;
  /** The drawing in words. */
  words: string;
}

export const PICTURE = { NAME_Y, EXPERT_Y, JOIN_Y, ROWS_Y, ROW_PX } as const;

/** Lays out a draft: legal bonds whole, what follows one that cannot be as names alone. */
export function pictureOf(
  { base, bonds: drafted }: Pick<RecipeDraft, 'base' | 'bonds'>,
  looks: readonly DraftBond[],
  spaces: readonly Space[],
): Picture {
  const known = spaces.find(({ id }) => id === base)?.modalities ?? [];
  const served = MODALITIES.filter(
    (modality) => known.includes(modality) || looks.some(({ reach }) => reach?.alone.includes(modality)),
  );
  const shown = served.length > 0 ? served : (['text'] as const);
  const rows = shown.map((modality, i) => ({ modality, y: ROWS_Y + i * ROW_PX }));
  const bottom = ROWS_Y + (rows.length - 1) * ROW_PX;
  const rowOf = (modality: Modality) => rows.findIndex((row) => row.modality === modality);

  let x = BASE_PX;
  const lines: Picture['lines'] = [];
  /** Per row: where its line has come to, and its colour there; undefined before it begins. */
  const heads = rows.map(({ modality }) =>
    known.includes(modality) ? { x: BASE_PX / 2, factor: 0 } : undefined,
  );
  const bands: Picture['bands'] = [];
  let band: { name: string; from: number; kind: 'base' | 'expert' } = {
    name: nameIn(spaces, base),
    from: 0,
    kind: 'base',
  };
  const draw = (row: number, to: number) => {
    const head = heads[row];
    if (head && to > head.x) lines.push({ row, from: head.x, to, factor: head.factor });
  };

  const bonds = looks.map((look, i): PictureBond => {
    const { bond, reach, projections } = look;
    const { kind, experts, parallel = 'averaged' } = drafted[i]!;
    const weighed = parallel === 'weighed' && experts.length > 1;
    const width = Math.max(BOND_PX, experts.length * EXPERT_PX + 24);
    const from = x;
    x += width;
    const middle = from + width / 2;
    const places = experts.map((_, k) => middle + (k - (experts.length - 1) / 2) * EXPERT_PX);
    const moves = kind === 'displacement';
    if (moves && reach) {
      bands.push({ ...band, to: from });
      band = { name: expertWords(bond, spaces), from, kind: 'expert' };
    }
    const nodes: PictureNode[] = [];
    if (reach) {
      const leaves = (i + 1) / (looks.length + 1);
      for (const modality of reach.fused) {
        const row = rowOf(modality);
        const at = weighed ? places : [middle];
        draw(row, at.at(-1)!);
        for (const place of at) nodes.push({ row, x: place, kind: 'fuse', factor: leaves });
        heads[row] = { x: at.at(-1)!, factor: leaves };
      }
      for (const modality of reach.alone) {
        const row = rowOf(modality);
        nodes.push({ row, x: middle, kind: 'start', factor: 1 });
        heads[row] = { x: middle, factor: 1 };
      }
    }
    return {
      number: i + 1,
      kind,
      x: from,
      width,
      experts: experts.map((id, k) => ({
        x: places[k]!,
        name: nameIn(spaces, id),
        nProjectors: moves || !reach ? undefined : (projections[k]?.chosen?.members.length ?? 0),
      })),
      averaged: experts.length > 1 && !weighed,
      nodes,
      foot: Math.max(ROWS_Y, ...nodes.map(({ row }) => rows[row]!.y)),
      nMoved: moves && reach ? (projections[0]?.chosen?.members.length ?? 0) : undefined,
      broken: reach === undefined,
    };
  });
  const endX = x + 16;
  rows.forEach((_, row) => draw(row, endX));
  bands.push({ ...band, to: endX });
  return {
    width: endX + END_PX,
    height: bottom + FOOT_PX,
    rows,
    base: { name: nameIn(spaces, base), x: 0, width: BASE_PX, rows: known.map(rowOf) },
    bonds,
    lines,
    bands,
    endX,
    top: ROWS_Y,
    bottom,
    words: wordsOf(nameIn(spaces, base), known, looks, spaces),
  };
}

/** The same in sentences. */
function wordsOf(
  base: string,
  known: readonly Modality[],
  looks: readonly DraftBond[],
  spaces: readonly Space[],
): string {
  const said = looks.map(({ bond, why, reach, projections }, i) => {
    const name = expertWords(bond, spaces);
    if (why !== undefined) return `Bond ${i + 1} with ${name} cannot be: ${why}`;
    if (!reach) return `Bond ${i + 1} with ${name} stands on one that cannot be.`;
    const n = projections.reduce((sum, { chosen }) => sum + (chosen?.members.length ?? 0), 0);
    const how =
      bond.kind === 'displacement'
        ? `the base is moved into ${name}’s space by ${n} projectors`
        : `${name} projected by ${n} projectors${bond.experts.length < 2 ? '' : bond.parallel === 'weighed' ? ', weighed apart' : ', averaged'}`;
    const parts = [
      reach.fused.length > 0 ? `fuses ${modalityWords(reach.fused)}` : '',
      reach.alone.length > 0 ? `brings ${modalityWords(reach.alone)} alone` : '',
      reach.untouched.length > 0
        ? `${bond.kind === 'displacement' ? 'projects' : 'leaves'} ${modalityWords(reach.untouched)}${bond.kind === 'displacement' ? ' alone' : ' as they are'}`
        : '',
    ].filter((part) => part !== '');
    return `Bond ${i + 1}: ${how}; it ${inList(parts)}.`;
  });
  const first =
    known.length === 0 ? `${base}, into which nothing is encoded.` : `${base} knows ${modalityWords(known)}.`;
  return [first, ...said].join(' ');
}
