/** What the world is made from, read from the packages at build time. */
import emojibase from 'emojibase-data/en/data.json';
import fluentChars from '@iconify-json/fluent-emoji-flat/chars.json';
import fluentIcons from '@iconify-json/fluent-emoji-flat/icons.json';
import notoChars from '@iconify-json/noto/chars.json';
import notoIcons from '@iconify-json/noto/icons.json';
import twemojiChars from '@iconify-json/twemoji/chars.json';
import twemojiIcons from '@iconify-json/twemoji/icons.json';
import {
  listEmoji,
  type Emoji,
  type EmojibaseRow,
  type IconNames,
  type Style,
} from '../../src/world/pictures.ts';

interface IconSet {
  width?: number;
  height?: number;
  icons: Record<string, { body: string; width?: number; height?: number }>;
  aliases?: Record<string, { parent: string }>;
}

const SETS: Record<Style, { names: IconNames; icons: IconSet }> = {
  noto: { names: notoChars as IconNames, icons: notoIcons as IconSet },
  fluent: { names: fluentChars as IconNames, icons: fluentIcons as IconSet },
  twemoji: { names: twemojiChars as IconNames, icons: twemojiIcons as IconSet },
};

export function readEmoji(): Emoji[] {
  return listEmoji(emojibase as EmojibaseRow[], {
    noto: SETS.noto.names,
    fluent: SETS.fluent.names,
    twemoji: SETS.twemoji.names,
  });
}

/** A complete SVG of one emoji in one style. @throws Error when the package has no such icon. */
export function emojiSvg(emoji: Emoji, style: Style): string {
  const set = SETS[style].icons;
  const name = emoji.icons[style];
  const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent ?? ''];
  if (!icon) throw new Error(`The ${style} package has no icon "${name}".`);
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" viewBox="0 0 ${width} ${height}">${icon.body}</svg>`;
}
