/** Mines pseudo-pairs in the training pools and trains the seven projectors of each bond. */
import { defaultDevice, init } from '@jax-js/jax';
import { createRandom, seedOf } from '../../../src/base/random.ts';
import type { Modality } from '../../../src/base/modality.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import { gatherRows, nearestRows } from '../../../src/math/pseudoPairs.ts';
import { describeTestClip } from '../../../src/world/sounds/captions.ts';
import type { ClipSpec, CollectionManifest } from '../../../src/world/types.ts';
import { AUDIO_PATCH, IMAGE_PATCH, melPatches, N_PATCHES, picturePatches } from '../train/augment.ts';
import { fromHost, type HostParams, type Params } from '../train/params.ts';
import { DIMS } from '../dims.ts';
import type { Sources } from '../train/plans.ts';
import { createCounter, foleyTexts, pictextTexts, unifiedTexts, type SpaceId } from '../train/texts.ts';
import { trainProjector, type PseudoTable } from '../train/trainProjector.ts';
import { embedWith, type Tower } from '../train/trainSpace.ts';
import { readCache, readJson, writeCache } from './cache.ts';
import { readPictures } from './pictures.ts';
import { readFeatures } from './sounds.ts';
import { readSources } from './spaces.ts';

const KNOWS: Record<SpaceId, readonly Tower[]> = {
  unified: ['text', 'image', 'audio'],
  pictext: ['text', 'image'],
  foley: ['text', 'audio'],
};
/** Most texts of each kind in the pool. */
const N_TEXTS = 1500;
const WHITE = [255, 255, 255] as const;

/** Unit rows by modality in every space that knows it, in fp32. */
export type Embeddings = Record<SpaceId, Partial<Record<Modality, Float32Array>>>;

interface Items {
  texts: readonly string[];
  pictures: readonly Uint8ClampedArray[];
  mels: readonly Float32Array[];
}

async function readTower(space: SpaceId, tower: Tower): Promise<Params> {
  const stored = readSafetensors(await readCache(`weights/${space}.safetensors`));
  const host: HostParams = {};
  for (const [name, tensor] of stored) {
    if (name.startsWith(`${tower}/`) && !name.includes('/input.'))
      host[name.slice(tower.length + 1)] = tensor;
  }
  return fromHost(host);
}

async function embedAll(
  items: Items,
  sources: Pick<Sources, 'vocabulary' | 'melScale'>,
): Promise<Embeddings> {
  const out: Embeddings = { unified: {}, pictext: {}, foley: {} };
  for (const space of ['unified', 'pictext', 'foley'] as const) {
    const vocabulary = sources.vocabulary[space];
    const count = createCounter(vocabulary);
    for (const tower of KNOWS[space]) {
      const rowSize = {
        text: vocabulary.length,
        image: N_PATCHES * IMAGE_PATCH,
        audio: N_PATCHES * AUDIO_PATCH,
      }[tower];
      const n = { text: items.texts, image: items.pictures, audio: items.mels }[tower].length;
      const plan = { dim: DIMS[space], vocabulary: vocabulary.length };
      const weights = await readTower(space, tower);
      out[space][tower] = await embedWith(weights, plan, tower, n, (first, size) => {
        const rows = new Float32Array(size * rowSize);
        for (let i = 0; i < size; i++) {
          if (tower === 'text') count(items.texts[first + i]!, rows, i * rowSize);
          else if (tower === 'image') picturePatches(items.pictures[first + i]!, WHITE, rows, i * rowSize);
          else melPatches(items.mels[first + i]!, sources.melScale, rows, i * rowSize);
        }
        return rows;
      });
    }
  }
  return out;
}

async function writeEmbeddings(name: string, embeddings: Embeddings): Promise<void> {
  for (const [space, byModality] of Object.entries(embeddings)) {
    const dim = DIMS[space as SpaceId];
    const tensors: HostParams = {};
    for (const [modality, data] of Object.entries(byModality))
      tensors[modality] = { shape: [data.length / dim, dim], data };
    await writeCache(`embeddings/${name}/${space}.safetensors`, writeSafetensors(tensors));
  }
}

async function readEmbeddings(name: string): Promise<Embeddings> {
  const out: Embeddings = { unified: {}, pictext: {}, foley: {} };
  for (const space of ['unified', 'pictext', 'foley'] as const) {
    const stored = readSafetensors(await readCache(`embeddings/${name}/${space}.safetensors`));
    for (const [modality, { data }] of stored) out[space][modality as Modality] = data;
  }
  return out;
}

