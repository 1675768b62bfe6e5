/** A small made-up world for tests of the microscope: spaces, ensembles and a collection that fit. */
import { createRandom, seedOf } from '../../base/random.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { withNoise } from '../../math/conflict.testing.ts';
import { normaliseRows } from '../../math/sphere.ts';
import type { Bond, Recipe, Space } from '../../recipe/types.ts';
import type { WorldManifest } from '../../world/types.ts';
import type { MicroscopeSources } from './types.ts';

export const N_THINGS = 24;
const DIMS: Record<string, number> = { base: 12, ear: 8, horn: 8, eye: 10 };

const space = (id: string, modalities: Modality[]): Space => ({
  id,
  name: id[0]!.toUpperCase() + id.slice(1),
  about: '',
  dim: DIMS[id]!,
  modalities,
});

export const SPACES_MADE: readonly Space[] = [
  space('base', ['text', 'image', 'audio']),
  space('ear', ['text', 'audio']),
  space('horn', ['text', 'audio']),
  space('eye', ['text', 'image']),
];

const projects = (source: string, target: string, members: string[]) => ({
  id: `${source}-to-${target}`,
  source,
  target,
  members,
});
const EAR = projects('ear', 'base', ['mix', 'A', 'T', 'AT']);
const HORN = projects('horn', 'base', ['mix', 'A', 'T', 'AT']);
const EYE = projects('base', 'eye', ['mix', 'V', 'T']);

export const COMBINATION: Bond = {
  id: 'c',
  kind: 'combination',
  experts: ['ear'],
  parallel: 'averaged',
  modalities: ['text', 'audio'],
  ensembles: [EAR],
  members: EAR.members,
};
export const DISPLACEMENT: Bond = {
  id: 'd',
  kind: 'displacement',
  experts: ['eye'],
  parallel: 'averaged',
  modalities: ['text', 'image'],
  ensembles: [EYE],
  members: EYE.members,
};
const recipe = (id: string, bonds: Bond[]): Recipe => ({
  id,
  name: id,
  formula: '',
  base: 'base',
  bonds,
  presets: [],
});
export const COMBINED = recipe('combined', [COMBINATION]);
export const DISPLACED = recipe('displaced', [DISPLACEMENT]);
export const COMBINED_TWO = recipe('combined-two', [
  {
    ...COMBINATION,
    experts: ['ear', 'horn'],
    ensembles: [EAR, HORN],
    members: [...EAR.members, ...HORN.members],
  },
]);

/** Each thing has two sounds, one picture, and a text of its sounds and of its picture. */
export function makeManifest(): WorldManifest {
  const things = Array.from({ length: N_THINGS }, (_, t) => t);
  const item = (id: string, t: number) => ({
    id,
    caption: id,
    group: `thing ${t}`,
    category: t % 2 ? 'odd' : 'even',
    half: t % 3 === 0 ? ('validation' as const) : ('test' as const),
    seen: true,
  });
  return {
    id: 'made',
    name: 'Made up',
    version: '1',
    seed: 1,
    atlas: { file: '', tilePx: 1, columns: 1 },
    text: things.flatMap((t) => [
      { ...item(`sound text ${t}`, t), source: 'sound' as const },
      { ...item(`picture text ${t}`, t), source: 'picture' as const },
    ]),
    image: things.map((t) => ({
      ...item(`picture ${t}`, t),
      hexcode: '',
      tile: t,
      textId: `picture text ${t}`,
      category: t % 2 ? 'food & drink' : 'animals & nature',
    })),
    audio: things.flatMap((t) =>
      [0, 1].map((n) => ({
        ...item(`sound ${t} ${n}`, t),
        clip: {
          concept: t % 2 ? 'dog-bark' : 'cat-meow',
          seed: t,
          pitch: 0,
          rate: 0,
          brightness: 0,
          distance: 0,
          durationS: 1,
        },
        durationS: 1,
        textId: `sound text ${t}`,
      })),
    ),
  };
}

/** Which thing each item of a modality is. */
const thingOf: Record<Modality, (index: number) => number> = {
  text: (i) => i >> 1,
  image: (i) => i,
  audio: (i) => i >> 1,
};

/** Whether rows are the same, also where they were copied on their way through a worker. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

/** Sum over the thing's true vector and noise, in a space of its own. */
function rowsOf(spaceId: string, name: string, things: readonly number[], noise: number): Float32Array {
  const dim = DIMS[spaceId]!;
  const truth = createRandom(seedOf(spaceId));
  const all = Array.from({ length: N_THINGS }, () => Array.from({ length: dim }, () => truth.normal()));
  const rows = normaliseRows(Float32Array.from(things.flatMap((t) => all[t]!)), dim);
  return withNoise(createRandom(seedOf(`${spaceId} ${name}`)), rows, dim, noise);
}

export interface MadeOptions {
  /** Items of horn that its ensemble puts to the place of another thing: a share. */
  mistaken?: number;
  /** Member of ear-to-base that is nothing but noise. */
  broken?: number;
}

/** Sources whose ensembles know what their vectors are of: a member's output is the target's true row with its own noise. */
export function makeSources({ mistaken = 0, broken = -1 }: MadeOptions = {}): MicroscopeSources & {
  /** What was asked for, "ensemble n". */
  asked: string[];
} {
  const manifest = makeManifest();
  const asked: string[] = [];
  const embeddings = Object.fromEntries(
    SPACES_MADE.map(({ id, modalities }) => [
      id,
      Object.fromEntries(
        modalities.map((modality) => {
          const things = manifest[modality].map((_, i) => thingOf[modality](i));
          return [modality, rowsOf(id, modality, things, modality === 'image' ? 0.3 : 0.7)];
        }),
      ) as Partial<Record<Modality, Float32Array>>,
    ]),
  );
  const promptThing = (n: number) => n % 2;
  /** Things that rows are of, by what they were made for. */
  const thingsOf = (source: string, x: Float32Array): number[] => {
    const own = embeddings[source]!;
    const modality = MODALITIES.find((one) => own[one] && isSame(own[one], x));
    const n = x.length / DIMS[source]!;
    return Array.from({ length: n }, (_, i) => (modality ? thingOf[modality](i) : promptThing(i)));
  };
  return {
    asked,
    manifest,
    spaces: () => SPACES_MADE,
    spaceEmbeddings: (id) => Promise.resolve(embeddings[id]!),
    encodeTexts: (id, texts) =>
      Promise.resolve(rowsOf(id, 'prompts', texts.map((_, n) => promptThing(n)), 0.5)), // prettier-ignore
    members(ensembleId, x) {
      // "seed 2 of ear-to-base" projects as ear-to-base does, with other noise.
      const [source, target] = ensembleId.split(' of ').at(-1)!.split('-to-') as [string, string];
      const nMembers = source === 'base' ? 3 : 4;
      const dim = DIMS[target]!;
      const things = thingsOf(source, x).map((t) =>
        source === 'horn' && t < mistaken * N_THINGS ? (t + 1) % Math.ceil(mistaken * N_THINGS) : t,
      );
      asked.push(`${ensembleId} ${things.length}`);
      const out = new Float32Array(things.length * nMembers * dim);
      for (let a = 0; a < nMembers; a++) {
        const noise = source === 'ear' && a === broken ? 50 : 1;
        const rows = rowsOf(target, `${ensembleId} ${a} ${things.length}`, things, noise);
        for (let i = 0; i < things.length; i++) {
          out.set(rows.subarray(i * dim, (i + 1) * dim), (i * nMembers + a) * dim);
        }
      }
      return Promise.resolve(out);
    },
  };
}
