/** The texts each space may learn from, and their vocabularies. */
import { createRandom } from '../../../src/base/random.ts';
import { drawTaggedCaption, type Emoji } from '../../../src/world/pictures.ts';
import { describeClip, describeRecording } from '../../../src/world/sounds/captions.ts';
import { ESC10_CONCEPTS } from '../../../src/world/sounds/concepts.ts';
import type { SpaceId } from '../../../src/recipe/embedded.ts';
import { FOLEY_LEFT_OUT_CONCEPTS, trainClips, TRAIN_CONCEPTS } from '../../../src/world/sounds/soundSplit.ts';
import { encodeWordPiece, trainWordPiece, vocabularyMap } from '../tokenizer/wordPiece.ts';

export const CLIPS_PER_CONCEPT = 48;
export const FOLEY_CONCEPTS = TRAIN_CONCEPTS.filter((id) => !FOLEY_LEFT_OUT_CONCEPTS.has(id));

/** A text and what it is of; the group is for reports alone: neither training nor mining reads it. */
export interface PoolText {
  text: string;
  group: string;
}

/** Unified knows names alone. */
export function unifiedTexts(emoji: readonly Emoji[]): PoolText[] {
  return emoji.filter(({ seen }) => seen).map(({ name, group }) => ({ text: name, group }));
}

/** PicText knows names with tags; `perEmoji` draws of each. */
export function pictextTexts(emoji: readonly Emoji[], perEmoji = 8): PoolText[] {
  const random = createRandom(31);
  return emoji
    .filter(({ seen }) => seen)
    .flatMap((one) =>
      Array.from({ length: perEmoji }, () => ({ text: drawTaggedCaption(one, random), group: one.group })),
    );
}

/** Foley knows sentences about the sounds it hears. */
export function foleyTexts(): PoolText[] {
  const sentences = trainClips(FOLEY_CONCEPTS, CLIPS_PER_CONCEPT).flatMap((clip) =>
    [0, 1, 2, 3].map((variant) => ({ text: describeClip(clip, variant), group: clip.concept })),
  );
  const recorded = Object.values(ESC10_CONCEPTS).flatMap((id) =>
    Array.from({ length: 12 }, (_, variant) => ({ text: describeRecording(id, variant), group: id })),
  );
  return [...sentences, ...recorded];
}

export function vocabularyOf(space: SpaceId, emoji: readonly Emoji[]): string[] {
  const texts =
    space === 'unified' ? unifiedTexts(emoji) : space === 'pictext' ? pictextTexts(emoji) : foleyTexts();
  return trainWordPiece(
    texts.map(({ text }) => text),
    2000,
  );
}

/** Adds the share of each piece of a text to a row of counts [V]. */
export function createCounter(
  pieces: readonly string[],
): (text: string, out: Float32Array, offset: number) => void {
  const vocabulary = vocabularyMap(pieces);
  return (text, out, offset) => {
    const ids = encodeWordPiece(vocabulary, text);
    for (const id of ids) out[offset + id]! += 1 / ids.length;
  };
}
