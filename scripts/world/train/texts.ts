/** The texts each space may learn from, and their vocabularies. */
import { createRandom } from '../../../src/base/random.ts';
import { drawTaggedCaption, type Emoji } from '../../../src/world/pictures.ts';
import { describeClip, describeRecording } from '../../../src/world/sounds/captions.ts';
import { ESC10_CONCEPTS } from '../../../src/world/sounds/concepts.ts';
import { FOLEY_CONCEPTS, TONE_CONCEPTS, trainClips } from '../../../src/world/sounds/soundSplit.ts';
import { encodeWordPiece, trainWordPiece, vocabularyMap } from '../tokenizer/wordPiece.ts';

export const CLIPS_PER_CONCEPT = 48;

/** The spaces whose encoders are trained from nothing, alike but for what they see. */
export const TRAINED_SPACES = ['unified', 'pictext', 'foley', 'tone'] as const;
export type TrainedSpace = (typeof TRAINED_SPACES)[number];

/** What an expert of sounds and sentences hears, and which wordings of a clip's sentence it reads. */
export interface SoundExpert {
  concepts: readonly string[];
  /** Variants of describeClip: no two experts read the same ones. */
  variants: readonly number[];
}

export const SOUND_EXPERTS: Readonly<Record<'foley' | 'tone', SoundExpert>> = {
  foley: { concepts: FOLEY_CONCEPTS, variants: [0, 1, 2, 3] },
  tone: { concepts: TONE_CONCEPTS, variants: [4, 5, 6, 7] },
};
/** Wordings of a real recording's sentence. */
export const RECORDING_VARIANTS = 12;

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

/** An expert of sounds knows sentences about those it hears. */
export function soundTexts({ concepts, variants }: SoundExpert): PoolText[] {
  const sentences = trainClips(concepts, CLIPS_PER_CONCEPT).flatMap((clip) =>
    variants.map((variant) => ({ text: describeClip(clip, variant), group: clip.concept })),
  );
  const recorded = Object.values(ESC10_CONCEPTS)
    .filter((id) => concepts.includes(id))
    .flatMap((id) =>
      Array.from({ length: RECORDING_VARIANTS }, (_, variant) => ({
        text: describeRecording(id, variant),
        group: id,
      })),
    );
  return [...sentences, ...recorded];
}

/** Every text that a space may learn from. */
export function textsOf(space: TrainedSpace, emoji: readonly Emoji[]): PoolText[] {
  if (space === 'unified') return unifiedTexts(emoji);
  if (space === 'pictext') return pictextTexts(emoji);
  return soundTexts(SOUND_EXPERTS[space]);
}

export function vocabularyOf(space: TrainedSpace, emoji: readonly Emoji[]): string[] {
  return trainWordPiece(
    textsOf(space, emoji).map(({ text }) => text),
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
