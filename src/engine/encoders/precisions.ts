import type { Modality } from '../../base/modality.ts';
import { SPACES } from '../../recipe/embedded.ts';
import { hashOf, shortHash } from '../collections/content.ts';
import type { Models } from '../models/types.ts';
import type { Encoders } from './encoders.ts';
import { PICTURE_PX, SAMPLE_RATE_HZ, type EncoderInput } from './inputs.ts';
import { towerFile, towerOf, type TowerSpec } from './towers.ts';

/** What loads an encoder, where its precision is asked before anything was encoded: a word, a white tile, a tick of 10 ms. */
const SAMPLES: Readonly<Record<Modality, () => EncoderInput>> = {
  text: () => ({ modality: 'text', text: 'a' }),
  image: () => ({
    modality: 'image',
    pixels: new Uint8ClampedArray(PICTURE_PX * PICTURE_PX * 4).fill(255),
  }),
  audio: () => ({ modality: 'audio', samples: new Float32Array(SAMPLE_RATE_HZ / 100).fill(0.5) }),
};

/** The file beside a graph that says how its inputs are prepared. */
const preparationOf = ({ repo, modality }: TowerSpec): string =>
  `${repo}/${modality === 'text' ? 'tokenizer.json' : 'preprocessor_config.json'}`;

/**
 * Names what vectors of a space and modality depend on beside their content: precision and, behind " #", the version of the weights,
 * as "int8 #1f0c…"; of a model of the user's own its repository too. Shipped encoders have the hash of their files as a version, so
 * vectors of an earlier lab are never mixed with those of a rebuilt one. An encoder that was not loaded yet is loaded.
 * @param read bytes of a file below models/
 * @throws as Encoders.encode and `read`
 */
export function createPrecisions(
  encoders: Pick<Encoders, 'encode' | 'status'>,
  models: Pick<Models, 'encoders'>,
  read: (path: string) => Promise<ArrayBuffer>,
): (spaceId: string, modality: Modality) => Promise<string> {
  const versions = new Map<string, Promise<string>>();
  const hashed = async (paths: readonly string[]): Promise<string> => {
    const hashes = await Promise.all(paths.map(async (path) => hashOf(await read(path))));
    return shortHash(hashes.join());
  };
  return async (spaceId, modality) => {
    if (!SPACES.some(({ id }) => id === spaceId)) {
      const own = models.encoders().find((one) => one.space.id === spaceId && one.modality === modality);
      return own ? `${own.repo ?? own.id} ${own.precision} #${own.version ?? 'unknown'}` : 'unknown';
    }
    const tower = towerOf(spaceId, modality);
    const status = () => encoders.status()[tower.id];
    if (status()?.precision === undefined) {
      // Not loaded yet, or the worker has died: what is loaded now may be newer.
      for (const key of versions.keys()) if (key.startsWith(`${tower.id} `)) versions.delete(key);
      await encoders.encode(spaceId, SAMPLES[modality]());
    }
    const { backend = 'wasm', precision = 'unknown' } = status() ?? {};
    const key = `${tower.id} ${backend}`;
    let version = versions.get(key);
    if (!version) {
      version = hashed([towerFile(tower, backend), preparationOf(tower)]);
      versions.set(key, version);
      version.catch(() => versions.delete(key));
    }
    return `${precision} #${await version}`;
  };
}
