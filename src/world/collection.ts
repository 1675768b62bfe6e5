/** The collection on the page: test items only. */
import { createRandom, seedOf } from '../base/random.ts';
import { WORLD_ID } from './worldId.ts';
import { testCaption, type Emoji } from './pictures.ts';
import { describeTestClip } from './sounds/captions.ts';
import { conceptOf } from './sounds/concepts.ts';
import { HELD_OUT_CONCEPTS, testClips } from './sounds/soundSplit.ts';
import type { WorldAudioItem, WorldManifest, Half, WorldImageItem, WorldTextItem } from './types.ts';

/** Halves by group, so that no concept is both tuned on and reported on. */
export function halfOf(group: string): Half {
  return createRandom(seedOf(`half ${group}`)).float() < 0.5 ? 'validation' : 'test';
}

/**
 * Builds the manifest: every emoji that pictures a sounding concept and a seeded sample of the others up to nPictures
 * (in the unseen style), clipsPerConcept unheard clips of each concept, and their captions. Equal captions share one text.
 */
export function buildCollection(
  emoji: readonly Emoji[],
  { seed = 11, nPictures = 600, clipsPerConcept = 6 } = {},
): WorldManifest {
  const sounding = emoji.filter(({ group, hexcode }) => group !== hexcode);
  const silent = emoji.filter(({ group, hexcode }) => group === hexcode);
  const sample = new Set(
    createRandom(seed)
      .shuffled(silent)
      .slice(0, Math.max(0, nPictures - sounding.length)),
  );
  const shown = emoji.filter((one) => one.group !== one.hexcode || sample.has(one));
  const text: WorldTextItem[] = [];
  const textIds = new Map<string, string>();
  const addText = (item: WorldTextItem): string => {
    const key = `${item.source} ${item.caption}`;
    const known = textIds.get(key);
    if (known) return known;
    textIds.set(key, item.id);
    text.push(item);
    return item.id;
  };
  const image = shown.map((one, tile): WorldImageItem => {
    const common = {
      caption: testCaption(one),
      group: one.group,
      category: one.group === one.hexcode ? one.category : conceptOf(one.group).category,
      half: halfOf(one.group),
      seen: one.seen,
    };
    const textId = addText({ ...common, id: `text:picture:${one.hexcode}`, source: 'picture' });
    return { ...common, id: `image:${one.hexcode}`, hexcode: one.hexcode, tile, textId };
  });
  const counts = new Map<string, number>();
  const audio = testClips(clipsPerConcept).map((clip): WorldAudioItem => {
    const index = (counts.get(clip.concept) ?? 0) + 1;
    counts.set(clip.concept, index);
    const common = {
      caption: describeTestClip(clip),
      group: clip.concept,
      category: conceptOf(clip.concept).category,
      half: halfOf(clip.concept),
      seen: !HELD_OUT_CONCEPTS.has(clip.concept),
    };
    const textId = addText({ ...common, id: `text:sound:${clip.concept}:${index}`, source: 'sound' });
    return { ...common, id: `audio:${clip.concept}:${index}`, clip, durationS: clip.durationS, textId };
  });
  return {
    id: WORLD_ID,
    name: 'Emoji & Foley',
    version: '1',
    seed,
    atlas: { file: 'atlas.webp', tilePx: 64, columns: 32 },
    text,
    image,
    audio,
  };
}