/** Embeds the unpaired training pools and the collection's test items: embeddings/{pool,collection}. */
export async function embedPools(): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const sources = await readSources();
  const random = createRandom(41);
  const sample = (texts: readonly string[]) => random.shuffled([...new Set(texts)]).slice(0, N_TEXTS);
  const pool: Items = {
    texts: [
      sample(unifiedTexts(sources.emoji)),
      sample(pictextTexts(sources.emoji)),
      sample(foleyTexts()),
    ].flat(),
    pictures: sources.pixels.flatMap((style) =>
      sources.emoji.flatMap(({ seen }, i) => (seen ? [style(i)] : [])),
    ),
    mels: sources.clips.map((_, i) => sources.mel(i)),
  };
  await writeEmbeddings('pool', await embedAll(pool, sources));
  const manifest = await readJson<CollectionManifest>('collection.json');
  const unseen = await readPictures('twemoji');
  const index = new Map(sources.emoji.map(({ hexcode }, i) => [hexcode, i]));
  const test = await readFeatures<ClipSpec>('test');
  test.of.forEach((clip, i) => {
    if (describeTestClip(clip) !== manifest.audio[i]!.caption)
      throw new Error(`Test sound ${i} is out of order.`);
  });
  const shown: Items = {
    texts: manifest.text.map(({ caption }) => caption),
    pictures: manifest.image.map(({ hexcode }) => unseen(index.get(hexcode)!)),
    mels: test.of.map((_, i) => test.mel(i)),
  };
  await writeEmbeddings('collection', await embedAll(shown, sources));
}

/** Indices of the pool's text, image and audio that make one pseudo-pair each. */
type Triples = Record<Modality, Uint32Array>;

/** From every item of one modality to its nearest in the others, in the space that links them. */
function mine(e: Embeddings, from: Modality, expert: 'foley' | 'pictext'): Triples {
  const nFrom = e.unified[from]!.length / DIMS.unified;
  const out: Partial<Triples> = { [from]: Uint32Array.from({ length: nFrom }, (_, i) => i) };
  for (const to of (['text', 'image', 'audio'] as const).filter((modality) => modality !== from)) {
    const space = e[expert][from] && e[expert][to] ? expert : 'unified';
    out[to] = nearestRows(e[space][from]!, e[space][to]!, DIMS[space]);
  }
  return out as Triples;
}

const LETTER: Record<string, Modality> = { A: 'audio', T: 'text', V: 'image' };
export const BONDS = {
  'c-foley': { source: 'foley', target: 'unified', expert: 'foley' },
  'd-pictext': { source: 'unified', target: 'pictext', expert: 'pictext' },
} as const;
const MEMBERS = ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'] as const;

/**
 * Trains the seven members of a bond: weights/bonds/<id>/<member>.safetensors ("linear1.weight", ...). Members that are
 * there already are kept, so a run that was cut goes on at the next one; `fresh` trains all anew.
 */
export async function trainBond(id: keyof typeof BONDS, fresh: boolean): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const { source, target, expert } = BONDS[id];
  const e = await readEmbeddings('pool');
  const mined = new Map(
    (['A', 'T', 'V'] as const).map((letter) => [letter as string, mine(e, LETTER[letter]!, expert)]),
  );
  for (const member of MEMBERS) {
    const path = `weights/bonds/${id}/${member}.safetensors`;
    if (!fresh && (await fetch(`/cache/${path}`, { method: 'HEAD' })).ok) continue;
    const sets = (member === 'mix' ? ['A', 'T', 'V'] : member.split('')).map((letter) => mined.get(letter)!);
    const rows = (space: SpaceId) =>
      KNOWS[space].map((modality) => {
        const all = sets.flatMap((set) => Array.from(set[modality]));
        return gatherRows(e[space][modality]!, all, DIMS[space]);
      });
    const inputs = rows(source);
    const table: PseudoTable = {
      n: inputs[0]!.length / DIMS[source],
      dIn: DIMS[source],
      dOut: DIMS[target],
      inputs,
      targets: rows(target),
    };
    const trained = await trainProjector(table, seedOf(`${id} ${member}`));
    await writeCache(`curves/${id}/${member}.json`, JSON.stringify(trained.losses));
    await writeCache(path, writeSafetensors(trained.weights));
    console.log(
      `[world] ${id} ${member}: ${table.n} pseudo-pairs, loss ${trained.losses.at(-1)!.toFixed(3)}`,
    );
  }
}
