/** The conditions under which the collection was embedded, and what is stored of each below public/world/shift. */
import type { Modality } from '../base/modality.ts';
import { DIMS, ENSEMBLES, SPACES, type SpaceId } from '../recipe/embedded.ts';
import { ownModalities, projectedName, projectedSpaces } from './encoders.ts';
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
  /** Id of a space, or name of an ensemble's outputs (projectedName). */
  name: string;
  /** Unit rows of a space, or means of the unit outputs of all members of an ensemble. */
  kind: 'space' | 'ensemble';
  /** The space whose encoder reads the items. */
  source: SpaceId;
  dim: number;
  /** Id of the ensemble. */
  ensemble?: string;
}

/**
 * The tensors of a condition that changes a modality: every space that has an encoder of its own for it, and the outputs of
 * every ensemble that projects such a space.
 */
export function conditionTensors(modality: Modality): ConditionTensor[] {
  const encoded = SPACES.filter((space) => ownModalities(space).includes(modality));
  const spaces = encoded.map(({ id, dim }): ConditionTensor => ({
    name: id,
    kind: 'space',
    source: id as SpaceId,
    dim,
  }));
  const ensembles = ENSEMBLES.flatMap((ensemble) =>
    projectedSpaces(ensemble, encoded).map((space): ConditionTensor => ({
      name: projectedName(ensemble, space),
      kind: 'ensemble',
      source: space.id as SpaceId,
      dim: DIMS[ensemble.target as SpaceId],
      ensemble: ensemble.id,
    })),
  );
  return [...spaces, ...ensembles];
}

/** Address of a condition's file below public/. */
export const conditionPath = (id: string): string => `world/shift/${id}.safetensors`;
