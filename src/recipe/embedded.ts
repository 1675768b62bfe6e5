/** The embedded spaces, ensembles and recipes: FreeBind's names in small (arXiv 2405.04883, section 4), and its forebears. */
import type { Bond, Ensemble, EnsembleUse, Factors, Preset, Recipe, Space } from './types.ts';

/** The pseudo-pair subsets that train the seven projectors of a mixture, in the order of the ensemble's mask. */
export const MEMBERS = ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'] as const;
export type Member = (typeof MEMBERS)[number];

/** Dimension of each space. */
export const DIMS = {
  unified: 128,
  pictext: 160,
  foley: 96,
  tone: 80,
  tags: 64,
  'unified-dagger': 128,
  'c-mcr': 128,
} as const;
export type SpaceId = keyof typeof DIMS;
/** "foley-to-unified": the ends of an embedded ensemble. */
export type EnsembleId = `${SpaceId}-to-${SpaceId}`;

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
  {
    id: 'tone',
    name: 'Tone',
    about:
      'Hears and reads: bells, alarms, instruments and voices, sounds that have a pitch. It has no eyes.',
    dim: DIMS.tone,
    modalities: ['text', 'audio'],
  },
  {
    id: 'tags',
    name: 'Tags',
    about:
      'Reads only: where words lie in the graph of tags that emoji share. It never saw a picture or heard a sound.',
    dim: DIMS.tags,
    modalities: ['text'],
  },
  {
    id: 'unified-dagger',
    name: 'Unified†',
    about: 'Unified with its ears tuned through the frozen projectors into PicText.',
    dim: DIMS['unified-dagger'],
    modalities: ['text', 'image', 'audio'],
    tunedFrom: { space: 'unified', shares: ['text', 'image'] },
  },
  {
    id: 'c-mcr',
    name: 'C-MCR',
    about: 'A new space in which PicText and Foley meet. Nothing is encoded into it, only projected.',
    dim: DIMS['c-mcr'],
    modalities: [],
  },
];

function ensemble(source: SpaceId, target: SpaceId, members: readonly string[] = MEMBERS): Ensemble {
  const name = (id: string) => SPACES.find((space) => space.id === id)!.name;
  return {
    id: `${source}-to-${target}`,
    name: `${name(source)} → ${name(target)}`,
    source,
    target,
    members: [...members],
    origin: 'embedded',
  };
}

/** The mixtures that ship with the lab, below public/models/bonds/<id>. */
export const ENSEMBLES: readonly Ensemble[] = [
  ensemble('foley', 'unified'),
  ensemble('unified', 'pictext'),
  ensemble('tone', 'unified'),
  ensemble('foley', 'pictext'),
  ensemble('tone', 'pictext'),
  ensemble('tags', 'unified', ['T']),
  ensemble('pictext', 'c-mcr', ['T']),
  ensemble('foley', 'c-mcr', ['T']),
];

/** The embedded ensemble between two spaces, as a bond uses it. */
function used(source: SpaceId, target: SpaceId): EnsembleUse {
  const { id, members } = ENSEMBLES.find((one) => one.source === source && one.target === target)!;
  return { id, source, target, members };
}

function combination(id: string, experts: SpaceId[], target: SpaceId, modalities: Bond['modalities']): Bond {
  const ensembles = experts.map((expert) => used(expert, target));
  const members = ensembles.flatMap((one) => one.members);
  return { id, kind: 'combination', experts, parallel: 'averaged', modalities, ensembles, members };
}

const C_FOLEY = combination('c-foley', ['foley'], 'unified', ['text', 'audio']);
const C_BOTH = combination('c-foley-tone', ['foley', 'tone'], 'unified', ['text', 'audio']);
const C_BOTH_PICTEXT = combination('c-foley-tone-pictext', ['foley', 'tone'], 'pictext', ['text', 'audio']);
const C_FOLEY_PICTEXT = combination('c-foley-pictext', ['foley'], 'pictext', ['text']);
const C_TAGS = combination('c-tags', ['tags'], 'unified', ['text']);
const C_PICTEXT_NEW = combination('c-pictext-new', ['pictext'], 'c-mcr', []);
const C_FOLEY_NEW = combination('c-foley-new', ['foley'], 'c-mcr', ['text']);

