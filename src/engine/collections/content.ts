/** Names of content: what is the same is stored and encoded once, in whatever collection it lies. */
import { typeOf } from '../intake/media/kinds.ts';
import { contentId } from '../scoring/contentId.ts';

/** The encoders read so much of a text; whatever is longer is cut (engine/encoders/media.ts). */
export const MAX_TEXT_CHARACTERS = 300;

/** SHA-256 of bytes, in hexadecimal; on a page without it (http without TLS), a 64-bit name that chance alone keeps apart. */
export async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (!subtle) {
    const words = new Uint32Array(Math.ceil(bytes.byteLength / 4));
    new Uint8Array(words.buffer).set(new Uint8Array(bytes));
    return `n${bytes.byteLength}.${contentId(words)}`;
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The first twelve digits of the hash of some words. */
export async function shortHash(words: string): Promise<string> {
  const { buffer } = new TextEncoder().encode(words);
  return (await hashOf(buffer)).slice(0, 12);
}

/** A text as it is encoded, which is the name of its content too; undefined where nothing is left of it. */
export function textContent(caption: string): string | undefined {
  const text = caption.trim();
  if (text === '') return undefined;
  // Never half of a pair that makes one character.
  return text.length > MAX_TEXT_CHARACTERS
    ? text
        .slice(0, MAX_TEXT_CHARACTERS)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd()
    : text;
}

const ENDINGS = 'png jpg webp gif avif bmp svg wav mp3 ogg flac m4a aac weba webm mp4'.split(' ');

/** The ending of a file of a media type; "bin" of an unknown one. */
export function endingOfType(type: string): string {
  const plain = type.split(';', 1)[0]!.trim();
  return ENDINGS.find((ending) => typeOf(ending) === plain) ?? 'bin';
}
