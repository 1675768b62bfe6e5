/** Zip archives on disk: the directory is read, and each entry when it is asked for. The archive is never read whole. */
import { throwIfAborted } from '../../base/errors.ts';
import {
  LOCAL_HEADER_BYTES,
  placeOf,
  STEP_BYTES,
  Unpacker,
  type ZipDirectory,
  type ZipRecord,
} from '../../formats/zip.ts';
import { toSource } from '../../formats/arrays/byteSource.ts';
import { readDirectory } from '../../formats/zipSource.ts';
import { createBreather } from './breathe.ts';

export interface ZipBlobEntry {
  /** As the archive spells it. It is a name and never a place. */
  name: string;
  /** Bytes when unpacked, as the directory claims. */
  size: number;
  /** The unpacked bytes; a slice of the archive where they are stored. @throws FormatError where damaged, AbortedError */
  open(signal?: AbortSignal): Promise<Blob>;
}

/** Unpacked bytes are handed to the browser, which may keep them on disk, at this size. */
const PART_BYTES = 16_000_000;

/**
 * The files of an archive, folders left out.
 * @throws FormatError when it is no zip, is cut, has more than 20,000 entries, or has entries that overlap.
 */
export async function readZipBlob(archive: Blob): Promise<ZipBlobEntry[]> {
  const { directory, records } = await readDirectory(toSource(archive));
  return records.map((record) => ({
    name: record.name,
    size: record.size,
    open: (signal) => unpack(archive, record, directory, signal),
  }));
}

async function viewOf(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}

async function unpack(
  archive: Blob,
  record: ZipRecord,
  directory: ZipDirectory,
  signal: AbortSignal | undefined,
): Promise<Blob> {
  const header = await viewOf(archive.slice(record.header, record.header + LOCAL_HEADER_BYTES));
  const from = placeOf(header, record, directory);
  const packed = archive.slice(from, from + record.packed);
  const unpacker = new Unpacker(record);
  const out = new Parts();
  const breathe = createBreather();
  let left = packed.size;
  const reader = packed.stream().getReader();
  try {
    for (;;) {
      throwIfAborted(signal);
      const { done, value } = await reader.read();
      if (done) break;
      for (let at = 0; at < value.length; at += STEP_BYTES) {
        const step = value.subarray(at, at + STEP_BYTES);
        left -= step.length;
        if (unpacker.isStored) unpacker.check(step);
        else out.add(unpacker.push(step, left === 0));
        await breathe();
      }
    }
  } finally {
    await reader.cancel();
  }
  unpacker.finish();
  return unpacker.isStored ? packed : out.toBlob();
}

/** Collects bytes in a blob, with at most PART_BYTES in this page's own memory. */
class Parts {
  private readonly blobs: Blob[] = [];
  private waiting: BlobPart[] = [];
  private bytes = 0;

  add(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      this.waiting.push(chunk as Uint8Array<ArrayBuffer>);
      this.bytes += chunk.length;
    }
    if (this.bytes >= PART_BYTES) this.blobs.push(this.taken());
  }

  toBlob(): Blob {
    return new Blob([...this.blobs, this.taken()]);
  }

  private taken(): Blob {
    const blob = new Blob(this.waiting);
    this.waiting = [];
    this.bytes = 0;
    return blob;
  }
}
