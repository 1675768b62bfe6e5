/** The pictured half of "Emoji & Foley": which emoji there are, what they are called, and what training may see. */
import { createRandom, seedOf, type Random } from '../base/random.ts';
import { CONCEPTS } from './sounds/concepts.ts';
import { HELD_OUT_CONCEPTS } from './sounds/soundSplit.ts';

/** One row of emojibase-data/en/data.json, as far as it is used. */
export interface EmojibaseRow {
  label: string;
  hexcode: string;
  tags?: string[];
  group?: number;
}
/** Code points ("1f514") to icon name, as in the chars.json of an Iconify emoji package. */
export type IconNames = Readonly<Record<string, string>>;

export const STYLES = ['noto', 'fluent', 'twemoji'] as const;
export type Style = (typeof STYLES)[number];
/** Twemoji is the unseen style: only tested on. */
export const TRAIN_STYLES: readonly Style[] = ['noto', 'fluent'];

export interface Emoji {
  hexcode: string;
  /** CLDR short name. */
  name: string;
  category: string;
  /** Sounding concept that it pictures, or its own hexcode. */
  group: string;
  /** Tags that training captions may use; never the withheld one. */
  trainTags: string[];
  /** The tag kept for the test caption; null where CLDR gives no tag beyond the words of the name. */
  testTag: string | null;
  /** False: this emoji is in no training set, in any style or words. */
  seen: boolean;
  icons: Record<Style, string>;
}

const CATEGORIES = [
  'faces & feelings',
  'people & body',
  '',
  'animals & nature',
  'food & drink',
  'travel & places',
  'activities',
  'objects',
  'symbols',
  'flags',
];
/** Share of the emoji without a sound that training never sees. */
const HELD_OUT_SHARE = 0.1;

const withoutSelector = (hexcode: string) =>
  hexcode
    .toLowerCase()
    .split('-')
    .filter((point) => point !== 'fe0f')
    .join('-');

/** Every emoji drawn in all three styles, in emojibase's order (regional letters and skin tones left out). */
export function listEmoji(rows: readonly EmojibaseRow[], names: Record<Style, IconNames>): Emoji[] {
  const icons = STYLES.map(
    (style) => new Map(Object.entries(names[style]).map(([code, icon]) => [withoutSelector(code), icon])),
  );
  const conceptByEmoji = new Map(
    CONCEPTS.flatMap(({ id, emoji }) => emoji.map((hexcode) => [withoutSelector(hexcode), id] as const)),
  );
  return rows.flatMap((row) => {
    const code = withoutSelector(row.hexcode);
    const found = icons.map((byCode) => byCode.get(code));
    const category = row.group === undefined ? '' : CATEGORIES[row.group]!;
    if (category === '' || found.some((icon) => icon === undefined)) return [];
    const concept = conceptByEmoji.get(code);
    const random = createRandom(seedOf(`emoji ${code}`));
    const heldOut = concept ? HELD_OUT_CONCEPTS.has(concept) : random.float() < HELD_OUT_SHARE;
    const nameWords = new Set(words(row.label));
    const spare = (row.tags ?? []).filter((tag) => !words(tag).every((word) => nameWords.has(word)));
    const testTag = spare.length > 0 ? random.pick(spare) : null;
    return [
      {
        hexcode: row.hexcode,
        name: row.label,
        category,
        group: concept ?? row.hexcode,
        trainTags: (row.tags ?? []).filter((tag) => tag !== testTag),
        testTag,
        seen: !heldOut,
        icons: { noto: found[0]!, fluent: found[1]!, twemoji: found[2]! },
      },
    ];
  });
}

function words(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
}

/** A training caption of the PicText expert: the name, or the name with one to four tags, in varied order and form. */
export function drawTaggedCaption(emoji: Emoji, random: Random): string {
  const tags = random.shuffled(emoji.trainTags).slice(0, 1 + random.int(4));
  const form = random.int(4);
  if (tags.length === 0 || form === 0) return emoji.name;
  if (form === 1) return `${tags.join(' ')} ${emoji.name}`;
  return `${emoji.name}: ${tags.join(', ')}`;
}

/**
 * The caption of a test picture: the name with the withheld tag, "church (pilgrim)". No training caption puts a tag in
 * brackets, so none can be equal to it (pictureSplit.test.ts).
 */
export function testCaption(emoji: Emoji): string {
  return emoji.testTag === null ? `picture of ${emoji.name}` : `${emoji.name} (${emoji.testTag})`;
}
