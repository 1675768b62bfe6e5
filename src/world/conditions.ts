/** The conditions under which the collection was embedded, and what is stored of each below public/world/shift. */
import type { Modality } from '../base/modality.ts';
import { DIMS, RECIPES, SPACES, type SpaceId } from '../recipe/embedded.ts';
import type { Style } from './pictures.ts';

/** The collection as it is, or with its pictures or its sounds changed; all else stays. */
export interface WorldCondition {
  id: string;
  /** As it completes a sentence: "noise at 20 dB". */
  name: string;
  about: string;
  /** What is changed; undefined of "clean". */
  modality?: Modality;
  /** Signal-to-noise ratio of a noisy condition, in dB; see renderNoisyClip. */
  snrDb?: number;
  /** The style of changed pictures. */
  style?: Style;
}

function noisy(snrDb: number, how: string): WorldCondition {
  return {
    id: `snr-${snrDb}`,
    name: `noise at ${snrDb} dB`,
    about:
      `The same 498 sounds with pink noise ${how}: ${snrDb} dB between the RMS of each sound while it sounds and that of ` +
      'the noise. One seed a sound, the same noise at every ratio; the encoders learned from sounds without it.',
    modality: 'audio',
    snrDb,
  };
}

/** "clean" first, then pictures, then sounds from the least noise to the most. */
export const CONDITIONS: readonly WorldCondition[] = [
  {
    id: 'clean',
    name: 'as it is',
    about: 'Pictures in Twemoji, a style that no encoder learned from; sounds without noise.',
  },
  {
    id: 'seen-style',
    name: 'pictures in a seen style',
    about:
      'The same 600 emoji drawn in Noto, one of the two styles that the encoders learned from. 530 of these very pictures ' +
      'were in their training; the 70 whose emoji were held out were not. So this is what is known, not a fair test.',
    modality: 'image',
    style: 'noto',
  },
  noisy(40, 'hardly to be heard'),
  noisy(30, 'far below them'),
  noisy(20, 'below them'),
  noisy(10, 'not far below them'),
];

/** A tensor of a stored condition: [nItems, dim] of the changed modality. */
export interface ConditionTensor {
  /** Id of a space, or of a bond with all its members on. */
  name: string;
  kind: 'space' | 'bond';
  /** The space that the encoders (kind "space") or projectors (kind "bond") read from. */
  source: SpaceId;
  dim: number;
}

/** The tensors of a condition that changes a modality: every space that knows it, and every bond that projects such a space. */
export function conditionTensors(modality: Modality): ConditionTensor[] {
  const spaces = SPACES.filter(({ modalities }) => modalities.includes(modality)).map(({ id, dim }) => ({
    name: id,
    kind: 'space' as const,
    source: id as SpaceId,
    dim,
  }));
  const bonds = RECIPES.flatMap(({ base, bonds: list }) =>
    list.map(({ id, kind, experts }) => {
      const [source, target] = kind === 'combination' ? [experts[0], base] : [base, experts[0]];
      return {
        name: id,
        kind: 'bond' as const,
        source: source as SpaceId,
        dim: DIMS[target as SpaceId],
      };
    }),
  );
  return [...spaces, ...bonds.filter(({ source }) => spaces.some(({ name }) => name === source))];
}

/** Address of a condition's file below public/. */
export const conditionPath = (id: string): string => `world/shift/${id}.safetensors`;
