/** Bytes that are read in ranges: a file of a gigabyte is never in memory as a whole. */
import { FormatError, messageOf } from '../../base/errors.ts';

export interface ByteSource {
  readonly size: number;
  /**
   * Bytes from `start` to `end` (exclusive), a copy of their own.
   * @throws FormatError where they lie outside, or cannot be read any more.
   */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file, or bytes at hand, as a source. */
export function toSource(bytes: ArrayBuffer | Blob): ByteSource {
  const size = bytes instanceof ArrayBuffer ? bytes.byteLength : bytes.size;
  return {
    size,
    async read(start, end) {
      checkRange(start, end, size);
      if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes.slice(start, end));
      let part: ArrayBuffer;
      try {
        part = await bytes.slice(start, end).arrayBuffer();
      } catch (error) {
        throw new FormatError(
          `It could not be read (${messageOf(error)}): it may have changed or moved since it was chosen, or there is not enough memory.`,
        );
      }
      if (part.byteLength !== end - start)
        throw new FormatError('It became shorter since it was chosen: choose it again.');
      return new Uint8Array(part);
    },
  };
}

/** A part of another source: an entry of an archive that is stored as it is. */
export function partOf(source: ByteSource, from: number, to: number): ByteSource {
  const size = to - from;
  return {
    size,
    read(start, end) {
      checkRange(start, end, size);
      return source.read(from + start, from + end);
    },
  };
}

/** @throws FormatError where a range is none of `size` bytes. */
export function checkRange(start: number, end: number, size: number): void {
  if (!(start >= 0 && start <= end && end <= size))
    throw new FormatError(`The file is cut: bytes ${start} to ${end} are needed, and it has ${size}.`);
}
