/** The drawings of the emoji, read from the packages at build time (30 MB of JSON: import it only to draw). */
import fluent from '@iconify-json/fluent-emoji-flat/icons.json';
import noto from '@iconify-json/noto/icons.json';
import twemoji from '@iconify-json/twemoji/icons.json';
import type { Emoji, Style } from '../../src/world/pictures.ts';

interface IconSet {
  width?: number;
  height?: number;
  icons: Record<string, { body: string; width?: number; height?: number }>;
  aliases?: Record<string, { parent: string }>;
}

const SETS: Readonly<Record<Style, IconSet>> = { noto, fluent, twemoji };

/** A complete SVG of one emoji in one style. @throws Error when the package has no such icon. */
export function emojiSvg(emoji: Emoji, style: Style): string {
  const set = SETS[style];
  const name = emoji.icons[style];
  const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent ?? ''];
  if (!icon) throw new Error(`The ${style} package has no icon "${name}".`);
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" viewBox="0 0 ${width} ${height}">${icon.body}</svg>`;
}
