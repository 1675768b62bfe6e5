import { MediaError } from '../../base/errors.ts';
import type { OwnInput } from '../../engine/types.ts';

const BY_EXTENSION: Record<string, 'image' | 'audio'> = Object.fromEntries([
  ...['png', 'jpg', 'jpeg', 'webp', 'gif', 'svg', 'avif', 'bmp'].map((name) => [name, 'image'] as const),
  ...['wav', 'mp3', 'ogg', 'oga', 'opus', 'flac', 'm4a', 'aac', 'webm'].map(
    (name) => [name, 'audio'] as const,
  ),
]);

/** What a file is, by its type or its name. @throws MediaError when it is neither a picture nor a sound. */
export async function toOwnInput(file: File): Promise<OwnInput> {
  const kind = file.type.split('/')[0];
  const modality =
    kind === 'image' || kind === 'audio'
      ? kind
      : BY_EXTENSION[file.name.split('.').at(-1)?.toLowerCase() ?? ''];
  if (modality) return { modality, blob: file };
  if (kind === 'text') return { modality: 'text', text: (await file.text()).trim() };
  throw new MediaError(
    `“${file.name}” is ${file.type ? `of type ${file.type}` : 'of an unknown type'}. Pictures (PNG, JPEG, WebP, SVG, GIF) and ` +
      'sounds (WAV, MP3, OGG, FLAC, M4A) can be read.',
  );
}

/** A text file is shown by its text, as far as there is room. */
const MAX_LABEL = 80;

/** What a file is called as a query: its name, or for a text its words, cut to 80 characters. */
export function labelOf(input: OwnInput, file: File): string {
  if (input.modality !== 'text') return file.name;
  const letters = Array.from(input.text.replaceAll(/\s+/g, ' '));
  return letters.length > MAX_LABEL ? `${letters.slice(0, MAX_LABEL - 1).join('')}…` : letters.join('');
}
