/** Spaces that share texts: which two of one's own can be bound at once, through which collection (Ex-MCR's idea). */
import type { CollectionInfo } from '../../engine/collections/types.ts';
import type { OwnEncoder } from '../../engine/models/types.ts';
import type { Space } from '../../recipe/types.ts';

export interface ThroughTextChoice {
  /** Spaces that see and read, and that hear and read. */
  bases: readonly Space[];
  experts: readonly Space[];
  /** Collections with texts in both chosen spaces. */
  collections: readonly CollectionInfo[];
  /** What is missing first, in words. */
  why: string | undefined;
}

const knowsBoth = (space: Space, modality: 'image' | 'audio', other: 'image' | 'audio') =>
  space.modalities.includes('text') &&
  space.modalities.includes(modality) &&
  !space.modalities.includes(other);

/** Which spaces can be bound through texts; of several the first, or those that are named. */
export function throughText(
  encoders: readonly OwnEncoder[],
  collections: readonly CollectionInfo[],
  chosen: { baseId?: string; expertId?: string } = {},
): ThroughTextChoice {
  const spaces = [...new Map(encoders.map(({ space }) => [space.id, space])).values()];
  const bases = spaces.filter((space) => knowsBoth(space, 'image', 'audio'));
  const experts = spaces.filter((space) => knowsBoth(space, 'audio', 'image'));
  const pick = (list: readonly Space[], id: string | undefined) =>
    list.find((space) => space.id === id) ?? list[0];
  const base = pick(bases, chosen.baseId);
  const expert = pick(experts, chosen.expertId);
  const read = ({ spaces: own }: CollectionInfo, space: Space | undefined) =>
    (own.find((one) => one.space.id === space?.id)?.encoded.text ?? 0) > 0;
  const fitting = collections.filter((info) => read(info, base) && read(info, expert));
  return { bases, experts, collections: fitting, why: missing(base, expert, fitting) };
}

function missing(
  base: Space | undefined,
  expert: Space | undefined,
  fitting: readonly CollectionInfo[],
): string | undefined {
  if (!base && !expert) return 'Keep a model of pictures (CLIP) and one of sounds (CLAP) first.';
  if (!base) return 'Keep a model that sees and reads first: CLIP, for example.';
  if (!expert) return 'Keep a model that hears and reads first: CLAP, for example.';
  if (fitting.length === 0) {
    return `Encode the texts of a collection in ${base.name} and in ${expert.name} first: under Collections.`;
  }
  return undefined;
}
