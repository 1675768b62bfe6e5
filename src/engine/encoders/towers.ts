/** Which encoder serves which space and modality, and where its files lie (Hugging Face layout below models/). */
import { InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { DIMS, ENSEMBLES, SPACES, type SpaceId } from '../../recipe/embedded.ts';
import { ownModalities } from '../../world/encoders.ts';
import type { Backend } from '../types.ts';

export interface TowerSpec {
  /** "unified/audio": its name in the status table. */
  id: string;
  modality: Modality;
  /** Folder below models/. A repository has one model type, so Unified's ears have a folder of their own. */
  repo: string;
  family: 'clip' | 'clap';
  /** Dimension of its embeddings. */
  dim: number;
}

const REPOS: Readonly<Record<SpaceId, Partial<Record<Modality, Pick<TowerSpec, 'repo' | 'family'>>>>> = {
  unified: {
    text: { repo: 'unified', family: 'clip' },
    image: { repo: 'unified', family: 'clip' },
    audio: { repo: 'unified-audio', family: 'clap' },
  },
  pictext: { text: { repo: 'pictext', family: 'clip' }, image: { repo: 'pictext', family: 'clip' } },
  foley: { text: { repo: 'foley', family: 'clap' }, audio: { repo: 'foley', family: 'clap' } },
  tone: { text: { repo: 'tone', family: 'clap' }, audio: { repo: 'tone', family: 'clap' } },
  tags: { text: { repo: 'tags', family: 'clip' } },
  'unified-dagger': { audio: { repo: 'unified-dagger-audio', family: 'clap' } },
  'c-mcr': {},
};

const TOWERS: ReadonlyMap<string, TowerSpec> = new Map(
  SPACES.flatMap(({ id: spaceId }) =>
    Object.entries(REPOS[spaceId as SpaceId]).map(([modality, files]): [string, TowerSpec] => {
      const id = `${spaceId}/${modality}`;
      return [id, { id, modality: modality as Modality, dim: DIMS[spaceId as SpaceId], ...files }];
    }),
  ),
);

const ENSEMBLE_IDS: ReadonlySet<string> = new Set(ENSEMBLES.map(({ id }) => id));

/** Ids of the status table: every tower, then every embedded ensemble. */
export const ENCODER_IDS: readonly string[] = [...TOWERS.keys(), ...ENSEMBLE_IDS];

/**
 * The encoder of a modality of a space; a tuned space reads what it shares with the encoders that it was tuned from.
 * @throws InputError when there is no such space or it does not know the modality.
 */
export function towerOf(spaceId: string, modality: Modality): TowerSpec {
  const space = SPACES.find(({ id }) => id === spaceId);
  const owner = space && !ownModalities(space).includes(modality) ? space.tunedFrom?.space : spaceId;
  const tower = TOWERS.get(`${owner}/${modality}`);
  if (!tower) throw new InputError(`The space "${spaceId}" has no encoder for ${modality}.`);
  return tower;
}

const STEMS: Record<Modality, string> = { text: 'text_model', image: 'vision_model', audio: 'audio_model' };

/** Path of a tower's graph below models/, as it is loaded on a backend. */
export function towerFile({ repo, modality }: TowerSpec, backend: Backend): string {
  return `${repo}/onnx/${STEMS[modality]}${PRECISIONS[backend].suffix}.onnx`;
}

/** @throws InputError when no ensemble of this id ships with the lab. */
export function checkEnsembleId(id: string): void {
  if (!ENSEMBLE_IDS.has(id)) throw new InputError(`There is no ensemble "${id}".`);
}

/** int8 on WebAssembly; 4-bit on WebGPU, where some drivers run int8 operators slowly or wrongly. */
export const PRECISIONS: Readonly<Record<Backend, { dtype: 'q8' | 'q4'; suffix: string; words: string }>> = {
  wasm: { dtype: 'q8', suffix: '_quantized', words: 'int8' },
  webgpu: { dtype: 'q4', suffix: '_q4', words: '4-bit' },
};
