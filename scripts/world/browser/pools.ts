/** Embeds the unpaired training pools, the collection and the real recordings with the trained encoders (fp32). */
import { defaultDevice, init } from '@jax-js/jax';
import { createRandom } from '../../../src/base/random.ts';
import type { Modality } from '../../../src/base/modality.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import { phrasePrompts } from '../../../src/world/classes.ts';
import { describeTestClip } from '../../../src/world/sounds/captions.ts';
import { ESC10_CONCEPTS } from '../../../src/world/sounds/concepts.ts';
import type { ClipSpec, CollectionManifest } from '../../../src/world/types.ts';
import { AUDIO_PATCH, IMAGE_PATCH, melPatches, N_PATCHES, picturePatches } from '../train/augment.ts';
import { fromHost, type HostParams, type Params } from '../train/params.ts';
import { DIMS, type SpaceId } from '../../../src/recipe/embedded.ts';
import type { Sources } from '../train/plans.ts';
import { createCounter, foleyTexts, pictextTexts, unifiedTexts, type PoolText } from '../train/texts.ts';
import { embedWith, type Tower } from '../train/trainSpace.ts';
import { readCache, readJson, writeCache } from './cache.ts';
import { readPictures } from './pictures.ts';
import { readFeatures, type Recording } from './sounds.ts';
import { readSources } from './spaces.ts';

export const KNOWS: Record<SpaceId, readonly Tower[]> = {
  unified: ['text', 'image', 'audio'],
  pictext: ['text', 'image'],
  foley: ['text', 'audio'],
};
/** Most texts of each kind in the pool. */
const N_TEXTS = 1500;
const WHITE = [255, 255, 255] as const;

/** Unit rows by modality in every space that knows it, in fp32. */
export type Embeddings = Record<SpaceId, Partial<Record<Modality, Float32Array>>>;

export interface Items {
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

/** Embeds items with every trained tower that reads them; of a kind without items, the rows are none. */
export async function embedAll(
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

/** Writes embeddings/<name>/<space>.safetensors, one tensor a modality. */
export async function writeEmbeddings(name: string, embeddings: Embeddings): Promise<void> {
  for (const [space, byModality] of Object.entries(embeddings)) {
    const dim = DIMS[space as SpaceId];
    const tensors: HostParams = {};
    for (const [modality, data] of Object.entries(byModality))
      tensors[modality] = { shape: [data.length / dim, dim], data };
    await writeCache(`embeddings/${name}/${space}.safetensors`, writeSafetensors(tensors));
  }
}

export async function readEmbeddings(name: string): Promise<Embeddings> {
  const out: Embeddings = { unified: {}, pictext: {}, foley: {} };
  for (const space of ['unified', 'pictext', 'foley'] as const) {
    const stored = readSafetensors(await readCache(`embeddings/${name}/${space}.safetensors`));
    for (const [modality, { data }] of stored) out[space][modality as Modality] = data;
  }
  return out;
}

/** What each item of the pool is of, for reports alone. */
export type PoolGroups = Record<Modality, string[]>;

/**
 * Embeds the unpaired training pools, the collection's test items and, where there are any, the real recordings with
 * the prompts of their classes: embeddings/{pool,collection,recordings}.
 */
export async function embedPools(): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const sources = await readSources();
  const random = createRandom(41);
  const sample = (texts: readonly PoolText[]) =>
    random.shuffled([...new Map(texts.map((one) => [one.text, one])).values()]).slice(0, N_TEXTS);
  const texts = [
    sample(unifiedTexts(sources.emoji)),
    sample(pictextTexts(sources.emoji)),
    sample(foleyTexts()),
  ].flat();
  const seen = sources.emoji.flatMap((emoji, i) => (emoji.seen ? [{ group: emoji.group, i }] : []));
  const pool: Items = {
    texts: texts.map(({ text }) => text),
    pictures: sources.pixels.flatMap((style) => seen.map(({ i }) => style(i))),
    mels: sources.clips.map((_, i) => sources.mel(i)),
  };
  const groups: PoolGroups = {
    text: texts.map(({ group }) => group),
    image: sources.pixels.flatMap(() => seen.map(({ group }) => group)),
    audio: sources.clips.map(({ concept }) => concept),
  };
  await writeEmbeddings('pool', await embedAll(pool, sources));
  await writeCache('embeddings/pool/groups.json', JSON.stringify(groups));
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
  const recorded = await readFeatures<Recording>('esc10');
  const heard: Items = {
    texts: Object.values(ESC10_CONCEPTS).flatMap(phrasePrompts),
    pictures: [],
    mels: recorded.of.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => recorded.mel(first + i)),
    ),
  };
  await writeEmbeddings('recordings', await embedAll(heard, sources));
}
