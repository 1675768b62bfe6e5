/** What files are by their first bytes: those of zips and folders come without a type, and names are often wrong. */
import { partsOf } from '../paths.ts';
import { typeOf, type FileKind } from './kinds.ts';

/** Bytes that are looked at. */
export const HEAD_BYTES = 1024;

/** File signatures at a place: [offset, bytes in Latin-1, media type]; the first that fits is it. */
const SIGNATURES: readonly [offset: number, bytes: string, type: string][] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [0, 'fLaC', 'audio/flac'],
  [0, 'ID3', 'audio/mpeg'],
  [8, 'AIFF', 'audio/aiff'],
  [8, 'AIFC', 'audio/aiff'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, '%PDF-', 'application/pdf'],
  [0, 'PK\x03\x04', 'application/zip'],
];
/** Kinds of RIFF files, of its bytes 8 to 12. */
const RIFF: Readonly<Record<string, string>> = {
  WAVE: 'audio/wav',
  WEBP: 'image/webp',
  'AVI ': 'video/x-msvideo',
};
const SVG =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*|<!doctype[^[>]*(?:\[[^\]]*\])?[^>]*>\s*)*<(?:\w+:)?svg[\s>]/i;

/**
 * The media type that the first bytes of a file (HEAD_BYTES are enough) tell: PNG, JPEG, WebP, GIF, AVIF, BMP, SVG, WAV, MP3, Ogg,
 * FLAC, AAC, MP4, WebM, and some that browsers cannot read. Undefined where they tell none.
 */
export function sniffType(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const found = SIGNATURES.find(([offset, bytes]) => text.startsWith(bytes, offset));
  if (found) return found[2];
  if (text.startsWith('RIFF')) return RIFF[text.slice(8, 12)];
  if (text.startsWith('OggS')) return text.includes('\x80theora') ? 'video/ogg' : 'audio/ogg';
  if (text.startsWith('\x1a\x45\xdf\xa3')) return text.includes('webm') ? 'video/webm' : 'video/x-matroska';
  if (text.slice(4, 8) === 'ftyp') return isoType(text);
  if (text.startsWith('BM') && [12, 40, 52, 56, 64, 108, 124].includes(head[14] ?? 0) && head[15] === 0)
    return 'image/bmp';
  if (head[0] === 0xff && (head[1]! & 0xe0) === 0xe0 && head[1] !== 0xfe) return frameType(head);
  return SVG.test(new TextDecoder(utf16Of(head)).decode(head)) ? 'image/svg+xml' : undefined;
}

/** The type of an ISO base media file, by its brands. */
function isoType(text: string): string {
  const brands = text.slice(8, Math.min(text.charCodeAt(2) * 256 + text.charCodeAt(3), text.length));
  if (/avi[fs]/.test(brands)) return 'image/avif';
  if (/hei[cxms]|hev[cx]|mif1|msf1/.test(brands)) return 'image/heic';
  if (brands.startsWith('M4A') || brands.startsWith('M4B')) return 'audio/mp4';
  return brands.startsWith('qt') ? 'video/quicktime' : 'video/mp4';
}

/** MPEG audio frames: layer 0 is AAC's (ADTS). Rates and bit rates that do not exist are none of either. */
function frameType(head: Uint8Array): string | undefined {
  const layer = (head[1]! >> 1) & 3;
  if (layer === 0) return (head[1]! & 0xf0) === 0xf0 ? 'audio/aac' : undefined;
  return head[2]! >> 4 === 15 || ((head[2]! >> 2) & 3) === 3 ? undefined : 'audio/mpeg';
}

function utf16Of(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** What a file of a media type is to the lab. */
export function kindOfType(type: string): FileKind {
  if (type === 'image/tiff' || type === 'image/heic' || type === 'audio/aiff') return 'other';
  if (type.startsWith('image/')) return 'image';
  return type.startsWith('audio/') || /^video\/(mp4|webm|ogg)$/.test(type) ? 'audio' : 'other';
}

/**
 * The same bytes as a file with its own name and the media type that its first bytes tell, or its name where they tell none; "" where
 * neither does. Bytes are not copied.
 */
export async function typedBlob(path: string, blob: Blob): Promise<File> {
  const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  const { name, extension } = partsOf(path);
  const byName = typeOf(extension);
  const byBytes = sniffType(head);
  // WebM and MP4 begin alike with and without pictures: there the name may know better.
  const isSameBox = byBytes !== undefined && byName.split('/')[1] === byBytes.split('/')[1];
  return new File([blob], name, { type: isSameBox ? byName : (byBytes ?? byName) });
}
