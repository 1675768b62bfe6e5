import { MediaError } from '../../base/errors.ts';

/** How a message calls a file: its name where it has one. */
export function nameOf(blob: Blob): string {
  const name = blob instanceof File && blob.name !== '' ? `"${blob.name}"` : 'The file';
  return blob.type === '' ? name : `${name} (${blob.type})`;
}

/**
 * Refuses files that say of themselves that they are of another kind, are empty or too large. A file without a type, or
 * of type application/octet-stream, passes: decoding it will tell.
 * @throws MediaError
 */
export function checkBlob(
  blob: Blob,
  { types, readable, maxBytes }: { types: RegExp; readable: string; maxBytes: number },
): void {
  const { type, size } = blob;
  if (size === 0) throw new MediaError(`${nameOf(blob)} is empty (0 bytes). Choose another file.`);
  if (type !== '' && type !== 'application/octet-stream' && !types.test(type))
    throw new MediaError(`${nameOf(blob)} cannot be used here. ${readable}`);
  if (size > maxBytes) {
    throw new MediaError(
      `${nameOf(blob)} has ${(size / 1e6).toFixed(0)} MB; at most ${(maxBytes / 1e6).toFixed(0)} MB are taken. Choose a smaller file.`,
    );
  }
}
