/** Embeds the unpaired training pools, the collection and the real recordings. */
import { defaultDevice, init } from '@jax-js/jax';
import { createRandom } from '../../../src/base/random.ts';
import type { Modality } from '../../../src/base/modality.ts';
import { phrasePrompts } from '../../../src/world/classes.ts';
import { TRAIN_STYLES } from '../../../src/world/pictures.ts';
import type { PoolManifest } from '../../../src/world/pool.ts';
import { describeClip, describeTestClip } from '../../../src/world/sounds/captions.ts';
import { ESC10_CONCEPTS } from '../../../src/world/sounds/concepts.ts';
import type { ClipSpec, WorldManifest } from '../../../src/world/types.ts';
import type { EncodedSpace } from '../spaces.ts';
import type { Sources } from '../train/plans.ts';
import { CLIPS_PER_CONCEPT, textsOf, TRAINED_SPACES, type PoolText } from '../train/texts.ts';
import { readJson, writeCache } from './cache.ts';
import { embedAll, writeEmbeddings, type Items } from './embeddings.ts';
import { readPictures } from './pictures.ts';
import { readFeatures, type Recording } from './sounds.ts';
import { readSources } from './spaces.ts';

/** Most texts of each space's learning in the pool. */
const N_TEXTS = 1200;
/** Clips of each concept in the pool: the first of those that training hears. */
const N_CLIPS = 32;

/** What each item of the pool is of, for reports alone. */
export type PoolGroups = Record<Modality, string[]>;

/** A pool's manifest, what its items are of, and the items themselves. */
export interface WholePool {
  manifest: PoolManifest;
  groups: PoolGroups;
  items: Items;
}

/** The unpaired pools: texts of every space's learning, seen emoji in the seen styles, and training clips. */
export function makePool(sources: Sources): WholePool {
  const random = createRandom(41);
  const distinct = (texts: readonly PoolText[]) => [...new Map(texts.map((one) => [one.text, one])).values()];
  const texts = distinct(
    TRAINED_SPACES.flatMap((id) => random.shuffled(distinct(textsOf(id, sources.emoji))).slice(0, N_TEXTS)),
  );
  const seen = sources.emoji.flatMap((one, i) => (one.seen ? [{ ...one, i }] : []));
  const heard = sources.clips.flatMap((clip, i) => (i % CLIPS_PER_CONCEPT < N_CLIPS ? [{ clip, i }] : []));
  return {
    manifest: {
      texts: texts.map(({ text }) => text),
      pictures: TRAIN_STYLES.flatMap((style) => seen.map(({ hexcode, name }) => ({ hexcode, style, name }))),
      sounds: heard.map(({ clip }) => ({ clip, caption: describeClip(clip, 0) })),
    },
    groups: {
      text: texts.map(({ group }) => group),
      image: TRAIN_STYLES.flatMap(() => seen.map(({ group }) => group)),
      audio: heard.map(({ clip }) => clip.concept),
    },
    items: {
      texts: texts.map(({ text }) => text),
      pictures: sources.pixels.flatMap((style) => seen.map(({ i }) => style(i))),
      mels: heard.map(({ i }) => sources.mel(i)),
    },
  };
}

/** The collection's items, pictures in the unseen style. @throws Error when the cached sounds are out of order. */
async function shownItems(sources: Sources): Promise<Items> {
  const manifest = await readJson<WorldManifest>('collection.json');
  const unseen = await readPictures('twemoji');
  const index = new Map(sources.emoji.map(({ hexcode }, i) => [hexcode, i]));
  const test = await readFeatures<ClipSpec>('test');
  test.of.forEach((clip, i) => {
    if (describeTestClip(clip) !== manifest.audio[i]!.caption)
      throw new Error(`Test sound ${i} is out of order.`);
  });
  return {
    texts: manifest.text.map(({ caption }) => caption),
    pictures: manifest.image.map(({ hexcode }) => unseen(index.get(hexcode)!)),
    mels: test.of.map((_, i) => test.mel(i)),
  };
}

/** Real recordings, window by window, and the prompts of their classes. */
async function recordedItems(): Promise<Items> {
  const recorded = await readFeatures<Recording>('esc10');
  return {
    texts: Object.values(ESC10_CONCEPTS).flatMap(phrasePrompts),
    pictures: [],
    mels: recorded.of.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => recorded.mel(first + i)),
    ),
  };
}

/**
 * Embeds the pools, the collection's test items and, where there are any, the real recordings in some spaces:
 * embeddings/{pool,collection,recordings}/<space>.safetensors; writes the pool's manifest and groups beside them.
 */
export async function embedPools(spaces: readonly EncodedSpace[]): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const sources = await readSources();
  const pool = makePool(sources);
  await writeEmbeddings('pool', await embedAll(pool.items, sources, spaces));
  await writeCache('embeddings/pool/pool.json', JSON.stringify(pool.manifest));
  await writeCache('embeddings/pool/groups.json', JSON.stringify(pool.groups));
  await writeEmbeddings('collection', await embedAll(await shownItems(sources), sources, spaces));
  await writeEmbeddings('recordings', await embedAll(await recordedItems(), sources, spaces));
}