const D_PICTEXT: Bond = {
  id: 'd-pictext',
  kind: 'displacement',
  experts: ['pictext'],
  parallel: 'averaged',
  modalities: ['text', 'image'],
  ensembles: [used('unified', 'pictext')],
  members: [...MEMBERS],
};

function preset(name: string, about: string, factors: Factors): Preset {
  return { name, about, factors };
}

/** The presets of the paper for a combination of sound and text experts. */
function paperPresets(bond: string, rest: Factors = {}): Preset[] {
  return [
    preset('Versatile', 'The paper’s balance: text 0.1, audio 0.5.', {
      ...rest,
      [bond]: { text: 0.1, audio: 0.5 },
    }),
    preset('AT Expertise', 'The paper’s choice for sound and text: text 0.5, audio 0.8.', {
      ...rest,
      [bond]: { text: 0.5, audio: 0.8 },
    }),
  ];
}

const DISPLACED: Factors = { 'd-pictext': { text: 0.9, image: 0.9 } };

export const RECIPES: readonly Recipe[] = [
  {
    id: 'unified-pp',
    name: 'Unified++',
    formula: 'Unified + c(Foley)',
    base: 'unified',
    bonds: [C_FOLEY],
    presets: [
      preset('Unified', 'The base alone.', { 'c-foley': { text: 0, audio: 0 } }),
      ...paperPresets('c-foley'),
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
      preset('Paper', 'The paper’s displacement: 0.1 of the base (slider 0.9).', DISPLACED),
      preset('Expert', 'PicText alone, in its own space.', { 'd-pictext': { text: 1, image: 1 } }),
    ],
  },
  {
    id: 'unified-pp-two',
    name: 'Unified++ of two',
    formula: 'Unified + c(Foley, Tone)',
    base: 'unified',
    bonds: [C_BOTH],
    presets: [
      preset('Unified', 'The base alone.', { 'c-foley-tone': { text: 0, audio: 0 } }),
      ...paperPresets('c-foley-tone'),
      preset('Experts', 'Both experts’ projections, averaged.', { 'c-foley-tone': { text: 1, audio: 1 } }),
    ],
  },
  {
    id: 'pictext-upp',
    name: 'PicText_U++',
    formula: 'Unified + d(PicText) + c(Foley, Tone)',
    base: 'unified',
    bonds: [D_PICTEXT, C_BOTH_PICTEXT],
    presets: [
      preset('PicText_U', 'The displacement alone, at the paper’s 0.1 of the base.', DISPLACED),
      ...paperPresets('c-foley-tone-pictext', DISPLACED),
    ],
  },
  {
    id: 'pictext-u-dagger',
    name: 'PicText_U†',
    formula: 'Unified† + d(PicText)',
    base: 'unified-dagger',
    bonds: [D_PICTEXT],
    presets: [preset('Paper', 'The paper’s displacement: 0.1 of the base (slider 0.9).', DISPLACED)],
  },
  {
    id: 'pictext-u-dagger-pp',
    name: 'PicText_U†++',
    formula: 'Unified† + d(PicText) + c(Foley, Tone)',
    base: 'unified-dagger',
    bonds: [D_PICTEXT, C_BOTH_PICTEXT],
    presets: [
      preset('PicText_U†', 'The displacement alone, at the paper’s 0.1 of the base.', DISPLACED),
      ...paperPresets('c-foley-tone-pictext', DISPLACED),
    ],
  },
  {
    id: 'c-mcr',
    name: 'C-MCR',
    formula: 'C-MCR = c(PicText) + c(Foley)',
    base: 'c-mcr',
    bonds: [C_PICTEXT_NEW, C_FOLEY_NEW],
    presets: [
      preset('Halves', 'Texts are the even mean of both projections.', { 'c-foley-new': { text: 0.5 } }),
    ],
  },
  {
    id: 'ex-mcr',
    name: 'Ex-MCR',
    formula: 'PicText + c(Foley)',
    base: 'pictext',
    bonds: [C_FOLEY_PICTEXT],
    presets: [preset('Ex-MCR', 'Texts stay the base’s; sounds come from Foley, projected.', {})],
  },
  {
    id: 'unified-tags',
    name: 'Unified + tags',
    formula: 'Unified + c(Tags)',
    base: 'unified',
    bonds: [C_TAGS],
    presets: [preset('Half', 'Half of the graph of tags.', { 'c-tags': { text: 0.5 } })],
  },
];
