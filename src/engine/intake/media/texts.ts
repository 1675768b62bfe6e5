/** Captions as they come: in several encodings, with what is not seen, too long, or none. */

/** What the encoders take. */
export const MAX_CAPTION_CHARACTERS = 300;

export type Encoding = 'UTF-8' | 'UTF-16' | 'Latin-1';

/**
 * The text of a file. A byte order mark tells its encoding; without one it is UTF-8, UTF-16 where every other byte is zero, and else
 * Latin-1 (as Windows-1252, which has more letters). Lines end with "\n".
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const wide = utf16Of(bytes);
  if (wide) return { text: withPlainLines(new TextDecoder(wide).decode(bytes)), encoding: 'UTF-16' };
  try {
    return {
      text: withPlainLines(new TextDecoder('utf-8', { fatal: true }).decode(bytes)),
      encoding: 'UTF-8',
    };
  } catch {
    return { text: withPlainLines(new TextDecoder('windows-1252').decode(bytes)), encoding: 'Latin-1' };
  }
}

/** Text whose lines all end with "\n", without a byte order mark. */
export function withPlainLines(text: string): string {
  const marked = text.startsWith('\ufeff') ? text.slice(1) : text;
  return marked.includes('\r') ? marked.replace(/\r\n?/g, '\n') : marked;
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 512);
  const zeros = [0, 0];
  head.forEach((byte, i) => (zeros[i & 1]! += byte === 0 ? 1 : 0));
  if (head.length < 4) return undefined;
  if (zeros[1]! * 3 > head.length && zeros[0] === 0) return 'utf-16le';
  return zeros[0]! * 3 > head.length && zeros[1] === 0 ? 'utf-16be' : undefined;
}

/**
 * A caption on one line, in composed letters (NFC), without control characters and without those that turn the direction of
 * what follows. Markup stays what it is: text. At most MAX_CAPTION_CHARACTERS, cut at the end of a word. "" where nothing is left.
 */
export function cleanCaption(raw: string): { caption: string; isCut: boolean } {
  // Far more than is kept, so that a caption of megabytes costs nothing.
  const whole = raw
    .slice(0, 20 * MAX_CAPTION_CHARACTERS)
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .normalize('NFC');
  if (whole.length <= MAX_CAPTION_CHARACTERS) return { caption: whole, isCut: false };
  const start = whole.slice(0, MAX_CAPTION_CHARACTERS);
  const space = start.lastIndexOf(' ');
  const cut =
    space > MAX_CAPTION_CHARACTERS / 2 ? start.slice(0, space) : start.replace(/[\ud800-\udbff]$/, '');
  return { caption: cut.trimEnd(), isCut: true };
}

/** A file's stem as a person reads it: "church_bell-03" is "church bell 03". The stem itself where that leaves nothing. */
export function readable(stem: string): string {
  const words = stem.replace(/([\p{Ll}\d])(\p{Lu}\p{Ll})/gu, '$1 $2').replace(/[_\-.+]+/g, ' ');
  return cleanCaption(words).caption || cleanCaption(stem).caption;
}

/** Whether a stem says anything: three letters in a row. "1-30226-A" says nothing. */
export function isTelling(stem: string): boolean {
  return /\p{L}{3}/u.test(stem);
}
