/**
 * The authors' published folders of projectors (zehanwang01/FreeBind, README and models/paths.py; the weights are
 * huggingface.co/Viglong/FreeBind): checkpoints/<folder>/<member>/best.pt.
 */
import { MEMBERS } from '../../recipe/embedded.ts';
import type { BondKind } from '../../recipe/types.ts';

/** Which spaces an ensemble joins, as its folder or the file itself says; names of the paper, or ids of the lab. */
export interface BondGuess {
  source: string;
  target: string;
  kind?: BondKind;
  /** The expert that it brings: "CLAP_g". */
  expert?: string;
  /** The paper's space that it is a part of: "ImageBind++". */
  recipe?: string;
}

function clap(expert: string, target: string, recipe: string): BondGuess {
  return { source: expert, target, kind: 'combination', expert, recipe };
}

/** What each published folder holds. G is CLAP of general sounds, M that of music and speech; FT is the dagger of the paper. */
export const PUBLISHED: Readonly<Record<string, BondGuess>> = {
  IB_PP_G_Proj: clap('CLAP_g', 'ImageBind', 'ImageBind++'),
  IB_PP_M_Proj: clap('CLAP_m', 'ImageBind', 'ImageBind++'),
  InternVL_IB_Proj: {
    source: 'ImageBind',
    target: 'InternVL-C',
    kind: 'displacement',
    expert: 'InternVL-C',
    recipe: 'InternVL_IB',
  },
  InternVL_IB_PP_G_Proj: clap('CLAP_g', 'InternVL_IB', 'InternVL_IB++'),
  InternVL_IB_PP_M_Proj: clap('CLAP_m', 'InternVL_IB', 'InternVL_IB++'),
  InternVL_IB_FTPP_G_Proj: clap('CLAP_g', 'InternVL_IB†', 'InternVL_IB†++'),
  InternVL_IB_FTPP_M_Proj: clap('CLAP_m', 'InternVL_IB†', 'InternVL_IB†++'),
};

const OWN_FOLDER = /^(.+)-to-(.+)_Proj$/;

/** The folder that an ensemble's checkpoints leave in: the published one of its spaces, or "<source>-to-<target>_Proj". */
export function folderOf(source: string, target: string): string {
  const known = Object.entries(PUBLISHED).find(
    ([, guess]) => guess.source === source && guess.target === target,
  );
  return known?.[0] ?? `${safeName(source)}-to-${safeName(target)}_Proj`;
}

/** What a folder's name says. */
export function guessOf(folder: string): BondGuess | undefined {
  if (Object.hasOwn(PUBLISHED, folder)) return PUBLISHED[folder];
  const [, source, target] = OWN_FOLDER.exec(folder) ?? [];
  return source && target ? { source, target } : undefined;
}

/** Where a member of that name stands among the seven of the paper; after them where it is none of them. */
export function memberRank(name: string): number {
  const place = (MEMBERS as readonly string[]).indexOf(name);
  return place < 0 ? MEMBERS.length : place;
}

export function isMember(name: string): boolean {
  return memberRank(name) < MEMBERS.length;
}

/** A name as a part of a path: letters, digits, dots, dashes and underscores. */
export function safeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '') || 'bond';
}
