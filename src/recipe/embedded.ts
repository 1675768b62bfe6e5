/** The embedded spaces and the recipes that ship with the lab: FreeBind's names in small (arXiv 2405.04883, section 4). */
import type { Bond, Factors, Preset, Recipe, Space } from './types.ts';

/** The pseudo-pair subsets that train the seven projectors of a mixture, in the order of the ensemble's mask. */
export const MEMBERS = ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'] as const;

export type SpaceId = 'unified' | 'pictext' | 'foley';
export type BondId = 'c-foley' | 'd-pictext';

/** Dimension of each space. */
export const DIMS: Readonly<Record<SpaceId, number>> = { unified: 128, pictext: 160, foley: 96 };

export const SPACES: readonly Space[] = [
  {
    id: 'unified',
    name: 'Unified',
    about: 'Hears, sees and reads. Its ears learned from pictures only, its words from names only.',
    dim: DIMS.unified,
    modalities: ['text', 'image', 'audio'],
  },
  {
    id: 'pictext',
    name: 'PicText',
    about: 'Sees and reads: pictures with names and tags. It has no ears.',
    dim: DIMS.pictext,
    modalities: ['text', 'image'],
  },
  {
    id: 'foley',
    name: 'Foley',
    about: 'Hears and reads: sounds with sentences that say how they sound. It has no eyes.',
    dim: DIMS.foley,
    modalities: ['text', 'audio'],
  },
];

const C_FOLEY: Bond = {
  id: 'c-foley',
  kind: 'combination',
  experts: ['foley'],
  parallel: 'averaged',
  modalities: ['text', 'audio'],
  members: [...MEMBERS],
};

const D_PICTEXT: Bond = {
  id: 'd-pictext',
  kind: 'displacement',
  experts: ['pictext'],
  parallel: 'averaged',
  modalities: ['text', 'image'],
  members: [...MEMBERS],
};

function preset(name: string, about: string, factors: Factors): Preset {
  return { name, about, factors };
}

export const RECIPES: readonly Recipe[] = [
  {
    id: 'unified-pp',
    name: 'Unified++',
    formula: 'Unified + c(Foley)',
    base: 'unified',
    bonds: [C_FOLEY],
    presets: [
      preset('Unified', 'The base alone.', { 'c-foley': { text: 0, audio: 0 } }),
      preset('Versatile', 'The paper’s balance: text 0.1, audio 0.5.', {
        'c-foley': { text: 0.1, audio: 0.5 },
      }),
      preset('AT Expertise', 'The paper’s choice for sound and text: text 0.5, audio 0.8.', {
        'c-foley': { text: 0.5, audio: 0.8 },
      }),
      preset('Expert', 'Foley alone, projected into Unified.', { 'c-foley': { text: 1, audio: 1 } }),
    ],
  },
  {
    id: 'pictext-u',
    name: 'PicText_U',
    formula: 'Unified + d(PicText)',
    base: 'unified',
    bonds: [D_PICTEXT],
    presets: [
      preset('Unified', 'The base alone, projected into PicText.', { 'd-pictext': { text: 0, image: 0 } }),
      preset('Paper', 'The paper’s displacement: 0.1 of the base (slider 0.9).', {
        'd-pictext': { text: 0.9, image: 0.9 },
      }),
      preset('Expert', 'PicText alone, in its own space.', { 'd-pictext': { text: 1, image: 1 } }),
    ],
  },
];
