/** Which emoji there are and what they are called, read from the packages at build time. */
import emojibase from 'emojibase-data/en/data.json';
import fluent from '@iconify-json/fluent-emoji-flat/chars.json';
import noto from '@iconify-json/noto/chars.json';
import twemoji from '@iconify-json/twemoji/chars.json';
import { listEmoji, type Emoji, type EmojibaseRow, type IconNames } from '../../src/world/pictures.ts';

export function readEmoji(): Emoji[] {
  return listEmoji(emojibase as EmojibaseRow[], {
    noto: noto as IconNames,
    fluent: fluent as IconNames,
    twemoji: twemoji as IconNames,
  });
}
